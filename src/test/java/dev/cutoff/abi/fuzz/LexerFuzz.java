package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.c.Dialect;
import dev.cutoff.abi.c.Lexer;
import dev.cutoff.abi.c.LineChange;
import dev.cutoff.abi.c.TokenKind;
import dev.cutoff.abi.c.TokenStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Everything that can be asked of a token stream, and two properties: lines never go back, and tokens that are printed
 * and read again are the same tokens with the same spacing.
 */
public final class LexerFuzz {

    private LexerFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, LexerFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        TokenStream tokens = Lexer.lex(bytes, Dialect.CPP);
        Lexer.lex(bytes, Dialect.C).digestWithLines();
        tokens.mentions("assert");
        int line = 1;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.line(i) < line) {
                throw new AssertionError("token " + i + " is on line " + tokens.line(i) + " after one on " + line);
            }
            line = tokens.line(i);
        }
        if (!isPrintable(tokens)) {
            return tokens.size();
        }
        TokenStream again = Lexer.lex(print(tokens), "printed", Dialect.CPP);
        Optional<LineChange> change = LineChange.between(tokens, again);
        if (change.isPresent()) {
            throw new AssertionError("read again: " + change.map(LineChange::text));
        }
        return tokens.size();
    }

    /**
     * Not where a literal without an end stops at a backslash: printed, that would make a splice of the line's end. Nor
     * where an escape in braces has no end: a null character before it, which is printed as a blank, ends it elsewhere.
     */
    private static boolean isPrintable(TokenStream tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            String text = tokens.text(i).stripTrailing();
            if ((text.length() > 1 && text.endsWith("\\"))
                    || (text.endsWith("\\")
                            && i + 1 < tokens.size()
                            && tokens.text(i + 1).matches("[uN]"))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] print(TokenStream tokens) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) != TokenKind.DIRECTIVE_END && tokens.startsLine(i)) {
                // A comment keeps a stray backslash from the end of its line, which would make a splice of the two.
                text.writeBytes(bytes(i > 0 && lastText(tokens, i).equals("\\") ? "/**/\n" : "\n"));
            } else if (tokens.spaceBefore(i)) {
                text.write(' ');
            }
            text.writeBytes(bytes(tokens.text(i)));
        }
        return text.toByteArray();
    }

    private static String lastText(TokenStream tokens, int before) {
        int last = tokens.kind(before - 1) == TokenKind.DIRECTIVE_END ? before - 2 : before - 1;
        return last < 0 ? "" : tokens.text(last);
    }

    /** The bytes of a text that {@link Cursor#text} made. */
    private static byte[] bytes(String text) {
        boolean escaped = text.chars().anyMatch(c -> c >= 0xdc80 && c <= 0xdcff && !pairs(text));
        if (!escaped) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    private static boolean pairs(String text) {
        return text.chars().anyMatch(c -> c >= 0xd800 && c < 0xdc00);
    }
}
