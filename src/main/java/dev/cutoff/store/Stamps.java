package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stood in a build folder at the end of a build, beside what the build had made: the sources as they were staged, and
 * the time of each file and folder.
 *
 * @param files by relative path
 */
public record Stamps(SortedMap<String, Stamp> files) {

    private static final int SCHEMA = 1;

    /**
     * One file or folder.
     *
     * @param source the state of the source that was staged there, see {@link #state}; "" where none was
     * @param mtime nanoseconds since the epoch; 0 where nothing stands there at the end
     */
    public record Stamp(String source, long mtime) {
        /** Whether the build took away what was staged there. */
        public boolean isDeleted() {
            return mtime == 0;
        }
    }

    /** The state of a source: equal for equal ones. */
    public static String state(dev.cutoff.model.Tree.Entry entry) {
        return switch (entry) {
            case dev.cutoff.model.Tree.File file ->
                (file.executable() ? "x" : "f") + file.digest().hex();
            case dev.cutoff.model.Tree.Link link ->
                "l" + Digest.ofText(link.target()).hex();
            case dev.cutoff.model.Tree.Folder _ -> "d";
        };
    }

    /** As the bytes of a blob. */
    public byte[] encode() throws IOException {
        return Messages.bytes(out -> {
            out.writeUInt32(1, SCHEMA);
            for (var file : files.entrySet()) {
                Messages.message(out, 2, m -> write(file.getKey(), file.getValue(), m));
            }
        });
    }

    private static void write(String path, Stamp stamp, CodedOutputStream out) throws IOException {
        out.writeString(1, path);
        if (!stamp.source().isEmpty()) {
            out.writeString(2, stamp.source());
        }
        out.writeSFixed64(3, stamp.mtime());
    }

    /** Empty where the bytes are of another schema or none of ours. */
    public static Optional<Stamps> decode(byte[] bytes) {
        try {
            return read(CodedInputStream.newInstance(bytes));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Stamps> read(CodedInputStream in) throws IOException {
        int schema = 0;
        SortedMap<String, Stamp> files = new TreeMap<>();
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> schema = in.readUInt32();
                case 2 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    readStamp(in, files);
                    in.popLimit(limit);
                }
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        return schema == SCHEMA ? Optional.of(new Stamps(files)) : Optional.empty();
    }

    private static void readStamp(CodedInputStream in, SortedMap<String, Stamp> files) throws IOException {
        String path = "";
        String source = "";
        long mtime = 0;
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> path = in.readString();
                case 2 -> source = in.readString();
                case 3 -> mtime = in.readSFixed64();
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        files.put(path, new Stamp(source, mtime));
    }
}
