package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {

    @TempDir
    Path folder;

    private final Trace trace = new Trace("/cutoff", "/log", Traces.CALLS);

    private ObservedStep step(int parent, String where, String... command) {
        ObservedStep step = new ObservedStep(
                trace.steps().size(), parent, 0, List.of(command), where, List.of(), 0, trace.accesses());
        trace.steps().add(step);
        return step;
    }

    @Test
    void aStepOfAConfigureScriptBelongsToItsCheck() throws IOException {
        Path log = Files.writeString(folder.resolve("config.log"), """
                This file contains any messages produced by compilers
                configure:10: checking whether the C compiler works
                configure:20: gcc  -O2   conftest.c  >&5
                configure:24: $? = 0
                configure:25: result: yes
                configure:30: checking for inflate in -lz
                configure:31: gcc -o conftest -O2   conftest.c -lz   >&5
                configure:31: $? = 0
                configure:40: checking for crc32 in -lz
                configure:41: gcc -o conftest -O2   conftest.c -lz   >&5
                configure:42: ./conftest
                """);
        ObservedStep configure = step(-1, "/b", "/bin/sh", "./configure");
        configure.accesses.add(new Access(Access.Kind.WRITE, "/b/config.log"));
        ObservedStep works = step(0, "/b", "gcc", "-O2", "conftest.c");
        ObservedStep inflate = step(0, "/b", "gcc", "-o", "conftest", "-O2", "conftest.c", "-lz");
        ObservedStep inner = step(inflate.number, "/b", "/usr/lib/cc1", "-quiet", "conftest.c");
        ObservedStep crc = step(0, "/b", "gcc", "-o", "conftest", "-O2", "conftest.c", "-lz");
        ObservedStep run = step(0, "/b", "./conftest");
        ObservedStep other = step(-1, "/b", "make");
        Checks checks = Checks.of(trace, path -> path.equals("/b/config.log") ? log : null);
        assertThat(checks.of(works)).isEqualTo("configure: checking whether the C compiler works");
        assertThat(checks.of(inflate)).isEqualTo("configure: checking for inflate in -lz");
        assertThat(checks.of(inner)).isEqualTo("configure: checking for inflate in -lz");
        assertThat(checks.of(crc)).isEqualTo("configure: checking for crc32 in -lz");
        assertThat(checks.of(run)).isEqualTo("configure: checking for crc32 in -lz");
        assertThat(checks.of(configure)).isEmpty();
        assertThat(checks.of(other)).isEmpty();
    }

    @Test
    void aStepInCMakesTemporaryFolderBelongsToACheck() {
        step(-1, "/b", "cmake", ".");
        ObservedStep make = step(0, "/b/CMakeFiles/CMakeScratch/TryCompile-x", "make");
        assertThat(Checks.of(trace, path -> null).of(make)).isEqualTo("a check of cmake");
    }
}
