package dev.cutoff.frontend.fromager;

import static dev.cutoff.model.Policy.COMPATIBLE;
import static dev.cutoff.model.Policy.IDENTICAL;
import static dev.cutoff.model.Policy.STRICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Policy;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A fleet: base is a library with a header, ext is linked to it and built with it by tool; pure and top are Python alone, and
 * need others installed. Each rule by which a wheel is kept has a test in which its condition does not hold.
 */
class FromagerPlanTest {

    private static final String BASE_C = "int base_f(void) { return 1; }\nint base_g(void) { return 2; }\n";
    private static final String HEADER = "#ifndef B\n#define B\nint base_f(void);\nint base_g(void);\n#endif\n";

    private static final String SONAME = "-Wl,-soname,libbase.so.1";
    private static final String MODULE = "ext.cpython-312-x86_64-linux-gnu.so";

    @TempDir
    static Path compiled;

    private static Path libraryOf1;
    private static Path libraryThatGrew;
    private static Path libraryThatLost;
    private static Path module;

    @TempDir
    Path folder;

    private Fleet fleet;
    private Path library;
    private Path tool;
    private Path base;
    private Path ext;

    @BeforeAll
    static void compile() throws IOException {
        Skips.unlessInstalled("cc");
        Fleet fleet = new Fleet(compiled);
        libraryOf1 = fleet.compile("one/libbase.so.1", SONAME, BASE_C);
        libraryThatGrew = fleet.compile("grew/libbase.so.1", SONAME, BASE_C + "int base_h(void) { return 3; }\n");
        libraryThatLost = fleet.compile("lost/libbase.so.1", SONAME, "int base_g(void) { return 2; }\n");
        module = fleet.compile(
                MODULE,
                "-Lone -l:libbase.so.1",
                "int base_f(void);\nvoid *PyInit_ext(void) { return base_f() ? (void *) 0 : (void *) 1; }\n");
    }

    @BeforeEach
    void fleet() throws IOException {
        fleet = new Fleet(folder);
        library = libraryOf1;
        tool = fleet.wheel("tool", "1.0").write();
        base = base("1.0").write();
        ext = fleet.wheel("ext", "1.0")
                .binary("ext/" + MODULE, module)
                .field("Requires-Dist: base>=1")
                .field("Requires-Python: >=3.10")
                .write();
        Path pure = fleet.wheel("pure", "1.0").field("Requires-Dist: base>=1").write();
        Path top = fleet.wheel("top", "1.0")
                .field("Requires-Dist: ext==1.0")
                .field("Requires-Dist: pure; extra == \"more\"")
                .field("Requires-Dist: never>9; python_version < \"3\"")
                .write();
        graph("1.0", "1.0");
        fleet.record(tool);
        fleet.record(base, tool);
        fleet.record(ext, tool, base);
        fleet.record(pure, tool);
        fleet.record(top, tool);
    }

    private Fleet.Wheel base(String version) throws IOException {
        return fleet.wheel("base", version).binary("base/libbase.so.1", library).file("base/include/base.h", HEADER);
    }

