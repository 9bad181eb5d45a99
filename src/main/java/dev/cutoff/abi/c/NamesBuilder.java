package dev.cutoff.abi.c;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Makes the {@link Names} of a file of its tokens. */
final class NamesBuilder {

    /** What may follow {@code diagnostic} in a pragma without making errors of warnings. */
    private static final Set<String> HARMLESS = Set.of("push", "pop", "ignored", "warning");

    /** Words as they come, then sorted, each once. */
    static final class Words {
        private long[] words = new long[64];
        private int size;

        void add(long word) {
            if (size == words.length) {
                words = Arrays.copyOf(words, size * 2);
            }
            words[size++] = word;
        }

        long[] sorted() {
            Arrays.sort(words, 0, size);
            int kept = 0;
            for (int i = 0; i < size; i++) {
                if (i == 0 || words[i] != words[i - 1]) {
                    words[kept++] = words[i];
                }
            }
            return Arrays.copyOf(words, kept);
        }
    }

    /** An identifier in the body of a macro. */
    private record Body(long word, int macro) implements Comparable<Body> {
        @Override
        public int compareTo(Body other) {
            int order = Long.compare(word, other.word);
            return order != 0 ? order : Integer.compare(macro, other.macro);
        }
    }

    private final TokenStream tokens;
    private final Words used = new Words();
    private final Words fragments = new Words();
    private final Set<Body> bodies = new HashSet<>();
    private final Map<String, Integer> macros = new HashMap<>();
    private final ByteArrayOutputStream macroNames = new ByteArrayOutputStream();
    private boolean pastes;
    private boolean readOnce;
    private boolean embeds;
    private boolean raisesErrors;

    NamesBuilder(TokenStream tokens) {
        this.tokens = tokens;
    }

    Names run() {
        int i = 0;
        while (i < tokens.size()) {
            i = tokens.kind(i) == TokenKind.DIRECTIVE ? directive(i) : use(i);
        }
        Body[] sorted = bodies.toArray(Body[]::new);
        Arrays.sort(sorted);
        long[] words = new long[sorted.length];
        int[] numbers = new int[sorted.length];
        for (int b = 0; b < sorted.length; b++) {
            words[b] = sorted[b].word();
            numbers[b] = sorted[b].macro();
        }
        return new Names(
                used.sorted(),
                fragments.sorted(),
                words,
                numbers,
                macroNames.toByteArray(),
                Names.flags(pastes, readOnce, embeds, raisesErrors),
                tokens.places());
    }

    private int use(int i) {
        if (tokens.kind(i) == TokenKind.IDENTIFIER) {
            long word = tokens.word(i);
            used.add(word);
            fragments.add(word);
            raisesErrors |= raises(i);
        } else if (tokens.kind(i) == TokenKind.NUMBER) {
            fragments.add(tokens.word(i));
        } else if (tokens.kind(i) == TokenKind.STRING) {
            raisesErrors |= raises(tokens.text(i));
        }
        return i + 1;
    }

    /** {@code #pragma GCC diagnostic error}, or {@code diagnostic} with a word that a macro puts there. */
    private boolean raises(int i) {
        return tokens.is(i, "diagnostic")
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
        int macro = -1;
        if (name.equals("define") && sign + 2 < tokens.size()) {
            macro = macro(sign + 2);
            fragments.add(tokens.word(sign + 2));
            i = sign + 3;
        }
        boolean pragma = name.equals("pragma");
        readOnce |= name.equals("import");
        embeds |= name.equals("embed");
        for (; i < tokens.size() && tokens.kind(i) != TokenKind.DIRECTIVE_END; i++) {
            if (macro < 0) {
                readOnce |= pragma && tokens.is(i, "once");
                use(i);
                continue;
            }
            switch (tokens.kind(i)) {
                case IDENTIFIER -> {
                    Body body = new Body(tokens.word(i), macro);
                    bodies.add(body);
                    fragments.add(body.word());
                    raisesErrors |= raises(i);
                }
                case STRING -> raisesErrors |= raises(tokens.text(i));
                case NUMBER -> fragments.add(tokens.word(i));
                default -> pastes |= tokens.is(i, "##") || tokens.is(i, "%:%:");
            }
        }
        return i + 1;
    }

    /** The index of a macro that is defined. */
    private int macro(int token) {
        return macros.computeIfAbsent(tokens.text(token), name -> {
            macroNames.writeBytes(tokens.spelling(token));
            macroNames.write(0);
            return macros.size();
        });
    }
}
