package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Crates;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cutoff cargo}: what lets a crate be kept, and for each such rule a change by which it does not hold. */
class CargoTest {

    private static final String BASE = """
            //! A crate.
            /// Doubles.
            #[inline(never)]
            fn hidden(x: u32) -> u32 {
                let y = x + 1;
                y * 2
            }
            #[inline(never)]
            pub fn open(x: u32) -> u32 {
                hidden(x)
            }
            pub struct Pair { a: u32, pub b: u32 }
            impl Pair {
                pub fn new(b: u32) -> Pair { Pair { a: 1, b } }
                #[inline(never)] pub fn sum(&self) -> u32 { self.a + self.b }
            }
            pub const LIMIT: u32 = 1;
            pub const fn limit() -> u32 { 10 }
            pub fn generic<T: Into<u32>>(x: T) -> u32 { x.into() + 100 }
            #[inline(always)] pub fn small(x: u32) -> u32 { x + 1000 }
            #[macro_export] macro_rules! tenk { () => { 10000 } }
            pub fn note() -> &'static str { include_str!("note.txt") }
            pub const WORD: &str = match option_env!("WORD") { Some(w) => w, None => "none" };
            pub fn at<T>(x: Option<T>) -> T { x.unwrap() }
            """;

    @TempDir
    Path place;

    private Crates crates;

    @BeforeEach
    void workspace() {
        Skips.unlessInstalled("bwrap");
        Skips.unlessCargoWorks();
        crates = new Crates(place.resolve("ws"))
                .crate("base", "[features]\nmore = []\n")
                .crate("mid", "[dependencies]\nbase = { path = \"../base\" }\n")
                .crate("prog", "[dependencies]\nmid = { path = \"../mid\" }\n")
                .write("base/src/note.txt", "one")
                .write("base/src/lib.rs", BASE)
                .write(
                        "mid/src/lib.rs",
                        "pub fn m(x: u32) -> u32 { base::open(x) + base::Pair::new(0).sum() + base::LIMIT + base::limit()"
                                + " + base::generic(x) + base::small(x) + base::tenk!() }\n"
                                + "pub fn w() -> &'static str { base::WORD }\n"
                                + "pub fn a(x: Option<u8>) -> u8 { base::at(x) }\n"
                                + "#[test] fn t() { assert!(m(0) > 0) }\n")
                .write(
                        "prog/src/main.rs",
                        "fn main() { println!(\"{} {}\", mid::m(3), mid::w());"
                                + " if std::env::args().count() > 1 { mid::a(None); } }\n");
    }

    private Crates.Built build(String... more) {
        return build(Map.of(), more);
    }

    private Crates.Built build(Map<String, String> environment, String... more) {
        String[] all = Stream.concat(Stream.of("build"), Stream.of(more)).toArray(String[]::new);
        return crates.succeeds(environment, all);
    }

    private static void kept(Crates.Built built) {
        assertThat(built.actions())
                .as(built.run().all())
                .containsEntry("base", "rebuild")
                .containsEntry("mid", "keep")
                .containsEntry("prog", "relink");
    }

    private static void rebuilt(Crates.Built built) {
        assertThat(built.actions()).as(built.run().all()).containsEntry("mid", "rebuild");
    }

    @Test
    void whatNoDependentSeesKeepsThem() {
        build();
        assertThat(crates.output("debug/prog")).isEqualTo("11126 none");
        assertThat(build().actions()).isEmpty();
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 5; // more");
        kept(build());
        assertThat(crates.output("debug/prog")).isEqualTo("11134 none");
        crates.edit("base/src/lib.rs", "/// Doubles.", "/// Doubles what is given.");
        kept(build());
        crates.edit("base/src/lib.rs", "x + 5", "x + 1");
        kept(build());
        assertThat(crates.output("debug/prog")).isEqualTo("11126 none");
        assertThat(build().actions()).isEmpty();
    }

