package dev.cutoff.tool;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which names of folders make could match, by the makefiles that it read (GNU make's manual, chapters 4, 8 and 10). Texts
 * from which names could come that do not stand in them are refused: then every name counts.
 */
public final class MakeNames {

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

    /** A reference to a variable, or what make does with a call of a function, begins with one of these. */
    private static final String OPENING = "({";

    /** A pattern of substitution that takes off no more than a folder and one suffix. */
    private static final Pattern PLAIN_FROM = Pattern.compile("([^%]*/)?%?(\\.[A-Za-z0-9_+]*)?|%[A-Za-z0-9_]?");

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$[({][^\\s:(){}$]+:([^=(){}]*)=");
    private static final Pattern PATSUBST = Pattern.compile("[({]patsubst\\s+([^,]*),");
    private static final Pattern BASENAME = Pattern.compile("[({]basename\\b");

    /** A folder of a pattern: plain text and references to variables. */
    private static final String PLAIN_FOLDER = "([^\\s$]|\\$([({][\\w.-]+[)}]|\\w|[@<]))*";

    /** Characters of names that end words of a makefile too. */
    private static final String UNUSUAL = "+:,=@!{}\"'`\\&";

    private MakeNames() {}

    /**
     * What make can match: names whose stem stands as a word in what it read, and what its patterns match.
     *
     * @param texts the makefiles that it read, its command line and its environment
     * @return empty where names may come from elsewhere, or every name counts
     */
    public static Optional<NameScope> of(Collection<String> texts) {
        SortedSet<String> patterns = new TreeSet<>(List.of("SCCS", "RCS"));
        for (String text : texts) {
            if (MAKES_NAMES.matcher(text).find() || MAKES_PATTERNS.matcher(text).find() || shortens(text)) {
                return Optional.empty();
            }
            String whole = text.replace("\\\n", " ");
            if (!whole.lines().allMatch(MakeNames::isPlain)) {
                return Optional.empty();
            }
            if (text.contains("-l")) {
                // .LIBPATTERNS
                patterns.addAll(List.of("lib*.so", "lib*.a"));
            }
            addWords(whole, patterns);
            // The insides of variables are text too: $(SOURCES:.c=.o), $(addprefix lib,$(NAMES)).
            addWords(whole.replace('$', ' '), patterns);
            Matcher prefix = Pattern.compile("addprefix\\s+([^,$]*),").matcher(whole);
            while (prefix.find()) {
                patterns.add(lastPart(prefix.group(1).strip()) + "*");
            }
        }
        return patterns.contains("*")
                ? Optional.empty()
                : Optional.of(new NameScope(patterns, true, false, NameScope.NONE));
    }

    /** Whether names may come out shorter than a text that stands there, by more than a last suffix. */
    private static boolean shortens(String text) {
        return BASENAME.matcher(text).results().count() > 1
                || SUBSTITUTION.matcher(text).results().anyMatch(use -> !isPlainFrom(use.group(1)))
                || PATSUBST.matcher(text).results().anyMatch(use -> !isPlainFrom(use.group(1)));
    }

    private static boolean isPlainFrom(String from) {
        return PLAIN_FROM.matcher(from.strip()).matches();
    }

    /**
     * Whether the words of a line are texts that stand there, but for their folders: no two references make one word,
     * and what matches names is given to {@code wildcard} as it is. Lines of recipes are the shell's.
     */
    private static boolean isPlain(String line) {
        boolean recipe = line.startsWith("\t");
        int depth = 0;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '#' && depth == 0 && !recipe) {
                return true;
            }
            if (c == '$' && at + 1 < line.length()) {
                if (line.charAt(at + 1) == '$') {
                    at++;
                    continue;
                }
                int end = end(line, at);
                if (end < 0) {
                    return false;
                }
                String inside = line.substring(at + 1, end);
                boolean destination = inside.matches("[({]DESTDIR[)}]");
                boolean next = end < line.length() - 1 && line.charAt(end) == '$' && line.charAt(end + 1) != '$';
                if (next && !destination && (!recipe || line.contains("wildcard"))) {
                    return false;
                }
                if (inside.matches("[({]wildcard\\s.*")) {
                    String arguments = inside.substring("(wildcard".length(), inside.length() - 1);
                    if (!isPlainWildcard(arguments)) {
                        return false;
                    }
                    at = end - 1;
                } else if (!recipe && matches(inside) && !inside.contains("wildcard")) {
                    return false;
                }
            } else if (!recipe && (c == '*' || c == '?' || c == '[')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlainWildcard(String arguments) {
        for (String word : arguments.strip().split("\\s+")) {
            String name = word.substring(word.lastIndexOf('/') + 1);
            String folder = word.substring(0, word.length() - name.length());
            if (name.indexOf('$') >= 0 || matches(folder) || !folder.matches(PLAIN_FOLDER)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('[') >= 0 || text.indexOf('?') >= 0;
    }

    /** Behind a reference that begins at a dollar; negative where it has no end in this line. */
    private static int end(String line, int dollar) {
        char open = line.charAt(dollar + 1);
        if (OPENING.indexOf(open) < 0) {
            return dollar + 2;
        }
        char close = open == '(' ? ')' : '}';
        int depth = 0;
        for (int at = dollar + 1; at < line.length(); at++) {
            char c = line.charAt(at);
            depth += c == open ? 1 : c == close ? -1 : 0;
            if (depth == 0) {
                return at + 1;
            }
        }
        return -1;
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
}
