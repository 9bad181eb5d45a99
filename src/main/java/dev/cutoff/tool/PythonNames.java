package dev.cutoff.tool;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which names of a listed folder a run of Python can have looked at.
 *
 * <p>Python's import system lists each folder that it searches and looks names up in the list. So, where nothing else
 * lists folders, the names that count are those of the modules that some code of the run tries to import. "Nothing else"
 * is what has to be shown: of the standard library by what is known of it ({@link StandardPython}), of all other code by
 * its words ({@link PythonCode}).
 */
public final class PythonNames {

    /** How Python was started. */
    public sealed interface Start {
        /** With a program as an argument. */
        record Text(String code) implements Start {}

        /** With a file, as its path was given. */
        record Script(String path) implements Start {}

        /** With a module's name. */
        record Module(String name) implements Start {}
    }

    /** What was found in a run, but for the standard library. */
    public static final class Program {
        private final SortedSet<String> modules = new TreeSet<>();
        private final SortedSet<String> imports = new TreeSet<>();
        private boolean plain = true;
        private boolean open;

        /** Code that was run, or may have been. */
        public void add(PythonCode code) {
            imports.addAll(code.imports());
            plain &= code.plain();
            open |= code.open();
        }

        /**
         * The shim that setuptools puts in front of distutils and loads at each start. It finds its own methods by
         * name, and imports by the names of distutils and of itself alone.
         */
        public void addShim(PythonCode code) {
            modules.addAll(List.of("_distutils_hack", "_distutils", "distutils", "setuptools", "pip"));
            addModules(code, modules);
            plain &= !code.listing();
        }

        /** Code of the standard library: known to list nothing for those that pass as plain. */
        public void addStandard(PythonCode code) {
            addModules(code, modules);
        }

        /** A text in which names of modules stand that may be imported: entry points. */
        public void addNames(String text) {
            Matcher word = WORD.matcher(text);
            while (word.find()) {
                modules.add(word.group());
            }
        }

        /** A file that was read as code. A package by a standard name makes standard imports look in its folder. */
        public void addFile(String path) {
            Matcher file = PACKAGE.matcher(path);
            plain &= !(file.find() && StandardPython.MODULES.contains(file.group(1)));
        }

        /** Something that may be code and can't be read as such. */
        public void addUnknown() {
            plain = false;
        }
    }

    private static final Pattern PACKAGE = Pattern.compile(
            "/([^/]+)/(__init__\\.py|__pycache__/__init__\\.[^/]*\\.pyc|__init__\\.pyc|__init__\\..*so)$");

