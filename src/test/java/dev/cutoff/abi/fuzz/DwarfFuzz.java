package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.dwarf.DebugFiles;
import dev.cutoff.abi.dwarf.DwarfReader;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.type.Surface;
import java.util.Set;

/** Types from debug information, with and without a border of headers. */
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
        return types.symbols().size() + bordered.digest().hex().length();
    }
}
