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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cutoff cargo} where something is another than usual: what is killed, run twice, switched, cleaned, or missing. */
class CargoSurroundingsTest {

    @TempDir
    Path place;

    private Crates crates;
    private int number = 1;

    @BeforeEach
    void workspace() {
        Skips.unlessInstalled("bwrap");
        Skips.unlessCargoWorks();
        crates = new Crates(place.resolve("ws"))
                .crate("base", "[features]\nmore = []\n")
                .crate("mid", "[dependencies]\nbase = { path = \"../base\" }\n")
                .crate("prog", "[dependencies]\nmid = { path = \"../mid\" }\n")
                .write(
                        "base/src/lib.rs",
                        "#[inline(never)]\npub fn open(x: u32) -> u32 {\n    x + 1\n}\n"
                                + "#[cfg(feature = \"more\")]\n#[inline(never)]\npub fn more() -> u32 {\n    7\n}\n")
                .write("mid/src/lib.rs", "pub fn m(x: u32) -> u32 { base::open(x) }\n")
                .write("prog/src/main.rs", "fn main() { println!(\"{}\", mid::m(0)); }\n");
    }

    /** A private edit; the program then prints its number. */
    private void edit() {
        crates.edit("base/src/lib.rs", "x + " + number, "x + " + (number + 1));
        number++;
    }

    private void prints(String program) {
        assertThat(crates.output(program)).isEqualTo(Integer.toString(number));
    }

    private Crates.Built build(String... words) {
        return build(Map.of(), words);
    }

    private Crates.Built build(Map<String, String> environment, String... words) {
        return crates.succeeds(environment, words);
    }

    private static void kept(Crates.Built built) {
        assertThat(built.actions())
                .as(built.run().all())
                .containsEntry("mid", "keep")
                .containsEntry("prog", "relink");
    }

    private static void rebuilt(Crates.Built built) {
        assertThat(built.actions())
                .as(built.run().all())
                .containsEntry("mid", "rebuild")
                .containsEntry("prog", "rebuild");
    }

    private Path script(String name, String text) throws IOException {
        Path script = place.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + text);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    @Test
    void killedAtAnyMoment() throws InterruptedException {
        build("build");
        for (int millis = 150; millis < 1500; millis += 150) {
            edit();
            Cutoff.Running running = Cutoff.start(crates.folder(), Map.of(), "cargo", "build", "-q");
            Thread.sleep(millis);
            // Every second time cargo and its compilers live on, without us.
            List<ProcessHandle> others = running.process().descendants().toList();
            running.process().destroyForcibly().waitFor();
            if (millis % 300 == 0) {
                others.forEach(ProcessHandle::destroyForcibly);
            }
            build("build");
            prints("debug/prog");
        }
        // What a cargo compiled that outlived us has no evidence: the next build makes it.
        edit();
        build("build");
        edit();
        kept(build("build"));
        prints("debug/prog");
    }

    @Test
    void twoAtATime() {
        build("build");
        build("build", "--release");
        for (int i = 0; i < 3; i++) {
            edit();
            List<Cutoff.Running> all = List.of(
                    Cutoff.start(crates.folder(), Map.of(), "cargo", "build", "-q"),
                    Cutoff.start(crates.folder(), Map.of(), "cargo", "build", "-q"),
                    Cutoff.start(crates.folder(), Map.of(), "cargo", "build", "-q", "--release"));
            for (Cutoff.Running running : all) {
                Cutoff.Run run = running.end(300);
                assertThat(run.exitCode()).as(run.all()).isZero();
            }
            prints("debug/prog");
            prints("release/prog");
        }
    }

    @Test
    void anotherToolchain() throws IOException {
        Path rustc = script("rustc", "exec rustc \"$@\"\n");
        Map<String, String> with = Map.of("RUSTC", rustc.toString());
        build(with, "build");
        edit();
        kept(build(with, "build"));
        // The same version by name, yet another program: cargo does not tell.
        script("rustc", "exec rustc  \"$@\"\n");
        edit();
        Crates.Built built = build(with, "build");
        rebuilt(built);
        assertThat(built.run().err()).contains("toolchain");
        script("rustc", "rustc \"$@\" | sed 's/^rustc 1/rustc 2/'\n");
        Map<String, String> newer = Map.of(
                "RUSTC",
                script(
                                "rustc2",
                                "case $1 in -vV|-V) rustc $1 | sed 's/^commit-date.*/commit-date: 1999-01-01/' ;; *) exec rustc \"$@\" ;; esac\n")
                        .toString());
        edit();
        rebuilt(build(newer, "build"));
        prints("debug/prog");
    }

