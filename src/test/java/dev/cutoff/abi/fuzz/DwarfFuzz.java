package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.dwarf.DebugFiles;
import dev.cutoff.abi.dwarf.DwarfReader;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.type.Surface;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Types from debug information: with and without a border of headers, and with the parts that stand in other files. */
public final class DwarfFuzz {

    private DwarfFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, DwarfFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        ElfFile elf = ElfFile.open(bytes);
        Surface types = DwarfReader.read(elf, elf.exported(), DebugFiles.NONE, null);
        Surface bordered = DwarfReader.read(elf, elf.exported(), DebugFiles.NONE, Set.of("a.h"));
        Surface whole = DwarfReader.read(elf, elf.exported(), new Itself(bytes), null);
        return types.symbols().size()
                + bordered.digest().hex().length()
                + whole.symbols().size();
    }

    /** In place of every other file, the file itself: so that parts that stand elsewhere are read too. */
    private record Itself(Cursor bytes) implements DebugFiles {

        @Override
        public Cursor separate(ElfFile elf) {
            return bytes.fresh();
        }

        @Override
        public Cursor supplement(String name, byte[] buildId) {
            return bytes.fresh();
        }

        @Override
        public Cursor split(String name, @Nullable String folder) {
            return bytes.fresh();
        }

        @Override
        public @Nullable Cursor splitPackage() {
            return has(bytes, ".debug_cu_index") ? bytes.fresh() : null;
        }

        private static boolean has(Cursor bytes, String section) {
            try {
                return ElfFile.open(bytes).sections().stream()
                        .anyMatch(one -> one.name().equals(section));
            } catch (FormatException e) {
                return false;
            }
        }
    }
}
