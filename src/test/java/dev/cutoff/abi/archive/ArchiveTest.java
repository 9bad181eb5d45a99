package dev.cutoff.abi.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.ElfSymbol;
import dev.cutoff.testing.Skips;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final String LONG = "a_name_that_is_longer_than_sixteen_characters.o";

    @TempDir
    Path folder;

    private static Archive open(Path file) throws Exception {
        return Archive.read(Cursor.copyOf(Files.readAllBytes(file), file.toString()));
    }

    private void objects(String... names) throws Exception {
        Skips.unlessInstalled("gcc", "ar");
        for (String name : names) {
            String symbol = name.replaceAll("\\W", "_");
            Tool.write(folder, "in.c", "int f_" + symbol + "; int g_" + symbol + "(void) { return 1; }");
            Tool.run(folder, "gcc", "-c", "in.c", "-o", name);
        }
    }

    private static List<String> names(Archive archive) {
        return archive.members().stream().map(Member::name).toList();
    }

    private void sameAsTheTool(Path file, String... ar) throws Exception {
        Archive archive = open(file);
        String[] command = java.util.Arrays.copyOf(ar, ar.length + 2);
        command[ar.length] = "t";
        command[ar.length + 1] = file.toString();
        assertThat(names(archive))
                .isEqualTo(
                        Tool.lines(command).stream().filter(n -> !n.isEmpty()).toList());
        command[ar.length] = "p";
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (Member member : archive.members()) {
            contents.write(member.content().bytesAt(0, member.size()));
        }
        assertThat(contents.toByteArray()).isEqualTo(Tool.output(command));
    }

    @Test
    void archivesOfTheMachine() throws Exception {
        Skips.unlessInstalled("ar");
        List<Path> archives;
        try (Stream<Path> all = Files.find(
                Path.of("/usr/lib"),
                20,
                (path, is) -> is.isRegularFile() && path.toString().endsWith(".a") && is.size() < 3_000_000)) {
            archives = all.sorted().limit(150).toList();
        }
        int compared = 0;
        for (Path file : archives) {
            if (MappedFile.<FileKind>read(file, FileKind::of) == FileKind.ARCHIVE) {
                sameAsTheTool(file, "ar");
                compared++;
            }
        }
        System.out.println("ar agrees on " + compared + " archives");
        assertThat(compared).isGreaterThan(50);
    }

    /** The index names, for each global symbol that a member defines, that member. */
    @Test
    void theIndexOfAnArchiveOfTheMachine() throws Exception {
        Path file = Path.of("/usr/lib/x86_64-linux-gnu/libc_nonshared.a");
        Skips.unless(Files.exists(file), file + " is not installed");
        Archive archive = open(file);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < archive.members().size(); i++) {
            Cursor content = archive.members().get(i).content();
            for (ElfSymbol symbol : ElfFile.open(content).symbols()) {
                if (symbol.defined() && symbol.global()) {
                    expected.add(symbol.name() + " " + i);
                }
            }
        }
        assertThat(archive.symbols().stream().map(s -> s.name() + " " + s.member()))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "bsd", "darwin"})
    void longNamesDuplicatesAndTheIndexInEachForm(String format) throws Exception {
        Skips.unlessInstalled("llvm-ar");
        objects("a.o", LONG, "with space.o");
        Tool.run(folder, "llvm-ar", "--format=" + format, "qc", "x.a", "a.o", LONG, "with space.o", "a.o");
        Tool.run(folder, "llvm-ar", "s", "x.a");
        Path file = folder.resolve("x.a");
        sameAsTheTool(file, "llvm-ar");
        Archive archive = open(file);
        assertThat(archive.thin()).isFalse();
        assertThat(archive.indexed()).isTrue();
        assertThat(names(archive)).containsExactly("a.o", LONG, "with space.o", "a.o");
        assertThat(archive.symbols()).contains(new ArchiveSymbol("f_a_o", 0), new ArchiveSymbol("g_with_space_o", 2));
        assertThat(archive.members().get(1).content().file()).endsWith("x.a(" + LONG + ")");
    }

    @Test
    void gnuArchives() throws Exception {
        objects("a.o", "b.o", LONG);
        Tool.run(folder, "ar", "qcS", "x.a", "a.o", LONG, "b.o", "a.o");
        sameAsTheTool(folder.resolve("x.a"), "ar");
        assertThat(open(folder.resolve("x.a")).indexed()).isFalse();
        Tool.run(folder, "ar", "s", "x.a");
        sameAsTheTool(folder.resolve("x.a"), "ar");
        assertThat(open(folder.resolve("x.a")).symbols())
                .containsExactly(
                        new ArchiveSymbol("f_a_o", 0),
                        new ArchiveSymbol("g_a_o", 0),
                        new ArchiveSymbol("f_" + LONG.replace('.', '_'), 1),
                        new ArchiveSymbol("g_" + LONG.replace('.', '_'), 1),
                        new ArchiveSymbol("f_b_o", 2),
                        new ArchiveSymbol("g_b_o", 2),
                        new ArchiveSymbol("f_a_o", 3),
                        new ArchiveSymbol("g_a_o", 3));
    }

    @Test
    void membersOfOddSizeArePadded() throws Exception {
        Skips.unlessInstalled("ar", "llvm-ar");
        Tool.write(folder, "one", "1");
        Tool.write(folder, "three", "333");
        Tool.run(folder, "ar", "qcS", "x.a", "one", "three", "one");
        sameAsTheTool(folder.resolve("x.a"), "ar");
        Tool.run(folder, "llvm-ar", "--format=bsd", "qcS", "y.a", "one", "three", "one");
        sameAsTheTool(folder.resolve("y.a"), "llvm-ar");
    }

    @Test
    void thinArchivesNameTheirMembers() throws Exception {
        Files.createDirectory(folder.resolve("sub"));
        objects("a.o", "sub/" + LONG);
        Tool.run(folder, "ar", "qcsT", "x.a", "a.o", "sub/" + LONG);
        Archive archive = open(folder.resolve("x.a"));
        assertThat(archive.thin()).isTrue();
        assertThat(names(archive)).containsExactly("a.o", "sub/" + LONG);
        assertThat(archive.members()).allMatch(m -> m.content() == null && m.nested() == -1);
        assertThat(archive.members().get(0).size()).isEqualTo(Files.size(folder.resolve("a.o")));
        assertThat(archive.symbols()).contains(new ArchiveSymbol("f_a_o", 0));
    }

    @Test
    void aThinArchiveOfArchives() throws Exception {
        objects("a.o", "b.o");
        Tool.run(folder, "ar", "qcs", "inner.a", "a.o", "b.o");
        Tool.run(folder, "ar", "qcsT", "outer.a", "inner.a");
        Archive outer = open(folder.resolve("outer.a"));
        Archive inner = open(folder.resolve("inner.a"));
        if (names(outer).equals(List.of("inner.a"))) {
            return; // this ar keeps the archive itself as the member
        }
        assertThat(outer.members()).hasSameSizeAs(inner.members());
        assertThat(outer.members()).allMatch(m -> m.name().equals("inner.a"));
        assertThat(outer.members().stream().map(Member::nested))
                .isEqualTo(inner.members().stream().map(Member::offset).toList());
    }

    @Test
    void theIndexOfSixtyFourBits() throws Exception {
        Skips.unlessInstalled("llvm-ar");
        objects("a.o", "b.o");
        ProcessBuilder builder =
                new ProcessBuilder("llvm-ar", "--format=gnu", "qcs", "x.a", "a.o", "b.o").directory(folder.toFile());
        builder.environment().put("SYM64_THRESHOLD", "1");
        assertThat(builder.start().waitFor()).isZero();
        assertThat(Files.readString(folder.resolve("x.a"), StandardCharsets.ISO_8859_1))
                .contains("/SYM64/");
        assertThat(open(folder.resolve("x.a")).symbols())
                .contains(new ArchiveSymbol("f_a_o", 0), new ArchiveSymbol("g_b_o", 1));
    }

    @Test
    void damagedArchives() {
        String header = "a.o/            0           0     0     644     4         `\n";
        assertThatThrownBy(() -> read("!<arch>\n" + header + "abc"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("ends too early");
        assertThatThrownBy(() -> read("!<arch>\n" + header.replace('`', '\'') + "abcd"))
                .hasMessageContaining("no member header");
        assertThatThrownBy(() -> read("!<arch>\n" + header.replace("4  ", "x  ") + "abcd"))
                .hasMessageContaining("no number as the size");
        assertThatThrownBy(() -> read("!<arch>\n" + header.replace("a.o/", "/12 ") + "abcd"))
                .hasMessageContaining("no table of long names");
        assertThatThrownBy(() -> read("!<arsch>\n")).hasMessageContaining("is no archive");
    }

    private static Archive read(String text) throws FormatException {
        return Archive.read(Cursor.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), "x.a"));
    }
}
