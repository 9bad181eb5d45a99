package dev.cutoff.abi.rust;

import java.util.Set;

/**
 * What stands before a group in braces, back to the end of what is before it: of an item, its attributes, words and signature.
 *
 * @param kind the first word behind attributes and visibility: "fn", "mod", "impl" where it is such an item
 * @param name of a function or module, else ""
 * @param first the token of the kind
 * @param attribute the first attribute whose meaning is not known to leave the code alone, "" for none
 */
record ItemHead(String kind, String name, int first, String attribute) {

    /** Of a group that is no item's. */
    static final ItemHead NONE = new ItemHead("", "", 0, "");

    /** May hold any attribute, macros of others among them. */
    private static final String CONDITIONAL = "cfg_attr";

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
            CONDITIONAL);

    /**
     * Reads backwards.
     *
     * @param container the bracket around all, or -1
     * @param brace the opening brace
     * @param macros whether attributes of procedural macros may be behind a condition
     */
    static ItemHead before(SourceTokens tokens, int container, int brace, boolean macros) {
        int start = brace;
        while (start - 1 > container && !tokens.is(start - 1, ";") && !tokens.is(start - 1, "}")) {
            start = tokens.nesting(start - 1) < 0 ? tokens.partner(start - 1) : start - 1;
        }
        String attribute = "";
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
            if (!inner && attribute.isEmpty() && !isInert(tokens, bracket + 1, macros)) {
                attribute = tokens.at(bracket + 1);
            }
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
        return new ItemHead(kind, named ? tokens.at(at + 1) : "", at, attribute);
    }

    /** A path is of a crate or a tool, whatever its first part is called. */
    private static boolean isInert(SourceTokens tokens, int word, boolean macros) {
        return INERT.contains(tokens.at(word))
                && !tokens.is(word + 1, ":")
                && !(macros && tokens.is(word, CONDITIONAL));
    }

    /** Its words and those of its signature, by which it is told from others: the compiler prints these as they were written. */
    String words(SourceTokens tokens, int brace) {
        StringBuilder words = new StringBuilder();
        for (int i = first; i < brace; i++) {
            if (tokens.isWord(i)) {
                words.append(words.isEmpty() ? "" : " ").append(tokens.at(i));
            }
        }
        return words.toString();
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
}
