package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Lines of words, digested: the form over which fingerprints are the same or not. Words are separated by tabs; what is
 * not printable ASCII, and the backslash, is written as {@code \}{@code u} and four digits, no word at all as {@code \0}.
 */
public final class Canon {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE = 1024;

    private final MessageDigest sha = Digest.sha256();
    private final byte[] buffer = new byte[1 << 14];
    private int used;

    public Canon(String kind) {
        word("cutoff.fingerprint/1").word(kind).end();
    }

    public Canon word(@Nullable String word) {
        if (word == null) {
            room(3);
            buffer[used++] = '\\';
            buffer[used++] = '0';
        } else {
            for (int from = 0; from < word.length(); from += PIECE) {
                piece(word, from, Math.min(word.length(), from + PIECE));
            }
            room(1);
        }
        buffer[used++] = '\t';
        return this;
    }

    private void piece(String word, int from, int to) {
        room(6 * PIECE);
        byte[] to8 = buffer;
        int at = used;
        for (int i = from; i < to; i++) {
            char c = word.charAt(i);
            if (c >= ' ' && c <= '~' && c != '\\') {
                to8[at++] = (byte) c;
            } else {
                to8[at++] = '\\';
                to8[at++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    to8[at++] = HEX[c >> shift & 15];
                }
            }
        }
        used = at;
    }

    public Canon word(boolean is) {
        return word(is ? "yes" : "no");
    }

    public Canon word(long number) {
        return word(Long.toString(number));
    }

    /** A word for each, in a line that begins with a name. */
    public void line(String name, Iterable<String> words) {
        word(name);
        words.forEach(this::word);
        end();
    }

    public void line(String name, @Nullable String word) {
        word(name).word(word).end();
    }

    public void end() {
        room(1);
        buffer[used++] = '\n';
    }

    public Digest digest() {
        sha.update(buffer, 0, used);
        return Digest.ofHash(sha.digest());
    }

    private void room(int bytes) {
        if (used + bytes >= buffer.length) {
            sha.update(buffer, 0, used);
            used = 0;
        }
    }
}