    private static final Pattern MODULE = Pattern.compile("[-\\w.]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    /** Flags that change nothing in how modules are found, but for the folders that are searched. */
    private static final Pattern FLAGS = Pattern.compile("-[bBdEIOPqsSuv]*");

    private static final Pattern PLAIN_WARNING = Pattern.compile("\\w+");
    private static final Set<String> PLAIN_IMPLEMENTATION = Set.of("utf8", "utf8=0", "utf8=1");

    /** Modules of the standard library that can be the program, and list nothing. */
    private static final Set<String> STANDARD_PROGRAMS = Set.of("json.tool");

    /** Variables that say nothing of modules, or only which folders are searched. */
    private static final Set<String> VARIABLES = Set.of(
            "PYTHONHASHSEED",
            "PYTHONPATH",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONUNBUFFERED",
            "PYTHONIOENCODING",
            "PYTHONUTF8",
            "PYTHONNOUSERSITE",
            "PYTHONCOERCECLOCALE",
            "PYTHONSAFEPATH",
            "PYTHONOPTIMIZE");

    /** Names that Python looks for by itself. {@code _sysconfigdata} has the machine's name behind it. */
    private static final List<String> ALWAYS =
            List.of("sitecustomize", "usercustomize", "__init__", "__main__", "__phello__");

    /** What {@code site} lists folders for. */
    private static final List<String> PATTERNS = List.of("*.pth", "_sysconfigdata*");

    /** What importlib.metadata does: *.dist-info, *.egg-info and egg-info, in letters of either case. */
    private static final List<String> METADATA = List.of("*.????-????", "*.???-????", "???-????");

    /** As many as a record should have to carry. */
    private static final int MOST = 4000;

    private PythonNames() {}

    /**
     * What a command line starts.
     *
     * @return empty where it is not understood, or the program comes from standard input
     */
    public static Optional<Start> start(List<String> command, Collection<String> environment) {
        if (!environment.stream().allMatch(PythonNames::isHarmless)) {
            return Optional.empty();
        }
        int at = 1;
        while (at < command.size()) {
            String word = command.get(at++);
            String next = at < command.size() ? command.get(at) : "";
            if (word.equals("-c") || word.equals("-m")) {
                return at == command.size()
                        ? Optional.empty()
                        : Optional.of(word.equals("-c") ? new Start.Text(next) : new Start.Module(next));
            } else if (word.equals("-W") || word.equals("-X")) {
                if (!isHarmless(word, next)) {
                    return Optional.empty();
                }
                at++;
            } else if (word.startsWith("-W") || word.startsWith("-X")) {
                if (!isHarmless(word.substring(0, 2), word.substring(2))) {
                    return Optional.empty();
                }
            } else if (!word.startsWith("-")) {
                return word.isEmpty() ? Optional.empty() : Optional.of(new Start.Script(word));
            } else if (word.equals("-") || !FLAGS.matcher(word).matches()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isHarmless(String option, String value) {
        // -W can name a class, which is imported.
        return option.equals("-W") ? PLAIN_WARNING.matcher(value).matches() : PLAIN_IMPLEMENTATION.contains(value);
    }

    private static boolean isHarmless(String variable) {
        String name = variable.substring(0, Math.max(0, variable.indexOf('=')));
        if (name.equals("LD_PRELOAD") || name.equals("LD_AUDIT")) {
            return variable.endsWith("=");
        }
        boolean ofPython = name.startsWith("PY") || name.startsWith("_PY") || name.startsWith("__PY");
        return !ofPython || VARIABLES.contains(name) || name.startsWith("PYENV_");
    }

    /**
     * The names that count in each folder that a run listed, but those of the standard library itself, in which all do.
     *
     * @param metadata whether importlib.metadata was loaded
     * @return empty where any name may count
     */
    public static Optional<NameScope> scope(Start start, Program program, boolean metadata) {
        switch (start) {
            case Start.Text text -> program.add(PythonCode.ofText(text.code()));
            case Start.Module module -> {
                boolean standard = StandardPython.MODULES.contains(StandardPython.first(module.name()));
                boolean named = MODULE.matcher(module.name()).matches();
                if (!named || (standard && !STANDARD_PROGRAMS.contains(module.name()))) {
                    return Optional.empty();
                }
                program.modules.addAll(List.of(module.name().split("\\.")));
            }
            case Start.Script script -> {}
        }
        boolean all = program.imports.stream().anyMatch(target -> target.endsWith(".*"));
        if (!program.plain || (all && program.open) || !program.imports.stream().allMatch(StandardPython::isHarmless)) {
            return Optional.empty();
        }
        SortedSet<String> modules = new TreeSet<>(program.modules);
        modules.addAll(ALWAYS);
        modules.addAll(StandardPython.IMPORTED);
        program.imports.forEach(target -> modules.addAll(List.of(target.split("\\."))));
        modules.removeIf(String::isEmpty);
        SortedSet<String> patterns = new TreeSet<>(PATTERNS);
        if (metadata) {
            patterns.addAll(METADATA);
        }
        return modules.size() > MOST ? Optional.empty() : Optional.of(new NameScope(patterns, false, false, modules));
    }

    /** Whether a version of Python 3 is known, by what stands behind the dot. */
    public static boolean isKnown(int minor) {
        return StandardPython.isKnown(minor);
    }

    /** Whether a module belongs to the standard library of some known version. */
    public static boolean isStandard(String module) {
        return StandardPython.MODULES.contains(module);
    }

    private static void addModules(PythonCode code, SortedSet<String> modules) {
        for (String target : code.imports()) {
            modules.add(StandardPython.first(target.replaceFirst("^\\.+", "")));
        }
    }
}
