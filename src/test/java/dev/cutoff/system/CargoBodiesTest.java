package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Crates;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code cutoff cargo} where definitions in a body come or go, so that metadata differ: what lets dependents be kept all the
 * same, and for each such rule a change by which it does not hold. Programs are compared with those of cargo alone.
 */
class CargoBodiesTest {

    private static final String SOURCE = "base/src/lib.rs";

    private static final String BASE = """
            macro_rules! implement { ($t:ty) => { impl Word for $t {} } }
            macro_rules! plain { ($e:expr) => { $e } }
            #[inline(never)]
            fn hidden(x: u32) -> u32 {
                let y = x + 1;
                y * 2
            }
            #[inline(never)]
            fn second(x: u32) -> u32 { let z = x; z }
            fn leaf(x: u32) -> u32 { let l = x + 1; l }
            pub fn open(x: u32) -> u32 { hidden(x) + second(x) + leaf(x) }
            pub fn generic<T: Into<u32>>(x: T) -> u32 { let g = 100; x.into() + g }
            #[inline] pub fn small(x: u32) -> u32 { let s = 1000; leaf(x) + s }
            pub trait Word { fn word(&self) -> u32 { let w = 10000; w } }
            pub struct Unit;
            impl Word for Unit {}
            pub const fn fixed(x: u32) -> u32 { let c = 5; x + c }
            pub fn shape(x: u32) -> impl Fn(u32) -> u32 { let q = x; move |a| a + q }
            pub fn all<T: Clone>(x: T, n: usize) -> usize { let mut v = vec![x; n]; v.reverse(); v.len() }
            pub struct Large { pub a: [u64; 9] }
            #[inline(never)]
            fn takes(mut x: Large) -> u64 { let k = 1; plain!(k); other(&x); other(&x) }
            #[inline(never)]
            fn other(x: &Large) -> u64 { x.a.iter().sum() }
            pub fn gives(x: u64) -> u64 { takes(Large { a: [x; 9] }) }
            pub fn at<T>(x: Option<T>) -> T { x.unwrap() }
            """;

    private static final String MID = """
            struct Probe<T>(T);
            impl<T: base::Word> Probe<T> { fn has(&self) -> u32 { 1 } }
            trait Fallback { fn has(&self) -> u32 { 0 } }
            impl<T> Fallback for Probe<T> {}
            fn shared<T: Sync>(t: T) -> T { t }
            pub fn m(x: u32) -> String {
                use base::Word;
                const FIXED: u32 = base::fixed(1);
                format!("{} {} {} {} {} {} {} {} {}", base::open(x), base::generic(x), base::small(x), base::Unit.word(), FIXED,
                    shared(base::shape(x))(1), Probe(3u8).has(), base::all(7u64, 3), base::gives(2))
            }
            pub fn a(x: Option<u8>) -> u8 { base::at(x) }
            """;

    @TempDir
    Path place;

    private Crates crates;

    @BeforeEach
    void workspace() {
        Skips.unlessInstalled("bwrap");
        Skips.unlessCargoWorks();
        crates = new Crates(place.resolve("ws"))
                .crate("extra", "")
                .crate("base", "[dependencies]\nextra = { path = \"../extra\" }\n")
                .crate("mid", "[dependencies]\nbase = { path = \"../base\" }\n")
                .crate("prog", "[dependencies]\nmid = { path = \"../mid\" }\n")
                .write("extra/src/lib.rs", "pub fn one() -> u32 { 1 }\n")
                .write(SOURCE, BASE)
                .write("mid/src/lib.rs", MID)
                .write(
                        "prog/src/main.rs",
                        "fn main() { println!(\"{}\", mid::m(3)); if std::env::args().count() > 1 { mid::a(None); } }\n");
    }

    private Crates.Built build(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "build";
        System.arraycopy(words, 0, all, 1, words.length);
        return crates.succeeds(Map.of(), all);
    }

    /** The program is that of cargo alone. */
    private void right(String profile) {
        String cargo = "CARGO_INCREMENTAL=0 cargo build -q --target-dir " + place.resolve("alone")
                + (profile.equals("release") ? " --release" : "") + " 2>/dev/null; ";
        String alone = Cutoff.shell(crates.folder(), cargo + place.resolve("alone/" + profile + "/prog"));
        assertThat(crates.output(profile + "/prog")).isEqualTo(alone.strip());
    }

    private void kept(String function, String... words) {
        Crates.Built built = build(words);
        assertThat(built.actions())
                .as(built.run().all())
                .containsEntry("base", "rebuild")
                .containsEntry("mid", "keep")
                .containsEntry("prog", "relink");
        assertThat(built.run().err())
                .contains(
                        function.isEmpty()
                                ? "its interface is as it was"
                                : "the body of " + function + ", which no dependent can see");
        right(words.length > 0 && words[0].equals("--release") ? "release" : "debug");
    }

