package dev.cutoff.abi.c;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names of a file, as far as they tell what a translation unit that reads it can see of places.
 *
 * @param used identifiers outside of macro definitions
 * @param expanding by identifier, the macros that the file defines with it in their bodies
 * @param fragments identifiers and numbers anywhere: what pasting can make names of
 * @param pastes whether a macro of the file pastes tokens together
 * @param readOnce whether compilers read the file once only ({@code #pragma once}, {@code #import}), which they decide by
 *     comparing it with other files
 * @param embeds whether it takes in other files as data ({@code #embed})
 * @param raisesErrors whether a pragma turns warnings into errors: some warnings look at comments and indentation
 * @param places the names of places that stand in it
 */
public record Names(
        Set<String> used,
        Map<String, Set<String>> expanding,
        Set<String> fragments,
        boolean pastes,
        boolean readOnce,
        boolean embeds,
        boolean raisesErrors,
        Set<PlaceName> places) {

    /** What may follow {@code diagnostic} in a pragma without making errors of warnings. */
    private static final Set<String> HARMLESS = Set.of("push", "pop", "ignored", "warning");

    /** Reads a file's tokens once. */
    public static Names of(TokenStream tokens) {
        return new Reading(tokens).run();
    }

    private static final class Reading {
        private final TokenStream tokens;
        private final Set<String> used = new HashSet<>();
        private final Map<String, Set<String>> expanding = new HashMap<>();
        private final Set<String> fragments = new HashSet<>();
        private boolean pastes;
        private boolean readOnce;
        private boolean embeds;
        private boolean raisesErrors;

        Reading(TokenStream tokens) {
            this.tokens = tokens;
        }

        Names run() {
            int i = 0;
            while (i < tokens.size()) {
                i = tokens.kind(i) == TokenKind.DIRECTIVE ? directive(i) : use(i);
            }
            return new Names(
                    Collections.unmodifiableSet(used),
                    Collections.unmodifiableMap(expanding),
                    Collections.unmodifiableSet(fragments),
                    pastes,
                    readOnce,
                    embeds,
                    raisesErrors,
                    tokens.places());
        }

        private int use(int i) {
            if (tokens.kind(i) == TokenKind.IDENTIFIER) {
                String name = tokens.text(i);
                used.add(name);
                fragments.add(name);
                identifier(i);
            } else if (tokens.kind(i) == TokenKind.NUMBER) {
                fragments.add(tokens.text(i));
            } else if (tokens.kind(i) == TokenKind.STRING) {
                string(tokens.text(i));
            }
            return i + 1;
        }

        private void identifier(int i) {
            raisesErrors |= raises(i);
        }

        private void string(String text) {
            raisesErrors |= raises(text);
        }

        /** {@code #pragma GCC diagnostic error}, or {@code diagnostic} with a word that a macro puts there. */
        private boolean raises(int i) {
            return tokens.text(i).equals("diagnostic")
                    && i > 0
                    && tokens.kind(i - 1) == TokenKind.IDENTIFIER
                    && i + 1 < tokens.size()
                    && tokens.kind(i + 1) == TokenKind.IDENTIFIER
                    && !HARMLESS.contains(tokens.text(i + 1));
        }

        /** The same within the string of {@code _Pragma}. */
        private static boolean raises(String literal) {
            int at = literal.indexOf("diagnostic ");
            return at >= 0 && HARMLESS.stream().noneMatch(word -> literal.startsWith(word, at + 11));
        }

        /** From the sign that begins a directive to behind its end. */
        private int directive(int sign) {
            String name = sign + 1 < tokens.size() ? tokens.text(sign + 1) : "";
            int i = sign + 1;
            String macro = "";
            if (name.equals("define") && sign + 2 < tokens.size()) {
                macro = tokens.text(sign + 2);
                fragments.add(macro);
                i = sign + 3;
            }
            boolean defines = i == sign + 3;
            boolean pragma = name.equals("pragma");
            readOnce |= name.equals("import");
            embeds |= name.equals("embed");
            for (; i < tokens.size() && tokens.kind(i) != TokenKind.DIRECTIVE_END; i++) {
                if (!defines) {
                    String word = tokens.text(i);
                    readOnce |= pragma && word.equals("once");
                    use(i);
                } else if (tokens.kind(i) == TokenKind.IDENTIFIER) {
                    String word = tokens.text(i);
                    expanding.computeIfAbsent(word, w -> new HashSet<>(2)).add(macro);
                    fragments.add(word);
                    identifier(i);
                } else if (tokens.kind(i) == TokenKind.STRING) {
                    string(tokens.text(i));
                } else if (tokens.kind(i) == TokenKind.NUMBER) {
                    fragments.add(tokens.text(i));
                } else {
                    String text = tokens.text(i);
                    pastes |= text.equals("##") || text.equals("%:%:");
                }
            }
            return i + 1;
        }
    }
}
