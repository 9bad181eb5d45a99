package dev.cutoff.tool;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A piece of Python code, as far as it decides which names of a folder can count: what it imports, and whether it can
 * list folders, or import by names that stand in no code.
 *
 * <p>Text is not parsed but searched for words, in comments and strings too: that finds more than there is, never less.
 *
 * @param imports modules and names that it imports, or may import, with dots: {@code a.b} for {@code from a import b},
 *     {@code .b} for {@code from . import b}, {@code a.*} for all names
 * @param plain whether it lists no folder but by importing, and imports nothing else
 * @param listing whether it uses a name of what lists folders
 * @param open whether the names that it offers to {@code import *} can't be told
 */
public record PythonCode(SortedSet<String> imports, boolean plain, boolean listing, boolean open) {

    private static final int UNICODE = Pattern.UNICODE_CHARACTER_CLASS;

    /** What lists folders, or only to be found by modules that do. */
    private static final String LISTS =
            "listdir|scandir|fwalk|iterdir|rglob|iglob|glob0|glob1|copytree|rmtree|removedirs"
                    + "|make_archive|iter_modules|walk_packages|iter_importers|iter_importer_modules|get_importer|extend_path"
                    + "|find_packages|find_namespace_packages|path_importer_cache|get_resource_reader"
                    + "|TimedRotatingFileHandler|dircmp";

    /** As those, but words that say something else as often: they count as attributes or where they are imported. */
    private static final String LISTS_AS_ATTRIBUTE = "walk|glob|move|resources|machinery";

    /** What makes code of data, finds modules in other ways, or names things by strings. */
    private static final String REFLECTS = "exec|eval|execfile|__import__|import_module|reload|find_spec|find_module"
            + "|find_loader|load_module|exec_module|load_source|run_path|run_module|spec_from_file_location"
            + "|spec_from_loader|module_from_spec|FileFinder|PathFinder|SourceFileLoader|SourcelessFileLoader"
            + "|ExtensionFileLoader|path_hooks|meta_path|getattr|getattr_static|getmembers|vars|attrgetter|methodcaller"
            + "|__builtins__|__globals__|__dict__|__loader__|__spec__|__code__|__getattribute__|__subclasses__"
            + "|f_globals|f_builtins|f_locals|FunctionType|LambdaType|CodeType|ForwardRef|dictConfig|fileConfig"
            + "|make_parser|resolve_name|breakpoint|PYTHONBREAKPOINT|_PYTHON_SYSCONFIGDATA_NAME|EntryPoint|get_field"
            + "|Formatter|vformat|__match_args__|get_type_hints|__annotations__|__instancecheck__";

    private static final Set<String> LISTING_WORDS = Set.of(LISTS.split("\\|"));
    private static final Set<String> LISTING_ATTRIBUTES = Set.of(LISTS_AS_ATTRIBUTE.split("\\|"));
    private static final Set<String> REFLECTING_WORDS = Set.of(REFLECTS.split("\\|"));

    private static final Pattern ENCODING = Pattern.compile("^[ \\t\\f]*#.*?coding[:=][ \\t]*([-\\w.]+)");
    private static final Pattern UTF_8 = Pattern.compile("(?i)utf[-_]?8([-_](unix|dos|mac|sig))?");
    private static final Pattern ASCII = Pattern.compile("(?i)(us-)?ascii");
    private static final Pattern LATIN = Pattern.compile("(?i)(latin|iso-?8859)[-_]1");

    private static final String IMPORT = "import";
    private static final Pattern FROM = Pattern.compile(".*\\bfrom\\b([.\\w\\s]*)$", UNICODE | Pattern.DOTALL);
    private static final Pattern ITEM = Pattern.compile("\\s*([\\w*]+(\\s*\\.\\s*\\w+)*)", UNICODE);

