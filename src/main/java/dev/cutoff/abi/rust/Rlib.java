package dev.cutoff.abi.rust;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.Member;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A library of the compiler: an archive of objects with a member of metadata. */
public final class Rlib {

    /** The member's name (rustc_codegen_ssa, METADATA_FILENAME). */
    private static final String METADATA = "lib.rmeta";

    private static final int HEADER = 60;
    private static final int SIZE_FIELD = 48;

    private Rlib() {}

    /** The member of metadata. */
    public static Cursor metadata(Cursor rlib) throws FormatException {
        Member member = member(rlib);
        return rlib.slice(member.offset() + HEADER, member.size());
    }

    private static Member member(Cursor rlib) throws FormatException {
        Archive archive = Archive.read(rlib);
        List<Member> found = archive.members().stream()
                .filter(m -> m.name().equals(METADATA))
                .toList();
        if (archive.thin() || found.size() != 1) {
            throw rlib.wrong(0, "is no rlib with metadata");
        }
        return found.get(0);
    }

    /**
     * The same library with other metadata.
     *
     * @throws FormatException also where the archive is of another form than the compiler's on Linux (GNU)
     */
    public static byte[] with(Cursor rlib, byte[] metadata) throws FormatException {
        Member member = member(rlib);
        long content = member.offset() + HEADER;
        long behind = content + member.size() + (member.size() & 1);
        long grows = metadata.length + (metadata.length & 1) - (member.size() + (member.size() & 1));
        ByteArrayOutputStream made = new ByteArrayOutputStream((int) (rlib.size() + Math.max(0, grows)));
        made.writeBytes(rlib.bytesAt(0, member.offset()));
        byte[] header = rlib.bytesAt(member.offset(), HEADER);
        byte[] size = String.format("%-10d", metadata.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, SIZE_FIELD, size.length);
        made.writeBytes(header);
        made.writeBytes(metadata);
        if ((metadata.length & 1) != 0) {
            made.write('\n');
        }
        if (behind < rlib.size()) {
            made.writeBytes(rlib.bytesAt(behind, rlib.size() - behind));
        }
        byte[] bytes = made.toByteArray();
        shiftIndex(rlib, bytes, member.offset(), grows);
        return bytes;
    }

    /** The symbol index, the first member, tells where each member's header is. */
    private static void shiftIndex(Cursor rlib, byte[] made, long from, long by) throws FormatException {
        if (rlib.size() < 8 + HEADER) {
            return;
        }
        String name = new String(rlib.bytesAt(8, 16), StandardCharsets.ISO_8859_1).strip();
        int width = name.equals("/SYM64/") ? 8 : 4;
        if (name.startsWith("#1/") || name.startsWith("__.SYMDEF")) {
            throw rlib.wrong(8, "is an archive of another form than GNU's");
        }
        if (!name.equals("/") && width == 4) {
            return;
        }
        ByteBuffer index = ByteBuffer.wrap(made);
        int at = 8 + HEADER;
        long count = width == 8 ? index.getLong(at) : index.getInt(at) & 0xffff_ffffL;
        if (count < 0 || count * width > rlib.size()) {
            throw rlib.wrong(at, "has an index that is longer than itself");
        }
        for (int i = 1; i <= count; i++) {
            int slot = at + i * width;
            long offset = width == 8 ? index.getLong(slot) : index.getInt(slot) & 0xffff_ffffL;
            long moved = offset > from ? offset + by : offset;
            if (width == 8) {
                index.putLong(slot, moved);
            } else if (moved > 0xffff_ffffL) {
                throw rlib.wrong(slot, "gets too large for its index");
            } else {
                index.putInt(slot, (int) moved);
            }
        }
    }
}