    @Test
    void whatDependentsSeeRebuildsThem() {
        build();
        String[][] edits = {
            {"{ a: 1, b }", "{ a: 1, b, c: 0 }"},
            {"x.into() + 100 }", "x.into() + 200 }"},
            {"LIMIT: u32 = 1;", "LIMIT: u32 = 2;"},
            {"limit() -> u32 { 10 }", "limit() -> u32 { 20 }"},
            {"x + 1000 }", "x + 2000 }"},
            {"{ 10000 }", "{ 20000 }"},
            {"pub fn open(x: u32)", "pub fn open<>(x: u32)"},
        };
        String[] prints = {"11126", "11226", "11227", "11237", "12237", "22237", "22237"};
        crates.edit("base/src/lib.rs", "pub struct Pair { a: u32,", "pub struct Pair { a: u32, c: u8,");
        for (int i = 0; i < edits.length - 1; i++) {
            crates.edit("base/src/lib.rs", edits[i][0], edits[i][1]);
            rebuilt(build());
            assertThat(crates.output("debug/prog")).isEqualTo(prints[i] + " none");
        }
    }

    @Test
    void whatIsOutsideOfTheSources() throws IOException {
        build();
        crates.write("base/src/note.txt", "two");
        build();
        rebuilt(build(Map.of("WORD", "other")));
        assertThat(crates.output("debug/prog")).endsWith(" other");
        rebuilt(build(Map.of("WORD", "other", "RUSTFLAGS", "-C debug-assertions=off")));
        rebuilt(build("--features", "base/more"));
        rebuilt(build());
    }

    @Test
    void whatIsInlinedInReleaseRebuilds() {
        crates.edit("base/src/lib.rs", "/// Doubles.\n#[inline(never)]", "/// Doubles.\n");
        crates.edit("base/src/lib.rs", "#[inline(never)]\npub fn open", "\npub fn open");
        build("--release");
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 2;");
        rebuilt(build("--release"));
        assertThat(crates.output("release/prog")).isEqualTo("11128 none");
    }

    @Test
    void linesAreRightUnlessTheyNeedNotBe() {
        // What embeds files counts by every byte.
        crates.edit("base/src/lib.rs", "include_str!(\"note.txt\")", "\"no note\"");
        build();
        crates.edit("base/src/lib.rs", "//! A crate.\n", "//! A crate.\n// more\n");
        kept(build("--lines", "relaxed"));
        // An exact run takes the announcement back, with no further edit.
        rebuilt(build());
        Cutoff.Run run =
                Cutoff.runAny(crates.folder(), Map.of(), List.of(crates.folder() + "/target/debug/prog", "panic"));
        int line = (BASE.substring(0, BASE.indexOf("x.unwrap()")) + "\n").split("\n", -1).length;
        assertThat(run.err()).contains("base/src/lib.rs:" + line + ":");
    }

    @Test
    void macrosAndBuildScriptsCountByContent() {
        crates.crate("pm", "[lib]\nproc-macro = true\n[dependencies]\nbase = { path = \"../base\" }\n")
                .write(
                        "pm/src/lib.rs",
                        "use proc_macro::TokenStream;\n#[proc_macro] pub fn number(_: TokenStream) -> TokenStream {"
                                + " base::open(3).to_string().parse().unwrap() }\n"
                                + "#[proc_macro_derive(Docs)] pub fn docs(i: TokenStream) -> TokenStream {"
                                + " format!(\"pub const DOCS: &str = {:?};\", i.to_string()).parse().unwrap() }\n")
                .crate("user", "[dependencies]\npm = { path = \"../pm\" }\n")
                .write(
                        "user/src/lib.rs",
                        "pub fn n() -> u32 { pm::number!() }\n/// One\n#[derive(pm::Docs)] pub struct S;\n")
                .crate(
                        "end",
                        "[dependencies]\nuser = { path = \"../user\" }\n[build-dependencies]\nbase = { path = \"../base\" }\n")
                .write(
                        "end/build.rs",
                        "fn main() { println!(\"cargo:rustc-env=BUILT={}\", base::open(3));"
                                + " println!(\"cargo:rerun-if-changed=build.rs\"); }\n")
                .write(
                        "end/src/main.rs",
                        "fn main() { println!(\"{} {} {}\", user::n(), env!(\"BUILT\"), user::DOCS.contains(\"Two\")); }\n");
        build();
        assertThat(crates.output("debug/end")).isEqualTo("8 8 false");
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 5;");
        Crates.Built built = build();
        assertThat(built.actions()).containsEntry("mid", "keep").containsEntry("user", "rebuild");
        assertThat(crates.output("debug/end")).isEqualTo("16 16 false");
        crates.edit("user/src/lib.rs", "/// One", "/// Two");
        assertThat(build().actions()).containsEntry("user", "rebuild").containsEntry("end", "rebuild");
        assertThat(crates.output("debug/end")).isEqualTo("16 16 true");
    }

