package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompileProbeTest {

    private static final String OUTPUT = "/tmp/cutoff-probe.s";

    @Test
    void writesAssemblyWithoutDebugInfoAndNoListsOfHeaders() {
        assertThat(CompileProbe.command(List.of(
                        "/usr/lib/gcc/cc1",
                        "-quiet",
                        "-MD",
                        "a.d",
                        "-MP",
                        "-MT",
                        "a.o",
                        "-I",
                        "include",
                        "a.c",
                        "-g",
                        "-gdwarf-5",
                        "-O2",
                        "-o",
                        "/tmp/ccabcdef.s")))
                .contains(List.of("/usr/lib/gcc/cc1", "-quiet", "-I", "include", "a.c", "-O2", "-o", OUTPUT));
    }

    @Test
    void aStepWithoutOneOutputIsNotRun() {
        assertThat(CompileProbe.command(List.of("/usr/lib/gcc/cc1", "a.c"))).isEmpty();
        assertThat(CompileProbe.command(List.of("/usr/lib/gcc/cc1", "a.c", "-o", "a.s", "-o", "b.s")))
                .isEmpty();
    }
}
