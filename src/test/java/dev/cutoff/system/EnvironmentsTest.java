package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.LocalWheels;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wheels in environments by content, with wheels from a folder and a backend of the project's own that compiles: no index is
 * needed.
 */
class EnvironmentsTest {

    private static final String BACKEND = """
            import os, subprocess, sysconfig, zipfile
            import hdrpkg

            def get_requires_for_build_wheel(settings=None):
                return ["extra"] if os.path.exists("wants-extra") else []

            def build_wheel(out, settings=None, metadata=None):
                if os.path.exists("fails"):
                    raise SystemExit("this backend does not feel like it")
                include = os.path.join(os.path.dirname(hdrpkg.__file__), "include")
                subprocess.check_call(["cc", "-c", "-I", include, "mod.c", "-o", "mod.o"])
                subprocess.check_call(["cc", "mod.o", "-o", "mod"])
                name = "demo-1.0-py3-none-any.whl"
                with zipfile.ZipFile(os.path.join(out, name), "w") as wheel:
                    def put(path, text):
                        wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
                    put("demo.py", "VALUE = " + subprocess.check_output(["./mod"], text=True))
                    put("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n")
                    put("demo-1.0.dist-info/WHEEL",
                        "Wheel-Version: 1.0\\nGenerator: demo\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                    put("demo-1.0.dist-info/RECORD", "demo.py,,\\ndemo-1.0.dist-info/METADATA,,\\n"
                        "demo-1.0.dist-info/WHEEL,,\\ndemo-1.0.dist-info/RECORD,,\\n")
                return name
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "cc", "python3");
        Skips.unless(
                Cutoff.runAny(Path.of("/"), System.getenv(), List.of("python3", "-m", "pip", "--version"))
                                .exitCode()
                        == 0,
                "python3 has no pip");
        Cutoff.run(Path.of("/"), Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private void header(String version, String text) {
        LocalWheels.write(
                folder.resolve("wheels"),
                "hdrpkg",
                version,
                Map.of("hdrpkg/__init__.py", "", "hdrpkg/include/hdr.h", text, "hdrpkg/unused.txt", version));
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve("demo").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void requires(String requirements) throws IOException {
        write(
                "pyproject.toml",
                "[build-system]\nrequires = [" + requirements
                        + "]\nbuild-backend = \"backend\"\nbackend-path = [\"tools\"]\n[project]\nname = \"demo\"\n");
    }

    private void project() throws IOException {
        header("1", "#define VALUE 1\n");
        header("2", "#define VALUE 2\n");
        header("2.1", "/* a comment */\n#define VALUE 2\n");
        requires("\"hdrpkg==1\"");
        write("tools/backend.py", BACKEND);
        write(
                "mod.c",
                "#include <stdio.h>\n#include <hdr.h>\nint main(void) { printf(\"%d\\n\", VALUE); return 0; }\n");
    }

    private Cutoff.Run cutoff(String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CUTOFF_STORE", folder.resolve("store").toString());
        environment.put("PIP_NO_INDEX", "1");
        environment.put("PIP_FIND_LINKS", folder.resolve("wheels").toString());
        environment.put("PYTHONPATH", "");
        return Cutoff.run(folder, environment, arguments);
    }

    private Cutoff.Run wheel(String out, String... more) {
        String[] all = Stream.concat(Stream.of("wheel", "demo", "--out", out), Stream.of(more))
                .toArray(String[]::new);
        return cutoff(all);
    }

    private String value(String out) {
        return Cutoff.runAny(
                        folder,
                        Map.of(),
                        List.of(
                                "python3",
                                "-c",
                                "import sys; sys.path.insert(0, sys.argv[1]); import demo; print(demo.VALUE)",
                                out + "/demo-1.0-py3-none-any.whl"))
                .out()
                .strip();
    }

    @Test
    void aWheelHasTheValueOfItsRequirementWhateverWasBuiltBefore() throws IOException {
        project();
        Cutoff.Run first = wheel("w1");
        assertThat(first.all()).contains("rebuilt  demo").contains("demo-1.0-py3-none-any.whl");
        assertThat(first.exitCode()).isZero();
        assertThat(value("w1")).isEqualTo("1");

        Cutoff.Run same = wheel("w2", "--offline");
        assertThat(same.out()).contains("kept     demo+requires").contains("kept     demo\n");
        assertThat(folder.resolve("w2/demo-1.0-py3-none-any.whl"))
                .hasSameBinaryContentAs(folder.resolve("w1/demo-1.0-py3-none-any.whl"));

        requires("\"hdrpkg==2\"");
        assertThat(wheel("w3").out()).contains("rebuilt  demo");
        assertThat(value("w3")).isEqualTo("2");

        requires("\"hdrpkg==1\"");
        assertThat(wheel("w4").out()).contains("kept     demo\n");
        assertThat(value("w4")).isEqualTo("1");
    }

    @Test
    void whatNoBuildReadOfAnEnvironmentIsNoReason() throws IOException {
        project();
        write(
                "tools/backend.py",
                BACKEND.replace("import hdrpkg", "hdrpkg = None")
                        .replace("os.path.dirname(hdrpkg.__file__)", "sysconfig.get_path('purelib') + '/hdrpkg'"));
        requires("\"hdrpkg==2\"");
        assertThat(wheel("w1").exitCode()).isZero();
        Cutoff.Run same = wheel(
                "w2",
                "--build-constraint",
                Files.writeString(folder.resolve("c"), "hdrpkg==2").toString());
        assertThat(same.out()).contains("kept     demo\n");
        // Another wheel of the same version: a comment differs in what was read, and all of what was not.
        header("2", "/* a comment */\n#define VALUE 2\n");
        LocalWheels.write(
                folder.resolve("wheels"),
                "hdrpkg",
                "2",
                Map.of(
                        "hdrpkg/__init__.py",
                        "",
                        "hdrpkg/include/hdr.h",
                        "/* a comment */\n#define VALUE 2\n",
                        "hdrpkg/unused.txt",
                        "other"));
        assertThat(wheel("w3").out()).as("the lock is young").contains("kept     demo\n");
        assertThat(wheel("w4", "--refresh").out()).contains("kept     demo\n");
        header("2", "#define VALUE 22\n");
        assertThat(wheel("w5", "--refresh").out()).contains("rebuilt  demo");
        assertThat(value("w5")).isEqualTo("22");
    }

    @Test
    void whatABackendAsksForIsThere() throws IOException {
        project();
        LocalWheels.write(folder.resolve("wheels"), "extra", "1.0", Map.of("extra.py", "X = 41\n"));
        write("wants-extra", "");
        write("tools/backend.py", BACKEND.replace("    include =", "    import extra\n    include ="));
        assertThat(wheel("w1").exitCode()).isZero();
        Files.delete(folder.resolve("demo/wants-extra"));
        Cutoff.Run without = wheel("w2");
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.all()).contains("No module named 'extra'");

        // What the store keeps of a project goes when that is gone.
        assertThat(cutoff("store", "gc").out()).doesNotContain("which is no more");
        Cutoff.shell(folder, "mv demo moved");
        assertThat(cutoff("store", "gc", "--dry-run").out()).contains("would remove logs and decisions of ");
        assertThat(folder.resolve("store/projects")).isNotEmptyDirectory();
        assertThat(cutoff("store", "gc").out()).contains("removed logs and decisions of ");
        assertThat(folder.resolve("store/projects")).isEmptyDirectory();
    }

    @Test
    void errorsSayWhatAndWhere() throws IOException {
        project();
        write("fails", "");
        Cutoff.Run failed = wheel("w");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.all()).contains("this backend does not feel like it");
        Files.delete(folder.resolve("demo/fails"));

        requires("\"hdrpkg==3\"");
        Cutoff.Run unresolvable = wheel("w");
        assertThat(unresolvable.exitCode()).isEqualTo(2);
        assertThat(unresolvable.err()).contains("No matching distribution found for hdrpkg==3");

        write("pyproject.toml", "[build-system]\nrequires = [\"hdrpkg\"\n[project]\n");
        Cutoff.Run broken = wheel("w");
        assertThat(broken.exitCode()).isEqualTo(2);
        assertThat(broken.err()).contains("pyproject.toml:2");

        write("pyproject.toml", "[build-system]\nbuild-backend = \"backend\"\n");
        assertThat(wheel("w").err()).contains("pyproject.toml:1").contains("requires");
    }

    @Test
    void environmentsOnDiskAreCheckedAndMended() throws IOException {
        project();
        Cutoff.Run shell =
                cutoff("env", "shell", "demo", "--command", "python -c 'import hdrpkg; print(hdrpkg.__file__)'");
        assertThat(shell.exitCode()).isZero();
        Path file = Path.of(shell.out().strip()).resolveSibling("include/hdr.h");
        assertThat(file).hasContent("#define VALUE 1\n");
        Path other = Path.of(shell.out().strip());
        Object time = Files.getLastModifiedTime(other);

        Files.writeString(file, "#define VALUE 7\n");
        assertThat(cutoff("env", "verify").exitCode()).isEqualTo(1);
        assertThat(file).hasContent("#define VALUE 1\n");
        assertThat(cutoff("env", "verify").out()).contains("sound");

        Files.writeString(file, "#define VALUE 8\n");
        assertThat(cutoff("env", "shell", "demo", "--command", "true").err()).contains("mended");
        assertThat(file).hasContent("#define VALUE 1\n");

        requires("\"hdrpkg==2\"");
        assertThat(cutoff("env", "shell", "demo", "--command", "true").exitCode())
                .isZero();
        assertThat(file).hasContent("#define VALUE 2\n");
        assertThat(Files.getLastModifiedTime(other)).isEqualTo(time);

        assertThat(cutoff("env", "list").out()).contains("demo");
        assertThat(cutoff("env", "gc").out()).contains("removed");
        assertThat(file).doesNotExist();
    }

    @Test
    void twoAtOnceAndOneThatIsKilledLeaveNothingHalf() throws Exception {
        project();
        Map<String, String> environment = Map.of(
                "CUTOFF_STORE", folder.resolve("store").toString(),
                "PIP_NO_INDEX", "1",
                "PIP_FIND_LINKS", folder.resolve("wheels").toString());
        for (int millis : new int[] {900, 1800}) {
            Cutoff.Running killed = Cutoff.start(folder, environment, "wheel", "demo", "--out", "k");
            Thread.sleep(millis);
            killed.process().descendants().forEach(ProcessHandle::destroyForcibly);
            killed.process().destroyForcibly().waitFor();
        }
        Cutoff.Running one = Cutoff.start(folder, environment, "wheel", "demo", "--out", "a");
        Cutoff.Running two = Cutoff.start(folder, environment, "wheel", "demo", "--out", "b");
        assertThat(one.end(300).exitCode()).isZero();
        assertThat(two.end(300).exitCode()).isZero();
        assertThat(value("a")).isEqualTo("1");
        assertThat(value("b")).isEqualTo("1");
        assertThat(cutoff("store", "verify").exitCode()).isZero();
    }

    @Test
    void whatIsWrongInPyprojectIsSaidWithFileAndLineAndNoTraceback() throws IOException {
        project();
        write(
                "pyproject.toml",
                "[build-system]\nrequires = [\"hdrpkg==1\"]\nbuild-backend = \"nosuch.build\"\n[project]\nname = \"demo\"\n");
        Cutoff.Run unknown = wheel("w");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.all())
                .contains("pyproject.toml:3: there is no module nosuch")
                .doesNotContain("Traceback");

        requires("\"hdrpkg==1\"");
        write(
                "tools/backend.py",
                BACKEND.replace(
                        "    include =", "    raise ValueError('Field `project.name` must be longer')\n    include ="));
        Cutoff.Run refused = wheel("w");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.all())
                .contains("pyproject.toml:6: Field `project.name` must be longer")
                .doesNotContain("Traceback");

        // Several at once, as scikit-build-core raises them: the group itself says nothing of what is wrong.
        write(
                "tools/backend.py",
                BACKEND.replace(
                        "    include =",
                        "    class Group(Exception):\n        exceptions = (ValueError('`project.name`: no name'), ValueError('no version'))\n"
                                + "    raise Group('Failed to parse pyproject.toml')\n    include ="));
        assertThat(wheel("w").all())
                .contains("pyproject.toml:6: Failed to parse pyproject.toml: `project.name`: no name; no version")
                .doesNotContain("Traceback");

        // A fault of its own is for those who wrote it: where it was is said.
        write("tools/backend.py", BACKEND.replace("    include =", "    raise KeyError('x')\n    include ="));
        assertThat(wheel("w").all()).contains("Traceback").contains("the backend failed: KeyError");
    }

    @Test
    void anArchiveThatIsNotWhatWasResolvedIsRefused() throws IOException {
        project();
        assertThat(wheel("w1").exitCode()).isZero();
        // All trees go, the lock stays.
        assertThat(cutoff("store", "gc", "--max-size", "1").exitCode()).isZero();
        header("1", "#define VALUE 666\n");
        Cutoff.Run refused = wheel("w2");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("refused: what the index gave is not what was resolved");
        assertThat(folder.resolve("w2")).doesNotExist();
    }

    @Test
    void twoProjectsAtOnceMakeAnEnvironmentOnce() throws Exception {
        project();
        Cutoff.shell(folder, "cp -r demo other");
        // Fetching takes a while: a wheel of some size.
        LocalWheels.write(
                folder.resolve("wheels"), "large", "1", Map.of("large/data.txt", "0123456789abcdef".repeat(4_000_000)));
        requires("\"hdrpkg==1\", \"large\"");
        Cutoff.shell(folder, "cp demo/pyproject.toml other");
        Map<String, String> environment = Map.of(
                "CUTOFF_STORE", folder.resolve("store").toString(),
                "PIP_NO_INDEX", "1",
                "PIP_LOG", folder.resolve("pip.log").toString(),
                "PIP_FIND_LINKS", folder.resolve("wheels").toString());
        Cutoff.Running one = Cutoff.start(folder, environment, "wheel", "demo", "--out", "a");
        Cutoff.Running two = Cutoff.start(folder, environment, "wheel", "other", "--out", "b");
        assertThat(one.end(300).exitCode()).isZero();
        assertThat(two.end(300).exitCode()).isZero();
        assertThat(value("a")).isEqualTo("1");
        assertThat(value("b")).isEqualTo("1");
        // pip's words for a wheel that it copies to where it was told to.
        assertThat(Files.readAllLines(folder.resolve("pip.log")).stream()
                        .filter(line -> line.contains("Saved ./") && line.contains("large")))
                .hasSize(1);
    }

    @Test
    void oneThatIsKilledWhileItMakesAnEnvironmentLeavesNoneInUse() throws Exception {
        project();
        LocalWheels.write(
                folder.resolve("wheels"), "large", "1", Map.of("large/data.txt", "0123456789abcdef".repeat(4_000_000)));
        requires("\"hdrpkg==1\", \"large\"");
        Map<String, String> environment = Map.of(
                "CUTOFF_STORE", folder.resolve("store").toString(),
                "PIP_NO_INDEX", "1",
                "PIP_FIND_LINKS", folder.resolve("wheels").toString());
        Cutoff.Running killed = Cutoff.start(folder, environment, "wheel", "demo", "--out", "k");
        Path unpacked = null;
        for (int i = 0; i < 6000 && unpacked == null && killed.process().isAlive(); i++) {
            Thread.sleep(5);
            try (Stream<Path> all = Files.walk(folder.resolve("store/tmp"))) {
                unpacked = all.filter(path -> path.endsWith("large/data.txt"))
                        .findAny()
                        .orElse(null);
            } catch (IOException | java.io.UncheckedIOException e) {
                // Not there yet, or gone in this moment.
            }
        }
        killed.process().descendants().forEach(ProcessHandle::destroyForcibly);
        killed.process().destroyForcibly().waitFor();
        assertThat(unpacked).as("it was killed while it unpacked").isNotNull();
        assertThat(folder.resolve("k")).doesNotExist();
        assertThat(cutoff("store", "verify").exitCode()).isZero();
        assertThat(wheel("w").exitCode()).isZero();
        assertThat(value("w")).isEqualTo("1");
        Cutoff.Run shell = cutoff(
                "env",
                "shell",
                "demo",
                "--command",
                "wc -c <$(dirname $(python -c 'import hdrpkg; print(hdrpkg.__file__)'))/../large/data.txt");
        assertThat(shell.out().strip()).isEqualTo("64000000");
    }

    /** By an interpreter itself: which one a script in its place starts has to be asked each time. */
    private Cutoff.Run own(String out, String... more) {
        String python = Cutoff.shell(folder, "python3 -c 'import sys; print(sys.executable)'")
                .strip();
        return wheel(
                out,
                Stream.concat(Stream.of("--python", python), Stream.of(more)).toArray(String[]::new));
    }

    private Path upToDate() {
        try (Stream<Path> projects = Files.list(folder.resolve("store/projects"))) {
            return projects.findFirst().orElseThrow().resolve(".cutoff/up-to-date");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether a run took over what the one before had left: who decides anything removes it. */
    private boolean isTakenOver(String... more) throws IOException {
        Object before = Files.readAttributes(upToDate(), "unix:ino,ctime");
        Cutoff.Run run = own("w", more);
        assertThat(run.exitCode()).as(run.all()).isZero();
        return Files.exists(upToDate())
                && Files.readAttributes(upToDate(), "unix:ino,ctime").equals(before);
    }

    private void settle() throws Exception {
        for (int i = 0; i < 2; i++) {
            Thread.sleep(2100);
            assertThat(own("w").exitCode()).isZero();
        }
        assertThat(isTakenOver()).isTrue();
    }

    @Test
    @Tag("long")
    void aWheelOfWhichNothingChangedIsTakenOverAsItStands() throws Exception {
        project();
        assertThat(own("w").exitCode()).isZero();
        settle();
        Cutoff.shell(folder, "rm -r w");
        Cutoff.Run taken = own("w", "--json", "w.json");
        assertThat(taken.out())
                .contains("kept     demo+requires")
                .contains("kept     demo\n")
                .contains("demo-1.0-py3-none-any.whl");
        assertThat(folder.resolve("w.json")).content().contains("\"unit\" : \"demo\"");
        assertThat(value("w")).isEqualTo("1");
        Path wheel = folder.resolve("w/demo-1.0-py3-none-any.whl");
        Object time = Files.getLastModifiedTime(wheel);
        assertThat(isTakenOver()).isTrue();
        assertThat(Files.getLastModifiedTime(wheel)).isEqualTo(time);

        assertThat(isTakenOver("--env", "CFLAGS=-O1")).isFalse();
        assertThat(value("w")).isEqualTo("1");
        settle();
        Files.writeString(folder.resolve("constraint"), "hdrpkg<2\n");
        assertThat(isTakenOver("--build-constraint", "constraint")).isFalse();
        settle();
        // As long as before, with its old time.
        Path source = folder.resolve("demo/mod.c");
        var old = Files.getLastModifiedTime(source);
        Files.writeString(source, Files.readString(source).replace(" VALUE); return", "9+VALUE);return"));
        Files.setLastModifiedTime(source, old);
        Cutoff.Run edited = own("w");
        assertThat(edited.out()).as(edited.all()).contains("rebuilt  demo");
        assertThat(value("w")).isEqualTo("10");
        settle();
        // What stands there is no more what was kept.
        Path stands = upToDate().resolveSibling("out/demo/demo-1.0-py3-none-any.whl");
        Cutoff.shell(folder, "chmod -R u+w store/projects; printf x >>'" + stands + "'");
        assertThat(isTakenOver()).isFalse();
        assertThat(value("w")).isEqualTo("10");
        settle();
        // A requirement's other wheel, once the index is asked again.
        header("1", "#define VALUE 5\n");
        assertThat(isTakenOver()).as("the lock is young").isTrue();
        assertThat(isTakenOver("--refresh")).isFalse();
        assertThat(value("w")).isEqualTo("14");

        Cutoff.Run why = cutoff("explain", "demo", "--json", "why.json", "-C", "demo");
        assertThat(why.out())
                .contains("demo+requires kept")
                .contains("demo rebuilt: ")
                .contains("hdr.h");
        assertThat(folder.resolve("why.json")).content().contains("cutoff.explain-wheel/1");
        assertThat(cutoff("explain", "other", "-C", "demo").err()).contains("the project here is demo, not other");
    }

    @Test
    void warmItTouchesNoNetwork() throws IOException {
        project();
        Skips.unless(
                Cutoff.runAny(folder, Map.of(), List.of("unshare", "-n", "true"))
                                .exitCode()
                        == 0,
                "no network namespace can be made here");
        assertThat(wheel("w1").exitCode()).isZero();
        Cutoff.shell(folder, "mv wheels gone");
        Map<String, String> nowhere = Map.of(
                "CUTOFF_STORE",
                folder.resolve("store").toString(),
                "PIP_NO_INDEX",
                "1",
                "PYTHONPATH",
                "",
                "PIP_FIND_LINKS",
                folder.resolve("wheels").toString());
        List<String> command =
                List.of("unshare", "-n", Cutoff.root().resolve("cutoff").toString(), "wheel", "demo", "--out", "w2");
        Cutoff.Run kept = Cutoff.runAny(folder, nowhere, command);
        assertThat(kept.out()).contains("kept     demo\n");
        write("mod.c", Files.readString(folder.resolve("demo/mod.c")).replace("VALUE)", "VALUE + 10)"));
        Cutoff.Run edited = Cutoff.runAny(folder, nowhere, command);
        assertThat(edited.exitCode()).as(edited.all()).isZero();
        assertThat(value("w2")).isEqualTo("11");
    }
}
