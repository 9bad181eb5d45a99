package dev.cutoff.observe;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The files of a language that the C library looks for (glibc's manual, "Locale Names", "Message catalog files"), more of
 * them than it reads.
 */
final class Languages {

    private static final List<String> CATEGORIES = List.of(
            "LC_CTYPE",
            "LC_NUMERIC",
            "LC_TIME",
            "LC_COLLATE",
            "LC_MONETARY",
            "LC_PAPER",
            "LC_NAME",
            "LC_ADDRESS",
            "LC_TELEPHONE",
            "LC_MEASUREMENT",
            "LC_IDENTIFICATION",
            "LC_MESSAGES",
            "LC_MESSAGES/SYS_LC_MESSAGES");

    private static final String LOCALES = "/usr/lib/locale/";
    static final String CHARACTER_SETS = "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache";
    private static final String CATALOGS = "/usr/share/locale";

    private final Set<String> names;
    private final Set<String> files = new LinkedHashSet<>();
    private final Map<String, Set<String>> messages = new HashMap<>();

    /** @param names of locales, in every spelling in which folders may be named */
    private Languages(Set<String> names) {
        this.names = names;
        files.addAll(List.of(LOCALES + "locale-archive", CATALOGS + "/locale.alias"));
        for (String name : names) {
            CATEGORIES.forEach(category -> files.add(LOCALES + name + "/" + category));
        }
        files.add(CHARACTER_SETS);
    }

    /** The languages that an environment asks for. */
    static Languages of(List<String> environment) {
        Set<String> names = new LinkedHashSet<>();
        for (String variable : environment) {
            if (variable.startsWith("LC_") || variable.startsWith("LANG")) {
                for (String name : variable.substring(variable.indexOf('=') + 1).split(":")) {
                    spellings(name, names);
                }
            }
        }
        return new Languages(names);
    }

    private static void spellings(String name, Set<String> names) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            return;
        }
        // language[_territory][.codeset][@modifier]: each may be left out but the first, and codesets are written in
        // two ways.
        names.add(name);
        int at = name.indexOf('@');
        String modifier = at < 0 ? "" : name.substring(at);
        String plain = at < 0 ? name : name.substring(0, at);
        int dot = plain.indexOf('.');
        String codeset = dot < 0 ? "" : plain.substring(dot);
        String place = dot < 0 ? plain : plain.substring(0, dot);
        String language = place.split("_", 2)[0];
        String normal = codeset.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        for (String first : List.of(place, language)) {
            for (String second : List.of(codeset, codeset.isEmpty() ? "" : "." + normal, ".iso" + normal, "")) {
                for (String third : List.of(modifier, "")) {
                    names.add(first + second + third);
                }
            }
        }
    }

    /** What {@code setlocale} and {@code newlocale} look for. */
    Set<String> files() {
        return files;
    }

    /** Where the catalog of a domain of messages may stand. */
    Set<String> messages(String domain) {
        return messages.computeIfAbsent(domain, d -> {
            Set<String> catalogs = new LinkedHashSet<>();
            catalogs.add(CATALOGS + "/locale.alias");
            for (String name : names) {
                catalogs.add(CATALOGS + "/" + name + "/LC_MESSAGES/" + d + ".mo");
            }
            return catalogs;
        });
    }
}
