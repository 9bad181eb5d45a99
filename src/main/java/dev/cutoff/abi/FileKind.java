package dev.cutoff.abi;

import java.nio.ByteOrder;

/** What a file is, by its first bytes. */
public enum FileKind {
    ELF,
    /** An ar archive that holds its members. */
    ARCHIVE,
    /** An ar archive that names its members. */
    THIN_ARCHIVE,
    /** LLVM bitcode without an object file around it, as clang -flto writes it. */
    BITCODE,
    OTHER;

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int BITCODE_MAGIC = 0xdec04342;
    private static final int BITCODE_WRAPPER_MAGIC = 0x0b17c0de;
    private static final long ARCHIVE_MAGIC = 0x0a3e686372613c21L;
    private static final long THIN_ARCHIVE_MAGIC = 0x0a3e6e6968743c21L;

    /** Looks at the start of the cursor's view, in little-endian order. */
    public static FileKind of(Cursor bytes) throws FormatException {
        Cursor start = bytes.withOrder(ByteOrder.LITTLE_ENDIAN);
        if (start.size() < 4) {
            return OTHER;
        }
        int four = start.s4At(0);
        if (four == ELF_MAGIC) {
            return ELF;
        }
        if (four == BITCODE_MAGIC || four == BITCODE_WRAPPER_MAGIC) {
            return BITCODE;
        }
        if (start.size() < 8) {
            return OTHER;
        }
        long eight = start.s8At(0);
        return eight == ARCHIVE_MAGIC ? ARCHIVE : eight == THIN_ARCHIVE_MAGIC ? THIN_ARCHIVE : OTHER;
    }
}
