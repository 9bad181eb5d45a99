package dev.cutoff.abi.rust;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A difference between two versions of a text that lies in the bodies of functions, which declare nothing: no item, whose
 * effect would reach beyond the body, stands in one before or after.
 *
 * <p>Both texts are gone over as tokens, side by side. Where they differ, the innermost function around must be one of a module or
 * an implementation, by attributes that leave code as it is; both go on behind its body. Macros that are called in a body may
 * hide anything: their expansion is a text to look at in the same way.
 */
public final class BodyChanges {

    /** Words with which items begin, or by which a function's type depends on its body. */
    private static final Set<String> ITEMS = Set.of(
            "fn",
            "impl",
            "trait",
            "struct",
            "enum",
            "union",
            "mod",
            "static",
            "const",
            "type",
            "use",
            "extern",
            "macro_rules",
            "macro",
            "async",
            "gen",
            "asm",
            "global_asm",
            "naked_asm");

    /**
     * A function whose body is another; its head is the same in both texts.
     *
     * @param place the modules and implementations that it is in, and its own head, in words
     * @param open its opening brace before, as a token's number
     */
    private record Body(ItemHead head, String place, int open, int close, int openAfter, int closeAfter) {}

    private final SourceTokens before;
    private final SourceTokens after;
    private final List<Body> bodies;

    private BodyChanges(SourceTokens before, SourceTokens after, List<Body> bodies) {
        this.before = before;
        this.after = after;
        this.bodies = List.copyOf(bodies);
    }

    /** What keeps a difference from being one of a body, in words that continue "but". */
    public static final class Elsewhere extends Exception {
        private Elsewhere(String why) {
            super(why);
        }

        /** In words. */
        public String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * How texts are compared.
     *
     * @param edition of the crate, as in 2021
     * @param macros whether procedural macros may be behind attributes
     */
    public record Terms(int edition, boolean macros) {}

    /** Compares two texts as they are, documentation with the rest. */
    public static BodyChanges between(byte[] before, byte[] after, Terms terms) throws Elsewhere {
        BodyChanges changes = new Search(read(before, terms), read(after, terms), terms.macros()).find();
        if (changes.bodies.isEmpty()) {
            throw new Elsewhere("no token differs");
        }
        return changes;
    }

    /** The same but for documentation; there may be no difference then. */
    public static BodyChanges besideDocumentation(byte[] before, byte[] after, Terms terms) throws Elsewhere {
        return new Search(
                        read(before, terms).withoutDocumentation(),
                        read(after, terms).withoutDocumentation(),
                        terms.macros())
                .find();
    }

    private static SourceTokens read(byte[] text, Terms terms) throws Elsewhere {
        return SourceTokens.read(text, terms.edition()).orElseThrow(() -> new Elsewhere("its text is not understood"));
    }

    /** The places of all functions in a text, as {@link #places} has them; empty where it is not understood. */
    public static Optional<List<String>> functions(byte[] text, Terms terms) {
        return SourceTokens.read(text, terms.edition()).map(tokens -> {
            List<String> found = new ArrayList<>();
            Deque<Integer> around = new ArrayDeque<>();
            for (int i = 0; i < tokens.count(); i++) {
                if (tokens.nesting(i) > 0) {
                    boolean function = head(tokens, around, i, terms.macros()).isFunction();
                    around.push(i);
                    if (function) {
                        found.add(place(tokens, around, terms.macros()));
                    }
                } else if (tokens.nesting(i) < 0) {
                    around.pop();
                }
            }
            return found;
        });
    }

    private static ItemHead head(SourceTokens tokens, Deque<Integer> around, int open, boolean macros) {
        if (!tokens.is(open, "{")) {
            return ItemHead.NONE;
        }
        Integer container = around.peek();
        return ItemHead.before(tokens, container == null ? -1 : container, open, macros);
    }

