package dev.cutoff.tool;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
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
    private static final SortedSet<String> NONE = Collections.emptySortedSet();

    /** What ends a word of a makefile or a shell line. */
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s:=,;|&<>\"'`(){}!@+\\\\]+");

    /** A variable, whose value may be anything. */
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\$?(\\([^()\\s]*\\)|\\{[^{}\\s]*\\}|[A-Za-z_][A-Za-z_0-9]*|[0-9@*#?!$<^+%-])");

    /** Functions of make after which a name can be what stands in no text. */
    private static final Pattern MAKES_NAMES = Pattern.compile(
            "\\$[({](shell|eval|file|guile|subst|join|let|intcmp|load)\\b|^\\s*load\\b|!=", Pattern.MULTILINE);

    /** What puts ends to names that hold a pattern, or groups of characters that need a reading of their own. */
    private static final Pattern MAKES_PATTERNS =
            Pattern.compile("\\badd(pre|suf)fix\\b[^\n]*[*?\\[]|\\[\\[|\\[[]\\]!^]");

    /** Two variables in a row, outside of recipes: their values may be anything together. */
    private static final Pattern VARIABLES_IN_A_ROW = Pattern.compile(
            "(^[^\\t\\n][^\\n]*|wildcard[^\\n]*)\\$[({](?!DESTDIR[)}])[^)}\\s]*[)}]\\$[({]", Pattern.MULTILINE);

    /** Characters of names that end words of a makefile too. */
    private static final String UNUSUAL = "+:,=@!{}\"'`\\&";

    public NameScope {
        patterns = Collections.unmodifiableSortedSet(new TreeSet<>(patterns));
        modules = Collections.unmodifiableSortedSet(new TreeSet<>(modules));
    }

    /**
     * What make can match: names whose stem stands as a word in what it read, and what its patterns match.
     *
     * @param texts the makefiles that it read, its command line and its environment
     * @return empty where names may come from elsewhere, or every name counts
     */
    public static Optional<NameScope> ofMake(Collection<String> texts) {
        SortedSet<String> patterns = new TreeSet<>(List.of("SCCS", "RCS"));
        for (String text : texts) {
            if (MAKES_NAMES.matcher(text).find()
                    || MAKES_PATTERNS.matcher(text).find()
                    || VARIABLES_IN_A_ROW.matcher(text).find()) {
                return Optional.empty();
            }
            String whole = text.replace("\\\n", " ");
            addWords(whole, patterns);
            // The insides of variables are text too: $(SOURCES:.c=.o), $(addprefix lib,$(NAMES)).
            addWords(whole.replace('$', ' '), patterns);
            Matcher prefix = Pattern.compile("addprefix\\s+([^,$]*),").matcher(whole);
            while (prefix.find()) {
                patterns.add(lastPart(prefix.group(1).strip()) + "*");
            }
        }
        return patterns.contains("*") ? Optional.empty() : Optional.of(new NameScope(patterns, true, false, NONE));
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

    private static void addWords(String text, SortedSet<String> patterns) {
        // Brackets first: what stands in them ends words elsewhere.
        String plain = VARIABLE.matcher(text).replaceAll("\u0001").replaceAll("\\[[^\\]\\s]*\\]", "?");
        Matcher between = BETWEEN_WORDS.matcher(plain);
        int start = 0;
        boolean more = true;
        while (more) {
            more = between.find();
            int end = more ? between.start() : plain.length();
            String word = plain.substring(start, end)
                    .replace('%', '\u0001')
                    .replaceAll("\\[[^]]*\\]", "?")
                    .replaceAll("[\\[\\]]", "?");
            boolean matches = word.chars().anyMatch(c -> c == '*' || c == '?' || c == '\u0001');
            if (matches && start > 0 && UNUSUAL.indexOf(plain.charAt(start - 1)) >= 0) {
                word = "\u0001" + word;
            }
            if (matches && end < plain.length() && UNUSUAL.indexOf(plain.charAt(end)) >= 0) {
                word += "\u0001";
            }
            for (String part : word.split("/")) {
                add(part, patterns);
            }
            start = more ? between.end() : end;
        }
    }

    private static void add(String part, SortedSet<String> patterns) {
        if (part.replace("\u0001", "").isEmpty()) {
            // A variable by itself holds words that stand elsewhere.
            return;
        }
        String pattern = part.replace('\u0001', '*').replaceAll("\\*+", "*");
        patterns.add(pattern);
        int dot = pattern.lastIndexOf('.');
        String stem = dot > 0 ? pattern.substring(0, dot) : pattern;
        if (stem.indexOf('*') < 0) {
            patterns.add(stem);
            patterns.add(stem + ".*");
            patterns.add("s." + pattern);
        }
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
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
