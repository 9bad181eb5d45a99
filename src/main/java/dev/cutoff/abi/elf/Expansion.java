package dev.cutoff.abi.elf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Expands compressed sections: SHF_COMPRESSED (gABI, "Section compression") with zlib, and the older {@code .zdebug_*},
 * which begin with {@code ZLIB} and the size in eight bytes, most significant first.
 */
final class Expansion {

    private static final int ZLIB = 1;
    private static final int ZSTD = 2;
    private static final long COMPRESSED = 0x800;
    private static final long OLD_MAGIC = 0x42494c5aL;
    /** No stream of zlib's grows more than this (zlib's technical details: 1032 to 1). */
    private static final long MOST = 1040;

    private Expansion() {}

    static Cursor of(Cursor content, Section section, boolean wide) throws FormatException {
        if ((section.flags() & COMPRESSED) != 0) {
            int header = wide ? 24 : 12;
            int type = content.s4At(0);
            long size = wide ? content.s8At(8) : content.u4At(4);
            return switch (type) {
                case ZLIB -> inflated(content, header, size);
                case ZSTD -> Zstandard.expanded(content, header, size);
                default -> throw content.wrong(0, "is compressed in a way that is not known: " + type);
            };
        }
        if (section.name().startsWith(".zdebug_")) {
            if (content.withOrder(ByteOrder.LITTLE_ENDIAN).u4At(0) != OLD_MAGIC) {
                throw content.wrong(0, "section " + section.name() + " does not begin with ZLIB");
            }
            return inflated(content, 12, content.withOrder(ByteOrder.BIG_ENDIAN).s8At(4));
        }
        return content;
    }

    private static Cursor inflated(Cursor content, int header, long size) throws FormatException {
        byte[] packed = content.bytesAt(header, content.size() - header);
        checkSize(content, size, MOST * packed.length + 64);
        byte[] plain = new byte[(int) size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            int done = 0;
            while (done < plain.length) {
                int more = inflater.inflate(plain, done, plain.length - done);
                if (more == 0) {
                    throw content.wrong(header, "a compressed section ends too early");
                }
                done += more;
            }
        } catch (DataFormatException e) {
            throw content.wrong(header, "a compressed section is damaged: " + e.getMessage());
        } finally {
            inflater.end();
        }
        return content.replaced(plain);
    }

    static void checkSize(Cursor content, long size, long most) throws FormatException {
        if (size < 0 || size > most || size > Integer.MAX_VALUE - 16) {
            throw content.wrong(0, "a compressed section says that it has " + Long.toUnsignedString(size) + " bytes");
        }
    }
}