    /** @param around the function's brace and those around it, innermost first */
    private static String place(SourceTokens tokens, Deque<Integer> around, boolean macros) {
        Deque<Integer> outside = new ArrayDeque<>(around);
        List<String> parts = new ArrayList<>();
        while (!outside.isEmpty()) {
            int open = outside.pop();
            ItemHead head = head(tokens, outside, open, macros);
            parts.add(head.isContainer() || head.isFunction() ? head.words(tokens, open) : "?");
        }
        return String.join(" / ", parts.reversed());
    }

    /** Goes over both texts. */
    private static final class Search {
        private final SourceTokens before;
        private final SourceTokens after;
        private final boolean macros;
        private final List<Body> bodies = new ArrayList<>();
        /** Brackets of the first text that are open, innermost first. */
        private final Deque<Integer> around = new ArrayDeque<>();
        /** How much further a token of the second text is than the same one of the first. */
        private int shift;

        Search(SourceTokens before, SourceTokens after, boolean macros) {
            this.before = before;
            this.after = after;
            this.macros = macros;
        }

        BodyChanges find() throws Elsewhere {
            int at = 0;
            while (at < before.count() || at + shift < after.count()) {
                if (at == before.count() || at + shift == after.count() || !before.same(at, after, at + shift)) {
                    at = behindBody(at);
                } else {
                    if (before.nesting(at) > 0) {
                        around.push(at);
                    } else if (before.nesting(at) < 0) {
                        around.pop();
                    }
                    at++;
                }
            }
            return new BodyChanges(before, after, bodies);
        }

        /** Takes in the body in which the texts differ; returns what is behind it. */
        private int behindBody(int at) throws Elsewhere {
            ItemHead function = ItemHead.NONE;
            int open = -1;
            while (!around.isEmpty() && !function.isFunction()) {
                open = around.pop();
                function = head(before, around, open, macros);
            }
            if (!function.isFunction()) {
                throw new Elsewhere("it is not in the body of a function");
            }
            check(function);
            words(before, function.first() + 2, open, "the signature of " + function.name() + " with");
            Deque<Integer> outside = new ArrayDeque<>(around);
            Deque<Integer> inside = new ArrayDeque<>(around);
            inside.push(open);
            while (!outside.isEmpty()) {
                int outer = outside.pop();
                ItemHead container = head(before, outside, outer, macros);
                if (!container.isContainer()) {
                    throw new Elsewhere(
                            "the function " + function.name() + " is in something else than an implementation");
                }
                check(container);
                words(before, container.first() + 1, outer, "an implementation with");
            }
            Body body = new Body(
                    function,
                    place(before, inside, macros),
                    open,
                    before.partner(open),
                    open + shift,
                    after.partner(open + shift));
            int end = 1;
            while (body.close() - end >= at
                    && body.closeAfter() - end >= at + shift
                    && before.same(body.close() - end, after, body.closeAfter() - end)) {
                end++;
            }
            declaresNothing(before, function, open, at, body.close() - end + 1);
            declaresNothing(after, function, open + shift, at + shift, body.closeAfter() - end + 1);
            bodies.add(body);
            shift = body.closeAfter() - body.close();
            return body.close() + 1;
        }

        /**
         * Of a body.
         *
         * @param from what differs in it
         * @param behind the token behind that
         */
        private static void declaresNothing(SourceTokens tokens, ItemHead function, int open, int from, int behind)
                throws Elsewhere {
            words(tokens, from, behind, "it has");
            for (int i = from; i < behind; i++) {
                if (tokens.is(i, "#") && !tokens.is(i + 2, "allow")) {
                    throw new Elsewhere("it has an attribute");
                }
            }
            int close = tokens.partner(open);
            for (int i = open + 1; i < close; i++) {
                if (isItem(tokens, i) && !tokens.is(i, "use")) {
                    throw new Elsewhere("the body of " + function.name() + " has " + tokens.at(i));
                }
            }
        }

