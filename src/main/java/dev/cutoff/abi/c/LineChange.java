package dev.cutoff.abi.c;

import java.util.Optional;

/**
 * The first line in which two token streams differ, for people.
 *
 * @param line in the new file; of a removed line, in the old one
 * @param before the old line's tokens, "" for an added line; of a long line those about the change
 * @param after the new line's tokens, "" for a removed line
 */
public record LineChange(Kind kind, int line, String before, String after) {

    /** What became of the line. */
    public enum Kind {
        CHANGED,
        ADDED,
        REMOVED,
        /** The tokens are the same on another line: {@code before} holds the number of the old one. */
        MOVED
    }

    private static final int LOOK_AHEAD = 10_000;
    private static final int MAX_TEXT = 160;

    /** As many characters of a line may stand before what has changed in it, and as many tokens stand there of a longer one. */
    private static final int MAX_BEFORE = 80;

    private static final int TOKENS_BEFORE = 8;

    /** The first difference that {@link TokenStream#digest} sees. */
    public static Optional<LineChange> between(TokenStream before, TokenStream after) {
        int common = Math.min(before.size(), after.size());
        int at = 0;
        while (at < common && before.sameToken(at, after, at)) {
            at++;
        }
        return at == before.size() && at == after.size() ? Optional.empty() : Optional.of(at(before, after, at));
    }

    /** The first difference that {@link TokenStream#digestWithLines} sees. */
    public static Optional<LineChange> betweenWithLines(TokenStream before, TokenStream after) {
        Optional<LineChange> change = between(before, after);
        for (int i = 0; change.isEmpty() && i < before.size(); i++) {
            if (before.line(i) != after.line(i)) {
                int start = startOfLine(after, i);
                String text = lineText(after, start, lineEnd(after, start), start);
                return Optional.of(new LineChange(Kind.MOVED, after.line(i), String.valueOf(before.line(i)), text));
            }
        }
        return change;
    }

    private static LineChange at(TokenStream before, TokenStream after, int at) {
        boolean lineBegins = begins(before, at) && begins(after, at);
        int old = lineBegins ? at : lineStart(before, at);
        int now = lineBegins ? at : lineStart(after, at);
        int oldEnd = lineEnd(before, old);
        int nowEnd = lineEnd(after, now);
        String oldText = lineText(before, old, oldEnd, old);
        String nowText = lineText(after, now, nowEnd, now);
        if (old == before.size() || comesLater(before, old, oldEnd, after, nowEnd)) {
            return new LineChange(Kind.ADDED, after.line(now), "", nowText);
        }
        if (now == after.size() || comesLater(after, now, nowEnd, before, oldEnd)) {
            return new LineChange(Kind.REMOVED, before.line(old), oldText, "");
        }
        // What is the same before it can be long, and would push it out of sight.
        return new LineChange(
                Kind.CHANGED, after.line(now), lineText(before, old, oldEnd, at), lineText(after, now, nowEnd, at));
    }

    private static boolean begins(TokenStream tokens, int at) {
        return at == tokens.size() || tokens.startsLine(at);
    }

    /** Where the line begins that holds the token at {@code at}, or the one before it if that one begins a line. */
    private static int lineStart(TokenStream tokens, int at) {
        return startOfLine(tokens, begins(tokens, at) && at > 0 ? at - 1 : at);
    }

    private static int startOfLine(TokenStream tokens, int at) {
        int i = at;
        while (i > 0 && !tokens.startsLine(i)) {
            i--;
        }
        return i;
    }

    private static int lineEnd(TokenStream tokens, int start) {
        int i = Math.min(start + 1, tokens.size());
        while (i < tokens.size() && !tokens.startsLine(i)) {
            i++;
        }
        return i;
    }

    /** Whether a line stands as it is a little further down in the other file. */
    private static boolean comesLater(TokenStream tokens, int start, int end, TokenStream other, int from) {
        int stop = Math.min(other.size(), from + LOOK_AHEAD);
        for (int candidate = from; candidate < stop; candidate = lineEnd(other, candidate)) {
            int i = 0;
            while (start + i < end
                    && candidate + i < other.size()
                    && tokens.sameToken(start + i, other, candidate + i)) {
                i++;
            }
            if (start + i == end && begins(other, candidate + i)) {
                return true;
            }
        }
        return false;
    }

    /** @param change the token that is to be seen */
    private static String lineText(TokenStream tokens, int start, int end, int change) {
        int first = start;
        if (text(tokens, start, Math.min(change, end), MAX_BEFORE).length() > MAX_BEFORE) {
            first = Math.max(start, Math.min(change, end) - TOKENS_BEFORE);
        }
        String text = text(tokens, first, end, MAX_TEXT);
        return (first > start ? "… " : "") + (text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text);
    }

    /** Tokens of a line as they stand there; not many more characters than that. */
    private static String text(TokenStream tokens, int start, int end, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end && text.length() <= most; i++) {
            if (i > start && tokens.spaceBefore(i)) {
                text.append(' ');
            }
            text.append(tokens.text(i));
        }
        return text.toString();
    }

    /** In one line: {@code line 92: `#define ZLIB_VERNUM 0x12d0` -> `#define ZLIB_VERNUM 0x1310`}. */
    public String text() {
        return switch (kind) {
            case ADDED -> "line " + line + ": added `" + after + "`";
            case REMOVED -> "line " + line + ": removed `" + before + "`";
            case MOVED -> "line " + before + " is now line " + line + ": `" + after + "`";
            case CHANGED -> "line " + line + ": `" + before + "` -> `" + after + "`";
        };
    }
}
