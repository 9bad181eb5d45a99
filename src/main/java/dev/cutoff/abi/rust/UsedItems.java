package dev.cutoff.abi.rust;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which items of another crate a compile asked about, as a self-profile of rustc with query keys tells ({@code
 * -Zself-profile-events=default,query-keys}). For people: what is read without a query, such as lists of a module's names and
 * macros, is not in it.
 */
public final class UsedItems {

    private UsedItems() {}

    /**
     * The paths of a crate's items, without the crate, in order; implementations are numbered, as in {@code {impl#0}::new}.
     *
     * @param profile the bytes of a .mm_profdata file, in which names stand as text
     * @param crate as the compiler names it
     */
    public static Set<String> in(byte[] profile, String crate) {
        Pattern named = Pattern.compile("~ " + Pattern.quote(crate) + "\\[[0-9a-f]+\\]::([\\w:{}#]+)");
        Matcher names = named.matcher(new String(profile, StandardCharsets.ISO_8859_1));
        Set<String> items = new TreeSet<>();
        while (names.find()) {
            items.add(names.group(1));
        }
        return items;
    }
}
