package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens of the machine's headers against {@code gcc -E -fpreprocessed -dD -P}, which takes out comments, keeps every
 * directive and expands nothing. Its output, read by the same lexer, must have the same tokens with the same kinds.
 *
 * <p>What is not compared, and why: spacing, since GCC prints definitions in a form of its own ({@link
 * StringificationTest} does); lines, since -P drops them. GCC is given the text with splices taken out, since
 * -fpreprocessed leaves them alone, and with what it does not know to be a header name ({@code <a//b>}) untouched.
 */
class GccHeadersTest {

    private static final Pattern SPLICE = Pattern.compile("\\\\[ \\t\\f\\x0b]*\\r?\\n");
    /**
     * GCC obeys and drops some pragmas (once, GCC system_header, push_macro), so they go under the name of a directive
     * that it leaves alone and that no header has.
     */
    private static final Pattern PRAGMA = Pattern.compile("(?m)^([ \\t]*(?:#|%:)[ \\t]*)pragma\\b");

    private static final String HIDDEN_PRAGMA = "unassert";
    private static final Pattern HEADER = Pattern.compile(".*\\.(h|hh|hpp|hxx|ipp|tcc|inl|def|inc|H|h\\+\\+)");

    @TempDir
    Path folder;

    private static List<Path> headers() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String root : new String[] {"/usr/include", "/usr/lib/gcc"}) {
            if (Files.isDirectory(Path.of(root))) {
                try (Stream<Path> paths =
                        Files.find(Path.of(root), 20, (path, is) -> is.isRegularFile() && header(path))) {
                    paths.forEach(found::add);
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    private static boolean header(Path path) {
        String name = path.getFileName().toString();
        boolean standard = path.toString().contains("/c++/") && !name.contains(".");
        return standard || HEADER.matcher(name).matches();
    }

    private static boolean isCpp(Path path) {
        return path.toString().matches(".*(/c\\+\\+/|/llvm|\\.(hh|hpp|hxx|ipp|tcc)$).*");
    }

    @Test
    void everyTenthHeader() throws Exception {
        compare(10);
    }

    @Test
    @Tag("long")
    void everyHeader() throws Exception {
        compare(1);
    }

    private void compare(int step) throws Exception {
        Skips.unlessInstalled("gcc", "g++");
        String c = Tool.lines("gcc", "-print-prog-name=cc1").get(0);
        String cpp = Tool.lines("g++", "-print-prog-name=cc1plus").get(0);
        List<Path> all = headers();
        Skips.unless(all.size() > 500, "fewer than 500 headers on this machine");
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += step) {
            Path file = all.get(i);
            tasks.add(() -> difference(file, isCpp(file) ? cpp : c, isCpp(file) ? Dialect.CPP : Dialect.C));
        }
        List<String> differences = new ArrayList<>();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            for (Future<String> task : two.invokeAll(tasks)) {
                if (!task.get().isEmpty()) {
                    differences.add(task.get());
                }
            }
        }
        System.out.println("gcc agrees on " + (tasks.size() - differences.size()) + " of " + tasks.size() + " headers");
        assertThat(differences).isEmpty();
    }

    private String difference(Path file, String compiler, Dialect dialect) throws IOException {
        byte[] text = Files.readAllBytes(file);
        String latin = new String(text, StandardCharsets.ISO_8859_1);
        Path spliced = folder.resolve(Thread.currentThread().threadId() + ".h");
        String prepared = PRAGMA.matcher(SPLICE.matcher(latin).replaceAll("")).replaceAll("$1" + HIDDEN_PRAGMA);
        Files.writeString(spliced, prepared, StandardCharsets.ISO_8859_1);
        byte[] output = Tool.output(compiler, "-E", "-quiet", "-fpreprocessed", "-dD", "-P", spliced.toString());
        try {
            TokenStream ours = Lexer.lex(text, file.toString(), dialect);
            TokenStream theirs = Lexer.lex(output, "output of gcc for " + file, dialect);
            for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
                if (ours.kind(i) != theirs.kind(i)
                        || !ours.text(i).equals(theirs.text(i).replace(HIDDEN_PRAGMA, "pragma"))) {
                    return file + ":" + ours.line(i) + ": " + around(ours, i) + " / " + around(theirs, i);
                }
            }
            return ours.size() == theirs.size()
                    ? ""
                    : file + ": " + ours.size() + " tokens, " + theirs.size() + ": " + around(ours, ours.size() - 1)
                            + " / " + around(theirs, theirs.size() - 1);
        } catch (FormatException e) {
            return e.getMessage();
        }
    }

    private static String around(TokenStream tokens, int at) {
        StringBuilder text = new StringBuilder();
        for (int i = Math.max(0, at - 4); i < Math.min(tokens.size(), at + 4); i++) {
            text.append(i == at ? " >>" : " ").append(tokens.kind(i) == TokenKind.DIRECTIVE_END ? "$" : tokens.text(i));
        }
        return text.toString();
    }
}
