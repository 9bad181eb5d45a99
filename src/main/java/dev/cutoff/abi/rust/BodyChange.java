package dev.cutoff.abi.rust;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * A difference between two versions of a text that lies in the body of one function, which declares nothing: no item, whose
 * effect would reach beyond the body, stands in it before or after.
 *
 * <p>Both texts are compared as tokens. What they begin and end with alike is left away, the rest made larger until its
 * brackets match; the innermost function around it must be one of a module or an implementation, by attributes that leave code
 * as it is. Macros that are called in the body may hide anything: their expansion is a text to look at in the same way.
 */
public final class BodyChange {

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

    private final SourceTokens before;
    private final SourceTokens after;
    private final ItemHead head;
    private final int open;
    private final int closeBefore;
    private final int closeAfter;

    private BodyChange(
            SourceTokens before, SourceTokens after, ItemHead head, int open, int closeBefore, int closeAfter) {
        this.before = before;
        this.after = after;
        this.head = head;
        this.open = open;
        this.closeBefore = closeBefore;
        this.closeAfter = closeAfter;
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
     * Compares.
     *
     * @param edition of the crate, as in 2021
     */
    public static BodyChange between(byte[] before, byte[] after, int edition) throws Elsewhere {
        Optional<SourceTokens> a = SourceTokens.read(before, edition);
        Optional<SourceTokens> b = SourceTokens.read(after, edition);
        if (a.isEmpty() || b.isEmpty()) {
            throw new Elsewhere("its text is not understood");
        }
        return new Search(a.get(), b.get()).find();
    }

    /** What differs: the tokens behind a common start and before a common end. */
    private static final class Search {
        private final SourceTokens before;
        private final SourceTokens after;
        private int start;
        private int end;

        Search(SourceTokens before, SourceTokens after) {
            this.before = before;
            this.after = after;
        }

        BodyChange find() throws Elsewhere {
            trim();
            widen();
            Deque<Integer> around = around(start);
            ItemHead function = ItemHead.NONE;
            int open = -1;
            while (!around.isEmpty() && !function.isFunction()) {
                open = around.pop();
                function = head(around, open);
            }
            if (!function.isFunction()) {
                throw new Elsewhere("it is not in the body of a function");
            }
            check(function);
            signature(function, open);
            while (!around.isEmpty()) {
                int outer = around.pop();
                ItemHead container = head(around, outer);
                if (!container.isContainer()) {
                    throw new Elsewhere(
                            "the function " + function.name() + " is in something else than an implementation");
                }
                check(container);
                words(before, container.first() + 1, outer, "an implementation with");
            }
            return body(function, open);
        }

        private void trim() throws Elsewhere {
            int shorter = Math.min(before.count(), after.count());
            while (start < shorter && before.same(start, after, start)) {
                start++;
            }
            if (start == before.count() && start == after.count()) {
                throw new Elsewhere("no token differs");
            }
            while (end < shorter - start && before.same(before.count() - 1 - end, after, after.count() - 1 - end)) {
                end++;
            }
        }

        /** -1 where a group is closed that was opened before, 1 where one stays open, else 0. */
        private int balance(SourceTokens tokens) {
            int depth = 0;
            for (int i = start; i < tokens.count() - end; i++) {
                depth += tokens.nesting(i);
                if (depth < 0) {
                    return -1;
                }
            }
            return Math.min(depth, 1);
        }

        /** Makes what differs larger until it has whole groups alone. */
        private void widen() throws Elsewhere {
            while (balance(before) != 0 || balance(after) != 0) {
                if (balance(before) >= 0 && balance(after) >= 0) {
                    end--;
                    continue;
                }
                Deque<Integer> around = around(start);
                if (around.isEmpty()) {
                    throw new Elsewhere("it is not in the body of a function");
                }
                start = around.pop();
                end = Math.min(end, before.count() - 1 - before.partner(start));
                end = Math.min(end, after.count() - 1 - after.partner(start));
            }
        }

        /** The brackets that are open at a token of the common start, innermost first. */
        private Deque<Integer> around(int index) {
            Deque<Integer> open = new ArrayDeque<>();
            for (int i = 0; i < index; i++) {
                if (before.nesting(i) > 0) {
                    open.push(i);
                } else if (before.nesting(i) < 0) {
                    open.pop();
                }
            }
            return open;
        }

        private ItemHead head(Deque<Integer> around, int open) {
            if (!before.is(open, "{")) {
                return ItemHead.NONE;
            }
            Integer container = around.peek();
            return ItemHead.before(before, container == null ? -1 : container, open);
        }

        private static void check(ItemHead head) throws Elsewhere {
            if (!head.attribute().isEmpty()) {
                throw new Elsewhere(
                        "an attribute " + head.attribute() + " stands before " + head.kind() + " " + head.name());
            }
        }

        private void signature(ItemHead function, int open) throws Elsewhere {
            words(before, function.first() + 2, open, "the signature of " + function.name() + " with");
        }

        private BodyChange body(ItemHead function, int open) throws Elsewhere {
            int closeBefore = before.partner(open);
            int closeAfter = after.partner(open);
            if (before.count() - closeBefore != after.count() - closeAfter) {
                throw new Elsewhere("the body of " + function.name() + " ends elsewhere");
            }
            for (SourceTokens tokens : new SourceTokens[] {before, after}) {
                int behind = tokens.count() - end;
                words(tokens, start, behind, "it has");
                for (int i = start; i < behind; i++) {
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
            return new BodyChange(before, after, function, open, closeBefore, closeAfter);
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

    /** The function's name. */
    public String function() {
        return head.name();
    }

    /**
     * Whether an optimiser leaves no trace of the body in what it notes of functions: this one is never inlined into another, of
     * whose arguments it might then say something else, and passes directly what it takes and returns.
     */
    public boolean isApart() {
        return head.neverInlined() && head.passesDirectly(before, open);
    }

    /** Whether all that is not in the body stands at the same lines and columns, in bytes and in characters. */
    public boolean keepsPositions() {
        int[][] old = positions(before);
        int[][] now = positions(after);
        for (int i = 0; i <= open; i++) {
            if (!Arrays.equals(old[i], now[i])) {
                return false;
            }
        }
        for (int i = closeBefore + 1; i < before.count(); i++) {
            if (!Arrays.equals(old[i], now[i - closeBefore + closeAfter])) {
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
     * The first text with the braces of the body moved by one blank, all else where it was: the two are the same program, and
     * what the compiler notes of the body differs in the places of the braces alone. Empty where no blank is beside them.
     */
    public Optional<byte[]> moved() {
        byte[] text = before.text().clone();
        return swap(text, before.tokens().get(open).from())
                        && swap(text, before.tokens().get(closeBefore).from())
                ? Optional.of(text)
                : Optional.empty();
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

    /**
     * What of a whole crate's text makes bodies count in ways that are not looked for here: features of an unstable compiler, and
     * with an optimiser names of primitive types that are given anew; "" for nothing.
     *
     * @param expanded the crate after expansion
     */
    public static String unfit(byte[] expanded, int edition, boolean optimised) {
        Optional<SourceTokens> read = SourceTokens.read(expanded, edition);
        if (read.isEmpty()) {
            return "its expansion is not understood";
        }
        SourceTokens tokens = read.get();
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "feature")
                    && tokens.is(i - 1, "[")
                    && tokens.is(i - 2, "!")
                    && tokens.is(i + 1, "(")
                    && !(tokens.is(i + 2, "prelude_import") && tokens.is(i + 3, ")"))) {
                return "the crate uses unstable features";
            }
        }
        return optimised && ItemHead.namesPrimitives(tokens) ? "the crate names types as primitive ones" : "";
    }
}
