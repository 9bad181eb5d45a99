package dev.cutoff.frontend.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PEP 440 and PEP 508, compared with {@code packaging} as pip brings it along. */
class VersionTest {

    @TempDir
    Path folder;

    @Test
    void versionsHaveTheOrderOfThePep() {
        List<String> ordered = List.of(
                "1.0.dev1",
                "1.0a1.dev1",
                "1.0a1",
                "1.0a1.post1",
                "1.0b1",
                "1.0rc1",
                "1.0",
                "1.0+a",
                "1.0+a.1",
                "1.0+1",
                "1.0.post1.dev1",
                "1.0.post1",
                "1.1",
                "1.10",
                "1!0.1");
        for (int i = 0; i < ordered.size(); i++) {
            for (int k = 0; k < ordered.size(); k++) {
                assertThat(Integer.signum(version(ordered.get(i)).compareTo(version(ordered.get(k)))))
                        .as(ordered.get(i) + " and " + ordered.get(k))
                        .isEqualTo(Integer.compare(i, k));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1.0,1.0.0", "1.0-1,1.0.post1", "v1.0.ALPHA_1,1.0a1", "1.0.c1,1.0rc1", "1.0+A_b,1.0+a.b", "01.02,1.2"})
    void oneVersionHasManySpellings(String a, String b) {
        assertThat(version(a).isSameAs(version(b))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1..2", "a", "1.0+", "1.0_x", "1.0.*", "1 .0", "9999999999999999999"})
    void othersAreNone(String text) {
        assertThat(Version.parse(text)).isEmpty();
    }

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    /** Random versions and specifiers; {@code packaging} has the last word. */
    @Test
    void specifiersAdmitWhatPackagingAdmits() throws IOException {
        Gen gen = new Gen(7);
        List<String> lines = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            String version = randomVersion(gen, true);
            String operator = gen.of(List.of("==", "!=", "<=", ">=", "<", ">", "~=", "==="));
            String wanted = randomVersion(
                    gen,
                    operator.length() == 2
                            && operator.endsWith("=")
                            && !operator.equals("~=")
                            && !operator.equals("<=")
                            && !operator.equals(">="));
            if ((operator.equals("==") || operator.equals("!=")) && gen.oneIn(3)) {
                wanted = gen.below(3) + "." + gen.below(3) + ".*";
            }
            lines.add(version + "\t" + operator + wanted);
            ours.add(Specifiers.parse(operator + wanted)
                    .map(s -> s.admit(version(version)) ? "True" : "False")
                    .orElse("invalid"));
        }
        String script = """
                import sys
                from pip._vendor.packaging.version import Version
                from pip._vendor.packaging.specifiers import SpecifierSet, InvalidSpecifier
                for line in open(sys.argv[1]):
                    version, specifier = line.rstrip('\\n').split('\\t')
                    try: print(SpecifierSet(specifier).contains(Version(version), prereleases=True))
                    except InvalidSpecifier: print('invalid')
                """;
        List<String> theirs = python(script, lines);
        List<String> differ = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!ours.get(i).equals(theirs.get(i))) {
                differ.add(lines.get(i) + ": " + ours.get(i) + ", and packaging says " + theirs.get(i));
            }
        }
        assertThat(differ).isEmpty();
    }

    private static String randomVersion(Gen gen, boolean local) {
        StringBuilder text = new StringBuilder(gen.oneIn(12) ? "1!" : "");
        text.append(gen.below(3));
        // Of one number old releases of packaging don't pad the release before a suffix.
        for (int i = 1 + gen.below(2); i > 0; i--) {
            text.append('.').append(gen.below(3));
        }
        text.append(gen.oneIn(4) ? gen.of(List.of("a", "b", "rc")) + gen.below(2) : "");
        text.append(gen.oneIn(4) ? ".post" + gen.below(2) : "");
        text.append(gen.oneIn(4) ? ".dev" + gen.below(2) : "");
        text.append(local && gen.oneIn(5) ? "+" + gen.of(List.of("a", "b.1", "1", "10")) : "");
        return text.toString();
    }

    @Test
    void markersComeToWhatPackagingSays() throws IOException {
        List<String> markers = List.of(
                "python_version >= '3.8'",
                "python_version < \"3.12\" and sys_platform == 'linux'",
                "sys_platform == 'win32' or (platform_machine == 'x86_64' and python_version != '3.9')",
                "'linux' in sys_platform",
                "sys_platform not in 'win32 cygwin'",
                "extra == 'test-it'",
                "python_full_version < '3.12.2'",
                "implementation_name == 'cpython'",
                "platform_system != 'Windows' and (os_name == 'posix')",
                "python_version ~= '3.10'");
        Map<String, String> environment = Map.of(
                "python_version", "3.12",
                "python_full_version", "3.12.1",
                "sys_platform", "linux",
                "platform_machine", "x86_64",
                "implementation_name", "cpython",
                "platform_system", "Linux",
                "os_name", "posix",
                "extra", "test-it");
        List<String> ours = new ArrayList<>();
        for (String marker : markers) {
            Marker.Truth truth = Marker.parse(marker).orElseThrow().evaluate(environment);
            ours.add(truth == Marker.Truth.TRUE ? "True" : truth == Marker.Truth.FALSE ? "False" : "unknown");
        }
        StringBuilder values = new StringBuilder("{");
        environment.forEach((name, value) -> values.append("'" + name + "': '" + value + "',"));
        String script = """
                import sys
                from pip._vendor.packaging.markers import Marker
                for line in open(sys.argv[1]):
                    print(Marker(line.rstrip('\\n')).evaluate(%s))
                """.formatted(values + "}");
        assertThat(ours).isEqualTo(python(script, markers));
    }

    private List<String> python(String script, List<String> lines) throws IOException {
        Skips.unlessInstalled("python3");
        Path input = Files.write(folder.resolve("lines"), lines);
        Path file = Files.writeString(folder.resolve("script.py"), script);
        Cutoff.Run run = Cutoff.runAny(folder, Map.of(), List.of("python3", file.toString(), input.toString()));
        Skips.unless(!run.err().contains("No module named"), "python3 has no pip");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "python_version > '3' and unknown_thing == 'x'|UNKNOWN",
                "python_version < '3' and platform_release == 'x'|FALSE",
                "python_version > '3' or platform_release == 'x'|TRUE",
            })
    void whatIsNotKnownIsNotGuessed(String marker, Marker.Truth truth) {
        assertThat(Marker.parse(marker).orElseThrow().evaluate(Map.of("python_version", "3.12")))
                .isEqualTo(truth);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "python_version",
                "python_version >",
                "'a' == 'b'",
                "a == b",
                "(a == 'b'",
                "a == 'b') x",
                "a is 'b'"
            })
    void othersAreNoMarkers(String text) {
        assertThat(Marker.parse(text)).isEmpty();
    }

