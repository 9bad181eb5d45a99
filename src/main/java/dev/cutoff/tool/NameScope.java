package dev.cutoff.tool;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which names of a folder those who listed it could match: patterns of file names, in which {@code *} stands for any
 * characters and {@code ?} for one.
 *
 * @param patterns taken from all texts that the listers read; more of them than were used, never fewer
 * @param stems whether a name counts too that differs only in its last suffix from one that matches, as in make's
 *     implicit rules
 * @param anyCase whether upper and lower case are the same
 * @param modules what Python's import system could look up: {@code a} counts as a folder, a source, a compiled file and
 *     a library
 */
public record NameScope(SortedSet<String> patterns, boolean stems, boolean anyCase, SortedSet<String> modules) {

    private static final String FORM = "names 2";
    private static final String STEMS = " stems";
    private static final String ANY_CASE = " any-case";
    private static final String MODULES = " modules";
    static final SortedSet<String> NONE = Collections.emptySortedSet();

    public NameScope {
        patterns = Collections.unmodifiableSortedSet(new TreeSet<>(patterns));
        modules = Collections.unmodifiableSortedSet(new TreeSet<>(modules));
    }

    /** pkg-config lists folders for .pc files alone. */
    public static NameScope ofPkgConfig() {
        return new NameScope(new TreeSet<>(Set.of("*.pc")), false, false, NONE);
    }

    /** Names that match whatever the case of their letters. */
    static NameScope ofAnyCase(Collection<String> patterns) {
        SortedSet<String> lower = new TreeSet<>();
        patterns.forEach(pattern -> lower.add(pattern.toLowerCase(Locale.ROOT)));
        return new NameScope(lower, false, true, NONE);
    }

    /** Both together. */
    public NameScope with(NameScope other) {
        TreeSet<String> all = new TreeSet<>(patterns);
        all.addAll(other.patterns);
        TreeSet<String> allModules = new TreeSet<>(modules);
        allModules.addAll(other.modules);
        boolean folded = anyCase || other.anyCase;
        return new NameScope(folded ? ofAnyCase(all).patterns : all, stems || other.stems, folded, allModules);
    }

    /** Those of a folder's names that count. */
    public <T> SortedMap<String, T> of(SortedMap<String, T> names) {
        Set<String> plain = new HashSet<>();
        StringBuilder globs = new StringBuilder();
        for (String pattern : patterns) {
            if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
                plain.add(pattern);
            } else {
                globs.append(globs.isEmpty() ? "" : "|").append(regex(pattern));
            }
        }
        Pattern any = Pattern.compile(globs.isEmpty() ? "(?!)" : globs.toString(), Pattern.DOTALL);
        SortedMap<String, T> counting = new TreeMap<>();
        Set<String> found = new HashSet<>();
        names.forEach((name, value) -> {
            String folded = anyCase ? name.toLowerCase(Locale.ROOT) : name;
            if (plain.contains(folded)
                    || modules.contains(module(name))
                    || any.matcher(folded).matches()) {
                counting.put(name, value);
                found.add(stem(name));
            }
        });
        if (stems) {
            names.forEach((name, value) -> {
                if (found.contains(stem(name))) {
                    counting.put(name, value);
                }
            });
        }
        return counting;
    }

    /** The module that a file can be of; the whole name, with its dots, where of none. */
    private static String module(String name) {
        int dot = name.indexOf('.');
        String suffix = dot > 0 ? name.substring(dot) : "";
        boolean ofModule = suffix.equals(".py") || suffix.equals(".pyc") || suffix.endsWith(".so");
        return ofModule ? name.substring(0, dot) : name;
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return regex.toString();
    }

    /** The form in which it stands in a record. */
    public String text() {
        return FORM
                + (stems ? STEMS : "")
                + (anyCase ? ANY_CASE : "")
                + (modules.isEmpty() ? "" : MODULES + "\n" + String.join(" ", modules))
                + "\n"
                + String.join("\n", patterns);
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is of another form
     */
    public static NameScope parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).startsWith(FORM)) {
            throw new IllegalArgumentException("not a scope of names: " + text);
        }
        String form = lines.get(0);
        boolean withModules = form.endsWith(MODULES) && lines.size() > 1;
        return new NameScope(
                new TreeSet<>(lines.subList(withModules ? 2 : 1, lines.size())),
                form.contains(STEMS),
                form.contains(ANY_CASE),
                withModules ? new TreeSet<>(List.of(lines.get(1).split(" "))) : new TreeSet<>());
    }
}
