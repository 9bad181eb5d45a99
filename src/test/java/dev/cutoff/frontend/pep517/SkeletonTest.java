package dev.cutoff.frontend.pep517;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Policy;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.GivenTrees;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkeletonTest {

    @TempDir
    Path folder;

    private Store store;

    @BeforeEach
    void project() throws IOException {
        store = Store.open(folder.resolve("store"));
        write("pyproject.toml", """
                [build-system]
                requires = ["maturin"]
                build-backend = "maturin"
                [project]
                name = "demo"
                readme = "README.md"
                dynamic = ["version", "description"]
                [tool.maturin]
                features = ["a", "b"]
                python-source = "python"
                config = { deep = [{ "a.b" = 1 }], quoted = "\\"\\\\" }
                [tool.other]
                x = 1
                """);
        write("Cargo.lock", """
                version = 4
                [[package]]
                name = "demo"
                version = "1.0.0"
                dependencies = ["pyo3"]
                [[package]]
                name = "inner"
                version = "1.0.0"
                [[package]]
                name = "inner"
                version = "0.2.0"
                source = "registry+https://github.com/rust-lang/crates.io-index"
                [[package]]
                name = "pyo3"
                version = "0.23.0"
                source = "registry+https://github.com/rust-lang/crates.io-index"
                checksum = "00"
                [[patch.unused]]
                name = "unused"
                version = "1.0.0"
                """);
        write("Cargo.toml", """
                [package]
                name = "demo"
                version = "1.0.0"
                readme = "TEXT.md"
                [workspace]
                [[bench]]
                name = "quick"
                [[bin]]
                name = "tool"
                path = "tool/run.rs"
                [dependencies]
                pyo3 = "0.23"
                inner = { path = "inner" }
                """);
        write("build.rs", "fn main() { panic!() }\n");
        write("src/lib.rs", "pub fn a() {}\n");
        write("src/bin/more/main.rs", "fn main() { println!() }\n");
        write("src/bin/more/part.rs", "\n");
        write("benches/quick.rs", "fn main() {}\n");
        write("tests/all.rs", "fn main() {}\n");
        write("inner/Cargo.toml", "[package]\nname = \"inner\"\n[lib]\npath = \"../shared/inner.rs\"\n");
        write("shared/inner.rs", "pub fn b() {}\n");
        write("template/Cargo.toml", "name = {{ name }}\n");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve("project").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Unit unit(Path source) {
        return new Unit(
                "demo",
                source.toString(),
                "",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                new Unit.Options(
                        Policy.IDENTICAL,
                        Trust.CLEAN,
                        false,
                        Unit.Network.NONE,
                        Unit.Git.NONE,
                        Unit.SystemEvidence.CONTENT));
    }

    private Tree skeleton() throws IOException, InterruptedException {
        PyProject project = PyProject.read(folder.resolve("project"));
        GivenTrees trees = new GivenTrees(store);
        return Skeleton.of(project, trees.sources(unit(project.folder()), _ -> false), trees);
    }

    private String text(Tree tree, String path) throws IOException {
        if (!(tree.at(path) instanceof Tree.File file)) {
            throw new AssertionError(path + " is no file of " + tree.entries().keySet());
        }
        return new String(store.blobs().read(file.digest()).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static List<String> files(Tree tree) {
        return tree.entries().entrySet().stream()
                .filter(item -> item.getValue() instanceof Tree.File)
                .map(item -> item.getKey().replace("project/", ""))
                .toList();
    }

    @Test
    void hasManifestsAndTargetsWithoutContent() throws Exception {
        Tree tree = skeleton();
        assertThat(files(tree))
                .containsExactlyInAnyOrder(
                        "kept",
                        "pyproject.toml",
                        "Cargo.lock",
                        "Cargo.toml",
                        "TEXT.md",
                        "build.rs",
                        "src/lib.rs",
                        "src/bin/more/main.rs",
                        "benches/quick.rs",
                        "tool/run.rs",
                        "inner/Cargo.toml",
                        "shared/inner.rs",
                        "template/Cargo.toml");
        assertThat(text(tree, "project/Cargo.toml")).isEqualTo(Files.readString(folder.resolve("project/Cargo.toml")));
        assertThat(text(tree, "project/build.rs")).endsWith("fn main() {}\n").doesNotContain("panic");
        assertThat(text(tree, "project/src/lib.rs")).doesNotContain("fn");
        assertThat(text(tree, "project/pyproject.toml")).isEqualTo("""
                [build-system]
                "build-backend" = "maturin"
                "requires" = ["maturin", ]
                [project]
                "name" = "demo"
                dynamic = ["version"]
                [tool.maturin]
                "config" = { "deep" = [{ "a.b" = 1 }, ], "quoted" = "\\"\\\\" }
                "features" = ["a", "b", ]
                """);
    }

    /** What the project has itself is compiled from nothing: it may not be kept under a name that a registry has, too. */
    @Test
    void keepsWhatIsNotOfTheProject() throws Exception {
        assertThat(text(skeleton(), "kept")).isEqualTo("pyo3\n");
        write("vendored/Cargo.toml", "[package]\nname = \"pyo3\"\n");
        assertThat(text(skeleton(), "kept")).isEmpty();
    }

    @Test
    void codeChangesNothingOfIt() throws Exception {
        Tree before = skeleton();
        write("src/lib.rs", "pub fn other() {}\n");
        write("src/new.rs", "pub fn other() {}\n");
        write("README.md", "text\n");
        write("python/demo.py", "a = 1\n");
        assertThat(skeleton().root()).isEqualTo(before.root());
        write(
                "inner/Cargo.toml",
                "[package]\nname = \"inner\"\n[lib]\npath = \"../shared/inner.rs\"\n[features]\na = []\n");
        assertThat(skeleton().root()).isNotEqualTo(before.root());
    }

    @Test
    void pathsOutOfTheProjectAreNotMade() throws Exception {
        write("inner/Cargo.toml", "[package]\nname = \"inner\"\n[lib]\npath = \"../../away.rs\"\n");
        assertThat(files(skeleton())).doesNotContain("away.rs", "shared/inner.rs");
        write("inner/Cargo.toml", "[package]\nname = \"inner\"\n[lib]\npath = \"/away.rs\"\n");
        assertThat(files(skeleton())).doesNotContain("away.rs", "shared/inner.rs");
    }
}