    private void rebuilt(String why, String... words) {
        Crates.Built built = build(words);
        assertThat(built.actions()).as(built.run().all()).containsEntry("mid", "rebuild");
        assertThat(built.run().err()).contains(why);
        right(words.length > 0 && words[0].equals("--release") ? "release" : "debug");
    }

    private void edit(String old, String now) {
        crates.edit(SOURCE, old, now);
    }

    @Test
    void definitionsInAPrivateBody() {
        build();
        edit("let y = x + 1;", "let f = |a: u32| a + 2; let y = f(x);");
        kept("hidden");
        Cutoff.Run explained = Cutoff.run(crates.folder(), Map.of(), "explain", "base");
        assertThat(explained.all()).contains("the body of hidden, which no dependent can see");
        edit("let y = f(x);", "let b = [0u8; 7]; let y = f(x) + b.len() as u32;");
        kept("hidden");
        edit("let y = f(x)", "let y = all(x, 2) as u32 + plain!((|| 3)()) + f(x)");
        kept("hidden");
        // What is compiled now is compiled against what is announced.
        crates.edit("mid/src/lib.rs", "base::gives(2)", "base::gives(4) + base::all(8u32, 5) as u64");
        assertThat(build().actions()).containsEntry("mid", "rebuild");
        right("debug");
        edit("+ b.len() as u32", "");
        kept("hidden");
        // Another change is another interface, from which the next is counted.
        edit("hidden(x) + second(x)", "hidden(x) + 2 * second(x)");
        kept("hidden or open");
        edit("pub struct Unit;", "pub struct Unit; pub fn more() {}");
        rebuilt("");
        edit("let z = x;", "let z = [x; 3][1];");
        kept("second");
        edit("[x; 3][1]", "x");
        kept("");
    }

    @Test
    void bodiesOfSeveralFunctionsAndFiles() {
        crates.write(
                "base/src/deep/mod.rs",
                "pub fn third(x: u32) -> u32 { let t = x; t }\npub fn deeper<T>(x: T) -> T { let d = x; d }\n");
        edit("pub struct Unit;", "pub mod deep; pub struct Unit;");
        edit("hidden(x) + second(x)", "hidden(x) + second(x) + deep::third(x) + deep::deeper(x)");
        build();
        edit("let y = x + 1;", "let y = (|| x + 2)();");
        kept("hidden");
        crates.edit("base/src/deep/mod.rs", "let t = x;", "let t = [x, 3][1];");
        kept("third or hidden");
        edit("let z = x;", "let z = [0u8; 7].len() as u32 + x;");
        kept("third or hidden or second");
        edit("let y = (|| x + 2)();", "let y = x + 1;");
        kept("third or second");
        // One that dependents take spoils it for all.
        crates.edit("base/src/deep/mod.rs", "let d = x;", "let d = (|| x)();");
        rebuilt("dependents may see the body of third or deeper or second");
    }

    @Test
    void bodiesThatDependentsTake() {
        build();
        edit("let g = 100;", "let g = [100, 200][1];");
        rebuilt("");
        edit("let g = [100, 200][1];", "let g = (|| 300)();");
        rebuilt("dependents may see the body of generic");
        edit("let s = 1000;", "let s = (|| 2000)();");
        rebuilt("dependents may see the body of small");
        edit("let w = 10000;", "let w = (|| 20000)();");
        rebuilt("something else than an implementation");
        edit("let c = 5;", "let c = [7u32; 2][0];");
        rebuilt("not in the body of a function");
        edit("move |a| a + q", "{ let r = move |b| b + q + 1; r }");
        rebuilt("the signature of shape with impl");
        edit("let q = x;", "let q = x; let r = std::cell::Cell::new(1); let r = move || r.get();");
        edit("{ let r = move |b| b + q + 1; r }", "move |b| b + q + r()");
        Crates.Built broken = crates.cargo("build");
        assertThat(broken.run().exitCode()).isEqualTo(101);
        assertThat(broken.run().err()).contains("E0277");
    }

