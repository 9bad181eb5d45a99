package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.c.TokenKind;
import dev.cutoff.abi.c.TokenStream;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.model.Digest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a C header is compiled into those who include it and has a name of its own: functions with a body, variables with a value,
 * enumerators of enumerations without a name; by the tokens of the declaration, whatever conditions it stands under.
 */
public final class Bodies {

    private final TokenStream tokens;
    private final SortedMap<String, StringBuilder> bodies = new TreeMap<>();

    private Bodies(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** The digests, by the functions' names. */
    static SortedMap<String, String> of(TokenStream tokens) {
        Bodies reader = new Bodies(tokens);
        reader.read();
        SortedMap<String, String> digests = new TreeMap<>();
        reader.bodies.forEach(
                (name, text) -> digests.put(name, Digest.ofText(text.toString()).hex()));
        return digests;
    }

    /** The names of the functions and variables that a C source defines. */
    public static Set<String> names(Cursor content) throws FormatException {
        Set<String> names = new TreeSet<>();
        of(Header.lex(content)).keySet().forEach(key -> names.add(key.substring(key.indexOf(' ') + 1)));
        return names;
    }

    private void read() {
        int start = 0;
        Deque<Boolean> blocks = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (is(i, "#") && tokens.startsLine(i)) {
                while (i < tokens.size() && tokens.kind(i) != TokenKind.DIRECTIVE_END) {
                    i++;
                }
                start = blocks.isEmpty() ? i + 1 : start;
            } else if (is(i, ";")) {
                variable(start, i);
                start = i + 1;
            } else if (is(i, "}")) {
                blocks.poll();
                start = i + 1;
            } else if (is(i, "{")) {
                String name = name(start, i);
                if (name.isEmpty() && assigned(start, i) >= 0) {
                    i = end(i);
                    continue;
                }
                if (name.isEmpty()) {
                    enumerators(start, i);
                    // extern "C" { and namespaces: what is in them stands at the top all the same; structs are passed
                    // over.
                    boolean open = opens(start, i);
                    int end = open ? i : end(i);
                    if (open) {
                        blocks.push(true);
                    }
                    i = end;
                } else {
                    int end = end(i);
                    add(name, start, end);
                    i = end;
                }
                start = i + 1;
            }
        }
    }

    private void add(String name, int start, int end) {
        StringBuilder text = bodies.computeIfAbsent(name, _ -> new StringBuilder());
        for (int t = start; t <= end && t < tokens.size(); t++) {
            if (tokens.kind(t) != TokenKind.DIRECTIVE_END) {
                text.append(tokens.text(t)).append(' ');
            }
        }
    }

    /** Where a value is given to what is declared before; -1 where to nothing. */
    private int assigned(int start, int end) {
        for (int i = start; i < end; i++) {
            if (is(i, "=")) {
                return i;
            }
        }
        return -1;
    }

    private void variable(int start, int end) {
        int at = assigned(start, end);
        int name = at;
        for (int i = start; i < at; i++) {
            // Behind the name stand at most the bounds of an array.
            if (tokens.kind(i) == TokenKind.IDENTIFIER && (i + 1 == at || is(i + 1, "[") || is(i + 1, ")"))) {
                name = i;
                break;
            }
        }
        if (at >= 0) {
            add("variable " + (name < at ? tokens.text(name) : "?"), start, end);
        }
    }

    /** What a type is defined for counts by its type; where none is, enumerators are used by themselves. */
    private void enumerators(int start, int brace) {
        boolean named = brace > start && !is(brace - 1, "enum");
        boolean typedef = brace > start && is(start, "typedef");
        if (brace > start && !named && !typedef && brace + 1 < tokens.size()) {
            add("enumerators", start, end(brace));
        }
    }

    private boolean is(int token, String text) {
        return tokens.kind(token) != TokenKind.DIRECTIVE_END
                && tokens.text(token).equals(text);
    }

    private boolean opens(int start, int brace) {
        for (int i = start; i < brace; i++) {
            if (is(i, "extern") || is(i, "namespace")) {
                return true;
            }
        }
        return false;
    }

    /** The name before the brackets that stand before a brace; empty where it begins no function. */
    private String name(int start, int brace) {
        int i = brace - 1;
        while (i > start && is(i, ")")) {
            int depth = 0;
            for (; i > start; i--) {
                depth += is(i, ")") ? 1 : is(i, "(") ? -1 : 0;
                if (depth == 0) {
                    break;
                }
            }
            int name = i - 1;
            if (name < start || tokens.kind(name) != TokenKind.IDENTIFIER) {
                return "";
            }
            if (!tokens.text(name).startsWith("__attribute")) {
                return tokens.text(name);
            }
            i = name - 1;
        }
        return "";
    }

    /** The brace that closes one. */
    private int end(int brace) {
        int depth = 0;
        for (int i = brace; i < tokens.size(); i++) {
            depth += is(i, "{") ? 1 : is(i, "}") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }
}