    private static final Pattern TAKES_IMPORT_MODULE =
            Pattern.compile("\\bfrom[ \\t]+importlib[ \\t]+import[ \\t]+import_module[ \\t]*(?=[;#\\n]|$)", UNICODE);
    private static final Pattern IMPORTS_LITERAL = Pattern.compile(
            "\\b((importlib\\s*\\.\\s*)?import_module\\s*\\(\\s*(['\"])([-\\w.]+)\\3\\s*(,\\s*(package\\s*=\\s*)?"
                    + "(__package__|__name__)\\s*)?,?\\s*\\)"
                    + "|__import__\\s*\\(\\s*(['\"])([-\\w.]+)\\8\\s*\\))",
            UNICODE);
    private static final Pattern ATTRIBUTE_LITERAL =
            Pattern.compile("\\bgetattr\\s*\\(\\s*[\\w.]+\\s*,\\s*(['\"])(\\w+)\\1\\s*(?=[,)])", UNICODE);

    private static final Pattern EXECUTES = Pattern.compile("\\bexec\\s*\\(\\s*(?=['\"])", UNICODE);
    private static final Pattern COMMENT = Pattern.compile("#[^\\n]*");
    private static final Pattern OFFERS = Pattern.compile("\\b__all__\\b", UNICODE);
    private static final Pattern OFFERS_LITERAL =
            Pattern.compile("\\b__all__\\s*\\+?=\\s*[\\[(]([^\\[\\]()]*)[\\])](?=\\s*(\\n|#|$))", UNICODE);
    private static final Pattern LITERAL_ITEM = Pattern.compile("\\s*(['\"])(\\w*)\\1\\s*(,|$)", UNICODE);
    private static final Pattern LINE_END = Pattern.compile("\\R|[\\x1c-\\x1e]");

    /** In a class such a name stands for another one, which has the class's name in front. */
    private static final Pattern PRIVATE = Pattern.compile("(^|\\.)__(?!\\w*__($|\\.))", UNICODE);

    private static final int DEEPEST = 5;

    public PythonCode {
        imports = Collections.unmodifiableSortedSet(new TreeSet<>(imports));
    }

