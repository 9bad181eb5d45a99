package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerCommandTest {

    private static final String USUAL =
            "-quiet -imultiarch x86_64-linux-gnu -I include -D_GNU_SOURCE -D NDEBUG a.c -quiet -dumpbase a.c -dumpbase-ext"
                    + " .c -mtune=generic -march=x86-64";

    private static Optional<CompilerCommand> of(String more) {
        List<String> words = new ArrayList<>(List.of("/usr/lib/gcc/cc1"));
        words.addAll(Arrays.asList(USUAL.split(" ")));
        if (!more.isEmpty()) {
            words.addAll(Arrays.asList(more.split(" ")));
        }
        words.addAll(List.of("-o", "/tmp/ccAbC123.s"));
        return CompilerCommand.of(words);
    }

    private static Optional<CompilerCommand> clang(String words) {
        return CompilerCommand.ofClang(List.of(("clang " + words).split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O2 -c a.c -o a.o -Wall -fPIC -pthread -MMD -MF a.d",
                "-O2 a.c -o a -lz -L/x -Wl,--as-needed",
                "-cc1 -triple x86_64-pc-linux-gnu -emit-obj -disable-free -main-file-name h.c -mllvm"
                        + " -treat-scalable-fixed-error-as-warning -fcoverage-compilation-dir=/x -internal-isystem /i"
                        + " -funwind-tables=2 -D__X=1 -o /tmp/h-52bf4a.o -x c h.c"
            })
    void clangIsLetThrough(String words) {
        assertThat(clang(words)).isPresent();
        assertThat(clang(words).orElseThrow().debugInfo()).isFalse();
    }

    @Test
    void clangsDebugInfoIsSeen() {
        assertThat(clang("-g -c a.c").orElseThrow().debugInfo()).isTrue();
        assertThat(clang("-cc1 -debug-info-kind=constructor -dwarf-version=5 a.c")
                        .orElseThrow()
                        .debugInfo())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-fopenmp -c a.c",
                "-MMD -fsanitize=undefined -c a.c",
                "-Wp,-Werror -c a.c",
                "-Werror=documentation -c a.c",
                "-Werror=documentation-unknown-command -c a.c",
                "-Werror=empty-body -c a.c",
                "-Werror=newline-eof -c a.c",
                "-Werror=everything -c a.c",
                "-cc1 -Werror=documentation a.c",
                "-pedantic-errors -c a.c",
                "-Wa,-aln=x -c a.c",
                "-E a.c",
                "-S a.c",
                "-emit-llvm -c a.c",
                "-flto -c a.c",
                "-fsanitize=address -c a.c",
                "-fprofile-instr-generate -c a.c",
                "-fmodules -c a.c",
                "-Xclang -x -c a.c",
                "-mllvm -debug -c a.c",
                "-x c-header a.h",
                "-include-pch a.pch -c a.c",
                "--config x.cfg -c a.c",
                "-Rpass=inline -c a.c",
                "@words",
                // Places in the sources in code or beside it.
                "--coverage -c a.c",
                "-fprofile-arcs -ftest-coverage -c a.c",
                "-fprofile-generate -c a.c",
                "-fprofile-use=a.profdata -c a.c",
                "-fprofile-instr-use=a.profdata -c a.c",
                "-fprofile-sample-use=a.prof -c a.c",
                "-fcs-profile-generate -c a.c",
                "-fcoverage-mapping -fprofile-instr-generate -c a.c",
                "-fsanitize=function -fsanitize-minimal-runtime -c a.c",
                "-fsanitize-coverage=trace-pc-guard -c a.c",
                "-fsanitize-recover=all -c a.c",
                "-flto=thin -c a.c",
                "-ffat-lto-objects -flto -c a.c",
                "-fembed-bitcode -c a.c",
                "-fsave-optimization-record -c a.c",
                "-fxray-instrument -c a.c",
                "-fmemory-profile -c a.c",
                "-fpseudo-probe-for-profiling -c a.c",
                "-fdebug-info-for-profiling -c a.c",
                "-frecord-command-line -c a.c",
                "-cc1 -emit-obj -fprofile-instrument=clang -fcoverage-mapping -o a.o a.c",
                "-cc1 -emit-obj -femit-coverage-notes -femit-coverage-data -o a.o a.c",
                "-cc1 -emit-obj -coverage-notes-file=/x/a.gcno -o a.o a.c",
                "-cc1 -emit-obj -fsanitize=address -o a.o a.c",
                "-cc1 -emit-obj -fsanitize-coverage-type=3 -o a.o a.c",
                "-cc1 -emit-obj -opt-record-file a.yaml -o a.o a.c",
                "-cc1 -emit-obj -split-dwarf-file a.dwo -o a.o a.c",
                "-cc1 -emit-llvm-bc -flto-unit -o a.o a.c",
                "-cc1 -emit-obj -fthinlto-index=a.index -o a.o -x ir a.bc"
            })
    void clangIsNotLetThrough(String words) {
        assertThat(clang(words)).isEmpty();
    }

    @Test
    void assemblyThatStaysHoldsLinesAsText() {
        List<String> command = new ArrayList<>(List.of("cc1", "-quiet", "a.c", "-o", "a.s"));
        assertThat(CompilerCommand.of(command)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-O2 -Wall -Wextra -std=gnu17 -fPIC -fvisibility=hidden",
                "-std=c++17 -fno-rtti -fno-exceptions -Wno-error=comment",
                "-MMD a.d -MF a.o.d -MT a.o -MP",
                "-Werror=format-security -fstack-protector-strong -fasynchronous-unwind-tables",
                "-Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Wfatal-errors",
                "-Wdocumentation -Wtraditional -Wempty-body -Wno-error=traditional", // nobody hears them
                "-isystem /x -idirafter /y -include config.h -w -pg"
            })
    void isLetThrough(String options) {
        assertThat(of(options)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-E", // its output holds lines and columns
                "-C",
                "-Werror", // -Wcomment and -Wmisleading-indentation look at layout
                "-Werror=misleading-indentation",
                "-Werror=implicit-fallthrough=3",
                "-Werror=empty-body",
                "-Werror=traditional", // an indented #define
                "-Werror=c90-c99-compat", // comments
                "-Werror=all",
                "-Werror=unused-value", // columns beyond 4096
                "-Werror=format", // -Wnonnull with it
                "-Werror=unused-macros",
                "-Werror=some-warning-of-tomorrow",
                "-Werror-implicit-function-declaration",
                "-pedantic-errors",
                "-fsanitize=undefined", // reports hold lines and columns
                "-fprofile-arcs",
                "-ftest-coverage",
                "-flto",
                "-fplugin=x.so",
                "-fpreprocessed",
                "-fdump-tree-all",
                "-fmodules-ts",
                "-fanalyzer",
                "-fverbose-asm",
                "-fsanitize=address",
                "-fsanitize=thread",
                "-fsanitize-coverage=trace-pc",
                "-fsanitize-recover=undefined",
                "-fprofile-generate",
                "-fprofile-use=a.gcda",
                "-fprofile-values",
                "-fprofile-update=atomic",
                "-fprofile-note=a.gcno",
                "-fauto-profile=a.afdo",
                "-fbranch-probabilities",
                "-fcondition-coverage",
                "-flto=auto",
                "-flto-partition=none",
                "-ffat-lto-objects",
                "-fwpa",
                "-fopenacc",
                "-foffload=nvptx-none",
                "-finstrument-functions",
                "-fpatchable-function-entry=2",
                "-fstack-usage",
                "-fcallgraph-info",
                "-fopt-info-vec=x",
                "-fsave-optimization-record",
                "-frecord-gcc-switches",
                "-fdirectives-only",
                "-fpch-preprocess",
                "-fpch-deps",
                "-fcompare-debug",
                "-P",
                "-CC",
                "-M",
                "-std=c90", // no // comments
                "-std=gnu89",
                "-ansi",
                "-gsplit-dwarf",
                "-traditional-cpp",
                "-dD",
                "@args",
                "x.i",
                "-",
                "--some-option-of-tomorrow"
            })
    void isNot(String options) {
        assertThat(of(options)).isEmpty();
    }

    @Test
    void outputsThatHoldTheSourcesAreNot() {
        assertThat(CompilerCommand.of(List.of("cc1", "a.h", "-o", "a.h.gch"))).isEmpty();
        assertThat(CompilerCommand.of(List.of("cc1", "a.c", "-o", "-"))).isEmpty();
    }

    @Test
    void saysWhatItWrites() {
        assertThat(of("-g").orElseThrow().debugInfo()).isTrue();
        assertThat(of("-ggdb3 -O2").orElseThrow().debugInfo()).isTrue();
        assertThat(of("-g -g0").orElseThrow().debugInfo()).isFalse();
        assertThat(of("").orElseThrow().gnuMode()).isTrue();
        assertThat(of("-std=c99").orElseThrow().gnuMode()).isFalse();
        assertThat(of("-DX=__LINE__").orElseThrow().macros()).containsExactly("_GNU_SOURCE", "NDEBUG", "X=__LINE__");
    }
}
