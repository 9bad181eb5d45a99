package dev.cutoff.tool;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which names of folders make could match, by the makefiles that it read (GNU make's manual, chapters 4, 8 and 10). Texts
 * from which names could come that do not stand in them are refused: then every name counts.
 */
public final class MakeNames {

    /** What ends a word of a makefile or a shell line. */
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s:=,;|&<>\"'`(){}!@+\\\\]+");

    /** What ends words that have characters in them which are part of names elsewhere: {@code c++.o}. */
    private static final Pattern BETWEEN_WIDE_WORDS = Pattern.compile("[\\s:;|()=,]+");

    private static final Pattern BETWEEN_NARROW_WORDS = Pattern.compile("[\\s:]+");

    /** Stands for what any text may come in place of. */
    private static final String ANY = "\u0001";

    /** Functions of make after which a name can be what stands in no text. */
    private static final Pattern MAKES_NAMES = Pattern.compile(
            "\\$[({]\\s*(shell|eval|file|guile|subst|join|let|intcmp|words|load)\\b|^\\s*load\\b|!=",
            Pattern.MULTILINE);

    /** A function of make that is called by a name that stands there not, or as if it were a makefile's own. */
    private static final Pattern CALLS_A_FUNCTION =
            Pattern.compile("[({]\\s*call\\s+([^,)}]*\\$|(shell|eval|file|guile|subst"
                    + "|join|let|intcmp|words|patsubst|addprefix|addsuffix|basename|wildcard|value|realpath|call)\\b)");

    /** What changes how make reads makefiles or which names belong to others. */
    private static final Pattern CHANGES_MAKE =
            Pattern.compile("\\.SECONDEXPANSION|\\.RECIPEPREFIX|\\.LIBPATTERNS|(?s)\\bnotdir\\b.*\\brealpath\\b"
                    + "|(?s)\\brealpath\\b.*\\bnotdir\\b");

    private static final Pattern SUFFIXES =
            Pattern.compile("^ *\\.SUFFIXES *:(( |\t|\\.\\w+|\\$[({]SUFFIXES[)}])*)(#.*)?$");

    /** Characters that are taken for parts of names after a backslash. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\[\\s:#%=|]");

    private static final Pattern CONDITIONAL =
            Pattern.compile("\\s*(ifeq|ifneq|ifdef|ifndef|else|endif)\\b.*|\\s*(#.*)?");
    private static final Pattern DEFINE = Pattern.compile("\\s*((override|export|private|unexport)\\s+)*define\\b.*");
    private static final Pattern ENDEF = Pattern.compile("\\s*endef\\b.*");

    /** A folder that is installed to, by custom the first part of a path. */
    private static final Pattern NO_FOLDER = Pattern.compile("\\bDESTDIR\\s*[:?+]*=[ \t]*[^\\s/]");

    /** What puts ends to names that hold a pattern, or groups of characters that need a reading of their own. */
    private static final Pattern MAKES_PATTERNS =
            Pattern.compile("\\badd(pre|suf)fix\\b[^\n]*[*?\\[]|\\[\\[|\\[[]\\]!^]");

    /** make looks for these where no makefile is named; each is a target of implicit rules too. */
    private static final List<String> DEFAULT_MAKEFILES = List.of("GNUmakefile", "makefile", "Makefile");

    /** What $(origin) and $(flavor) give. */
    private static final List<String> ORIGINS = List.of(
            "undefined", "default", "environment", "file", "command", "override", "automatic", "recursive", "simple");

    /** A reference to a variable, or what make does with a call of a function, begins with one of these. */
    private static final String OPENING = "({";

    /** A pattern of substitution that takes off no more than a folder and one suffix. */
    private static final Pattern PLAIN_FROM = Pattern.compile("([^%]*/)?%?(\\.[A-Za-z0-9_+]*)?");

    /** The name of a target pattern whose stem is the target's name but for its suffixes. */
    private static final Pattern PLAIN_STEM = Pattern.compile("%(\\..*)?");

    private static final Pattern PLAIN_END = Pattern.compile("[\\w.+-]*");
    private static final Pattern FUNCTION = Pattern.compile("(?s)\\s*([a-z-]+)\\s+(.*)");

    /** A folder of a pattern: plain text and references to variables. */
    private static final String PLAIN_FOLDER = "([^\\s$]|\\$([({][\\w.-]+[)}]|\\w|[@<]))*";

    /** Characters of names that end words of a makefile too. */
    private static final String UNUSUAL = "+:,=@!{}\"'`\\&";

    private final SortedSet<String> patterns = new TreeSet<>();
    private boolean plain = true;
    private boolean wildcard;

    /** How often a function takes suffixes off or changes them, and how often it leaves none instead. */
    private int substitutions;

    private int drops;
    private int basenames;
    private boolean destination = true;

    private MakeNames() {
        // Folders and files of RCS and SCCS, libraries of -l: what built-in rules look for whatever the makefiles say.
        patterns.addAll(List.of("SCCS", "RCS", "*,v", "s.*", "lib*.so", "lib*.a"));
        DEFAULT_MAKEFILES.forEach(this::add);
    }

    /**
     * What make can match: names whose stem stands as a word in what it read, and what its patterns match.
     *
     * @param texts the makefiles that it read, its command line, its environment and its folder
     * @return empty where names may come from elsewhere, or every name counts
     */
    public static Optional<NameScope> of(Collection<String> texts) {
        MakeNames names = new MakeNames();
        names.destination =
                texts.stream().noneMatch(text -> NO_FOLDER.matcher(text).find());
        for (String text : texts) {
            if (MAKES_NAMES.matcher(text).find()
                    || MAKES_PATTERNS.matcher(text).find()
                    || CALLS_A_FUNCTION.matcher(text).find()
                    || CHANGES_MAKE.matcher(text).find()) {
                return Optional.empty();
            }
            names.read(text.replace("\\\n", " "));
            if (!names.plain) {
                return Optional.empty();
            }
        }
        // A name that was found by a pattern, not in a text, and becomes shorter by more than its last suffix.
        boolean shortens =
                names.basenames > 1 || (names.wildcard && names.drops > 0 && names.substitutions + names.basenames > 1);
        return shortens || names.patterns.contains("*")
                ? Optional.empty()
                : Optional.of(new NameScope(names.patterns, true, false, NameScope.NONE));
    }

    private void read(String text) {
        wildcard |= text.contains("wildcard");
        if (text.contains("origin") || text.contains("flavor")) {
            ORIGINS.forEach(this::add);
        }
        boolean afterRule = false;
        int defines = 0;
        for (String line : text.lines().toList()) {
            boolean recipe = line.startsWith("\t") && afterRule && defines == 0;
            if (!recipe && !CONDITIONAL.matcher(line).matches()) {
                if (DEFINE.matcher(line).matches()) {
                    defines++;
                } else if (ENDEF.matcher(line).matches()) {
                    defines--;
                }
                afterRule = isRule(line);
            }
            plain &= isPlain(line, recipe);
            if (recipe) {
                // The shell's: make looks for nothing that is named here but by functions.
                addWords(outline(line, line.contains("wildcard")));
                continue;
            }
            int comment = defines == 0 ? comment(line) : line.length();
            String code = line.substring(0, comment);
            addWords(outline(line.substring(comment), false));
            addWords(outline(code, true));
            plain &= !ESCAPE.matcher(code).find() && arePlainStems(code, defines > 0);
            plain &= !code.contains(".SUFFIXES") || SUFFIXES.matcher(line).matches();
        }
    }

    private static int comment(String line) {
        int at = topLevel(line, 0, '#');
        return at < 0 ? line.length() : at;
    }

    /** Whether lines of a recipe can follow: this is neither an assignment nor a directive. */
    private static boolean isRule(String line) {
        return topLevel(line, 0, ':') >= 0 && topLevel(line, 0, '=') < 0;
    }

    /** Where a character stands outside of references; negative if nowhere. */
    private static int topLevel(String text, int from, char wanted) {
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == wanted) {
                return at;
            }
            if (c == '$' && at + 1 < text.length()) {
                int end = end(text, at);
                at = end < 0 ? at : end - 1;
            }
        }
        return -1;
    }

    /**
     * Whether what a pattern rule looks for is no shorter than its target but by suffixes: {@code lib%.a: %.o} makes
     * names that stand nowhere. Patterns in variables may be of rules.
     */
    private boolean arePlainStems(String line, boolean inDefine) {
        int equals = topLevel(line, 0, '=');
        if (inDefine || equals >= 0) {
            return partsWithStem(line.substring(inDefine ? 0 : equals + 1)).allMatch(MakeNames::isPlainStem);
        }
        int colon = topLevel(line, 0, ':');
        if (colon < 0) {
            return true;
        }
        int last = colon;
        for (int next = colon; next >= 0; next = topLevel(line, next + 1, ':')) {
            last = next;
        }
        String targets = line.substring(0, last);
        String needs = line.substring(last + 1);
        boolean plainTargets = partsWithStem(targets).allMatch(MakeNames::isPlainStem);
        boolean known = targets.indexOf('%') >= 0 || targets.indexOf('$') < 0;
        boolean shortNeeds = partsWithStem(needs).anyMatch(MakeNames::isPlainStem);
        return (plainTargets && known) || (!shortNeeds && (known ? needs.indexOf('$') < 0 : true));
    }

    /** The last parts of a line's words that have a {@code %} outside of references. */
    private static Stream<String> partsWithStem(String text) {
        StringBuilder bare = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            int end = c == '$' && at + 1 < text.length() ? end(text, at) : -1;
            bare.append(end < 0 ? c : '$');
            at = end < 0 ? at : end - 1;
        }
        return Stream.of(bare.toString().split("[\\s:;]+"))
                .filter(word -> word.indexOf('%') >= 0)
                .map(MakeNames::lastPart);
    }

    private static boolean isPlainStem(String part) {
        return part.indexOf('%') < 0 || PLAIN_STEM.matcher(part).matches();
    }

    /**
     * A text with a mark for each reference and each stem. What stands in references is read too.
     *
     * @param strict whether names of make's can come out, so that no two marks may make one
     */
    private String outline(String text, boolean strict) {
        StringBuilder outline = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '%') {
                outline.append(ANY);
            } else if (c != '$' || at + 1 == text.length()) {
                outline.append(c);
            } else if (text.charAt(at + 1) == '$') {
                outline.append(ANY);
                at++;
            } else {
                int end = end(text, at);
                if (end < 0) {
                    plain &= !strict;
                    outline.append(ANY);
                    continue;
                }
                String inside = end - at > 3 ? text.substring(at + 2, end - 1) : "";
                boolean folder = destination && inside.equals("DESTDIR") && text.startsWith("$", end);
                outline.append(folder ? "" : ANY);
                readReference(inside, strict);
                at = end - 1;
            }
        }
        plain &= !strict || outline.indexOf(ANY + ANY) < 0;
        return outline.toString();
    }

    private void readReference(String inside, boolean strict) {
        addWords(outline(inside, strict));
        Matcher function = FUNCTION.matcher(inside);
        if (function.matches()) {
            String arguments = function.group(2);
            int comma = topLevel(arguments, 0, ',');
            String first = comma < 0 ? arguments : arguments.substring(0, comma);
            String rest = comma < 0 ? "" : arguments.substring(comma + 1);
            switch (function.group(1)) {
                case "addprefix" -> addPrefix(outline(first, strict).strip());
                case "addsuffix" -> addSuffix(outline(first, strict).strip());
                case "patsubst" -> {
                    int second = topLevel(rest, 0, ',');
                    substitute(first.strip(), second < 0 ? rest : rest.substring(0, second));
                }
                case "basename" -> basenames++;
                default -> {
                    // Gives words that it was given, or parts of paths.
                }
            }
            return;
        }
        int colon = topLevel(inside, 0, ':');
        int equals = colon < 0 ? -1 : topLevel(inside, colon, '=');
        if (equals >= 0) {
            String from = inside.substring(colon + 1, equals);
            String to = inside.substring(equals + 1);
            substitute(from, to);
            if (from.indexOf('%') < 0) {
                addSuffix(outline(to, strict));
            }
        }
    }

    private void substitute(String from, String to) {
        plain &= from.indexOf('$') < 0 && PLAIN_FROM.matcher(from).matches();
        if (from.indexOf('.') >= 0) {
            substitutions++;
            drops += to.indexOf('.') < 0 ? 1 : 0;
        }
    }

    private void addPrefix(String prefix) {
        String last = lastPart(prefix);
        plain &= !prefix.matches("(?s).*\\s.*") && PLAIN_END.matcher(last).matches();
        if (!last.isEmpty()) {
            add(last + ANY);
        }
    }

    private void addSuffix(String suffix) {
        String first = suffix.indexOf('/') < 0 ? suffix : suffix.substring(0, suffix.indexOf('/'));
        if (!first.isEmpty() && first.charAt(0) != '.') {
            add(ANY + first);
        }
        plain &= !suffix.matches("(?s).*\\s.*")
                && (first.startsWith(".") || PLAIN_END.matcher(first).matches());
    }

    /**
     * Whether the words of a line are texts that stand there, but for their folders: no two references make one word,
     * and what matches names is given to {@code wildcard} as it is. Lines of recipes are the shell's.
     */
    private static boolean isPlain(String line, boolean recipe) {
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '#' && !recipe) {
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

    private void addWords(String outline) {
        // Brackets first: what stands in them ends words elsewhere.
        String text = outline.replaceAll("\\[[^\\]\\s]*\\]", "?");
        for (Pattern between : List.of(BETWEEN_WIDE_WORDS, BETWEEN_NARROW_WORDS)) {
            between.splitAsStream(text)
                    .flatMap(word -> Stream.of(word.split("/")))
                    .forEach(this::add);
        }
        Matcher between = BETWEEN_WORDS.matcher(text);
        int start = 0;
        boolean more = true;
        while (more) {
            more = between.find();
            int end = more ? between.start() : text.length();
            String word = text.substring(start, end).replaceAll("[\\[\\]]", "?");
            boolean matches = word.chars().anyMatch(c -> c == '*' || c == '?' || c == ANY.charAt(0));
            if (matches && start > 0 && UNUSUAL.indexOf(text.charAt(start - 1)) >= 0) {
                word = ANY + word;
            }
            if (matches && end < text.length() && UNUSUAL.indexOf(text.charAt(end)) >= 0) {
                word += ANY;
            }
            for (String part : word.split("/")) {
                add(part);
            }
            start = more ? between.end() : end;
        }
    }

    private void add(String part) {
        if (part.replace(ANY, "").isEmpty()) {
            // A variable by itself holds words that stand elsewhere.
            return;
        }
        String pattern = part.replace(ANY, "*").replaceAll("\\*+", "*");
        patterns.add(pattern);
        // Implicit rules and functions take suffixes off.
        addStem(pattern, pattern.lastIndexOf('.'));
        addStem(pattern, pattern.indexOf('.', 1));
    }

    private void addStem(String pattern, int dot) {
        String stem = dot > 0 ? pattern.substring(0, dot) : pattern;
        if (!stem.equals("*")) {
            patterns.add(stem);
            patterns.add(stem + ".*");
        }
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