    private void graph(String tool, String base) throws IOException {
        fleet.graph(
                "tool " + tool,
                "base " + base + ": build tool " + tool,
                "ext 1.0: build tool " + tool + ", build base " + base + ", install base " + base,
                "pure 1.0: build tool " + tool + ", install base " + base,
                "top 1.0: build tool " + tool + ", install ext 1.0, install pure 1.0");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAsItWasIsKept(Policy policy) {
        Fleet.Said said = fleet.plan(policy);
        assertThat(said.work()).isEmpty();
        assertThat(said.plan().needless()).as("a forced run builds all of them").hasSize(5);
        assertThat(said.plan().stale()).isEmpty();
        assertThat(said.plan().secondsSaved()).isEqualTo(5 * 36);
        assertThat(said.plan().units().stream()
                        .mapToDouble(u -> u.outcome().cpuSecondsSaved())
                        .sum())
                .isEqualTo(5 * 72);
    }

    // Inputs

    /** What an edit does to one package's inputs rebuilds that package; what may rest on it waits. */
    private void rebuilds(String name, String reason, Map<String, String> work) {
        for (Policy policy : Policy.values()) {
            Fleet.Said said = fleet.plan(policy);
            assertThat(said.work()).as(policy.word()).isEqualTo(work);
            assertThat(said.why(name)).as(policy.word()).contains(reason);
        }
    }

    @Test
    void aPatchRebuildsItsPackage() throws IOException {
        fleet.write("o/patches/ext/001-fix.patch", "a");
        rebuilds("ext", "patch 001-fix.patch is new", Map.of("ext", "rebuild"));
        fleet.record(ext, tool, base);
        assertThat(fleet.plan(STRICT).work()).isEmpty();
        fleet.write("o/patches/ext/001-fix.patch", "b");
        rebuilds("ext", "patch 001-fix.patch changed", Map.of("ext", "rebuild"));
        Files.delete(folder.resolve("o/patches/ext/001-fix.patch"));
        // It is as it was when the first record was made.
        assertThat(fleet.plan(STRICT).work()).isEmpty();
    }

    @Test
    void settingsAndEnvironmentRebuildTheirPackage() throws IOException {
        fleet.write("o/settings/pure.yaml", "env:\n  A: \"${B:-1}\"\n");
        rebuilds("pure", "env A is new: 1", Map.of("pure", "rebuild"));
        fleet.write("o/settings/pure.yaml", "config_settings:\n  x: y\nvariants:\n  gpu:\n    env: {C: '1'}\n");
        rebuilds("pure", "setting config_settings.x is new: y", Map.of("pure", "rebuild"));
        fleet.write("o/settings/pure.yaml", "build_options:\n  cpu_cores_per_job: 4\n");
        assertThat(fleet.plan(STRICT).work())
                .as("how many jobs it builds with changes no wheel")
                .isEmpty();
    }

    @Test
    void overrideCodeAndHookBytesRebuildTheirPackage() throws IOException {
        fleet.write("site/plug-1.dist-info/entry_points.txt", "[fromager.project_overrides]\npure = plug\n");
        fleet.write("site/plug.py", "");
        fleet.plugins.add(folder.resolve("site"));
        rebuilds("pure", "override plug.py is new", Map.of("pure", "rebuild"));
        fleet.plugins.clear();
        fleet.inputs = Optional.of(fleet.write("inputs.json", """
                {"schema": "cutoff.inputs/1", "packages": {"pure==1.0": {"inputs": {"hook h": "abc"}, "environment": {"X": "1"}}}}
                """));
        rebuilds("pure", "hook h is new: abc", Map.of("pure", "rebuild"));
        rebuilds("pure", "plugin env X is new: 1", Map.of("pure", "rebuild"));
    }

    @Test
    void theSignOfTheBuildEnvironmentRebuildsAll() {
        fleet.process.put("FROMAGER_BUILD_ENV_SIGN", "image 2");
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).work()).hasSize(5);
            assertThat(fleet.plan(policy).why("top")).contains("FROMAGER_BUILD_ENV_SIGN is new: image 2");
        }
    }

    @Test
    void aChangelogEntryRebuildsAsInFromager() throws IOException {
        fleet.write("o/settings/ext.yaml", "changelog:\n  \"1.0\": [again]\n");
        Fleet.Said said = fleet.plan(COMPATIBLE);
        assertThat(said.why("ext")).contains("build tag changed: 0 -> 1");
        assertThat(said.plan().stale())
                .as("fromager itself looks for another build tag")
                .isEmpty();
    }

    // The build environment

    @Test
    void aToolsReleaseCountsByItsContentAndNotForBinaries() throws IOException {
        Path newer = fleet.wheel("tool", "2.0").write();
        fleet.record(newer);
        graph("2.0", "1.0");
        assertThat(fleet.plan(STRICT).work().keySet()).containsExactlyInAnyOrder("base", "ext", "pure", "top");
        assertThat(fleet.plan(STRICT).why("base")).contains("tool 1.0 -> 2.0; build-system requirement tool");
        Fleet.Said identical = fleet.plan(IDENTICAL);
        assertThat(identical.work().keySet()).containsExactlyInAnyOrder("base", "ext", "pure", "top");
        assertThat(identical.why("base")).contains("tool 1.0 -> 2.0: tool/__init__.py changed");
        Fleet.Said compatible = fleet.plan(COMPATIBLE);
        assertThat(compatible.work()).as("no binary rests on it").isEmpty();
        assertThat(compatible.why("ext")).contains("tool 1.0 -> 2.0: it has nothing that binaries rest on");
    }

    @Test
    void otherContentUnderTheSameVersionCounts() throws IOException {
        Path other =
                fleet.wheel("tool", "1.0").file("tool/more.py", "").build("1").write();
        fleet.write("o/settings/tool.yaml", "changelog:\n  \"1.0\": [again]\n");
        fleet.record(other);
        assertThat(fleet.plan(STRICT).why("base")).contains("tool 1.0: tool/more.py is new");
        assertThat(fleet.plan(IDENTICAL).why("base")).contains("tool 1.0: tool/more.py is new");
        assertThat(fleet.plan(COMPATIBLE).work()).isEmpty();
    }

    @Test
    void aRebuiltDependencyOfTheSameContentStopsTheWave() throws IOException {
        Path again = fleet.wheel("tool", "1.0").build("1").write();
        fleet.write("o/settings/tool.yaml", "changelog:\n  \"1.0\": [again]\n");
        assertThat(fleet.plan(IDENTICAL).action("base"))
                .as("the tool's wheel has no record yet")
                .isEqualTo("wait");
        assertThat(fleet.plan(IDENTICAL).why("base")).contains("tool==1.0 must be built first");
        fleet.record(again);
        assertThat(fleet.plan(IDENTICAL).work()).isEmpty();
    }

    @Test
    void aNewRequirementCountsUnlessTheBinaryWorks() throws IOException {
        fleet.record(fleet.wheel("tool2", "1.0").write());
        fleet.graph("tool 1.0", "tool2 1.0", "pure 1.0: build tool 1.0, build tool2 1.0");
        for (Policy policy : List.of(STRICT, IDENTICAL)) {
            assertThat(fleet.plan(policy).why("pure")).contains("its build environment has tool2 now");
        }
        assertThat(fleet.plan(COMPATIBLE).action("pure")).isEqualTo("rebuild");
        assertThat(fleet.plan(COMPATIBLE).why("pure"))
                .as("its metadata asks for base")
                .contains("it requires base>=1");
        fleet.graph("tool 1.0", "tool2 1.0", "base 1.0: build tool2 1.0");
        assertThat(fleet.plan(IDENTICAL).why("base"))
                .contains("its build environment has tool2 now, and no tool any more");
        assertThat(fleet.plan(COMPATIBLE).action("base")).isEqualTo("keep");
    }

    @Test
    void whatBinariesRestOnMustBeThereStill() throws IOException {
        fleet.graph("tool 1.0", "base 1.0: build tool 1.0", "ext 1.0: build tool 1.0, install base 1.0");
        assertThat(fleet.plan(COMPATIBLE).why("ext")).contains("base is no longer in its build environment");
    }

    @Test
    void twoVersionsInOneEnvironmentCantBeTold() throws IOException {
        fleet.record(fleet.wheel("tool", "2.0").write());
        fleet.graph(
                "tool 1.0", "tool 2.0", "helper 1.0!: install tool 2.0", "base 1.0: build tool 1.0, build helper 1.0");
        assertThat(fleet.plan(STRICT).action("base")).isEqualTo("rebuild");
        assertThat(fleet.plan(STRICT).why("base")).contains("the graph has tool 1.0 and 2.0 for its build environment");
        assertThat(fleet.plan(IDENTICAL).action("base")).isEqualTo("rebuild");
    }

    @Test
    void constraintsThatTheGraphBreaksMakeTheEnvironmentUnknown() throws IOException {
        fleet.constraints.add(
                fleet.write("constraints.txt", "# pins\ntool==3.0 # newer\nother>1; python_version < '3'\n"));
        Fleet.Said said = fleet.plan(IDENTICAL);
        assertThat(said.action("base")).isEqualTo("rebuild");
        assertThat(said.why("base")).contains("line 2 has tool==3.0");
        assertThat(said.plan().warnings()).anySatisfy(text -> assertThat(text).contains("tool==1.0"));
    }

    @Test
    void anotherSourceOrCompilerCounts() throws IOException {
        String graph = Files.readString(fleet.graph());
        Files.writeString(fleet.graph(), graph.replace("ext-1.0.tar.gz", "ext-1.0.zip"));
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("ext")).contains("source ext-1.0.tar.gz -> ext-1.0.zip");
        }
        Files.writeString(fleet.graph(), graph);
        Path cc = fleet.write("bin/cc", "one");
        fleet.recorder().record(ext, told(fleet.buildEnv(ext, "", tool, base), "/usr/bin/cc", cc.toString()));
        clear("ext");
        fleet.recorder().record(ext, told(fleet.buildEnv(ext, "", tool, base), "/usr/bin/cc", cc.toString()));
        assertThat(fleet.plan(IDENTICAL).work()).isEmpty();
        Files.writeString(cc, "two");
        assertThat(fleet.plan(IDENTICAL).why("ext")).contains("the compiler " + cc + " is another one than cc 1");
        assertThat(fleet.plan(COMPATIBLE).work()).as("its ABI is the same").isEmpty();
        Files.delete(cc);
        assertThat(fleet.plan(IDENTICAL).why("ext")).contains("is not there");
    }

    private static Path told(Path env, String old, String now) throws IOException {
        return Files.writeString(env, Files.readString(env).replace(old, now));
    }

    private void clear(String name) {
        Cutoff.shell(folder, "rm -r records/records/" + name);
    }

    @Test
    void aDigestOfTheSourceCountsWhereBothAreKnown() throws IOException {
        String graph = Files.readString(fleet.graph());
        clear("ext");
        fleet.recorder()
                .record(
                        ext,
                        told(
                                fleet.buildEnv(ext, "", tool, base),
                                "ext-1.0.tar.gz\"",
                                "ext-1.0.tar.gz\", \"sha256\": \"" + "a".repeat(64) + "\""));
        assertThat(fleet.plan(STRICT).work())
                .as("the graph has none: the name of the file is all")
                .isEmpty();
        Files.writeString(fleet.graph(), graph.replace("ext-1.0.tar.gz", "ext-1.0.tar.gz#sha256=" + "a".repeat(64)));
        assertThat(fleet.plan(STRICT).work()).isEmpty();
        Files.writeString(fleet.graph(), graph.replace("ext-1.0.tar.gz", "ext-1.0.tar.gz#sha256=" + "b".repeat(64)));
        assertThat(fleet.plan(COMPATIBLE).why("ext")).contains("source ext-1.0.tar.gz has other content");
    }

    // What binaries use

    @Test
    void aLibraryThatLosesWhatIsUsedServesNobody() throws IOException {
        library = libraryThatLost;
        fleet.record(base("1.1").write(), tool);
        graph("1.0", "1.1");
        for (Policy policy : Policy.values()) {
            Fleet.Said said = fleet.plan(policy);
            assertThat(said.action("ext")).isEqualTo("rebuild");
            assertThat(said.why("ext")).contains("base 1.0 -> 1.1").contains("base_f");
            assertThat(said.action("pure")).as("it has no binaries").isEqualTo("keep");
            assertThat(said.action("top")).isEqualTo("keep");
        }
    }

    @Test
    void aLibraryThatOnlyGrowsServesOn() throws IOException {
        library = libraryThatGrew;
        fleet.record(base("1.1").write(), tool);
        graph("1.0", "1.1");
        assertThat(fleet.plan(STRICT).why("ext")).contains("base 1.0 -> 1.1");
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        Fleet.Said compatible = fleet.plan(COMPATIBLE);
        assertThat(compatible.work()).isEmpty();
        assertThat(compatible.why("ext")).contains("base 1.0 -> 1.1: nothing that its binaries rest on changed");
    }

    @Test
    void anInstallRequirementAloneIsJudgedToo() throws IOException {
        // ext is built without base, as those are that load a library at run time.
        clear("ext");
        fleet.record(ext, tool);
        fleet.graph("tool 1.0", "base 1.0: build tool 1.0", "ext 1.0: build tool 1.0, install base 1.0");
        assertThat(fleet.plan(STRICT).work()).isEmpty();
        library = libraryThatLost;
        fleet.record(base("1.1").write(), tool);
        fleet.graph("tool 1.0", "base 1.1: build tool 1.0", "ext 1.0: build tool 1.0, install base 1.1");
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("ext")).contains("base_f").contains("install requirement base");
        }
    }

    @Test
    void whoWaitsForWhom() throws IOException {
        fleet.write("o/patches/base/1.patch", "x");
        for (Policy policy : Policy.values()) {
            Fleet.Said said = fleet.plan(policy);
            assertThat(said.work()).as(policy.word()).isEqualTo(Map.of("base", "rebuild", "ext", "wait"));
            assertThat(said.why("ext")).contains("base==1.0 must be built first");
        }
    }

    @Test
    void cyclesOfInstallsAreJudgedTogether() throws IOException {
        Path a = fleet.wheel("a", "1.0").field("Requires-Dist: b").write();
        Path b = fleet.wheel("b", "1.0").field("Requires-Dist: a==1.0").write();
        fleet.record(a);
        fleet.record(b);
        fleet.graph("a 1.0: install b 1.0", "b 1.0: install a 1.0", "x 1.0!: install a 1.0");
        assertThat(fleet.plan(STRICT).work()).isEqualTo(Map.of("x", "rebuild"));
        fleet.write("o/patches/a/1.patch", "x");
        assertThat(fleet.plan(STRICT).work()).isEqualTo(Map.of("x", "rebuild", "a", "rebuild"));
    }

    // What the metadata asks for

    @Test
    void requirementsMustBeSatisfiedUnderEveryPolicy() throws IOException {
        fleet.record(base("0.9").write(), tool);
        graph("1.0", "0.9");
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("pure")).contains("it requires base>=1, and the graph has base 0.9");
        }
        fleet.graph("tool 1.0", "pure 1.0: build tool 1.0");
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("pure"))
                    .contains("it requires base>=1, and the graph has no such requirement");
        }
    }

    @Test
    void extrasCountWhereSomebodyAsksForThem() throws IOException {
        String graph = Files.readString(fleet.graph());
        assertThat(fleet.plan(STRICT).action("top")).isEqualTo("keep");
        fleet.graph(
                "tool 1.0",
                "top 1.0: build tool 1.0, install ext 1.0",
                "ext 1.0",
                "all 1.0: install top 1.0 as top[more]");
        fleet.graph(
                "tool 1.0",
                "base 1.0: build tool 1.0",
                "ext 1.0: build tool 1.0, build base 1.0, install base 1.0",
                "top 1.0: build tool 1.0, install ext 1.0",
                "all 1.0: install top 1.0 as top[more]");
        assertThat(fleet.plan(STRICT).why("top"))
                .contains("it requires pure; extra == \"more\", and the graph has no such");
        assertThat(graph).isNotEmpty();
    }

    @Test
    void pythonAndTagsMustFitUnderEveryPolicy() throws IOException {
        fleet.python = dev.cutoff.frontend.python.Version.parse("3.13");
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("ext")).contains("its tags are cp312-cp312, and Python is 3.13");
            assertThat(fleet.plan(policy).action("pure")).isEqualTo("keep");
        }
        fleet.python = dev.cutoff.frontend.python.Version.parse("3.9");
        assertThat(fleet.plan(COMPATIBLE).why("ext")).contains("it requires Python >=3.10, and Python is 3.9");
        fleet.python = Optional.empty();
        assertThat(fleet.plan(STRICT).work()).as("all wheels say 3.12").isEmpty();
        fleet.wheel("pure", "1.0").tag("cp311-cp311-linux_x86_64").write();
        assertThat(fleet.plan(STRICT).why("ext"))
                .contains("it is for Python 3.12")
                .contains("say which with --python");
    }

    @Test
    void aWheelForAnotherMachineIsNone() throws IOException {
        assertThat(new Target(fleet.python, "linux_aarch64")
                        .unfit(WheelRecorder.name(ext))
                        .orElse(""))
                .contains("its tag is linux_x86_64, and the platform linux_aarch64");
        Target target = new Target(fleet.python, "linux_x86_64");
        Map<String, Boolean> fits = Map.of(
                "a-1-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", true,
                "a-1-cp313-abi3-manylinux_2_17_x86_64.whl", false,
                "a-1-py2.py3-none-any.whl", true,
                "a-1-py2-none-any.whl", false,
                "a-1-py313-none-any.whl", false,
                "a-1-cp312-none-musllinux_1_1_x86_64.whl", true,
                "a-1-cp312-cp312d-linux_x86_64.whl", false,
                "a-1-cp312-cp312-win_amd64.whl", false,
                "a-1-pp39-pypy39_pp73-linux_x86_64.whl", false);
        fits.forEach((name, fit) -> assertThat(
                        target.unfit(WheelRecorder.name(Path.of(name))).isEmpty())
                .as(name)
                .isEqualTo(fit));
    }

    // No evidence, no keep

    @Test
    void noRecordOrOneThatSaysNothing() throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("records/records/pure/1.0"))) {
            file = files.findFirst().orElseThrow();
        }
        String text = Files.readString(file);
        Files.delete(file);
        assertThat(fleet.plan(COMPATIBLE).why("pure"))
                .contains("no record of how pure-1.0-0-py3-none-any.whl was built");
        Files.writeString(file, text.substring(0, 100));
        assertThat(fleet.plan(COMPATIBLE).why("pure")).contains("is damaged or was edited");
        Files.writeString(file, text.replace("\"1.0\"", "\"1.1\""));
        assertThat(fleet.plan(COMPATIBLE).why("pure")).contains("is damaged or was edited");
        Files.delete(file);
        String newer = text.replace("cutoff.wheel-record/2", "cutoff.wheel-record/9");
        Files.writeString(renamed(file, newer), newer);
        assertThat(fleet.plan(COMPATIBLE).why("pure"))
                .contains("is of schema cutoff.wheel-record/9; known is cutoff.wheel-record/2");
        Files.delete(renamed(file, newer));
        String lacking = text.replace("\"gaps\"", "\"gasp\"");
        Files.writeString(renamed(file, lacking), lacking);
        assertThat(fleet.plan(COMPATIBLE).why("pure")).contains("'gaps' is missing");
        Files.delete(renamed(file, lacking));
        Files.writeString(file, text);
        assertThat(fleet.plan(STRICT).work()).isEmpty();
        fleet.wheel("pure", "1.0")
                .field("Requires-Dist: base>=1")
                .file("pure/x.py", "")
                .write();
        assertThat(fleet.plan(COMPATIBLE).why("pure"))
                .as("another file of the same name")
                .contains(
                        "no record of how pure-1.0-0-py3-none-any.whl was built; there is one of another wheel of this version");
    }

    private static Path renamed(Path file, String text) {
        String[] parts = file.getFileName().toString().split("\\.");
        return file.resolveSibling(
                parts[0] + "." + dev.cutoff.model.Digest.ofText(text).hex().substring(0, 16) + ".json");
    }

    @Test
    void aMissingOrDamagedFingerprintLicensesNothingThatRestsOnIt() throws IOException {
        library = libraryThatGrew;
        fleet.record(base("1.1").write(), tool);
        graph("1.0", "1.1");
        assertThat(fleet.plan(COMPATIBLE).work()).isEmpty();
        List<Path> documents;
        try (Stream<Path> files = Files.list(folder.resolve("records/wheels"))) {
            documents = files.toList();
        }
        for (Path document : documents) {
            Files.writeString(document, Files.readString(document).substring(0, 50));
        }
        Fleet.Said said = new Fleet.Said(FromagerPlan.of(fleet.question(COMPATIBLE), Memory.ofProcess()));
        assertThat(said.why("ext"))
                .contains("base 1.0 -> 1.1")
                .contains("is damaged: its content is not what its name says");
        for (Path document : documents) {
            Files.delete(document);
        }
        said = new Fleet.Said(FromagerPlan.of(fleet.question(COMPATIBLE), Memory.ofProcess()));
        assertThat(said.why("ext")).contains("reading the fingerprint").contains("no such file");
    }

    @Test
    void aDistributionWhoseWheelWasNotKnownLicensesNothing() throws IOException {
        clear("pure");
        Path pure = fleet.wheels().resolve("pure-1.0-0-py3-none-any.whl");
        Path env = fleet.buildEnv(pure, "", tool);
        fleet.recorder().record(pure, told(env, tool.toString(), "/nowhere.whl"));
        for (Policy policy : List.of(STRICT, IDENTICAL)) {
            assertThat(fleet.plan(policy).why("pure")).contains("what it was when the wheel was built is not known");
        }
        assertThat(fleet.plan(COMPATIBLE).why("pure"))
                .contains("what it offered when the wheel was built is not known");
    }

    @Test
    void withoutASourceARecordLicensesNothing() throws IOException {
        clear("pure");
        Path pure = fleet.wheels().resolve("pure-1.0-0-py3-none-any.whl");
        fleet.recorder().record(pure, told(fleet.buildEnv(pure, "", tool), "\"source\"", "\"sauce\""));
        for (Policy policy : Policy.values()) {
            assertThat(fleet.plan(policy).why("pure")).contains("what source it was built from is not known");
        }
    }

    @Test
    void brokenWheelsAreToldOf() throws IOException {
        Files.write(ext, new byte[100]);
        Fleet.Said said = fleet.plan(COMPATIBLE);
        assertThat(said.action("ext")).isEqualTo("rebuild");
        assertThat(said.why("ext")).contains("ext-1.0-0-cp312-cp312-linux_x86_64.whl can't be relied on");
        Files.delete(ext);
        assertThat(fleet.plan(COMPATIBLE).why("ext")).contains("no wheel of it lies in the folders of --wheels");
    }

    @Test
    void forcedIsForced() {
        fleet.forced.add("pure==1.0");
        assertThat(fleet.plan(COMPATIBLE).why("pure")).contains("asked for (--force)");
        fleet.forced.add("*");
        assertThat(fleet.plan(COMPATIBLE).work()).hasSize(5);
        fleet.forced.add("none==1");
        assertThatThrownBy(() -> fleet.plan(COMPATIBLE)).hasMessageContaining("no unit 'none==1'");
    }

    // Graphs are no evidence

    @Test
    void noEditOfAGraphTurnsARebuildIntoAKeep() throws IOException {
        fleet.record(base("1.1").file("base/more.py", "").write(), tool);
        graph("1.0", "1.1");
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        String graph = Files.readString(fleet.graph());
        // A graph that claims the wheel was built with what is there now.
        fleet.previous = Optional.of(Files.writeString(folder.resolve("previous.json"), graph));
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        // One that says the package is pre-built.
        Files.writeString(
                fleet.graph(),
                graph.replace("ext-1.0.tar.gz\", \"pre_built\": false", "ext-1.0.tar.gz\", \"pre_built\": true"));
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        // One without build requirements, and one with others than there were.
        fleet.graph("tool 1.0", "base 1.1: build tool 1.0", "ext 1.0: install base 1.1");
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        fleet.graph("tool 1.0", "base 1.1: build tool 1.0", "ext 1.0: build tool 1.0, install base 1.1");
        assertThat(fleet.plan(IDENTICAL).action("ext")).isEqualTo("rebuild");
        // The version alone: the wheel of the other version is under that name.
        Files.delete(base);
        graph("1.0", "1.0");
        assertThat(fleet.plan(IDENTICAL).action("ext")).isNotEqualTo("keep");
    }

    @Test
    void aGraphThatSaysPreBuiltIsNotFollowed() throws IOException {
        fleet.graph("tool 1.0", "x 1.0!: build tool 1.0");
        fleet.wheel("x", "1.0").write();
        assertThat(fleet.plan(COMPATIBLE).action("x")).isEqualTo("rebuild");
        assertThat(fleet.plan(COMPATIBLE).why("x"))
                .contains("the graph has it as pre-built, the settings for variant cpu do not");
        fleet.write("o/settings/x.yaml", "variants:\n  cpu: {pre_built: true}\n");
        assertThat(fleet.plan(COMPATIBLE).action("x")).isEqualTo("keep");
        assertThat(fleet.plan(COMPATIBLE).why("x")).contains("prebuilt: declared in x.yaml:2");
        fleet.forced.add("*");
        assertThat(fleet.plan(COMPATIBLE).action("x"))
                .as("fromager downloads it")
                .isEqualTo("keep");
    }

    @Test
    void whatIsPreBuiltCountsByTheWheelOfItsAddress() throws IOException {
        fleet.write("o/settings/tool.yaml", "variants:\n  cpu: {pre_built: true}\n");
        fleet.graph("tool 1.0!", "base 1.0: build tool 1.0");
        assertThat(fleet.plan(STRICT).work()).isEmpty();
        Files.move(tool, folder.resolve("elsewhere.whl"));
        assertThat(fleet.plan(STRICT).why("base")).contains("tool 1.0: no wheel of it lies in the folders of --wheels");
        fleet.wheel("tool", "1.0").build("7").write();
        assertThat(fleet.plan(STRICT).why("base"))
                .contains(
                        "it is pre-built, from tool-1.0-0-py3-none-any.whl, and what lies there is tool-1.0-7-py3-none-any.whl");
    }

    // What fromager by itself would do

    @Test
    void bothOfFromagersErrorsAreFound() throws IOException {
        fleet.record(base("1.1").file("base/more.py", "").write(), tool);
        graph("1.0", "1.1");
        FleetPlan plan = fleet.plan(IDENTICAL).plan();
        assertThat(plan.stale())
                .singleElement()
                .asString()
                .startsWith("ext-1.0-0-cp312-cp312-linux_x86_64.whl: base 1.0 -> 1.1: ");
        assertThat(plan.needless()).containsExactlyInAnyOrder("tool==1.0", "base==1.1", "pure==1.0", "top==1.0");
        // Without a record nothing is known but what the graph of the run before says.
        clear("ext");
        assertThat(fleet.plan(IDENTICAL).plan().stale()).isEmpty();
        graph("1.0", "1.0");
        fleet.previous = Optional.of(Files.copy(fleet.graph(), folder.resolve("previous.json")));
        graph("1.0", "1.1");
        assertThat(fleet.plan(IDENTICAL).plan().stale())
                .singleElement()
                .asString()
                .isEqualTo(
                        "ext-1.0-0-cp312-cp312-linux_x86_64.whl: by the previous graph it was built with base 1.0, and the graph has 1.1");
    }

    @Test
    void theHighestBuildTagIsTaken() throws IOException {
        fleet.write("o/settings/pure.yaml", "changelog:\n  \"1.0\": [a, b]\n");
        Path two = fleet.wheel("pure", "1.0")
                .field("Requires-Dist: base>=1")
                .build("2_deb12")
                .write();
        fleet.wheel("pure", "1.0").build("1").write();
        fleet.record(two, tool);
        Fleet.Said said = fleet.plan(STRICT);
        assertThat(said.work()).isEmpty();
        assertThat(said.plan().units().stream()
                        .filter(u -> u.name().equals("pure"))
                        .findFirst()
                        .orElseThrow()
                        .wheel())
                .hasValue(two);
    }

    // Records

    @Test
    void aReusedWheelIsNotRecordedAnew() throws IOException {
        Path newer = base("1.1").write();
        assertThatThrownBy(() -> fleet.record(ext, tool, newer))
                .hasMessageContaining(
                        "is recorded as built with another build environment (base 1.0, now 1.1); was it reused");
        assertThat(fleet.record(ext, tool, base).known()).isTrue();
    }

    @Test
    void recordsOfWhatIsNotThatWheelAreRefused() throws IOException {
        Path env = fleet.buildEnv(ext, "", tool);
        assertThatThrownBy(() -> fleet.recorder().record(base, env))
                .hasMessageContaining("is of ext 1.0, and the wheel is base-1.0");
        assertThatThrownBy(() -> fleet.recorder().record(folder.resolve("x.zip"), env))
                .hasMessageContaining("is not named as a wheel is");
        Path broken = Files.write(folder.resolve("ext-1.0-py3-none-any.whl"), new byte[] {'P', 'K', 3, 4});
        long before = count();
        assertThatThrownBy(() -> fleet.recorder().record(broken, env)).hasMessageContaining("ext-1.0-py3-none-any.whl");
        assertThat(count()).as("nothing was written").isEqualTo(before);
    }

    private long count() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("records"))) {
            return files.count();
        }
    }
}