    @Test
    void afterCleaning() {
        build("build");
        Cutoff.Run clean = Cutoff.run(crates.folder(), Map.of(), "cargo", "clean", "-q");
        assertThat(clean.exitCode()).as(clean.all()).isZero();
        assertThat(crates.folder().resolve("target/.cutoff-cargo")).doesNotExist();
        edit();
        Crates.Built built = build("build");
        rebuilt(built);
        assertThat(built.run().err()).contains("no record of an earlier compile");
        prints("debug/prog");
        // One package alone: what is kept of it is not there to be linked against, but it is to be put back.
        Cutoff.shell(crates.folder(), "cargo clean -q -p base");
        edit();
        build("build");
        prints("debug/prog");
    }

    @Test
    void forATargetByName() {
        String host = Cutoff.shell(crates.folder(), "rustc -vV | sed -n 's/^host: //p'")
                .strip();
        build("build", "--target", host);
        edit();
        kept(build("build", "--target", host));
        prints(host + "/debug/prog");
        build("build");
        prints("debug/prog");
    }

    @Test
    void allKindsOfTargets() {
        crates.write("prog/examples/ex.rs", "fn main() { println!(\"{}\", mid::m(0)); }\n")
                .write("prog/benches/be.rs", "fn main() { println!(\"{}\", mid::m(0)); }\n")
                .write("mid/tests/it.rs", "#[test] fn it() { assert!(mid::m(0) > 0); }\n")
                .edit("mid/src/lib.rs", "pub fn m", "#[test] fn unit() { assert!(m(0) > 0); }\npub fn m")
                .edit("prog/Cargo.toml", "[dependencies]", "[[bench]]\nname = \"be\"\nharness = false\n[dependencies]");
        build("build", "--all-targets");
        build("test", "-q");
        edit();
        Crates.Built built = build("build", "--all-targets", "--offline");
        assertThat(built.actions())
                .as(built.run().all())
                .containsEntry("mid", "keep")
                .containsEntry("prog", "relink")
                .containsEntry("prog (example ex)", "relink")
                .containsEntry("prog (test be)", "relink")
                .containsEntry("mid (test it)", "relink")
                .containsEntry("mid (test mid)", "relink");
        prints("debug/prog");
        prints("debug/examples/ex");
        Crates.Built bench = build("bench", "-q", "-p", "prog", "--bench", "be");
        assertThat(bench.run().out()).contains(Integer.toString(number));
        assertThat(build("test", "-q").run().out()).contains("1 passed");
    }

    @Test
    void featuresAndFlags() {
        build("build");
        build("build", "--features", "base/more");
        crates.edit("base/src/lib.rs", "    7", "    8");
        kept(build("build", "--features", "base/more"));
        build("build");
        prints("debug/prog");
        Map<String, String> flags = Map.of("RUSTFLAGS", "-C overflow-checks=off");
        rebuilt(build(flags, "build"));
        edit();
        kept(build(flags, "build"));
        prints("debug/prog");
    }

    @Test
    void anotherChoiceOfPackagesIsNoChange() {
        build("build");
        edit();
        kept(build("build", "-p", "prog"));
        prints("debug/prog");
        edit();
        kept(build("build"));
        prints("debug/prog");
    }

