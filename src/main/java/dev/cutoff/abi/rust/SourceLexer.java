package dev.cutoff.abi.rust;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds literals, comments and other tokens in a Rust source by the rules of rustc_lexer (The Rust Reference, "Lexical
 * structure"): nothing else decides where a line may get blanks at its end.
 */
final class SourceLexer {

    private final byte[] text;
    private final SourceLines.Docs docs;
    private final int edition;
    /** Line feeds that are part of a literal. */
    private final BitSet closed = new BitSet();

    /** For each open bracket, whether it or one around it is of a macro call. */
    private final Deque<Boolean> brackets = new ArrayDeque<>();

    private int at;
    private boolean failed;
    /** What came before, to know a macro call: 0 nothing of use, 1 a word, 2 a word and "!", 3 those and a word. */
    private int call;

    private boolean fixedStart;

    private final List<SourceTokens.Token> tokens = new ArrayList<>();

    SourceLexer(byte[] file, SourceLines.Docs docs, int edition) {
        this.text = file.clone();
        this.docs = docs;
        this.edition = edition;
    }

    Optional<SourceLines> read() {
        return isRead() ? Optional.of(new SourceLines(text, lines(), fixedStart)) : Optional.empty();
    }

    Optional<SourceTokens> tokens() {
        return isRead() ? Optional.of(new SourceTokens(text, List.copyOf(tokens))) : Optional.empty();
    }

    private boolean isRead() {
        if (!isText()) {
            return false;
        }
        begin();
        while (at < text.length && !failed) {
            token();
        }
        return !failed && brackets.isEmpty();
    }

    /** Notes what has just been read, from there on. */
    private void note(int from) {
        boolean joint = !tokens.isEmpty() && tokens.get(tokens.size() - 1).to() == from;
        tokens.add(new SourceTokens.Token(from, at, joint));
    }

    /** UTF-8 without the white space beyond ASCII, which ends words, and without what reorders text. */
    private boolean isText() {
        try {
            String all = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            return all.chars()
                    .noneMatch(c -> c == 0 || c == 0x85 || c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029);
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void begin() {
        if (is(0, 0xef) && is(1, 0xbb) && is(2, 0xbf)) {
            at = 3;
            fixedStart = true;
        }
        if (is(at, '#') && is(at + 1, '!')) {
            int next = at + 2;
            while (next < text.length && isBlank(text[next])) {
                next++;
            }
            // An inner attribute may have comments before its bracket; a shebang that looks so is not told apart.
            failed |= is(next, '/') && (is(next + 1, '/') || is(next + 1, '*'));
            if (!is(next, '[')) {
                fixedStart = true;
                skipLine();
            }
        }
        int next = at;
        while (next < text.length && isBlank(text[next])) {
            next++;
        }
        // Frontmatter, as of scripts for cargo.
        failed |= is(next, '-') && is(next + 1, '-') && is(next + 2, '-');
    }

    private boolean is(int index, int wanted) {
        return index < text.length && (text[index] & 0xff) == wanted;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0x0b || b == 0x0c;
    }

    private static boolean isWord(byte b) {
        return b < 0 || b == '_' || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
    }

    private void skipLine() {
        while (at < text.length && text[at] != '\n') {
            at++;
        }
    }

    private void token() {
        byte b = text[at];
        int from = at;
        if (isBlank(b)) {
            at++;
        } else if (b == '/' && is(at + 1, '/')) {
            lineComment();
        } else if (b == '/' && is(at + 1, '*')) {
            blockComment();
        } else {
            if (isWord(b)) {
                word();
            } else if (b == '"') {
                string();
            } else if (b == '\'') {
                quote();
            } else {
                punctuation(b);
            }
            note(from);
        }
    }

    private void punctuation(byte b) {
        at++;
        switch (b) {
            case '(', '[', '{' -> {
                brackets.push(call >= 2 || (!brackets.isEmpty() && brackets.peek()));
                call = 0;
            }
            case ')', ']', '}' -> {
                failed |= brackets.isEmpty();
                brackets.poll();
                call = 0;
            }
            case '!' -> call = call == 1 && !is(at, '=') ? 2 : 0;
            default -> call = 0;
        }
    }

    private void word() {
        int from = at;
        while (at < text.length && isWord(text[at])) {
            at++;
        }
        call = call == 2 ? 3 : 1;
        String word = at - from > 2 ? "" : new String(text, from, at - from, StandardCharsets.ISO_8859_1);
        switch (word) {
            case "r", "br" -> raw();
            case "cr" -> {
                boolean literal = is(at, '"') || is(at, '#');
                failed |= literal && edition < 2021;
                raw();
            }
            case "b", "c" -> {
                if (is(at, '\'') && word.equals("b")) {
                    at++;
                    character();
                    call = 0;
                }
            }
            default -> {}
        }
    }

    /** A raw string, where one begins here: {@code r#name} is a word. */
    private void raw() {
        int hashes = 0;
        while (is(at + hashes, '#')) {
            hashes++;
        }
        if (!is(at + hashes, '"')) {
            return;
        }
        call = 0;
        int next = at + hashes + 1;
        while (next < text.length) {
            if (text[next] == '\n') {
                closed.set(next);
            } else if (text[next] == '"') {
                int end = 0;
                while (end < hashes && is(next + 1 + end, '#')) {
                    end++;
                }
                if (end == hashes) {
                    at = next + 1 + hashes;
                    return;
                }
            }
            next++;
        }
        failed = true;
    }

    private void string() {
        call = 0;
        int next = at + 1;
        while (next < text.length && text[next] != '"') {
            if (text[next] == '\\') {
                next++;
            }
            if (is(next, '\n')) {
                closed.set(next);
            }
            // A line end of two bytes that is escaped: the line feed belongs to the literal too.
            next++;
        }
        failed |= next >= text.length;
        at = next + 1;
    }

    private void quote() {
        call = 0;
        at++;
        int first = at < text.length ? text[at] : 0;
        int width = width(first);
        boolean word = first < 0 || isWord((byte) first);
        if (word && !is(at + width, '\'')) {
            // A lifetime or a label.
            while (at < text.length && isWord(text[at])) {
                at++;
            }
            failed |= is(at, '\'');
        } else {
            character();
        }
    }

    /** Behind the opening quote. */
    private void character() {
        if (is(at, '\\')) {
            at += 2;
            while (at < text.length && text[at] != '\'' && text[at] != '\n') {
                at++;
            }
        } else if (at < text.length) {
            at += width(text[at]);
        }
        failed |= !is(at, '\'');
        at++;
    }

    private static int width(int first) {
        int b = first & 0xff;
        return b < 0xc0 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    }

    private boolean mayChange() {
        return docs == SourceLines.Docs.PLAIN && (brackets.isEmpty() || !brackets.peek());
    }

    private void lineComment() {
        boolean doc = is(at + 2, '!') || (is(at + 2, '/') && !is(at + 3, '/'));
        int from = at;
        skipLine();
        if (mayChange()) {
            if (doc) {
                text[from + 2] = ' ';
            }
            for (int i = from; i < at; i++) {
                if (text[i] < 0) {
                    text[i] = '_';
                }
            }
        } else if (doc) {
            note(from);
        }
    }

    private void blockComment() {
        int from = at;
        boolean doc = is(at + 2, '!') || (is(at + 2, '*') && !is(at + 3, '*') && !is(at + 3, '/'));
        boolean stays = doc && !mayChange();
        int depth = 1;
        at += 2;
        while (depth > 0 && at < text.length) {
            if (text[at] == '/' && is(at + 1, '*')) {
                depth++;
                at += 2;
            } else if (text[at] == '*' && is(at + 1, '/')) {
                depth--;
                at += 2;
            } else {
                if (stays && text[at] == '\n') {
                    closed.set(at);
                }
                at++;
            }
        }
        failed |= depth > 0;
        if (doc && !stays) {
            text[from + 2] = ' ';
        } else if (doc) {
            note(from);
        }
    }

    private List<SourceLines.Line> lines() {
        List<SourceLines.Line> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length) {
            int end = from;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            int to = end > from && text[end - 1] == '\r' ? end - 1 : end;
            int next = Math.min(end + 1, text.length);
            lines.add(new SourceLines.Line(from, to, next, !closed.get(end)));
            from = next;
        }
        return lines;
    }
}
