package dev.cutoff.abi.c;

import dev.cutoff.abi.Cursor;
import dev.cutoff.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;

/**
 * The tokens of a file, in order. Comments are gone; what they leave, and what line ends leave outside directives, is
 * the spacing bit of the token that follows. Kept as columns, since a large header has a million tokens.
 */
public final class TokenStream {

    private final String file;
    private final Source source;
    private final int size;
    private final int[] start;
    private final int[] end;
    private final int[] line;
    private final byte[] flags;
    private final Set<PlaceName> places;
    private final Set<Ambiguity> ambiguities;

    /** Raised when the tokens of any text change, or what digests of them hold. */
    public static final int VERSION = 2;

    static final int KIND = 0x0f;
    static final int SPACE = 0x10;
    static final int LINE_START = 0x20;
    /** The spelling is in the file's own text: of raw string literals, whose splices count. */
    static final int ORIGINAL = 0x40;

    TokenStream(TokenBuilder tokens, Set<PlaceName> places, Set<Ambiguity> ambiguities) {
        this.file = tokens.file;
        this.source = tokens.source;
        this.size = tokens.size;
        this.start = tokens.start;
        this.end = tokens.end;
        this.line = tokens.line;
        this.flags = tokens.flags;
        this.places = Set.copyOf(places);
        this.ambiguities = Set.copyOf(ambiguities);
    }

    public String file() {
        return file;
    }

    public int size() {
        return size;
    }

    public TokenKind kind(int token) {
        return TokenKind.of(flags[token] & KIND);
    }

    /** The spelling, splices taken out (those of raw strings aside). */
    public String text(int token) {
        return Cursor.text(Arrays.copyOfRange(bytes(token), start[token], end[token]));
    }

    /** The bytes of the spelling. */
    byte[] spelling(int token) {
        return Arrays.copyOfRange(bytes(token), start[token], end[token]);
    }

    /** The hash of the spelling, see {@link Names#word}. */
    long word(int token) {
        return Names.word(bytes(token), start[token], end[token]);
    }

    /** Whether a token is spelled so, in ASCII. */
    boolean is(int token, String text) {
        if (end[token] - start[token] != text.length()) {
            return false;
        }
        byte[] bytes = bytes(token);
        for (int i = 0; i < text.length(); i++) {
            if (bytes[start[token] + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The line in the file on which the token begins, from 1. */
    public int line(int token) {
        return line[token];
    }

    /**
     * Whether blanks, a comment or a line end stand before the token; always so for the first token of a line. It shows
     * when a macro turns its argument into a string.
     */
    public boolean spaceBefore(int token) {
        return (flags[token] & SPACE) != 0;
    }

    /** Whether it is the first token of a line, splices taken out. */
    public boolean startsLine(int token) {
        return (flags[token] & LINE_START) != 0;
    }

    /** The names in the file by which code sees where it stands or when it is compiled. */
    public Set<PlaceName> places() {
        return places;
    }

    /** What other compilers or modes would read differently; empty for nearly every file. */
    public Set<Ambiguity> ambiguities() {
        return ambiguities;
    }

    /** Whether a name occurs as an identifier, in whatever macro or condition. */
    public boolean mentions(String identifier) {
        byte[] wanted = identifier.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < size; i++) {
            if (kind(i) == TokenKind.IDENTIFIER && spells(i, wanted)) {
                return true;
            }
        }
        return false;
    }

    private boolean spells(int token, byte[] wanted) {
        return Arrays.equals(bytes(token), start[token], end[token], wanted, 0, wanted.length);
    }

    private byte[] bytes(int token) {
        return (flags[token] & ORIGINAL) != 0 ? source.original : source.clean;
    }

    /**
     * Digest of what a compiler sees that does not look at places: kinds, spellings, spacing, where directives begin and
     * end, and which neighbours stand on one line: without optimisation GCC keeps a jump between two statements only
     * where they stand on different ones.
     */
    public Digest digest() {
        return digest(false);
    }

    /** The same with the line of each token, for translation units that can see lines. Columns are not in it. */
    public Digest digestWithLines() {
        return digest(true);
    }

    private Digest digest(boolean withLines) {
        MessageDigest sha = Digest.sha256();
        sha.update(
                ((withLines ? "tokens with lines " : "tokens ") + VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
        byte[] buffer = new byte[8192];
        int used = 0;
        for (int i = 0; i < size; i++) {
            int length = end[i] - start[i];
            if (used + 16 + length > buffer.length) {
                sha.update(buffer, 0, used);
                used = 0;
            }
            boolean ends = (flags[i] & KIND) == TokenKind.DIRECTIVE_END.code();
            int newLine = i > 0 && !ends && line[i] != line[i - 1] ? LINE_START : 0;
            buffer[used++] = (byte) ((flags[i] & (KIND | SPACE)) | newLine);
            used = number(buffer, used, length);
            if (withLines) {
                used = number(buffer, used, line[i]);
            }
            if (used + length > buffer.length) {
                sha.update(buffer, 0, used);
                used = 0;
                sha.update(bytes(i), start[i], length);
            } else {
                System.arraycopy(bytes(i), start[i], buffer, used, length);
                used += length;
            }
        }
        sha.update(buffer, 0, used);
        return Digest.ofHash(sha.digest());
    }

    private static int number(byte[] buffer, int at, int number) {
        int used = at;
        int rest = number;
        while (rest >= 0x80) {
            buffer[used++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[used++] = (byte) rest;
        return used;
    }

    /** Whether two tokens are the same in kind, spelling and spacing. */
    boolean sameToken(int token, TokenStream other, int otherToken) {
        return ((flags[token] ^ other.flags[otherToken]) & (KIND | SPACE)) == 0
                && Arrays.equals(
                        bytes(token),
                        start[token],
                        end[token],
                        other.bytes(otherToken),
                        other.start[otherToken],
                        other.end[otherToken]);
    }
}
