package dev.cutoff.abi.wheel;

import dev.cutoff.abi.c.TokenKind;
import dev.cutoff.abi.c.TokenStream;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The conditional groups of a C header (C17 6.10.1). A compiler sees those whose conditions hold where it runs, and consumers may
 * have met others; so what a probe has not seen is compared by its tokens.
 */
final class Conditions {

    /** Stands behind the directive that opens a group, and comes out of the preprocessor where the group is not skipped. */
    private static final String MARK = "#pragma cutoff_group ";

    private static final Set<String> OPENING = Set.of("if", "ifdef", "ifndef");
    private static final Set<String> FURTHER = Set.of("elif", "elifdef", "elifndef", "else");

    /** Text by group, the condition first; what stands in no group is in the first. */
    private final List<StringBuilder> texts = new ArrayList<>(List.of(new StringBuilder()));

    /** The line of the directive that opens a group. */
    private final List<Integer> lines = new ArrayList<>(List.of(0));

    private Conditions() {}

    static Conditions of(TokenStream tokens) {
        Conditions conditions = new Conditions();
        conditions.read(tokens);
        return conditions;
    }

    private void read(TokenStream tokens) {
        List<Integer> open = new ArrayList<>(List.of(0));
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.startsLine(i) && isToken(tokens, i, "#") && i + 1 < tokens.size()) {
                String word = tokens.kind(i + 1) == TokenKind.DIRECTIVE_END ? "" : tokens.text(i + 1);
                if (OPENING.contains(word)) {
                    open.add(open(tokens.line(i)));
                } else if (FURTHER.contains(word) && open.size() > 1) {
                    open.set(open.size() - 1, open(tokens.line(i)));
                } else if (word.equals("endif") && open.size() > 1) {
                    open.removeLast();
                }
            }
            if (tokens.kind(i) != TokenKind.DIRECTIVE_END) {
                texts.get(open.getLast()).append(tokens.text(i)).append(' ');
            }
        }
    }

    private static boolean isToken(TokenStream tokens, int token, String text) {
        return tokens.kind(token) != TokenKind.DIRECTIVE_END
                && tokens.text(token).equals(text);
    }

    private int open(int line) {
        texts.add(new StringBuilder());
        lines.add(line);
        return texts.size() - 1;
    }

    /** The header with a mark in each group; in a comment that goes on behind a directive the mark is lost, which is safe. */
    String marked(String header, int file) {
        List<String> text = new ArrayList<>(Arrays.asList(header.split("\n", -1)));
        for (int group = lines.size() - 1; group > 0; group--) {
            int line = Math.min(lines.get(group), text.size());
            while (line < text.size() && text.get(line - 1).stripTrailing().endsWith("\\")) {
                line++;
            }
            text.add(line, MARK + file + " " + group);
        }
        return String.join("\n", text);
    }

    /** Whose mark a line of the preprocessor's output is: {@code file group}. */
    static Optional<String> mark(String line) {
        return line.startsWith(MARK) ? Optional.of(line.substring(MARK.length()).strip()) : Optional.empty();
    }

    /**
     * Over the groups that a probe has not seen, with their conditions; empty where it saw all.
     *
     * @param seen the marks that came out
     */
    Optional<Digest> unseen(int file, Set<String> seen) {
        StringBuilder text = new StringBuilder();
        for (int group = 1; group < texts.size(); group++) {
            if (!seen.contains(file + " " + group)) {
                text.append(texts.get(group)).append('\n');
            }
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(Digest.ofText(text.toString()));
    }
}