    @Test
    void moreThanABody() {
        build();
        edit("let y = x + 1;", "implement!(u8); let y = x + 1;");
        rebuilt("after expansion it has impl");
        edit("let y = x + 1;", "let y = (|| x + 1)();");
        rebuilt("the body of hidden has impl");
        edit("implement!(u8);", "");
        rebuilt("");
        edit("let y =", "const N: u32 = 4; let y = N +");
        rebuilt("it has const");
        edit("const N: u32 = 4; let y = N +", "let y =");
        rebuilt("");
        edit("let y = (|| x + 1)();", "let y = x + [1, 2].len() as u32;");
        edit("let z = x;", "let z = (|| x)();");
        kept("hidden or second");
        edit("let z = (|| x)();", "let z = (|| x + extra::one())();");
        rebuilt("it loads other crates");
        edit("fn second", "#[track_caller] fn second");
        rebuilt("");
        edit("let z = (|| x + extra::one())();", "let z = x + extra::one();");
        rebuilt("an attribute track_caller");
        edit("let y =", "let q = || 1; \n    let y = q() +");
        rebuilt("lines of");
        Cutoff.Run run =
                Cutoff.runAny(crates.folder(), Map.of(), List.of(crates.folder() + "/target/debug/prog", "panic"));
        assertThat(run.err()).contains("base/src/lib.rs:" + (BASE.lines().count() + 1) + ":");
        edit("let y = q()", "let r = || 2; \n    let y = r() + q()");
        kept("hidden", "--lines", "relaxed");
    }

    @Test
    @Tag("long")
    void instancesThatDependentsUse() {
        edit("let y = x + 1;", "let y = all(x as u64, 2) as u32;");
        build();
        edit("all(x as u64, 2)", "all(x as u32, 2)");
        rebuilt("a dependent uses ");
        edit("all(x as u32, 2)", "all(x as u16, 2)");
        rebuilt("only the body of hidden is another, but ");
        edit("all(x as u16, 2)", "(all(x as u32, 2) + all(x as u16, 2))");
        kept("hidden");
        // What was added since is not announced, and may go.
        edit("(all(x as u32, 2) + all(x as u16, 2))", "(all(x as i8, 2) + all(x as u16, 2))");
        kept("hidden");
    }

    /** A body may call one into which another was put, which then is so no more; and what is noted of that one's arguments changes. */
    @Test
    void whereThereIsAnOptimiserNoBodyIsHidden() {
        build("--release");
        edit("let y = x + 1;", "let f = |a: u32| a + 2; let y = f(x) + all(x, 2) as u32;");
        rebuilt("the optimiser may note", "--release");
        edit("let k = 1;", "let k = (|| 1)(); x.a[0] = k;");
        rebuilt("the optimiser may note", "--release");
    }

    private static final String MACROS = """
            use proc_macro::*;
            fn go(i: TokenStream) -> TokenStream {
                i.into_iter().map(|t| match t {
                    TokenTree::Group(g) if g.delimiter() == Delimiter::Brace =>
                        TokenTree::Group(Group::new(Delimiter::Brace, go(g.stream()))),
                    t => t,
                }).collect()
            }
            #[proc_macro_attribute] pub fn wrap(_: TokenStream, i: TokenStream) -> TokenStream { go(i) }
            #[proc_macro_derive(Told)] pub fn told(i: TokenStream) -> TokenStream {
                format!("impl A {{ pub fn told() -> &'static str {{ {:?} }} }}", i.to_string()).parse().unwrap()
            }
            fn source() -> String { std::fs::read_to_string(std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/src/lib.rs").unwrap() }
            #[proc_macro] pub fn length(_: TokenStream) -> TokenStream { source().len().to_string().parse().unwrap() }
            #[proc_macro] pub fn count(_: TokenStream) -> TokenStream {
                source().matches("let ").count().to_string().parse().unwrap()
            }
            #[proc_macro] pub fn place(_: TokenStream) -> TokenStream {
                let s = format!("{:?}", Span::call_site());
                s[s.find('(').unwrap() + 1..s.find("..").unwrap()].parse::<u32>().unwrap().to_string().parse().unwrap()
            }
            """;

    /** @param named what the base calls the crate of macros */
    private void withMacros(String named, String base, String mid) {
        crates.crate("pm", "[lib]\nproc-macro = true\n").write("pm/src/lib.rs", MACROS);
        crates.write(
                "base/Cargo.toml",
                "[package]\nname = \"base\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" + "[dependencies]\n" + named
                        + " = { path = \"../pm\", package = \"pm\" }\n");
        crates.write(SOURCE, base).write("mid/src/lib.rs", mid);
        crates.write("prog/src/main.rs", "fn main() { println!(\"{}\", mid::m(3)); }\n");
        build();
    }

    /** They may make braces of their own, which do not move with those of the source. */
    @Test
    @Tag("long")
    void attributeMacrosBehindConditions() {
        for (String attribute : List.of("#[cfg_attr(all(), pm::wrap)]", "#[expect::wrap]")) {
            withMacros(
                    attribute.contains("expect") ? "expect" : "pm",
                    "pub struct S;\n" + attribute
                            + "\nimpl S {\n    pub fn generic<T: Into<u32>>(x: T) -> u32 { let g = 100; x.into() + g }\n}\npub fn last() {}\n",
                    "pub fn m(x: u32) -> u32 { base::S::generic(x) }\n");
            edit("g = 100;", "g = (|| 300)();");
            rebuilt("an attribute ");
        }
    }

