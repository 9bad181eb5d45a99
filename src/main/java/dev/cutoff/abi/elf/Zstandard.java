package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import io.airlift.compress.zstd.ZstdDecompressor;

/** Sections that are compressed with zstd (RFC 8878). */
final class Zstandard {

    /** A block of at most 128 KiB takes 4 bytes at least (RFC 8878, 3.1.1.2), where all its bytes are the same. */
    private static final long MOST = (128 << 10) / 4;

    private Zstandard() {}

    static Cursor expanded(Cursor content, int header, long size) throws FormatException {
        byte[] packed = content.bytesAt(header, content.size() - header);
        Expansion.checkSize(content, size, Math.min(MOST * packed.length, 1100L * packed.length + (1 << 20)));
        byte[] plain = new byte[(int) size];
        try {
            int done = new ZstdDecompressor().decompress(packed, 0, packed.length, plain, 0, plain.length);
            if (done != plain.length) {
                throw content.wrong(header, "a compressed section ends too early");
            }
        } catch (RuntimeException e) {
            // The library's word for damage is an unchecked exception, of more than one kind.
            throw content.wrong(header, "a compressed section is damaged: " + e.getMessage());
        }
        return content.replaced(plain);
    }
}
