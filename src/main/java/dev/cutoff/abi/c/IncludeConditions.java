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

    /** Whether it may ask for a file of one of these names; names are looked for anywhere in it, as macros can give them. */
    public static boolean mayAskFor(byte[] source, Set<String> names) {
        String text = new String(source, StandardCharsets.ISO_8859_1);
        Matcher asks = ASKS.matcher(text);
        if (!asks.find()) {
            return false;
        }
        do {
            // A macro in place of a name may be any.
            int at = asks.end();
            while (at < text.length() && " \t(_next".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            boolean plain = at < text.length() && (text.charAt(at) == '<' || text.charAt(at) == '"');
            if (asks.group().startsWith("__has_") && !plain && isCalled(text, asks.end())) {
                return true;
            }
        } while (asks.find());
        return names.stream().anyMatch(text::contains);
    }

    /** Headers also ask whether there is such an operator: {@code defined __has_include}. */
    private static boolean isCalled(String text, int from) {
        int at = from;
        while (at < text.length() && "_next \t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '(';
    }
}
