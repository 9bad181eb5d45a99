package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command that runs several builds at once: whose a program is, and whose what it does. */
class BuildsTest {

    @TempDir
    Path folder;

    private final Trace whole = new Trace(
            (String path) -> path.startsWith("/w/") ? "/cutoff/build/" + path.substring(3) : path,
            "/log",
            Traces.CALLS);
    private final Trace a = whole.part();
    private final Trace b = whole.part();

    private void read(String... calls) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String call : calls) {
            int space = call.indexOf(' ');
            text.append(call, 0, space)
                    .append(" 1795306055.100000")
                    .append(call.substring(space))
                    .append('\n');
        }
        whole.add(
                Files.writeString(folder.resolve("trace"), text),
                "/run",
                (at, command, environment) -> at.startsWith("/cutoff/build/a")
                        ? a
                        : at.startsWith("/cutoff/build/b") || environment.contains("OF=b") ? b : null);
    }

    private static List<String> accesses(Trace trace, int step) {
        return trace.steps().get(step).accesses.stream()
                .map(access -> access.kind() + " " + access.path())
                .toList();
    }

    @Test
    void programsBelongWhereTheyAreStartedAndSoDoesWhatTheyStart() throws IOException {
        read(
                "5 execve(\"/bin/fromager\", [\"fromager\"], []) = 0",
                "5 vfork() = 6",
                "6 chdir(\"/w/a\") = 0",
                "5 vfork() = 7",
                "6 execve(\"/bin/make\", [\"make\"], []) = 0",
                "7 execve(\"/bin/pip\", [\"pip\"], [\"OF=b\"]) = 0",
                "6 vfork() = 8",
                "8 chdir(\"/elsewhere\") = 0",
                "8 execve(\"/bin/cc\", [\"cc\"], []) = 0",
                "7 openat(AT_FDCWD</run>, \"/w/b/x\", O_WRONLY|O_CREAT, 0666) = 3</w/b/x>",
                "8 openat(AT_FDCWD</elsewhere>, \"y.h\", O_RDONLY) = 3</elsewhere/y.h>",
                "5 openat(AT_FDCWD</run>, \"settings\", O_RDONLY) = 3</run/settings>",
                "8 +++ exited with 0 +++",
                "7 +++ exited with 0 +++",
                "6 +++ exited with 0 +++",
                "5 +++ exited with 0 +++");
        assertThat(whole.gaps()).isEmpty();
        assertThat(accesses(whole, 0)).contains("READ /run/settings", "LOOK /cutoff/build/a");
        assertThat(a.steps())
                .extracting(step -> step.program() + " " + step.parent)
                .containsExactly("make -1", "cc 0");
        assertThat(accesses(a, 1)).containsExactly("EXECUTE /bin/cc", "READ /elsewhere/y.h");
        assertThat(b.steps()).extracting(ObservedStep::program).containsExactly("pip");
        assertThat(b.written()).containsExactly("/cutoff/build/b/x");
        assertThat(a.written()).isEmpty();
        assertThat(a.touched()).contains("/elsewhere/y.h").doesNotContain("/cutoff/build/b/x");
    }

    @Test
    void aGapIsOfTheBuildThatMadeItAndOneOfNobodyIsTold() throws IOException {
        read(
                "5 execve(\"/bin/fromager\", [\"fromager\"], []) = 0",
                "5 vfork() = 6",
                "6 chdir(\"/w/a\") = 0",
                "6 execve(\"/bin/make\", [\"make\"], []) = 0",
                "6 mount(\"x\", \"/y\", NULL, 0, NULL) = 0",
                "6 socket(AF_INET, SOCK_STREAM, 0) = 3",
                "5 connect(4, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 10) = 0",
                "6 +++ exited with 0 +++",
                "5 +++ exited with 0 +++");
        assertThat(a.gaps()).singleElement().asString().contains("make");
        assertThat(a.usedNetwork()).isTrue();
        assertThat(b.gaps()).isEmpty();
        assertThat(b.usedNetwork()).isFalse();
        assertThat(whole.gaps()).singleElement().asString().contains("/run/x");
        assertThat(whole.missed()).isEmpty();
    }

    @Test
    void whatIsNotUnderstoodMayBeAnybodys() throws IOException {
        read("5 execve(\"/bin/fromager\", [\"fromager\"], []) = 0", "6 this is no call", "5 +++ exited with 0 +++");
        assertThat(whole.missed()).isNotEmpty();
    }

    @Test
    void whoOutlivesTheCommandIsNotSeenToItsEnd() throws IOException {
        read(
                "5 execve(\"/bin/fromager\", [\"fromager\"], []) = 0",
                "5 vfork() = 6",
                "6 chdir(\"/w/b\") = 0",
                "6 execve(\"/bin/daemon\", [\"daemon\"], []) = 0",
                "5 +++ exited with 0 +++");
        assertThat(b.gaps()).singleElement().asString().contains("daemon had not ended");
        assertThat(a.gaps()).isEmpty();
    }

    @Test
    void whoStartsThemAllIsToldByItsProgram() throws IOException {
        read(
                "5 execve(\"/bin/fromager\", [\"fromager\"], []) = 0",
                "5 vfork() = 6",
                "6 chdir(\"/w/a\") = 0",
                "6 execve(\"/x/isolate.sh\", [\"/x/isolate.sh\", \"make\"], []) = 0",
                "6 execve(\"/bin/make\", [\"make\"], []) = 0",
                "6 +++ exited with 0 +++",
                "5 +++ exited with 0 +++");
        assertThat(a.beginsWith("isolate.sh")).isTrue();
        assertThat(a.beginsWith("make")).isFalse();
    }
}
