package dev.cutoff.abi.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our reading of the machine's libraries against that of readelf. */
class ReadelfTest {

    /** What is read of a file while it is mapped. */
    private record Read(List<String> symbols, List<String> dynamic) {}

    private static void compare(List<Path> files) throws Exception {
        long symbols = 0;
        for (Path file : files) {
            List<String> lines = Tool.lines("readelf", "-W", "--dyn-syms", "-d", file.toString());
            Read read = MappedFile.read(file, bytes -> {
                ElfFile elf = ElfFile.open(bytes);
                return new Read(
                        elf.dynamicSymbols().stream().map(Readelf::line).toList(), Readelf.lines(elf.dynamic()));
            });
            assertSame(file, read.symbols(), Readelf.symbols(lines, ".dynsym"));
            assertThat(read.dynamic()).as(file.toString()).isEqualTo(Readelf.dynamic(lines));
            symbols += read.symbols().size();
        }
        System.out.println("readelf agrees on " + files.size() + " files, " + symbols + " symbols");
    }

    /** Compares line by line, so that a failure shows the first symbol that differs and not all of a library. */
    private static void assertSame(Path file, List<String> ours, List<String> theirs) {
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            assertThat(ours.get(i)).as(file.toString()).isEqualTo(theirs.get(i));
        }
        assertThat(ours).as(file.toString()).hasSameSizeAs(theirs);
    }

    @Test
    void dynamicSymbolsAndDynamicSectionsOfLibraries() throws Exception {
        Skips.unlessInstalled("readelf");
        List<Path> all = Libraries.beneath("/usr/lib", ".so");
        Skips.unless(all.size() >= 300, "fewer than 300 libraries beneath /usr/lib");
        compare(spread(all, 320));
    }

    /** A second witness, of another family: names with versions, whether defined, values and sizes. */
    @Test
    @Tag("long")
    void llvmNmReadsTheSame() throws Exception {
        Skips.unlessInstalled("llvm-nm");
        List<Path> all = Libraries.beneath("/usr/lib", ".so");
        Skips.unless(all.size() >= 300, "fewer than 300 libraries beneath /usr/lib");
        for (Path file : spread(all, 310)) {
            List<String> theirs = Tool.lines("llvm-nm", "-D", "-P", "-p", file.toString()).stream()
                    .filter(line -> !line.isEmpty())
                    .map(ReadelfTest::withoutLetter)
                    .toList();
            List<String> ours = MappedFile.read(
                    file,
                    bytes -> ElfFile.open(bytes).dynamicSymbols().stream()
                            .filter(s -> s.kind() != SymbolKind.SECTION && s.kind() != SymbolKind.FILE)
                            .map(ReadelfTest::posix)
                            .toList());
            assertSame(file, ours, theirs);
        }
    }

    private static String posix(ElfSymbol symbol) {
        String value = symbol.defined() ? Long.toHexString(symbol.value()) : "0";
        return symbol.fullName() + (symbol.defined() ? " defined " : " undefined ") + value + " "
                + Long.toHexString(symbol.size());
    }

    private static String withoutLetter(String line) {
        String[] parts = line.split(" ", -1);
        boolean undefined = parts[1].equals("U") || parts[1].equals("w") || parts[1].equals("v");
        return parts[0] + (undefined ? " undefined " : " defined ") + parts[2] + " "
                + (parts.length > 3 ? parts[3] : "");
    }

    @Test
    @Tag("long")
    void dynamicSymbolsOfAllLibrariesAndPrograms() throws Exception {
        Skips.unlessInstalled("readelf");
        List<Path> all = new ArrayList<>(Libraries.beneath("/usr/lib", ".so"));
        all.addAll(Libraries.beneath("/usr/bin", ""));
        compare(all);
    }

    @Test
    void symbolsOfObjects() throws Exception {
        Skips.unlessInstalled("readelf");
        List<Path> objects = Libraries.beneath("/usr/lib", ".o");
        objects =
                objects.stream().filter(path -> path.toString().endsWith(".o")).toList();
        Skips.unless(!objects.isEmpty(), "no object files beneath /usr/lib");
        for (Path file : objects) {
            List<String> ours = MappedFile.read(
                    file,
                    bytes -> ElfFile.open(bytes).symbols().stream()
                            .map(Readelf::line)
                            .toList());
            assertSame(file, ours, Readelf.symbols(Tool.lines("readelf", "-W", "-s", file.toString()), ".symtab"));
        }
    }

    /** Some files from all over, and those that have what few others have: IFUNCs, unique symbols, many versions. */
    private static List<Path> spread(List<Path> all, int count) {
        List<Path> some = new ArrayList<>();
        for (int i = 0; i < count && i < all.size(); i++) {
            some.add(all.get((int) ((long) i * all.size() / Math.min(count, all.size()))));
        }
        for (Path file : all) {
            if (file.getFileName().toString().matches("(libc|libm|libstdc\\+\\+)\\.so.*") && !some.contains(file)) {
                some.add(file);
            }
        }
        return some;
    }
}