        private static void check(ItemHead head) throws Elsewhere {
            if (!head.attribute().isEmpty()) {
                throw new Elsewhere(
                        "an attribute " + head.attribute() + " stands before " + head.kind() + " " + head.name());
            }
        }

        private static void words(SourceTokens tokens, int from, int to, String where) throws Elsewhere {
            for (int i = from; i < to; i++) {
                if (isItem(tokens, i)) {
                    throw new Elsewhere(where + " " + tokens.at(i));
                }
            }
        }

        private static boolean isItem(SourceTokens tokens, int index) {
            if (!ITEMS.contains(tokens.at(index))) {
                return false;
            }
            boolean member = tokens.is(index - 1, ".") && !tokens.is(index - 2, ".");
            boolean pointer = tokens.is(index, "const") && tokens.is(index - 1, "*") && !tokens.is(index + 1, "{");
            return !member && !pointer;
        }
    }

    /** The functions' names, in their order. */
    public List<String> functions() {
        return bodies.stream().map(body -> body.head().name()).toList();
    }

    /** Where they are: the modules and implementations of this text that each is in, and its own head, in words. */
    public List<String> places() {
        return bodies.stream().map(Body::place).toList();
    }

    /** Whether all that is not in the bodies stands at the same lines and columns, in bytes and in characters. */
    public boolean keepsPositions() {
        int[][] old = positions(before);
        int[][] now = positions(after);
        int at = 0;
        int shift = 0;
        for (Body body : bodies) {
            for (; at <= body.open(); at++) {
                if (!Arrays.equals(old[at], now[at + shift])) {
                    return false;
                }
            }
            at = body.close() + 1;
            shift = body.closeAfter() - body.close();
        }
        for (; at < before.count(); at++) {
            if (!Arrays.equals(old[at], now[at + shift])) {
                return false;
            }
        }
        return true;
    }

    private static int[][] positions(SourceTokens tokens) {
        int[][] positions = new int[tokens.count()][];
        byte[] text = tokens.text();
        int line = 1;
        int column = 0;
        int characters = 0;
        int at = 0;
        for (int i = 0; i < positions.length; i++) {
            for (; at < tokens.tokens().get(i).from(); at++) {
                boolean feed = text[at] == '\n';
                line += feed ? 1 : 0;
                column = feed ? 0 : column + 1;
                characters = feed ? 0 : characters + ((text[at] & 0xc0) == 0x80 ? 0 : 1);
            }
            positions[i] = new int[] {line, column, characters};
        }
        return positions;
    }

    /**
     * The first text with the braces of the bodies moved by one blank, all else where it was: the two are the same program, and
     * what the compiler notes of the bodies differs in the places of the braces alone. Empty where no blank is beside one.
     */
    public Optional<byte[]> moved() {
        byte[] text = before.text().clone();
        for (Body body : bodies) {
            if (!swap(text, before.tokens().get(body.open()).from())
                    || !swap(text, before.tokens().get(body.close()).from())) {
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    private static boolean swap(byte[] text, int at) {
        int blank = at + 1 < text.length && text[at + 1] == ' ' ? at + 1 : at - 1;
        if (blank < 0 || text[blank] != ' ') {
            return false;
        }
        text[blank] = text[at];
        text[at] = ' ';
        return true;
    }

    /** Whether a crate's text, expanded, says that it uses features of an unstable compiler; then bodies may count in other ways. */
    public static boolean isUnstable(byte[] expanded, Terms terms) throws Elsewhere {
        SourceTokens tokens = read(expanded, terms);
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "feature")
                    && tokens.is(i - 1, "[")
                    && tokens.is(i - 2, "!")
                    && tokens.is(i + 1, "(")
                    && !(tokens.is(i + 2, "prelude_import") && tokens.is(i + 3, ")"))) {
                return true;
            }
        }
        return false;
    }
}