    @Test
    void aWrapperInCargosConfiguration() throws IOException {
        Path calls = place.resolve("calls");
        Path wrapper = script("wrapper", "echo \"$3\" >>" + calls + "\nexec \"$@\"\n");
        crates.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"" + wrapper + "\"\n");
        build("build");
        assertThat(Files.readString(calls)).contains("base", "mid", "prog");
        Files.delete(calls);
        edit();
        kept(build("build"));
        assertThat(Files.readString(calls)).contains("base").doesNotContain("mid");
        prints("debug/prog");
    }

    @Test
    void aLinkThatFails() throws IOException {
        Path left = place.resolve("left");
        Path linker = script(
                "cc",
                "n=$(cat " + left + " 2>/dev/null || echo 0)\n[ $n = 0 ] || { echo $((n - 1)) >" + left
                        + "; exit 1; }\nexec cc \"$@\"\n");
        Map<String, String> with = Map.of("RUSTFLAGS", "-C linker=" + linker);
        build(with, "build");
        edit();
        kept(build(with, "build"));
        // The link alone fails: the program is compiled. That fails too: all that was kept is built anew.
        for (String fails : List.of("1", "2")) {
            edit();
            Files.writeString(left, fails);
            Crates.Built built = build(with, "build");
            assertThat(built.run().err())
                    .contains(fails.equals("1") ? "linking again failed" : "all that was kept is built anew");
            prints("debug/prog");
        }
        edit();
        Files.writeString(left, "9");
        Crates.Built built = crates.cargo(with, "build");
        assertThat(built.run().exitCode()).as(built.run().all()).isEqualTo(101);
    }

    @Test
    void aSymbolThatIsGone() {
        crates.write(
                        "base/src/lib.rs",
                        "core::arch::global_asm!(\".globl cutoff_one\", \"cutoff_one: ret\");\n"
                                + "#[inline(never)]\npub fn open(x: u32) -> u32 { x + 1 }\n")
                .write(
                        "mid/src/lib.rs",
                        "unsafe extern \"C\" { fn cutoff_one(); }\n"
                                + "pub fn m(x: u32) -> u32 { if x > 99 { unsafe { cutoff_one() } } base::open(x) }\n");
        build("build");
        edit();
        kept(build("build"));
        crates.edit("base/src/lib.rs", "cutoff_one", "cutoff_two");
        Crates.Built built = crates.cargo("build");
        assertThat(built.run().exitCode()).as(built.run().all()).isEqualTo(101);
        assertThat(built.run().err())
                .contains("a dependent uses cutoff_one, which it does not define any more")
                .doesNotContain("linking again failed");
        assertThat(built.of("mid")).isEqualTo("rebuild");
    }

    @Test
    void otherKindsOfLibrariesAreLeftToCargo() {
        crates.crate("shared", "[lib]\ncrate-type = [\"dylib\"]\n[dependencies]\nbase = { path = \"../base\" }\n")
                .write("shared/src/lib.rs", "pub fn m() -> u32 { base::open(0) }\n")
                .crate(
                        "plain",
                        "[lib]\ncrate-type = [\"cdylib\", \"staticlib\"]\n[dependencies]\nmid = { path = \"../mid\" }\n")
                .write("plain/src/lib.rs", "#[unsafe(no_mangle)] pub extern \"C\" fn number() -> u32 { mid::m(0) }\n")
                .write(
                        "ask.c",
                        "#include <stdio.h>\nunsigned number(void);\nint main(void) { printf(\"%u\\n\", number()); }\n");
        build("build");
        for (int i = 0; i < 2; i++) {
            edit();
            Crates.Built built = build("build");
            assertThat(built.run().err()).contains("crate type dylib", "crate type cdylib, staticlib");
            Cutoff.shell(
                    crates.folder(),
                    "cc ask.c -o target/static target/debug/libplain.a -lpthread -ldl -lm && cc ask.c -o target/dynamic"
                            + " target/debug/libplain.so");
            prints("static");
            assertThat(Cutoff.shell(crates.folder(), "LD_LIBRARY_PATH=target/debug target/dynamic")
                            .strip())
                    .isEqualTo(Integer.toString(number));
        }
    }

    @Test
    void sharedLibrariesOfRust() {
        crates.crate("shared", "[lib]\ncrate-type = [\"dylib\"]\n[dependencies]\nbase = { path = \"../base\" }\n")
                .write("shared/src/lib.rs", "pub fn m() -> u32 { base::open(0) }\n")
                .crate("user", "[dependencies]\nshared = { path = \"../shared\" }\n")
                .write("user/src/main.rs", "fn main() { println!(\"{}\", shared::m()); }\n");
        Map<String, String> with = Map.of("RUSTFLAGS", "-C prefer-dynamic");
        for (int i = 0; i < 2; i++) {
            Crates.Built built = build(with, "run", "-q", "-p", "user");
            assertThat(built.run().out().strip()).isEqualTo(Integer.toString(number));
            assertThat(built.run().err()).contains("left to the compiler: -C prefer-dynamic");
            edit();
        }
    }

    @Test
    void linkTimeOptimisationIsLeftToCargo() throws IOException {
        for (String lto : List.of("true", "\"thin\"")) {
            crates.edit("Cargo.toml", "resolver = \"2\"", "resolver = \"2\"\n");
            Path manifest = crates.folder().resolve("Cargo.toml");
            String plain = Files.readString(manifest);
            Files.writeString(manifest, plain + "[profile.release]\nlto = " + lto + "\n");
            build("build", "--release");
            edit();
            Crates.Built built = build("build", "--release");
            assertThat(built.run().err()).contains("link-time optimisation");
            prints("release/prog");
            Files.writeString(manifest, plain);
        }
    }

    @Test
    void crateIsExplained() throws IOException {
        build("build");
        edit();
        kept(build("build"));
        Path json = place.resolve("explain.json");
        Cutoff.Run run = Cutoff.run(crates.folder(), Map.of(), "explain", "base", "--items", "--json", json.toString());
        assertThat(run.exitCode()).as(run.all()).isZero();
        assertThat(run.out())
                .contains("base 0.1.0 rebuilt: source", "dependents may stay", "used by mid 0.1.0, 1 item: open")
                .doesNotContain("used by prog", "changed since");
        assertThat(Files.readString(json)).contains("cutoff.explain-crate/1", "\"open\"");
        edit();
        Cutoff.Run user = Cutoff.run(crates.folder(), Map.of(), "explain", "mid");
        assertThat(user.out()).contains("mid 0.1.0 kept", "used by prog 0.1.0").doesNotContain("items");
        Cutoff.Run forbidden =
                Cutoff.run(crates.folder(), Map.of("CUTOFF_CARGO_NO_BOOTSTRAP", "1"), "explain", "base", "--items");
        assertThat(forbidden.out()).contains("changed since: ").doesNotContain("open");
        Cutoff.Run unknown = Cutoff.run(crates.folder(), Map.of(), "explain", "nothing");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("'nothing'");
    }

    @Test
    void reasonsNameWhatIsBehindThem() {
        build("build");
        crates.edit(
                "base/src/lib.rs", "#[inline(never)]\npub fn open", "// one more line\n#[inline(never)]\npub fn open");
        assertThat(build("build").run().err()).contains("lib.rs moved; --lines relaxed may keep its dependents");
        crates.edit("base/src/lib.rs", "x + 1", "nowhere");
        assertThat(crates.cargo("build").run().exitCode()).isEqualTo(101);
        Cutoff.shell(crates.folder(), "rm -r target/.cutoff-cargo/units/base-*/record");
        assertThat(crates.cargo("build").run().exitCode()).isEqualTo(101);
        crates.edit("base/src/lib.rs", "nowhere", "x + 1");
        assertThat(build("build").run().err()).contains("base 0.1.0  the earlier compile failed");
        edit();
        Crates.Built built = build(Map.of("RUSTFLAGS", "-C overflow-checks=off"), "build");
        assertThat(built.run().err())
                .containsPattern("arguments \\(now .*overflow-checks=off|with these features, options");
    }

    @Test
    void withoutCargo() {
        Cutoff.Run run = Cutoff.run(crates.folder(), Map.of("CARGO", "/nowhere/cargo"), "cargo", "build");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("there is no /nowhere/cargo").doesNotContain("Exception");
    }

    @Test
    void aCompilerThatIsTooOld() throws IOException {
        Path rustc = script(
                "rustc",
                "case \" $* \" in *host-tuple*) echo unknown print request >&2; exit 1 ;; esac\nexec rustc \"$@\"\n");
        Map<String, String> with = Map.of("RUSTC", rustc.toString());
        build(with, "build");
        edit();
        Crates.Built built = build(with, "build");
        rebuilt(built);
        assertThat(built.run().err()).contains("the compiler is too old");
        prints("debug/prog");
    }

    @Test
    void brokenFoldersOfState() throws IOException {
        build("build");
        for (String broken :
                List.of("target/.cutoff-cargo", "target/.cutoff-cargo/units", "target/.cutoff-cargo/client")) {
            Cutoff.shell(
                    crates.folder(),
                    "rm -rf target/.cutoff-cargo && mkdir -p $(dirname " + broken + ") && echo >" + broken);
            edit();
            Cutoff.Run run = Cutoff.run(crates.folder(), Map.of(), "cargo", "build");
            assertThat(run.exitCode()).as(run.all()).isZero();
            assertThat(run.err()).contains(broken).doesNotContain("Exception");
            prints("debug/prog");
        }
        Files.delete(crates.folder().resolve("target/.cutoff-cargo/client"));
        edit();
        build("build");
        edit();
        kept(build("build"));
        prints("debug/prog");
    }
}