    @Test
    void testsAreRelinkedAndErrorsAreCargos() {
        build();
        Crates.Built first = crates.cargo("test", "-q");
        assertThat(first.run().exitCode()).as(first.run().all()).isZero();
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 5;");
        Crates.Built built = crates.cargo("test", "-q");
        assertThat(built.actions())
                .containsEntry("mid (test mid)", "relink")
                .containsEntry("base (test base)", "rebuild");
        crates.edit("base/src/lib.rs", "let y = x + 5;", "let y = nowhere;");
        Crates.Built broken = crates.cargo("build");
        assertThat(broken.run().exitCode()).isEqualTo(101);
        assertThat(broken.run().err()).contains("E0425");
        assertThat(broken.of("base")).isEqualTo("fail");
        crates.edit("base/src/lib.rs", "let y = nowhere;", "let y = x + 7;");
        kept(build());
        assertThat(crates.output("debug/prog")).isEqualTo("11138 none");
    }

    @Test
    void withoutLeaveToCompareNothingIsKept() {
        build();
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 2;");
        rebuilt(build("--policy", "strict"));
        crates.edit("base/src/lib.rs", "let y = x + 2;", "let y = x + 3;");
        rebuilt(build(Map.of("CUTOFF_CARGO_NO_BOOTSTRAP", "1")));
    }

    @Test
    void brokenStateIsSaidAndCompiled() throws IOException {
        build();
        Path units = crates.folder().resolve("target/.cutoff-cargo/units");
        try (Stream<Path> all = Files.walk(units)) {
            for (Path record : all.filter(p -> p.endsWith("record")).toList()) {
                Files.writeString(record, Files.readString(record).replace("input", "imput"));
            }
        }
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 2;");
        Crates.Built built = build();
        rebuilt(built);
        assertThat(built.run().err()).contains("is damaged");
        assertThat(crates.output("debug/prog")).isEqualTo("11128 none");
    }

    @Test
    void anotherWrapperAndPlainCargoInBetween() throws IOException {
        Path wrapper = place.resolve("wrapper");
        Files.writeString(wrapper, "#!/bin/sh\necho \"$3\" >>" + place.resolve("calls") + "\nexec \"$@\"\n");
        assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        Map<String, String> with = Map.of("RUSTC_WRAPPER", wrapper.toString());
        build(with);
        assertThat(Files.readString(place.resolve("calls"))).contains("base", "mid", "prog");
        crates.edit("base/src/lib.rs", "let y = x + 1;", "let y = x + 2;");
        Cutoff.shell(crates.folder(), "cargo build -q");
        crates.edit("base/src/lib.rs", "let y = x + 2;", "let y = x + 3;");
        kept(build(with));
        assertThat(crates.output("debug/prog")).isEqualTo("11130 none");
        crates.edit("mid/src/lib.rs", "assert!(m(0) > 0)", "assert!(m(0) > 1)");
        Cutoff.shell(crates.folder(), "cargo build -q");
        assertThat(crates.output("debug/prog")).isEqualTo("11130 none");
    }

    @Test
    void cargosOwnCommands() {
        Cutoff.Run version = Cutoff.run(crates.folder(), Map.of(), "cargo", "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).startsWith("cargo 1.");
        Cutoff.Run run = Cutoff.run(crates.folder(), Map.of(), "cargo", "run", "-q", "-p", "prog", "--", "--json", "x");
        assertThat(run.err()).contains("panicked");
        assertThat(run.exitCode()).isEqualTo(101);
    }
}