    /** A source file; empty where its encoding is not known here. */
    public static Optional<PythonCode> ofSource(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, 1 << 12), StandardCharsets.ISO_8859_1);
        Charset charset = StandardCharsets.UTF_8;
        String[] lines = head.split("\r\n|[\r\n]", 3);
        for (int i = 0; i < Math.min(2, lines.length); i++) {
            Matcher encoding = ENCODING.matcher(lines[i]);
            if (encoding.find()) {
                String name = encoding.group(1);
                if (LATIN.matcher(name).matches()) {
                    charset = StandardCharsets.ISO_8859_1;
                } else if (!UTF_8.matcher(name).matches()
                        && !ASCII.matcher(name).matches()) {
                    return Optional.empty();
                }
            }
        }
        for (byte b : bytes) {
            if (b == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(ofText(new String(bytes, charset)));
    }

    /** A compiled file; empty where it can't be read. */
    public static Optional<PythonCode> ofCompiled(byte[] bytes) {
        return CompiledPython.read(bytes).map(content -> {
            boolean listing = content.names().stream().anyMatch(PythonCode::isListing);
            boolean reflecting = content.names().stream().anyMatch(PythonCode::isReflecting);
            boolean open = content.names().contains("__all__");
            return new PythonCode(content.imports(), !listing && !reflecting, listing, open);
        });
    }

    /** What {@code site} runs of a .pth file: lines that begin with an import. Other lines are paths. */
    public static PythonCode ofPth(byte[] bytes) {
        StringBuilder code = new StringBuilder();
        for (String line : LINE_END.split(new String(bytes, StandardCharsets.UTF_8).replace("\ufeff", ""))) {
            if (line.strip().startsWith("import")) {
                code.append(line).append('\n');
            }
        }
        return ofText(code.toString());
    }

    /** Code as text. */
    public static PythonCode ofText(String code) {
        return ofText(code, 0);
    }

    private static PythonCode ofText(String code, int depth) {
        // Python takes letters of other forms for the plain ones.
        String normal = Normalizer.isNormalized(code, Normalizer.Form.NFKC)
                ? code
                : Normalizer.normalize(code, Normalizer.Form.NFKC);
        String text = normal.replace("\r\n", "\n").replace('\r', '\n');
        SortedSet<String> imports = new TreeSet<>();
        boolean plain = true;
        boolean listing = false;
        boolean open = false;

        StringBuilder rest = new StringBuilder();
        int done = 0;
        Matcher executes = EXECUTES.matcher(text);
        while (executes.find(done)) {
            rest.append(text, done, executes.start()).append(' ');
            Literal literal = Literal.at(text, executes.end());
            if (literal == null || depth == DEEPEST) {
                plain = false;
                done = executes.end();
                continue;
            }
            PythonCode part = ofText(literal.text(), depth + 1);
            imports.addAll(part.imports);
            plain &= part.plain;
            listing |= part.listing;
            open |= part.open;
            done = literal.end();
        }
        text = rest.append(text, done, text.length()).toString().replace("\\\n", " ");
        addImports(text, imports);
        if (text.contains("import_module") || text.contains("__import__")) {
            Matcher literal = IMPORTS_LITERAL.matcher(text);
            while (literal.find()) {
                imports.add(literal.group(4) != null ? literal.group(4) : literal.group(9));
            }
            text = TAKES_IMPORT_MODULE.matcher(literal.replaceAll(" ")).replaceAll(" ");
        }
        if (text.contains("getattr")) {
            Matcher attribute = ATTRIBUTE_LITERAL.matcher(text);
            while (attribute.find()) {
                listing |= isListing(attribute.group(2));
                plain &= !isReflecting(attribute.group(2));
            }
            text = attribute.replaceAll(" ");
        }
        open |= text.contains("__all__") && addOffers(text, imports);
        Words words = new Words(text);
        listing |= words.list || imports.stream().anyMatch(target -> isListing(last(target)));
        plain &= imports.stream().noneMatch(target -> PRIVATE.matcher(target).find());
        plain &= !listing && !words.reflect;
        return new PythonCode(imports, plain, listing, open);
    }

    /**
     * A string that is the only argument of a call.
     *
     * @param text what it holds
     * @param end where the call ends
     */
    private record Literal(String text, int end) {

        /** Null where it is none, or has escapes by which a word could hide. */
        static @Nullable Literal at(String code, int start) {
            char quote = code.charAt(start);
            StringBuilder text = new StringBuilder();
            for (int i = start + 1; i < code.length(); i++) {
                char c = code.charAt(i);
                if (c == quote) {
                    int end = i + 1;
                    while (end < code.length() && Character.isWhitespace(code.charAt(end))) {
                        end++;
                    }
                    return end < code.length() && code.charAt(end) == ')'
                            ? new Literal(text.toString(), end + 1)
                            : null;
                } else if (c == '\n') {
                    return null;
                } else if (c == '\\') {
                    int escape = ++i < code.length() ? "nt'\"\\".indexOf(code.charAt(i)) : -1;
                    if (escape < 0) {
                        return null;
                    }
                    text.append("\n\t'\"\\".charAt(escape));
                } else {
                    text.append(c);
                }
            }
            return null;
        }
    }

    /** Adds the names that the code offers to an import of all; whether there may be others. */
    private static boolean addOffers(String text, SortedSet<String> imports) {
        int known = 0;
        Matcher offers = OFFERS_LITERAL.matcher(text);
        while (offers.find()) {
            String names = COMMENT.matcher(offers.group(1)).replaceAll("").strip();
            Matcher name = LITERAL_ITEM.matcher(names);
            int done = 0;
            while (name.region(done, names.length()).lookingAt()) {
                imports.add("." + name.group(2));
                done = name.end();
            }
            known += done == names.length() ? 1 : 0;
        }
        return OFFERS.matcher(text).results().count() > known;
    }

    private static boolean isListing(String name) {
        int start = 0;
        while (start < name.length() && name.charAt(start) == '_') {
            start++;
        }
        String plain = name.substring(start);
        return LISTING_WORDS.contains(plain) || LISTING_ATTRIBUTES.contains(plain);
    }

    private static boolean isReflecting(String name) {
        return REFLECTING_WORDS.contains(name) || name.equals("help");
    }

    private static boolean isOfWord(char c) {
        return (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c))
                || Character.isSurrogate(c);
    }

    /** The words of a text, with what stands before and behind them. */
    private static final class Words {
        boolean list;
        boolean reflect;

        Words(String text) {
            // What stands before a word, with comments and without: what looks like one may stand in a string.
            char before = ' ';
            char beforeComments = ' ';
            boolean comment = false;
            int i = 0;
            while (i < text.length()) {
                char c = text.charAt(i);
                if (isOfWord(c)) {
                    int end = i + 1;
                    while (end < text.length() && isOfWord(text.charAt(end))) {
                        end++;
                    }
                    String word = text.substring(i, end);
                    word(word, before, text, end);
                    word(word, beforeComments, text, end);
                    before = 'a';
                    beforeComments = comment ? beforeComments : 'a';
                    i = end;
                    continue;
                }
                if (c == '\n') {
                    comment = false;
                } else if (!Character.isWhitespace(c)) {
                    before = c;
                    comment |= c == '#';
                    beforeComments = comment ? beforeComments : c;
                }
                i++;
            }
        }

        private void word(String word, char before, String text, int end) {
            reflect |= REFLECTING_WORDS.contains(word);
            if (word.equals("help")) {
                reflect |= before != '.' && behind(text, end) == '(';
            } else if (isListing(word)) {
                // A pattern of a class takes attributes too: case PosixPath(glob=g).
                list |= !LISTING_ATTRIBUTES.contains(word.replace("_", ""))
                        || before == '.'
                        || ((before == '(' || before == ',') && behind(text, end) == '=');
            }
        }

        private static char behind(String text, int end) {
            int at = end;
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : ' ';
        }
    }

    private static String last(String target) {
        return target.substring(target.lastIndexOf('.') + 1);
    }

    private static void addImports(String text, SortedSet<String> imports) {
        for (int at = text.indexOf(IMPORT); at >= 0; at = text.indexOf(IMPORT, at + 1)) {
            int end = at + IMPORT.length();
            if ((at > 0 && isOfWord(text.charAt(at - 1))) || (end < text.length() && isOfWord(text.charAt(end)))) {
                continue;
            }
            int line = Math.max(text.lastIndexOf('\n', at), text.lastIndexOf(';', at));
            Matcher from = FROM.matcher(text.substring(line + 1, at));
            String module = from.matches() ? from.group(1).replaceAll("\\s", "") : "";
            if (!module.replace(".", "").isEmpty()) {
                imports.add(module);
            }
            String prefix = module.isEmpty() || module.endsWith(".") ? module : module + ".";
            for (String item : items(text, end).split(",")) {
                Matcher first = ITEM.matcher(item);
                if (first.lookingAt()) {
                    imports.add(prefix + first.group(1).replaceAll("\\s", ""));
                }
            }
        }
    }

    /** What follows the word: up to the end of the line, or in brackets up to the closing one, without comments. */
    private static String items(String text, int start) {
        StringBuilder items = new StringBuilder();
        boolean open = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(' && !open && items.toString().isBlank()) {
                open = true;
            } else if (c == '#' && open) {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() : end;
                items.append(' ');
            } else if (c == '\n' && !open) {
                break;
            } else if (!Character.isUnicodeIdentifierPart(c)
                    && !Character.isSurrogate(c)
                    && !Character.isWhitespace(c)
                    && ".,*".indexOf(c) < 0) {
                break;
            } else {
                items.append(c);
            }
        }
        return items.toString();
    }
}
