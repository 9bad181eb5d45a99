package dev.cutoff.abi.rust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A Rust text as tokens: words, literals, single characters of punctuation, and documentation that stands in it. Comments are
 * none. A raw identifier is three tokens.
 *
 * @param text the bytes that tokens are of
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
record SourceTokens(byte[] text, List<Token> tokens) {

    /**
     * A token.
     *
     * @param from first byte
     * @param to behind its last byte
     * @param joint whether the token before it ends where it begins: two characters of one operator, for one
     */
    record Token(int from, int to, boolean joint) {}

    /** Empty where the text is not understood, which includes brackets that don't match. */
    static Optional<SourceTokens> read(byte[] text, int edition) {
        return new SourceLexer(text, SourceLines.Docs.KEPT, edition).tokens().filter(SourceTokens::isNested);
    }

    /** The same without documentation, also where it is written as an attribute. */
    SourceTokens withoutDocumentation() {
        List<Token> left = new ArrayList<>();
        int at = 0;
        while (at < count()) {
            int bracket = is(at, "#") ? (is(at + 1, "!") ? at + 2 : at + 1) : -1;
            boolean attribute = bracket > 0 && is(bracket, "[") && is(bracket + 1, "doc") && is(bracket + 2, "=");
            if (attribute) {
                at = partner(bracket) + 1;
            } else {
                if (!at(at).startsWith("//") && !at(at).startsWith("/*")) {
                    left.add(tokens.get(at));
                }
                at++;
            }
        }
        return new SourceTokens(text, List.copyOf(left));
    }

    int count() {
        return tokens.size();
    }

    /** A token's text; "" where there is none of that number. */
    String at(int index) {
        if (index < 0 || index >= tokens.size()) {
            return "";
        }
        Token token = tokens.get(index);
        return new String(text, token.from(), token.to() - token.from(), StandardCharsets.ISO_8859_1);
    }

    boolean is(int index, String wanted) {
        return at(index).equals(wanted);
    }

    boolean same(int index, SourceTokens other, int otherIndex) {
        Token a = tokens.get(index);
        Token b = other.tokens.get(otherIndex);
        return a.joint() == b.joint() && Arrays.equals(text, a.from(), a.to(), other.text, b.from(), b.to());
    }

    boolean isWord(int index) {
        String word = at(index);
        return !word.isEmpty()
                && (Character.isLetter(word.charAt(0)) || word.charAt(0) == '_' || word.charAt(0) > 0x7f);
    }

    /** 1 for an opening bracket, -1 for a closing one, else 0. */
    int nesting(int index) {
        return switch (at(index)) {
            case "(", "[", "{" -> 1;
            case ")", "]", "}" -> -1;
            default -> 0;
        };
    }

    /** Whether a closing bracket is of the kind of the one that it closes, everywhere. */
    private boolean isNested() {
        Deque<String> open = new ArrayDeque<>();
        for (int i = 0; i < count(); i++) {
            if (nesting(i) > 0) {
                open.push(at(i));
            } else if (nesting(i) < 0) {
                String opening = switch (at(i)) {
                    case ")" -> "(";
                    case "]" -> "[";
                    default -> "{";
                };
                if (open.isEmpty() || !open.pop().equals(opening)) {
                    return false;
                }
            }
        }
        return open.isEmpty();
    }

    /** The bracket that closes one, or opens it. */
    int partner(int index) {
        int step = nesting(index);
        int depth = 0;
        for (int i = index; i >= 0 && i < count(); i += step) {
            depth += nesting(i);
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("token " + index + " is no bracket");
    }
}
