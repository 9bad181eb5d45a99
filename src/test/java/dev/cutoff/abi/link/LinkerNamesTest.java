package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every name that stands in the linker's own program, defined by a library for nobody: where it makes a difference to the
 * product, it must be known as one that the linker makes of itself, or be in the product.
 */
class LinkerNamesTest {

    private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Za-z_][\\w.]{2,60}(?![\\w.])");

    private static final String PROGRAM = """
            .globl _start
            _start: call used@PLT
            movq data@GOTPCREL(%rip),%rax
            .section place,"aw"
            .quad 1
            """;

    private static final String LIBRARY = """
            .globl used
            .type used,@function
            used: ret
            .data
            .globl data
            .type data,@object
            .size data,8
            data: .quad 1
            """;

    private static final List<List<String>> COMMANDS = List.of(
            List.of("-pie", "-dynamic-linker", "/lib/ld.so", "--export-dynamic"),
            List.of("-dynamic-linker", "/lib/ld.so", "--eh-frame-hdr"),
            List.of("-shared", "-z", "now"));

    @TempDir
    Path folder;

    private Linking linking;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("as", "ld", "ldd");
        Skips.unless(Tool.lines("ld", "--version").getFirst().startsWith("GNU ld"), "ld is not GNU ld");
        linking = new Linking(folder);
    }

    private static List<String> candidates() throws Exception {
        String linker =
                Tool.lines("sh", "-c", "readlink -f \"$(command -v ld)\"").getFirst();
        List<String> files = new ArrayList<>(List.of(linker));
        Matcher library = Pattern.compile("/\\S*/libbfd\\S*").matcher(String.join("\n", Tool.lines("ldd", linker)));
        while (library.find()) {
            files.add(library.group());
        }
        TreeSet<String> names = new TreeSet<>();
        for (String file : files) {
            Matcher name = NAME.matcher(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
            while (name.find()) {
                names.add(name.group());
            }
        }
        names.addAll(List.of("__start_place", "__stop_place"));
        names.removeAll(List.of("used", "data"));
        // No library can be made that defines it.
        names.remove("_GLOBAL_OFFSET_TABLE_");
        return List.copyOf(names);
    }

    private List<byte[]> products(List<String> names) throws Exception {
        StringBuilder library = new StringBuilder(LIBRARY);
        for (String name : names) {
            library.append(
                    ".globl \"%s\"\n.type \"%s\",@object\n.size \"%s\",4\n\"%s\": .long 1\n".replace("%s", name));
        }
        assertThat(linking.assemble("l", library.toString())).as("%s", names).isTrue();
        assertThat(linking.run("ld", "-shared", "l.o", "-o", "l.so", "-soname", "l.so", "--hash-style=sysv"))
                .as("%s", names)
                .isTrue();
        List<byte[]> products = new ArrayList<>();
        for (List<String> options : COMMANDS) {
            List<String> command = new ArrayList<>(List.of("ld", "main.o", "l.so", "-o", "product"));
            command.addAll(options);
            Files.deleteIfExists(folder.resolve("product"));
            linking.run(command);
            products.add(linking.bytes("product"));
        }
        return products;
    }

    /** The names, of some that a library defines, that make a difference to a product. */
    private List<String> seen(List<String> names, List<byte[]> without) throws Exception {
        List<byte[]> with = products(names);
        boolean same = true;
        for (int i = 0; i < with.size(); i++) {
            same &= Arrays.equals(with.get(i), without.get(i));
        }
        if (same) {
            return List.of();
        }
        if (names.size() == 1) {
            return names;
        }
        int half = names.size() / 2;
        List<String> seen = new ArrayList<>(seen(names.subList(0, half), without));
        seen.addAll(seen(names.subList(half, names.size()), without));
        return seen;
    }

    @Test
    void areKnown() throws Exception {
        assertThat(linking.assemble("main", PROGRAM)).isTrue();
        List<byte[]> without = products(List.of());
        assertThat(without).noneMatch(product -> product.length == 0);
        List<String> candidates = candidates();
        List<String> seen = new ArrayList<>();
        for (int from = 0; from < candidates.size(); from += 250) {
            // Few enough at a time that the linker's table stays as it is.
            seen.addAll(seen(candidates.subList(from, Math.min(from + 250, candidates.size())), without));
        }
        assertThat(candidates).hasSizeGreaterThan(1000);
        Set<String> asked =
                LinkCommand.of(List.of("ld", "main.o")).orElseThrow().names();
        assertThat(seen)
                .contains("etext", "__start_place")
                .allMatch(name -> LinkerNames.isMade(name) || asked.contains(name));
    }
}
