package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * One folder as a Remote Execution API v2 {@code Directory} message in canonical form, so that a local tree and a
 * remote one are the same bytes.
 *
 * <p>{@code Directory}: files = 1, directories = 2, symlinks = 3, each sorted by name. {@code FileNode}: name = 1,
 * digest = 2, is_executable = 4. {@code DirectoryNode}: name = 1, digest = 2. {@code SymlinkNode}: name = 1, target =
 * 2. {@code Digest}: hash = 1 (hexadecimal), size_bytes = 2.
 */
final class DirectoryCodec {

    /** A folder in a folder: its own message's digest and length. */
    record Sub(Digest digest, long size) {}

    /** A folder's message, taken apart. */
    record Listing(Map<String, Tree.File> files, Map<String, Sub> folders, Map<String, String> links) {}

    /** A field of 64 hexadecimal digits. */
    private static final int HASH_SIZE = CodedOutputStream.computeStringSize(1, Digest.EMPTY.hex());

    private static final Comparator<String> BY_BYTES = DirectoryCodec::compareBytes;

    private DirectoryCodec() {}

    static Listing empty() {
        return new Listing(new TreeMap<>(BY_BYTES), new TreeMap<>(BY_BYTES), new TreeMap<>(BY_BYTES));
    }

    /** The order of the names' UTF-8 bytes, which is that of their code points. */
    private static int compareBytes(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Code points that take two chars are above all others.
                boolean wide = Character.isSurrogate(x);
                return wide == Character.isSurrogate(y) ? Character.compare(x, y) : wide ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static byte[] encode(Listing listing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 512);
        for (var file : listing.files().entrySet()) {
            Tree.File content = file.getValue();
            int flag = content.executable() ? CodedOutputStream.computeBoolSize(4, true) : 0;
            begin(out, 1, file.getKey(), digestSize(content.size()) + flag);
            digest(out, content.digest(), content.size());
            if (content.executable()) {
                out.writeBool(4, true);
            }
        }
        for (var folder : listing.folders().entrySet()) {
            begin(out, 2, folder.getKey(), digestSize(folder.getValue().size()));
            digest(out, folder.getValue().digest(), folder.getValue().size());
        }
        for (var link : listing.links().entrySet()) {
            begin(out, 3, link.getKey(), CodedOutputStream.computeStringSize(2, link.getValue()));
            out.writeString(2, link.getValue());
        }
        out.flush();
        return bytes.toByteArray();
    }

    /** Begins a node, up to its name. */
    private static void begin(CodedOutputStream out, int field, String name, int rest) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(CodedOutputStream.computeStringSize(1, name) + rest);
        out.writeString(1, name);
    }

    private static int digestSize(long size) {
        int message = digestMessageSize(size);
        return CodedOutputStream.computeTagSize(2) + CodedOutputStream.computeUInt32SizeNoTag(message) + message;
    }

    private static int digestMessageSize(long size) {
        return HASH_SIZE + (size == 0 ? 0 : CodedOutputStream.computeInt64Size(2, size));
    }

    private static void digest(CodedOutputStream out, Digest digest, long size) throws IOException {
        out.writeTag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(digestMessageSize(size));
        out.writeString(1, digest.hex());
        if (size != 0) {
            out.writeInt64(2, size);
        }
    }

    /** @throws IOException where the bytes are no such message */
    static Listing decode(byte[] bytes) throws IOException {
        Listing listing = empty();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> decodeFile(in.readByteArray(), listing);
                case 2 -> decodeFolder(in.readByteArray(), listing);
                case 3 -> decodeLink(in.readByteArray(), listing);
                default -> in.skipField(tag);
            }
        }
        return listing;
    }

    private static void decodeFile(byte[] bytes, Listing listing) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String name = "";
        Sub content = new Sub(Digest.EMPTY, 0);
        boolean executable = false;
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> name = in.readString();
                case 2 -> content = decodeDigest(in.readByteArray());
                case 4 -> executable = in.readBool();
                default -> in.skipField(tag);
            }
        }
        listing.files().put(checked(name), new Tree.File(content.digest(), content.size(), executable));
    }

    private static void decodeFolder(byte[] bytes, Listing listing) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String name = "";
        Sub content = new Sub(Digest.EMPTY, 0);
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> name = in.readString();
                case 2 -> content = decodeDigest(in.readByteArray());
                default -> in.skipField(tag);
            }
        }
        listing.folders().put(checked(name), content);
    }

    private static void decodeLink(byte[] bytes, Listing listing) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String name = "";
        String target = "";
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> name = in.readString();
                case 2 -> target = in.readString();
                default -> in.skipField(tag);
            }
        }
        listing.links().put(checked(name), target);
    }

    private static Sub decodeDigest(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String hash = "";
        long size = 0;
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> hash = in.readString();
                case 2 -> size = in.readInt64();
                default -> in.skipField(tag);
            }
        }
        if (!Digest.isHex(hash)) {
            throw new IOException("a Directory message with a digest that is none: " + hash);
        }
        return new Sub(new Digest(hash), size);
    }

    /** A tree from elsewhere must not lead out of its folder. */
    private static String checked(String name) throws IOException {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IOException("a Directory message with a name that is none: '" + name + "'");
        }
        return name;
    }
}