    @Test
    @Tag("long")
    void whatMacrosMakeOfPlacesAndLengths() {
        for (String macro : List.of("place", "length")) {
            withMacros(
                    "pm",
                    "fn hidden(x: u32) -> u32 { let g = 100; x + g }\npub const ID: u32 = pm::" + macro
                            + "!();\npub fn find(id: u32) -> Option<u32> { (id == ID).then(|| hidden(1)) }\n",
                    "pub fn m(_x: u32) -> u32 { base::find(base::ID).expect(\"registered\") }\n");
            edit("g = 100;", "g = 100000;");
            rebuilt("a macro may have seen it");
            edit("g = 100000;", "g = 200000;");
            kept("");
        }
    }

    /** Documentation that a macro does not pass on, comments and blanks. */
    @Test
    @Tag("long")
    void whatMacrosDoNotPassOn() {
        withMacros(
                "pm",
                "/// Old.\nfn hidden(x: u32) -> u32 { let g = 100; x + g }\n#[derive(pm::Told)]\n/// Old.\npub struct A;\n"
                        + "#[derive(Clone)]\n/// Old.\npub struct B; // old\n"
                        + "pub fn open() -> &'static str { hidden(1); A::told() }\n",
                "pub fn m(_x: u32) -> &'static str { base::open() }\n");
        edit("fn hidden(x: u32) -> u32 { let g = 100;", "fn hidden(x: u32) -> u32 { let g = (|| 100)();");
        kept("hidden");
        edit("/// Old.\npub struct B; // old", "/// Another text.\npub struct B; // another   ");
        kept("hidden");
        edit("/// Old.\npub struct A;", "/// Another text.\npub struct A;");
        rebuilt("after expansion");
        edit("/// Another text.\npub struct B;", "/// A third.\npub struct B;");
        kept("");
    }

    @Test
    void anotherFunctionOfTheName() {
        withMacros(
                "pm",
                "#[cfg(test)]\nmod tests { fn check(x: u32) -> u32 {\n   let g = 100; x + g\n} }\n"
                        + "pub fn check<T: Into<u32>>(x: T) -> u32 { x.into() + pm::count!() }\n",
                "pub fn m(x: u32) -> u32 { base::check(x) }\n");
        edit("let g = 100;", "let g = 100; let g = g + 1;");
        rebuilt("is another too");
    }

    @Test
    @Tag("long")
    void whereMacrosMaySeeTheText() {
        crates.crate("pm", "[lib]\nproc-macro = true\n")
                .write(
                        "pm/src/lib.rs",
                        "use proc_macro::TokenStream;\n#[proc_macro_attribute] pub fn size(_: TokenStream, i: TokenStream)"
                                + " -> TokenStream { let n = i.to_string().len();"
                                + " format!(\"{i} pub const SIZE: usize = {n};\").parse().unwrap() }\n"
                                + "#[proc_macro] pub fn length(_: TokenStream) -> TokenStream {"
                                + " let place = std::env::var(\"CARGO_MANIFEST_DIR\").unwrap() + \"/src/lib.rs\";"
                                + " std::fs::read(place).unwrap().len().to_string().parse().unwrap() }\n"
                                + "#[proc_macro_derive(Nothing)] pub fn nothing(_: TokenStream) -> TokenStream {"
                                + " TokenStream::new() }\n")
                .write(
                        "base/Cargo.toml",
                        "[package]\nname = \"base\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
                                + "[dependencies]\npm = { path = \"../pm\" }\n");
        edit("pub struct Unit;", "#[derive(pm::Nothing)] pub struct Unit;");
        edit("#[inline(never)]\nfn second", "pub const LENGTH: usize = 0;\n#[pm::size]\n#[inline(never)]\nfn second");
        crates.edit("mid/src/lib.rs", "base::fixed(1);", "base::fixed(1) + (base::SIZE + base::LENGTH) as u32;");
        build();
        edit("let y = x + 1;", "let y = (|| x)();");
        kept("hidden");
        edit("let z = x;", "let z = (|| x)();");
        rebuilt("not by bodies alone");
        edit("let z = (|| x)();", "let z = [x + 1, x + 2][0];");
        rebuilt("not by bodies alone: an attribute pm");
        edit("LENGTH: usize = 0;", "LENGTH: usize = pm::length!();");
        rebuilt("");
        edit("let y = (|| x)();", "let y = [x + 1, x + 2][0];");
        rebuilt("after expansion");
        edit("= pm::length!();", "= include_str!(\"lib.rs\").len();");
        rebuilt("");
        edit("let y = [x + 1, x + 2][0];", "let y = (|| x)();");
        rebuilt("not by bodies alone");
    }
}
