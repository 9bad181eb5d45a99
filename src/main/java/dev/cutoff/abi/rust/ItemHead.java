package dev.cutoff.abi.rust;

import java.util.Set;

/**
 * What stands before a group in braces, back to the end of what is before it: of an item, its attributes, words and signature.
 *
 * @param kind the first word behind attributes and visibility: "fn", "mod", "impl" where it is such an item
 * @param name of a function or module, else ""
 * @param first the token of the kind
 * @param attribute the first attribute whose meaning is not known to leave the code alone, "" for none
 * @param neverInlined whether an attribute says {@code inline(never)}
 */
record ItemHead(String kind, String name, int first, String attribute, boolean neverInlined) {

    /** Of a group that is no item's. */
    static final ItemHead NONE = new ItemHead("", "", 0, "", false);

    /** Attributes that don't change what is compiled; cfg and cfg_attr have done so already where an expansion is compared. */
    private static final Set<String> INERT = Set.of(
            "allow",
            "warn",
            "deny",
            "forbid",
            "expect",
            "doc",
            "must_use",
            "deprecated",
            "inline",
            "cold",
            "cfg",
            "cfg_attr",
            "clippy",
            "rustfmt");

    /** Types that are passed in registers whatever a body does. f16 and f128 are names of crates too. */
    private static final Set<String> PRIMITIVE = Set.of(
            "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
            "f32", "f64");

    /**
     * Reads backwards.
     *
     * @param container the bracket around all, or -1
     * @param brace the opening brace
     */
    static ItemHead before(SourceTokens tokens, int container, int brace) {
        int start = brace;
        while (start - 1 > container && !tokens.is(start - 1, ";") && !tokens.is(start - 1, "}")) {
            start = tokens.nesting(start - 1) < 0 ? tokens.partner(start - 1) : start - 1;
        }
        String attribute = "";
        boolean never = false;
        int at = start;
        while (at < brace && (tokens.is(at, "#") || isDocumentation(tokens, at))) {
            if (isDocumentation(tokens, at)) {
                at++;
                continue;
            }
            boolean inner = tokens.is(at + 1, "!");
            int bracket = inner ? at + 2 : at + 1;
            if (!tokens.is(bracket, "[")) {
                return NONE;
            }
            if (!inner && attribute.isEmpty() && !INERT.contains(tokens.at(bracket + 1))) {
                attribute = tokens.at(bracket + 1);
            }
            never |= tokens.is(bracket + 1, "inline") && tokens.is(bracket + 3, "never");
            at = tokens.partner(bracket) + 1;
        }
        if (tokens.is(at, "pub")) {
            at = tokens.is(at + 1, "(") ? tokens.partner(at + 1) + 1 : at + 1;
        }
        while (tokens.is(at, "default") || tokens.is(at, "unsafe")) {
            at++;
        }
        if (at >= brace) {
            return NONE;
        }
        String kind = tokens.at(at);
        boolean named = (kind.equals("fn") || kind.equals("mod")) && at + 1 < brace && tokens.isWord(at + 1);
        return new ItemHead(kind, named ? tokens.at(at + 1) : "", at, attribute, never);
    }

    private static boolean isDocumentation(SourceTokens tokens, int index) {
        String token = tokens.at(index);
        return token.startsWith("//") || token.startsWith("/*");
    }

    boolean isFunction() {
        return kind.equals("fn") && !name.isEmpty();
    }

    /** Whether it holds items that are compiled as they stand. */
    boolean isContainer() {
        return kind.equals("impl") || (kind.equals("mod") && !name.isEmpty());
    }

    /**
     * Whether all that a function takes and returns is passed in registers by its type alone: references, pointers, numbers.
     * Of others the optimiser notes for callers what the body does with them (deduced_param_attrs).
     *
     * @param brace of the body
     */
    boolean passesDirectly(SourceTokens tokens, int brace) {
        int open = first + 2;
        if (!tokens.is(open, "(")) {
            return false;
        }
        int close = tokens.partner(open);
        int from = open + 1;
        while (from < close) {
            int end = endOfParameter(tokens, from, close);
            if (!isDirectParameter(tokens, from, end)) {
                return false;
            }
            from = end + 1;
        }
        return tokens.is(close + 1, "-") && tokens.is(close + 2, ">") && isDirect(tokens, close + 3, brace);
    }

    private static int endOfParameter(SourceTokens tokens, int from, int close) {
        int angles = 0;
        int at = from;
        while (at < close && (angles > 0 || !tokens.is(at, ","))) {
            if (tokens.nesting(at) > 0) {
                at = tokens.partner(at);
            } else if (tokens.is(at, "<")) {
                angles++;
            } else if (tokens.is(at, ">") && !tokens.is(at - 1, "-")) {
                angles--;
            }
            at++;
        }
        return at;
    }

    private static boolean isDirectParameter(SourceTokens tokens, int from, int end) {
        if (tokens.is(from, "&")) {
            int at = from + 1;
            while (at < end && (tokens.at(at).startsWith("'") || tokens.is(at, "mut"))) {
                at++;
            }
            return at == end - 1 && tokens.is(at, "self");
        }
        int at = tokens.is(from, "mut") ? from + 1 : from;
        return tokens.isWord(at) && tokens.is(at + 1, ":") && isDirect(tokens, at + 2, end);
    }

    private static boolean isDirect(SourceTokens tokens, int from, int end) {
        return from < end
                && (tokens.is(from, "&")
                        || tokens.is(from, "*")
                        || (end == from + 1 && PRIMITIVE.contains(tokens.at(from))));
    }

    /**
     * Whether a crate gives a name of a primitive type to something else.
     *
     * @param tokens of the whole crate
     */
    static boolean namesPrimitives(SourceTokens tokens) {
        boolean use = false;
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "use")) {
                use = true;
            } else if (tokens.is(i, ";")) {
                use = false;
            } else if (PRIMITIVE.contains(tokens.at(i))) {
                String before = tokens.at(i - 1);
                if (use || Set.of("struct", "enum", "union", "type", "trait").contains(before)) {
                    return true;
                }
            }
        }
        return false;
    }
}
