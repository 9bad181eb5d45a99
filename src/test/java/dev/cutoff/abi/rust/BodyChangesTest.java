package dev.cutoff.abi.rust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyChangesTest {

    private static final BodyChanges.Terms TERMS = new BodyChanges.Terms(2021, false);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static BodyChanges change(String before, String after) {
        try {
            return BodyChanges.between(bytes(before), bytes(after), TERMS);
        } catch (BodyChanges.Elsewhere e) {
            return fail(e.why() + ": " + before + " / " + after);
        }
    }

    /** The function, or why it is none. */
    private static String found(String before, String after) {
        try {
            return String.join(
                    " ", BodyChanges.between(bytes(before), bytes(after), TERMS).functions());
        } catch (BodyChanges.Elsewhere e) {
            return "not: " + e.why();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x + 1                 | let f = #a: u32# a + 1; f(x)",
                "x + 1                 | let b = [0u8; 7]; x + b.len() as u32",
                "a { b } c             | a { d } { b } c",
                "g(a)                  | g(h(a))",
                "{ a }                 | a",
                "if x { 1 } else { 2 } | match x { true => 1, _ => 2 }",
                "m!(x)                 | m!(x, [0; 3])",
                "a && b                | a & &b",
                "a.union(b)            | a.union(c)",
                "p as *const u8        | p as *const i8",
                "use std::fmt; x       | use std::fmt; y",
                "''                    | x"
            })
    void differencesInABody(String before, String after) {
        for (String frame : new String[] {
            "fn g() {} fn f(x: u32) -> u32 { % } fn h() {}",
            "#[inline(never)] pub(crate) unsafe fn f() { %; }",
            "#[cfg_attr(a, other)] fn f() { %; }",
            "mod a { #![allow(x)] use b; impl<T> C<T> { pub fn f<'a>(&'a self) where T: D { if x { % } } } } mod z {}",
            "/// Doc.\nfn f() { let q = |a| { v[{%}] }; }"
        }) {
            assertThat(found(frame.replace("%", before.replace('#', '|')), frame.replace("%", after.replace('#', '|'))))
                    .isEqualTo("f");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "const fn f() { % }",
                "async fn f() { % }",
                "fn f() -> impl A { % }",
                "fn f(a: impl A) { % }",
                "extern \"C\" fn f() { % }",
                "trait T { fn f() { % } }",
                "const C: u32 = { % };",
                "static S: u32 = %;",
                "struct S { a: [u8; %] }",
                "macro_rules! m { () => { % } }",
                "m! { fn f() { % } }",
                "m!(fn f() { % });",
                "const _: () = { fn f() { % } };",
                "#[other] fn f() { % }",
                "#[other::inline] fn f() { % }",
                "#[track_caller] fn f() { % }",
                "#[other] impl S { fn f() { % } }",
                "#[other] mod m { fn f() { % } }",
                "impl const A for S { fn f() { % } }",
                "fn f() { const X: u32 = 1; % }",
                "fn f() { fn g() {} % }",
                "fn f() { async { % } }",
                "fn f() { const { % } }",
                "fn f() { 2 * const { % } }",
                "fn f() { struct S; % }",
                "fn f() { % ; impl A for B {} }",
                "fn g() { fn f() { % } }",
                "fn f() { r#struct; % }",
                "fn f(x: [u8; %]) {}",
                "#[cfg(%)] fn f() {}",
                "%"
            })
    void placesThatAreNoBodies(String frame) {
        assertThat(found(frame.replace("%", "1"), frame.replace("%", "2 + 3"))).startsWith("not: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "} fn g() { 2",
                "} m! { 2",
                "use a::b; 2",
                "struct S; 2",
                "impl A for B {} 2",
                "#[a] 2",
                "#![inline] 2",
                "async { 2 }",
                "extern { }",
                "macro_rules! m { () => {} }",
                "union U { a: u8 }",
                "x..union { }",
                "const { 2 }",
                "\"2",
                "( 2",
                "r#\"2"
            })
    void changesThatAreMoreThanABodys(String change) {
        assertThat(found("fn f() { 1 } fn z() { 3 }", "fn f() { " + change + " } fn z() { 3 }"))
                .startsWith("not: ");
        assertThat(found("fn f() { " + change + " } fn z() { 3 }", "fn f() { 1 } fn z() { 3 }"))
                .startsWith("not: ");
    }

    @Test
    void moreThanOneBody() {
        String two = "impl A { fn f() { 1 } } fn z() {} mod b { fn g() { 1 } } fn y() {}";
        assertThat(found(two, two.replace("1", "{ 2 } + 3"))).isEqualTo("f g");
        assertThat(found(two.replace("1", "{ 2 } + 3"), two)).isEqualTo("f g");
        assertThat(found(two, two.replace("{ 1", "{ struct S; 1"))).startsWith("not: ");
        assertThat(found(two, two.replace("1", "2").replace("fn y", "fn x"))).startsWith("not: ");
        assertThat(found(two, two.replace("1", "2").replace("fn z() {} ", ""))).startsWith("not: ");
        assertThat(found(two, two.replace("1", "2") + "fn x() {}")).startsWith("not: ");
        assertThat(found(two + "fn x() {}", two.replace("1", "2"))).startsWith("not: ");
        assertThat(found(two, two.replace("fn g() { 1", "#[other] fn g() { 2"))).startsWith("not: ");
        assertThat(found("fn f() { 1 } fn g() { 1 }", "fn f() { 2 } } fn g() { { 2 }"))
                .startsWith("not: ");
        assertThat(found("fn f() { 1 }", "fn f() { 1 } // and a comment")).isEqualTo("not: no token differs");
        assertThat(found("fn f() { 1 } /// A\nfn g() {}", "fn f() { 2 } /// B\nfn g() {}"))
                .startsWith("not: ");
        assertThat(found("fn f(a: u8) { 1 }", "fn f(b: u8) { 2 }")).startsWith("not: ");
        assertThat(found("fn f() { 1 }", "fn g() { 1 }")).startsWith("not: ");
    }

    @Test
    void positionsOfAllElse() {
        String before = "fn a() {}\nfn f() {\n  1\n} fn g() {}\n";
        assertThat(change(before, before.replace("1\n}", "21 // é\n}")).keepsPositions())
                .isTrue();
        String two = "fn f() {\n  1\n} fn g() {}\nfn h() {\n  1\n} fn i() {}\n";
        assertThat(change(two, two.replace("1\n", "21 + 3\n")).keepsPositions()).isTrue();
        assertThat(change(two, two.replace("1\n} fn g", "2\n } fn g").replace("1\n} fn i", "2\n} fn i"))
                        .keepsPositions())
                .isFalse();
        assertThat(change(two, two.replace("1\n} fn g", "2\n} fn g").replace("1\n} fn i", "2\n } fn i"))
                        .keepsPositions())
                .isFalse();
        assertThat(change(before, before.replace("1\n", "1\n+ 2\n")).keepsPositions())
                .isFalse();
        assertThat(change(before, before.replace("1\n}", "1 + 2\n }")).keepsPositions())
                .isFalse();
        assertThat(change(before, before.replace("1\n}", "\n2 }")).keepsPositions())
                .isFalse();
        assertThat(change("fn f() { 1 }\n", "fn f() {\n\n 2\n}\n").keepsPositions())
                .isTrue();
        assertThat(change("fn f() { \"é\" } fn g() {}", "fn f() { \"ab\" } fn g() {}")
                        .keepsPositions())
                .isFalse();
        assertThat(change("/*é*/ fn f() { 1 }", "/*ab*/ fn f() { 2 }").keepsPositions())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fn f() { 1 }           | fn f()  {1  }",
                "fn f() {1 }            | fn f(){ 1  }",
                "fn f() {}              | fn f(){  }",
                "fn f() { '}' }         | fn f()  {'}'  }",
                "fn f(){1} fn g() {}    | ''",
                "fn f() {1}             | ''"
            })
    void bracesAreMoved(String before, String moved) {
        String old = before + (moved.isEmpty() ? "" : " ");
        Optional<byte[]> text =
                change(old, old.replaceFirst("1|'}'|(?<=\\{)(?=})", "22")).moved();
        assertThat(text.map(t -> new String(t, StandardCharsets.UTF_8).stripTrailing())
                        .orElse(""))
                .isEqualTo(moved);
    }

    @Test
    void attributesBehindConditions() throws Exception {
        BodyChanges.Terms macros = new BodyChanges.Terms(2021, true);
        for (String head : new String[] {"#[cfg_attr(all(), pm::wrap)] fn f()", "#[cfg_attr(a, b)] impl S { fn f()"}) {
            String text = head + " { 1 }" + (head.contains("impl") ? "}" : "");
            assertThat(BodyChanges.between(bytes(text), bytes(text.replace("1", "2")), TERMS)
                            .functions())
                    .containsExactly("f");
            assertThatThrownBy(() -> BodyChanges.between(bytes(text), bytes(text.replace("1", "2")), macros))
                    .isInstanceOf(BodyChanges.Elsewhere.class)
                    .hasMessageContaining("an attribute cfg_attr");
        }
        // A crate may have the name of an attribute.
        assertThat(found("#[expect::wrap] fn f() { 1 }", "#[expect::wrap] fn f() { 2 }"))
                .startsWith("not: ");
    }

    @Test
    void placesOfFunctions() throws Exception {
        String text =
                "mod a { /// Doc.\n impl<T: B> C for D<T> { #[inline] pub fn f<'a>(&'a self, x: u8) -> u8 { 1 } } } fn g() {}";
        assertThat(BodyChanges.between(bytes(text), bytes(text.replace("1", "2")), TERMS)
                        .places())
                .containsExactly("mod a / impl T B C for D T / fn f self x u8 u8");
        assertThat(BodyChanges.functions(bytes(text), TERMS).orElseThrow())
                .containsExactly("mod a / impl T B C for D T / fn f self x u8 u8", "fn g");
    }

    @Test
    void documentationAside() throws Exception {
        String text = "/// A\nfn f() { 1 }\n#[doc = \"B\"] mod m { //! C\n }";
        String other = text.replace("A", "X").replace("B", "Y").replace("C", "Z");
        assertThat(BodyChanges.besideDocumentation(bytes(text), bytes(other), TERMS)
                        .functions())
                .isEmpty();
        assertThat(BodyChanges.besideDocumentation(bytes(text), bytes(other.replace("1", "2")), TERMS)
                        .functions())
                .containsExactly("f");
        assertThat(found(text, other)).startsWith("not: ");
    }

    @Test
    void unstableCrates() throws Exception {
        String prelude = "#![feature(prelude_import)] ";
        assertThat(BodyChanges.isUnstable(bytes(prelude + "fn f() {}"), TERMS)).isFalse();
        assertThat(BodyChanges.isUnstable(bytes(prelude + "#![feature(x)]"), TERMS))
                .isTrue();
        assertThat(BodyChanges.isUnstable(bytes("#![feature(prelude_import, x)]"), TERMS))
                .isTrue();
    }
}
