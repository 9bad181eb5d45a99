package dev.cutoff.abi.type;

import dev.cutoff.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Digests of texts and ids put together; each begins with a word for what it is, so that none can pass for another. */
final class Hasher {

    private final MessageDigest sha = Digest.sha256();
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 10);

    Hasher start(String what) {
        buffer.clear();
        return text(what);
    }

    /** Any text, its length before it; what is not ASCII in two bytes a character, since it may be no valid UTF-16. */
    Hasher text(String text) {
        byte[] bytes = bytes(text);
        room(4 + bytes.length);
        buffer.putInt(bytes.length);
        buffer.put(bytes);
        return this;
    }

    private static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                ByteBuffer wide = ByteBuffer.allocate(1 + 2 * text.length());
                wide.put((byte) 0xff);
                for (int j = 0; j < text.length(); j++) {
                    wide.putChar(text.charAt(j));
                }
                return wide.array();
            }
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Hasher number(long value) {
        room(8);
        buffer.putLong(value);
        return this;
    }

    Hasher id(TypeId id) {
        room(16);
        buffer.putLong(id.high());
        buffer.putLong(id.low());
        return this;
    }

    /** Ids whose order says nothing. */
    Hasher set(TypeId[] ids) {
        TypeId[] sorted = ids.clone();
        Arrays.sort(sorted);
        number(sorted.length);
        for (TypeId id : sorted) {
            id(id);
        }
        return this;
    }

    TypeId finish() {
        sha.update(buffer.array(), 0, buffer.position());
        ByteBuffer hash = ByteBuffer.wrap(sha.digest());
        return new TypeId(hash.getLong(), hash.getLong());
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(2 * (buffer.capacity() + bytes));
            buffer.flip();
            larger.put(buffer);
            buffer = larger;
        }
    }
}
