package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Skips;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines of the linker, as compilers write them and as people do. */
class LinkCommandTest {

    private static Optional<LinkCommand> command(String arguments) {
        List<String> words = new ArrayList<>(List.of("ld"));
        words.addAll(Arrays.asList(arguments.split(" ")));
        return LinkCommand.of(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-static",
                "-static-pie",
                "-no-pie",
                "-shared",
                "-shared -Wl,-soname,libp.so.1 -Wl,--version-script=p.map -Wl,--no-undefined",
                "-rdynamic -Wl,-rpath,/opt/lib:/lib -Wl,--enable-new-dtags -Wl,-O1 -Wl,--hash-style=both",
                "-Wl,--as-needed -lm -Wl,--no-as-needed -Wl,-z,relro,-z,now -Wl,-z,noexecstack",
                "-Wl,--start-group -lm -lc -Wl,--end-group -Wl,--dependency-file=p.d"
            })
    void whatGccPassesIsUnderstood(String options) {
        Skips.unlessInstalled("gcc");
        List<String> arguments = new ArrayList<>(List.of("main.o", "-o", "product"));
        if (!options.isEmpty()) {
            arguments.addAll(Arrays.asList(options.split(" ")));
        }
        List<String> words = Linking.gcc(arguments.toArray(String[]::new));
        Optional<LinkCommand> command = LinkCommand.of(words);
        assertThat(command).as(String.join(" ", words)).isPresent();
        assertThat(command.get().output()).isEqualTo("product");
        assertThat(command.get().inputs()).contains("main.o");
        assertThat(command.get().wholeArchives()).isFalse();
    }

    @Test
    void whatClangPassesIsUnderstood() {
        assertThat(command("-pie --hash-style=both --build-id --eh-frame-hdr -m elf_x86_64 -dynamic-linker"
                        + " /lib64/ld-linux-x86-64.so.2 -o a.out /lib/Scrt1.o -L/usr/lib a.o -lgcc --as-needed"
                        + " -lgcc_s --no-as-needed -lc /lib/crtn.o"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-r a.o",
                "-i a.o",
                "-s a.o",
                "-x a.o",
                "--strip-all a.o",
                "--gc-sections a.o",
                "-Map=map a.o",
                "-Map map a.o",
                "-M a.o",
                "--print-map a.o",
                "--cref a.o",
                "--trace a.o",
                "-t a.o",
                "-y name a.o",
                "-T script a.o",
                "-Tscript a.o",
                "--script=script a.o",
                "--wrap=malloc a.o",
                "--wrap malloc a.o",
                "--defsym a=b a.o",
                "--just-symbols=b a.o",
                "-R b a.o",
                "--copy-dt-needed-entries a.o",
                "--fatal-warnings a.o",
                "--emit-relocs a.o",
                "-emit-relocs a.o",
                "-q a.o",
                "--hash-size=7 a.o",
                "--reduce-memory-overheads a.o",
                "--default-symver a.o",
                "--unknown a.o",
                "-m elf_i386 a.o",
                "-z muldefs a.o",
                "-z pack-relative-relocs a.o",
                "-flto a.o",
                "-plugin /usr/lib/llvm/lib/LLVMgold.so a.o",
                "@arguments",
                "a.o -o",
                "-ofoo -e",
                "--library"
            })
    void whatIsNotUnderstoodMakesFilesCount(String arguments) {
        assertThat(command(arguments)).isEmpty();
    }

    @Test
    void aScopeHoldsWhatTheCommandNames() {
        LinkCommand command = command("-u hook -e begin --undefined=more -init=first -o p a.o")
                .orElseThrow();
        assertThat(command.names()).contains("hook", "begin", "more", "first", "_start", "_init", "_fini");
        assertThat(command("a.o").orElseThrow().output()).isEqualTo("a.out");
        assertThat(command("-oout a.o").orElseThrow().output()).isEqualTo("out");
    }

    @Test
    void archivesTakenWholeCountAsAWhole() {
        assertThat(command("--push-state --whole-archive liba.a --pop-state")
                        .orElseThrow()
                        .wholeArchives())
                .isTrue();
    }
}