    @Test
    void requirementsHaveFourParts() {
        Requirement requirement = Requirement.parse("Foo.Bar[Test_A, b] >=1,<2 ; python_version < '3.12'")
                .orElseThrow();
        assertThat(requirement.name()).isEqualTo("foo-bar");
        assertThat(requirement.extras()).containsExactly("b", "test-a");
        assertThat(requirement.specifiers().admit(version("1.5"))).isTrue();
        assertThat(requirement.specifiers().admit(version("2.0"))).isFalse();
        assertThat(requirement.marker()).isPresent();
        assertThat(Requirement.parse("numpy (>=1.0)").orElseThrow().specifiers().admit(version("0.9")))
                .isFalse();
        assertThat(Requirement.parse("a @ https://example.com/a;b.zip ; os_name == 'x'")
                        .orElseThrow()
                        .direct())
                .isTrue();
        for (String none : List.of("", "-x", "a >", "a >= 1 ; nonsense", "a 1.0", "a[b")) {
            assertThat(Requirement.parse(none)).as(none).isEmpty();
        }
    }

    @Test
    void namesOfWheelsSayWhatTheyAre() {
        WheelName name = WheelName.parse("Foo_bar-1.0+deb-3_deb12-cp312-cp312-manylinux1_x86_64.linux_x86_64.whl")
                .orElseThrow();
        assertThat(name.distribution()).isEqualTo("foo-bar");
        assertThat(name.version()).isEqualTo(version("1.0+deb"));
        assertThat(name.buildNumber()).isEqualTo(3);
        assertThat(name.buildSuffix()).isEqualTo("_deb12");
        assertThat(name.platforms()).containsExactly("manylinux1_x86_64", "linux_x86_64");
        for (String none :
                List.of("a-1.0.zip", "a-1.0-py3-none.whl", "a-x-py3-none-any.whl", "a-1-b-py3-none-any.whl")) {
            assertThat(WheelName.parse(none)).as(none).isEmpty();
        }
    }
}
