package dev.cutoff.abi.c;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a C or C++ source asks about files without including them: {@code __has_include} and its like. */
public final class IncludeConditions {

    /** C23 6.10.2, C++17 [cpp.cond], and GCC's and clang's {@code __has_include_next}, {@code __has_embed}, {@code .incbin}. */
    private static final Pattern ASKS = Pattern.compile("__has_include|__has_embed|incbin|#\\s*embed");

    private IncludeConditions() {}

    /** What of a condition stands behind its word: a name in the source, or what macros make one of. */
    private static final Pattern ARGUMENT =
            Pattern.compile("\\G(?:_next)?[ \\t]*\\([ \\t]*(?:<([^>\\n]*)>|\"([^\"\\n]*)\"|(\\S))?");

    /** Whether it may ask for a file of one of these names. */
    public static boolean mayAskFor(byte[] source, Set<String> names) {
        // Translation phase 2 (C23 5.1.1.2): lines that a backslash joins are one.
        String text = new String(source, StandardCharsets.ISO_8859_1)
                .replace("\\\r\n", "")
                .replace("\\\n", "");
        Matcher asks = ASKS.matcher(text);
        Matcher argument = ARGUMENT.matcher(text);
        while (asks.find()) {
            if (!asks.group().startsWith("__has_")) {
                // In a string, by whatever path.
                if (names.stream().anyMatch(text::contains)) {
                    return true;
                }
            } else if (isCommented(text, asks.end())) {
                return true;
            } else if (argument.find(asks.end())) {
                String name = argument.group(1) == null ? argument.group(2) : argument.group(1);
                if (name == null || names.contains(name.substring(name.lastIndexOf('/') + 1))) {
                    return true;
                }
            }
            // Headers also ask whether there is such an operator.
        }
        return false;
    }

    /** Whether it asks about files at all. */
    public static boolean asks(byte[] source) {
        return ASKS.matcher(new String(source, StandardCharsets.ISO_8859_1)).find();
    }

    /** Whether a comment stands on the rest of a line, where it may hide what is asked for. */
    private static boolean isCommented(String text, int from) {
        int end = text.indexOf('\n', from);
        return text.substring(from, end < 0 ? text.length() : end).contains("/*");
    }
}
