package dev.cutoff.abi.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceLinesTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SourceLines read(String text) {
        return SourceLines.read(bytes(text), SourceLines.Docs.PLAIN, 2021).orElseThrow();
    }

    /** Which lines end open, a letter each. */
    private static String ends(String text) {
        StringBuilder ends = new StringBuilder();
        read(text).lines().forEach(line -> ends.append(line.open() ? 'o' : 'c'));
        return ends.toString();
    }

    private static String plain(String text) {
        return new String(read(text).text(), StandardCharsets.UTF_8);
    }

    @Test
    void endsOfLinesInLiteralsAreClosed() {
        assertThat(ends("let a = \"x\ny\";\n")).isEqualTo("co");
        assertThat(ends("let a = \"x \\\n  y\";\nb\n")).isEqualTo("coo");
        assertThat(ends("let a = \"x\\\"\ny\";\n")).isEqualTo("co");
        assertThat(ends("let a = r\"x\\\";\nb\n")).isEqualTo("oo");
        assertThat(ends("let a = r#\"x\"\ny\"#;\nb\n")).isEqualTo("coo");
        assertThat(ends("let a = br##\"\"#\n\"##; let b = b\"\n\";\n")).isEqualTo("cco");
        assertThat(ends("let a = cr#\"\n\"#; let b = c\"\n\";\n")).isEqualTo("cco");
    }

    @Test
    void quotesThatAreNoStrings() {
        assertThat(ends("let a = '\"';\nlet b = \"\n\";\n")).isEqualTo("oco");
        assertThat(ends("let a = b'\"';\nlet b = '\\'';\nlet c = '\\\\';\nx\n")).isEqualTo("oooo");
        assertThat(ends("fn f<'a>(x: &'a str) {}\n'l: loop { break 'l; }\nx\n")).isEqualTo("ooo");
        assertThat(ends("let a = 'é';\nlet b = '\\u{e9}';\nlet r#type = 1;\nx\n"))
                .isEqualTo("oooo");
        assertThat(ends("match c { 'a'..='z' => 1, '\\'' | '\"' => 2 }\n")).isEqualTo("o");
    }

    @Test
    void commentsNest() {
        assertThat(ends("/* /* \" */ \" */ let a = 1;\nb\n")).isEqualTo("oo");
        assertThat(ends("// it's \"\nb\n")).isEqualTo("oo");
        assertThat(ends("/* a\nb */ c\n")).isEqualTo("oo");
    }

    @Test
    void documentationBecomesPlainOutsideOfMacros() {
        assertThat(plain("/// a\nfn f() {}\n")).isEqualTo("//  a\nfn f() {}\n");
        assertThat(plain("//! a\n/** b */ fn f() {}\n")).isEqualTo("//  a\n/*  b */ fn f() {}\n");
        assertThat(plain("//// a\n/*** b */\n/**/\n")).isEqualTo("//// a\n/*** b */\n/**/\n");
        assertThat(plain("m! {\n/// a\n}\nm!(\n/// b\n);\n/// c\n"))
                .isEqualTo("m! {\n/// a\n}\nm!(\n/// b\n);\n//  c\n");
        assertThat(plain("macro_rules! m { () => {\n/// a\n} }\n")).isEqualTo("macro_rules! m { () => {\n/// a\n} }\n");
        assertThat(plain("impl A { fn f() { if a != b {} }\n/// a\nfn g() {} }\n"))
                .contains("//  a");
        assertThat(plain("let s = \"/// a\";\n")).isEqualTo("let s = \"/// a\";\n");
    }

    @Test
    void documentationStaysWhereMacrosSeeIt() {
        String text = "/// é\nfn f() {} // é\n";
        assertThat(SourceLines.read(bytes(text), SourceLines.Docs.KEPT, 2021)
                        .orElseThrow()
                        .text())
                .isEqualTo(bytes(text));
    }

    @Test
    void documentationInBlocksThatStaysIsClosed() {
        SourceLines kept = SourceLines.read(bytes("/** a\nb */ fn f() {}\n"), SourceLines.Docs.KEPT, 2021)
                .orElseThrow();
        assertThat(kept.lines().get(0).open()).isFalse();
    }

    @Test
    void firstLines() {
        assertThat(read("#!/usr/bin/env run \"\nfn f() {}\n").fixedStart()).isTrue();
        assertThat(read("#![allow(x)]\nfn f() {}\n").fixedStart()).isFalse();
        assertThat(read("\ufefffn f() {}\n").fixedStart()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let a = \"x\n",
                "/* /* */\n",
                "r#\"x\"\n",
                "---\n[package]\n---\n",
                "fn f() {\n",
                "fn f() }\n",
                "a\u2028b\n",
                "'ab'\n",
                "a\0b\n",
                "#! // a\n[allow(x)]\n"
            })
    void notUnderstood(String text) {
        assertThat(SourceLines.read(bytes(text), SourceLines.Docs.PLAIN, 2021)).isEmpty();
    }

    @Test
    void rawStringsOfCAreAsTheEditionHasThem() {
        assertThat(SourceLines.read(bytes("m!(cr\"\\\");\n"), SourceLines.Docs.PLAIN, 2018))
                .isEmpty();
        assertThat(SourceLines.read(bytes("m!(cr\"\\\");\n"), SourceLines.Docs.PLAIN, 2021))
                .isPresent();
    }

    @Test
    void textsThatMayBeEmbedded() {
        Path place = Path.of("/p/src/lib.rs");
        Set<Path> sources = Set.of(place, Path.of("/p/src/a.rs"));
        assertThat(SourceLines.mayEmbed(bytes("include_str!(\"x\")"), place, sources))
                .isTrue();
        assertThat(SourceLines.mayEmbed(bytes("embed!(\"a.rs\")"), place, sources))
                .isTrue();
        assertThat(SourceLines.mayEmbed(bytes("embed!(concat!(X, \"/src/a.rs\"))"), place, sources))
                .isTrue();
        assertThat(SourceLines.mayEmbed(bytes("glob(\"*.rs\"); glob(\"src/a.rs\")"), place, sources))
                .isFalse();
    }

    /** Whatever the bytes, a file is read or not, and lines cover it. */
    @Test
    void anyBytes() {
        String[] parts = {
            "\"", "'", "r", "#", "b", "c", "/", "*", "//", "/*", "*/", "///", "!", "\n", "\r\n", " ", "{", "}", "(",
            ")", "é", "\\", "m!", "a", "'a", "0", "\ufeff", "---", "r#\"", "\"#"
        };
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(24);
            for (int i = 0; i < length; i++) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            byte[] file = bytes(text.toString());
            for (SourceLines.Docs docs : SourceLines.Docs.values()) {
                SourceLines.read(file, docs, 2021).ifPresent(source -> {
                    assertThat(source.text()).hasSameSizeAs(file);
                    int at = 0;
                    for (SourceLines.Line line : source.lines()) {
                        assertThat(line.from()).isEqualTo(at);
                        at = line.next();
                    }
                    assertThat(at).isEqualTo(file.length);
                });
            }
        }
    }
}
