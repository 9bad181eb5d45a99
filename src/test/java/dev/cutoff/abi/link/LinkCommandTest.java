package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkCommandTest {

    /** As gcc gives it, folders shortened. */
    private static final String USUAL = "/usr/bin/ld -plugin /usr/lib/gcc/12/liblto_plugin.so"
            + " -plugin-opt=/usr/lib/gcc/12/lto-wrapper -plugin-opt=-fresolution=/tmp/cc1.res --build-id --eh-frame-hdr"
            + " -m elf_x86_64 --hash-style=gnu --as-needed -dynamic-linker /lib64/ld-linux-x86-64.so.2 -pie -z now"
            + " -z relro -o app Scrt1.o crti.o -L. -L/usr/lib app.o -lx -lgcc --push-state --as-needed -lgcc_s --pop-state"
            + " -lc crtn.o";

    private static Optional<LinkCommand> of(String more) {
        return LinkCommand.of(Arrays.asList((USUAL + (more.isEmpty() ? "" : " " + more)).split(" ")));
    }

    @Test
    void readsWhatCompilersPass() {
        LinkCommand command = of("").orElseThrow();
        assertThat(command.output()).isEqualTo("app");
        assertThat(command.inputs()).contains("app.o", "-lx", "-lc");
        assertThat(command.wholeArchives()).isFalse();
        assertThat(of("-u start --entry=main").orElseThrow().names()).contains("start", "main", "_start");
        assertThat(of("--whole-archive libx.a --no-whole-archive").orElseThrow().wholeArchives())
                .isTrue();
        assertThat(of("-shared -soname libx.so.1 -rpath $ORIGIN --no-undefined -E"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Map=map",
                "-M",
                "--trace",
                "--cref",
                "-r",
                "-s",
                "--gc-sections",
                "-T script",
                "--wrap=f",
                "--defsym=a=b",
                "--copy-dt-needed-entries",
                "-plugin /x/own.so",
                "-z something-new",
                "@args",
                "--some-option-of-tomorrow"
            })
    void whatIsNotUnderstoodMakesBytesCount(String options) {
        assertThat(of(options)).isEmpty();
    }
}
