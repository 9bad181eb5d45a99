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

/** Functions that have a body in a C header, by the tokens of their declaration and body; conditions aside, all of them. */
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

    /** The names of the functions that a C source or header has a body of. */
    public static Set<String> names(Cursor content) throws FormatException {
        return of(Header.lex(content)).keySet();
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
                start = i + 1;
            } else if (is(i, "}")) {
                blocks.poll();
                start = i + 1;
            } else if (is(i, "{")) {
                String name = name(start, i);
                if (name.isEmpty()) {
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
                    StringBuilder text = bodies.computeIfAbsent(name, _ -> new StringBuilder());
                    for (int t = start; t <= end && t < tokens.size(); t++) {
                        text.append(tokens.text(t)).append(' ');
                    }
                    i = end;
                }
                start = i + 1;
            }
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
