package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    private static final Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private DirectoryCodec() {}

    static Listing empty() {
        return new Listing(new TreeMap<>(BY_BYTES), new TreeMap<>(BY_BYTES), new TreeMap<>(BY_BYTES));
    }

    static byte[] encode(Listing listing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (var file : listing.files().entrySet()) {
            out.writeByteArray(1, message(node -> {
                node.writeString(1, file.getKey());
                node.writeByteArray(
                        2, digest(file.getValue().digest(), file.getValue().size()));
                if (file.getValue().executable()) {
                    node.writeBool(4, true);
                }
            }));
        }
        for (var folder : listing.folders().entrySet()) {
            out.writeByteArray(2, message(node -> {
                node.writeString(1, folder.getKey());
                node.writeByteArray(
                        2, digest(folder.getValue().digest(), folder.getValue().size()));
            }));
        }
        for (var link : listing.links().entrySet()) {
            out.writeByteArray(3, message(node -> {
                node.writeString(1, link.getKey());
                node.writeString(2, link.getValue());
            }));
        }
        out.flush();
        return bytes.toByteArray();
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

    private static byte[] digest(Digest digest, long size) throws IOException {
        return message(node -> {
            node.writeString(1, digest.hex());
            if (size != 0) {
                node.writeInt64(2, size);
            }
        });
    }

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        body.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
