package dev.cutoff.abi.c;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * From text to tokens, in one pass: translation phases 1 to 3 as GCC and Clang do them in GNU modes (no trigraphs; blanks
 * between a backslash and the end of its line do not undo the splice).
 *
 * <p>What matters is that nothing but comments and blanks is dropped: where the tokens of two files are the same with
 * their spacing, compilers see the same. How the rest is cut into tokens matters less, so punctuators are those of C++ in
 * C too. A quote without its partner in its line is no error here, as it is none in a group that a condition skips or in
 * the text of {@code #error}: like GCC and Clang we make one token of it and the rest of its line, comments included.
 */
public final class Lexer {

    private static final int MAX_DELIMITER = 16;

    /** Where the name of a header may come next. */
    private enum HeaderName {
        NO,
        /** At the name of the directive. */
        DIRECTIVE,
        /** Right now. */
        NOW,
        /** After the parenthesis that follows {@code __has_include} and its like in a condition. */
        CONDITION
    }

    private final Source source;
    private final byte[] text;
    private final int length;
    private final Dialect dialect;
    private final TokenBuilder tokens;
    private final Set<PlaceName> places = EnumSet.noneOf(PlaceName.class);
    private final Set<Ambiguity> ambiguities = EnumSet.noneOf(Ambiguity.class);

    private int at;
    private boolean space = true;
    private boolean lineStart = true;
    private boolean inDirective;
    private boolean inCondition;
    private HeaderName headerName = HeaderName.NO;
    /** Up to here there is no {@code >}: else a line of many {@code __has_include(<} would be searched as often. */
    private int noAngleBefore;

    private Lexer(byte[] original, String file, Dialect dialect) {
        this.source = new Source(original);
        this.text = source.clean;
        this.length = source.length;
        this.dialect = dialect;
        this.tokens = new TokenBuilder(file, source);
    }

    /**
     * The tokens of a file.
     *
     * @throws FormatException if a comment or a raw string has no end
     */
    public static TokenStream lex(Cursor file, Dialect dialect) throws FormatException {
        return lex(file.bytesAt(0, file.size()), file.file(), dialect);
    }

    /** The tokens of a text, which is kept and must not be changed; {@code file} is for messages. */
    public static TokenStream lex(byte[] text, String file, Dialect dialect) throws FormatException {
        return new Lexer(text, file, dialect).run();
    }

    private TokenStream run() throws FormatException {
        if (length >= 3 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf) {
            at = 3;
        }
        while (at < length) {
            if (!skipped()) {
                token();
            }
        }
        endLine();
        return new TokenStream(tokens, places, ambiguities);
    }

    private byte peek(int ahead) {
        return at + ahead < length ? text[at + ahead] : 0;
    }

    /** Whether a blank, a line end or a comment stood here, which is now behind us. */
    private boolean skipped() throws FormatException {
        byte c = text[at];
        if (c == '\n') {
            endLine();
            at++;
            space = true;
            lineStart = true;
            return true;
        }
        if (blank(c) || c == '\r' || c == 0) {
            note(at);
            at++;
        } else if (c == '/' && peek(1) == '/') {
            lineComment();
        } else if (c == '/' && peek(1) == '*') {
            blockComment();
        } else {
            return false;
        }
        space = true;
        return true;
    }

    static boolean blank(byte c) {
        return c == ' ' || c == '\t' || c == '\f' || c == 0x0b;
    }

    private void note(int offset) {
        if (text[offset] == 0) {
            ambiguities.add(Ambiguity.NUL);
        } else if (text[offset] == '\r' && !(offset + 1 < length && text[offset + 1] == '\n')) {
            ambiguities.add(Ambiguity.CARRIAGE_RETURN);
        }
    }

    private void lineComment() {
        int from = at;
        while (at < length && text[at] != '\n') {
            if (text[at] == '\r') {
                note(at);
            }
            at++;
        }
        trigraphBefore(from, at);
    }

    private void blockComment() throws FormatException {
        int from = at;
        at += 2;
        while (true) {
            if (at + 1 >= length) {
                throw wrong(from, "a comment has no end");
            }
            if (text[at] == '*' && text[at + 1] == '/') {
                at += 2;
                return;
            }
            if (text[at] == '\n') {
                trigraphBefore(from, at);
            }
            at++;
        }
    }

    /** In a strict mode {@code ??/} before a line end goes away with it: a comment then ends elsewhere. */
    private void trigraphBefore(int from, int lineEnd) {
        int i = lineEnd;
        while (i > from && (blank(text[i - 1]) || text[i - 1] == '\r')) {
            i--;
        }
        if (i - from >= 3 && text[i - 1] == '/' && text[i - 2] == '?' && text[i - 3] == '?') {
            ambiguities.add(Ambiguity.TRIGRAPH);
        }
    }

    private void endLine() {
        if (inDirective) {
            tokens.add(TokenKind.DIRECTIVE_END, at, at, 0);
            inDirective = false;
            inCondition = false;
            headerName = HeaderName.NO;
        }
    }

    private void token() throws FormatException {
        byte c = text[at];
        if (headerName == HeaderName.NOW && (c == '<' || c == '"')) {
            headerName = HeaderName.NO;
            if (headerName(c == '<' ? '>' : '"')) {
                return;
            }
        }
        if (identifierByte(c) || (c == '\\' && ucn(at) > 0)) {
            word();
        } else if (digit(c) || (c == '.' && digit(peek(1)))) {
            number();
        } else if (c == '"' || c == '\'') {
            literal(at, c);
        } else {
            punctuator();
        }
    }

    private void emit(TokenKind kind, int from, int to) {
        tokens.add(kind, from, to, bits());
        at = to;
    }

    private int bits() {
        int bits = (space ? TokenStream.SPACE : 0) | (lineStart ? TokenStream.LINE_START : 0);
        space = false;
        lineStart = false;
        return bits;
    }

    private boolean headerName(char close) {
        int end = close == '>' ? Math.max(at + 1, noAngleBefore) : at + 1;
        while (end < length && text[end] != close && text[end] != '\n') {
            end++;
        }
        if (end == length || text[end] != close) {
            noAngleBefore = close == '>' ? end : noAngleBefore;
            return false;
        }
        emit(TokenKind.HEADER_NAME, at, end + 1);
        return true;
    }

    private void word() throws FormatException {
        int from = at;
        int end = identifierEnd(from);
        byte next = end < length ? text[end] : 0;
        if (next == '"' && raw(from, end) && rawString(from, end)) {
            return;
        }
        if ((next == '"' || next == '\'') && prefix(from, end)) {
            literal(end, next);
            return;
        }
        emit(TokenKind.IDENTIFIER, from, end);
        noticeWord(from, end);
    }

    private int identifierEnd(int from) {
        int i = from;
        while (i < length) {
            if (identifierByte(text[i]) || digit(text[i])) {
                i++;
            } else if (text[i] == '\\' && ucn(i) > 0) {
                i += ucn(i);
            } else {
                break;
            }
        }
        return i;
    }

    private void noticeWord(int from, int end) {
        if (headerName == HeaderName.DIRECTIVE) {
            inCondition = is(from, end, "if") || is(from, end, "elif");
            headerName = namesHeader(from, end) ? HeaderName.NOW : HeaderName.NO;
        } else if (inCondition
                && end - from >= 11
                && (is(from, end, "__has_include")
                        || is(from, end, "__has_include_next")
                        || is(from, end, "__has_embed"))) {
            headerName = HeaderName.CONDITION;
        } else {
            headerName = HeaderName.NO;
        }
        byte first = text[from];
        if ((first == '_' && end - from >= 8) || first == 'a' || first == 's') {
            PlaceName place = end - from > 32
                    ? null
                    : PlaceName.of(new String(text, from, end - from, StandardCharsets.ISO_8859_1));
            if (place != null) {
                places.add(place);
            }
        }
    }

    private boolean namesHeader(int from, int end) {
        return is(from, end, "include")
                || is(from, end, "include_next")
                || is(from, end, "import")
                || is(from, end, "embed");
    }

    private boolean is(int from, int end, String word) {
        if (end - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether what stands there is the prefix of a literal: L, u, U, u8. */
    private boolean prefix(int from, int end) {
        return switch (end - from) {
            case 1 -> text[from] == 'L' || text[from] == 'u' || text[from] == 'U';
            case 2 -> text[from] == 'u' && text[from + 1] == '8';
            default -> false;
        };
    }

    private boolean raw(int from, int end) {
        return text[end - 1] == 'R' && (end - from == 1 || prefix(from, end - 1));
    }

    /** Reads {@code R"x( … )x"} in the file's own text, since splices count in it. False if there is no parenthesis. */
    private boolean rawString(int from, int quote) throws FormatException {
        ambiguities.add(Ambiguity.RAW_STRING);
        byte[] original = source.original;
        int open = source.originalOffset(quote) + 1;
        int parenthesis = open;
        while (parenthesis < original.length
                && parenthesis - open < MAX_DELIMITER
                && delimiter(original[parenthesis])) {
            parenthesis++;
        }
        if (parenthesis >= original.length || original[parenthesis] != '(') {
            return false;
        }
        int delimiter = parenthesis - open;
        for (int i = parenthesis + 1; i + delimiter + 1 < original.length; i++) {
            if (original[i] == ')'
                    && original[i + delimiter + 1] == '"'
                    && Arrays.equals(original, open, parenthesis, original, i + 1, i + 1 + delimiter)) {
                int end = i + delimiter + 2;
                tokens.addOriginal(TokenKind.STRING, source.originalOffset(from), end, bits());
                headerName = HeaderName.NO;
                at = source.cleanOffset(end);
                return true;
            }
        }
        throw wrong(from, "a raw string has no end");
    }

    private static boolean delimiter(byte c) {
        return c > ' ' && c != '(' && c != ')' && c != '\\' && c != '"' && c != 0x7f;
    }

    /** A string or character literal whose quote is at {@code open}; its prefix begins at the present offset. */
    private void literal(int open, byte quote) {
        headerName = HeaderName.NO;
        int i = open + 1;
        while (i < length && text[i] != '\n') {
            if (text[i] == quote) {
                emit(quote == '"' ? TokenKind.STRING : TokenKind.CHARACTER, at, i + 1);
                return;
            }
            if (text[i] == '\r') {
                note(i);
            }
            i += text[i] == '\\' && i + 1 < length && text[i + 1] != '\n' ? 2 : 1;
        }
        while (text[i - 1] == '\r') {
            i--;
        }
        emit(TokenKind.OTHER, at, i);
    }

    private void number() {
        headerName = HeaderName.NO;
        int i = at + 1;
        while (i < length) {
            byte c = text[i];
            if ((c == '+' || c == '-') && exponent(text[i - 1])) {
                i++;
            } else if (c == '\'' && i + 1 < length && alphanumeric(text[i + 1])) {
                ambiguities.add(Ambiguity.DIGIT_SEPARATOR);
                if (dialect == Dialect.C) {
                    break;
                }
                i += 2;
            } else if (alphanumeric(c) || c == '.' || c < 0) {
                i++;
            } else if (c == '\\' && ucn(i) > 0) {
                i += ucn(i);
            } else {
                break;
            }
        }
        emit(TokenKind.NUMBER, at, i);
    }

    private static boolean exponent(byte c) {
        return c == 'e' || c == 'E' || c == 'p' || c == 'P';
    }

    private static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean alphanumeric(byte c) {
        return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    /** Bytes of characters beyond ASCII count as letters: which of them are is no question of what is a comment. */
    private static boolean identifierByte(byte c) {
        return c < 0 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    }

    /** The length of a universal character name at a backslash, 0 where there is none. */
    private int ucn(int backslash) {
        byte kind = backslash + 1 < length ? text[backslash + 1] : 0;
        if (kind != 'u' && kind != 'U' && kind != 'N') {
            return 0;
        }
        if (kind != 'U' && backslash + 2 < length && text[backslash + 2] == '{') {
            int end = backslash + 3;
            while (end < length
                    && end - backslash < 128
                    && (alphanumeric(text[end]) || text[end] == ' ' || text[end] == '-')) {
                end++;
            }
            return end < length && text[end] == '}' ? end + 1 - backslash : 0;
        }
        int digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        if (digits == 0 || backslash + 2 + digits > length) {
            return 0;
        }
        for (int i = 0; i < digits; i++) {
            if (Character.digit(text[backslash + 2 + i], 16) < 0) {
                return 0;
            }
        }
        return 2 + digits;
    }

    private void punctuator() {
        byte c = text[at];
        int size = punctuatorLength();
        boolean hash = size > 0 && (size == 1 ? c == '#' : size == 2 && c == '%' && peek(1) == ':');
        if (hash && lineStart) {
            inDirective = true;
            emit(TokenKind.DIRECTIVE, at, at + size);
            headerName = HeaderName.DIRECTIVE;
            return;
        }
        headerName = headerName == HeaderName.CONDITION && c == '(' ? HeaderName.NOW : HeaderName.NO;
        emit(size > 0 ? TokenKind.PUNCTUATOR : TokenKind.OTHER, at, at + Math.max(1, size));
    }

    /** The length of the longest punctuator here, 0 where there is none. */
    private int punctuatorLength() {
        byte b = peek(1);
        byte c = peek(2);
        return switch (text[at]) {
            case '{', '}', '[', ']', '(', ')', ';', '?', '~', ',' -> 1;
            case '#' -> b == '#' ? 2 : 1;
            case ':' -> b == ':' || b == '>' ? 2 : 1;
            case '.' -> b == '.' && c == '.' ? 3 : b == '*' ? 2 : 1;
            case '=', '!', '*', '/', '^' -> b == '=' ? 2 : 1;
            case '+' -> b == '+' || b == '=' ? 2 : 1;
            case '&' -> b == '&' || b == '=' ? 2 : 1;
            case '|' -> b == '|' || b == '=' ? 2 : 1;
            case '-' -> b == '>' ? c == '*' ? 3 : 2 : b == '-' || b == '=' ? 2 : 1;
            case '>' -> b == '>' ? c == '=' ? 3 : 2 : b == '=' ? 2 : 1;
            case '<' -> less(b, c);
            case '%' -> b == ':' ? c == '%' && peek(3) == ':' ? 4 : 2 : b == '=' || b == '>' ? 2 : 1;
            default -> 0;
        };
    }

    private int less(byte b, byte c) {
        if (b == '<') {
            return c == '=' ? 3 : 2;
        }
        if (b == '=') {
            return c == '>' ? 3 : 2;
        }
        if (b == ':') {
            // C++11: "<::" is "<" and "::" unless ":" or ">" follows.
            return c == ':' && peek(3) != ':' && peek(3) != '>' ? 1 : 2;
        }
        return b == '%' ? 2 : 1;
    }

    private FormatException wrong(int offset, String sentence) {
        int original = source.originalOffset(offset);
        return FormatException.inText(tokens.file, tokens.lineAt(original), original, sentence);
    }
}
