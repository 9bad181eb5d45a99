package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Lines of words, digested: the form over which fingerprints are the same or not. Words are separated by tabs; what is
 * not printable ASCII, and the backslash, is written as {@code \}{@code u} and four digits, no word at all as {@code \0}.
 */
final class Canon {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest sha = Digest.sha256();
    private final byte[] buffer = new byte[1 << 14];
    private int used;

    Canon(String kind) {
        word("cutoff.fingerprint/1").word(kind).end();
    }

    Canon word(@Nullable String word) {
        if (word == null) {
            room(3);
            buffer[used++] = '\\';
            buffer[used++] = '0';
        } else {
            for (int i = 0; i < word.length(); i++) {
                room(8);
                put(word.charAt(i));
            }
        }
        buffer[used++] = '\t';
        return this;
    }

    Canon word(boolean is) {
        return word(is ? "yes" : "no");
    }

    Canon word(long number) {
        return word(Long.toString(number));
    }

    /** A word for each, in a line that begins with a name. */
    void line(String name, Iterable<String> words) {
        word(name);
        words.forEach(this::word);
        end();
    }

    void line(String name, @Nullable String word) {
        word(name).word(word).end();
    }

    void end() {
        room(1);
        buffer[used++] = '\n';
    }

    Digest digest() {
        sha.update(buffer, 0, used);
        return Digest.ofHash(sha.digest());
    }

    private void put(char c) {
        if (c >= ' ' && c <= '~' && c != '\\') {
            buffer[used++] = (byte) c;
            return;
        }
        buffer[used++] = '\\';
        buffer[used++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[used++] = HEX[c >> shift & 15];
        }
    }

    private void room(int bytes) {
        if (used + bytes >= buffer.length) {
            sha.update(buffer, 0, used);
            used = 0;
        }
    }
}
