package dev.cutoff.abi.c;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Tool;
import dev.cutoff.testing.Skips;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spacing bits against the preprocessor: {@code #x} shows exactly which tokens of an argument have a blank before them. */
class StringificationTest {

    private static final String[] PARTS = {
        "a", "b1", "12", "1.5e+3", "+", "-", "++", "->", "<:", "::", "'c'", "\"s\"", "[", "]", "@", "\\\n", " ", "  ",
        "\t", "/* x */", "/**/", "// y\n", "\n", "/*\n*/", "\u00e9", "...", ".", "%", ">", "="
    };

    @Test
    void argumentsBecomeTheSameStrings(@TempDir Path folder) throws Exception {
        Skips.unlessInstalled("gcc");
        SplittableRandom random = new SplittableRandom(4);
        List<String> arguments = new ArrayList<>();
        StringBuilder program = new StringBuilder("#define S(...) #__VA_ARGS__\n");
        for (int i = 0; i < 3000; i++) {
            StringBuilder argument = new StringBuilder("x");
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                argument.append(PARTS[random.nextInt(PARTS.length)]);
            }
            argument.append("/**/z");
            arguments.add(argument.toString());
            program.append("S(").append(argument).append(")\n");
        }
        Path file = folder.resolve("s.c");
        Files.writeString(file, program);
        String output = new String(Tool.output("gcc", "-E", "-P", file.toString()), StandardCharsets.UTF_8);
        List<String> strings = output.lines().filter(l -> l.startsWith("\"")).toList();
        assertThat(strings).hasSameSizeAs(arguments);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            assertThat(stringified(argument)).as(argument).isEqualTo(strings.get(i));
        }
    }

    /** What {@code #} makes of the tokens (C17 6.10.3.2): a blank where there was any, quotes in literals escaped. */
    private static String stringified(String argument) throws Exception {
        TokenStream tokens = Lexer.lex(argument.getBytes(StandardCharsets.UTF_8), "s.c", Dialect.C);
        StringBuilder string = new StringBuilder("\"");
        for (int i = 0; i < tokens.size(); i++) {
            if (i > 0 && tokens.spaceBefore(i)) {
                string.append(' ');
            }
            boolean literal = tokens.kind(i) == TokenKind.STRING || tokens.kind(i) == TokenKind.CHARACTER;
            String text = tokens.text(i);
            string.append(literal ? escaped(text) : text);
        }
        return string.append('"').toString();
    }

    private static String escaped(String literal) {
        return literal.chars()
                .mapToObj(c -> c == '"' || c == '\\' ? "\\" + (char) c : String.valueOf((char) c))
                .collect(Collectors.joining());
    }
}
