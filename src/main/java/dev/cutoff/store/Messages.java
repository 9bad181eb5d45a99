package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Protobuf messages written and read by hand: what the codecs of docs/record.proto have in common. */
final class Messages {

    private Messages() {}

    interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    static byte[] bytes(Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);
        body.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    static void message(CodedOutputStream out, int field, Body body) throws IOException {
        out.writeByteArray(field, bytes(body));
    }

    static byte[] zipped(Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes, 1 << 12)) {
            CodedOutputStream out = CodedOutputStream.newInstance(zip);
            body.write(out);
            out.flush();
        }
        return bytes.toByteArray();
    }

    static CodedInputStream unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 12)) {
            return CodedInputStream.newInstance(zip.readAllBytes());
        }
    }

    /** @throws IOException where it is no digest of 32 bytes */
    static Digest digest(CodedInputStream in) throws IOException {
        byte[] bytes = in.readByteArray();
        if (bytes.length != 32) {
            throw new IOException("a digest of " + bytes.length + " bytes");
        }
        return Digest.ofHash(bytes);
    }

    /** A digest as its bytes, any other text as text. */
    static void state(CodedOutputStream out, int digest, int text, String state) throws IOException {
        if (Digest.isHex(state)) {
            out.writeByteArray(digest, new Digest(state).bytes());
        } else {
            out.writeString(text, state);
        }
    }

    /** An element of a list, for numbers that come from elsewhere. */
    static <T> T at(List<T> values, int index) throws IOException {
        if (index < 0 || index >= values.size()) {
            throw new IOException("no value " + index);
        }
        return values.get(index);
    }
}
