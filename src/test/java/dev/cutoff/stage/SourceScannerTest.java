package dev.cutoff.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceScannerTest {

    @TempDir
    Path folder;

    private Set<String> scan(Path source) {
        Unit unit = new Unit(
                "a", source.toString(), "", List.of(), List.of("x"), List.of(), new TreeMap<>(), Unit.Options.DEFAULT);
        Set<String> files = new TreeSet<>();
        try (Store store = Store.open(folder.resolve("store"))) {
            Tree tree = new SourceScanner(store.stats(), folder, new StatLog()).scan(unit);
            tree.entries().forEach((path, entry) -> {
                if (!(entry instanceof Tree.Folder)) {
                    files.add(path);
                }
            });
        }
        return files;
    }

    /** git's own answer to "what would a clone and an add of all new files hold". */
    @Test
    void ignoresWhatGitIgnores() throws IOException {
        Skips.unlessInstalled("git");
        List<String> patterns = List.of(
                "*.o",
                "/build",
                "build/",
                "!keep.o",
                "doc/*.txt",
                "**/gen",
                "a?c",
                "lib/**",
                "# no",
                "\\#x",
                "*.[ch]",
                "!/a.c",
                "x/",
                "sub/*",
                "!sub/in");
        List<String> names = List.of(
                "a.o", "keep.o", "build", "doc", "t.txt", "gen", "abc", "lib", "#x", "a.c", "x", "sub", "in", "b.h");
        for (long seed = 0; seed < 25; seed++) {
            Gen gen = new Gen(seed);
            Path repository = Files.createDirectories(folder.resolve("repo" + seed));
            Cutoff.shell(repository, "git init -q . && git config user.email a@b && git config user.name n");
            for (int i = 0; i < 25; i++) {
                Path at = repository;
                for (int depth = gen.below(3); depth > 0; depth--) {
                    at = at.resolve(gen.of(names));
                }
                if (!Files.exists(at) || Files.isDirectory(at)) {
                    try {
                        Files.createDirectories(at);
                        Path file = at.resolve(gen.of(names));
                        if (!Files.exists(file)) {
                            Files.writeString(file, "x");
                        }
                    } catch (java.nio.file.FileSystemException e) {
                        // A file stands where the folder would be.
                    }
                }
            }
            if (gen.oneIn(2)) {
                Cutoff.shell(repository, "git add -A && git commit -qm one");
            }
            Files.writeString(
                    repository.resolve(".gitignore"),
                    gen.of(patterns) + "\n" + gen.of(patterns) + "\n" + gen.of(patterns) + "\n");
            Path sub = repository.resolve("sub");
            if (Files.isDirectory(sub)) {
                Files.writeString(sub.resolve(".gitignore"), gen.of(patterns) + "\n");
            }
            Set<String> expected = new TreeSet<>(List.of(Cutoff.shell(
                            repository,
                            "git -c core.quotepath=off ls-files -z --cached --others --exclude-per-directory=.gitignore")
                    .split("\0")));
            assertThat(scan(repository)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void rulesCountWithoutARepositoryToo() throws IOException {
        Path source = Files.createDirectories(folder.resolve("ws/src"));
        Files.writeString(source.resolve(".gitignore"), "*.o\n");
        Files.writeString(source.resolve("a.o"), "");
        Files.writeString(source.resolve("a.c"), "");
        assertThat(scan(source)).containsExactly(".gitignore", "a.c");
    }

    /** A source that somebody names is staged, though a rule above it would ignore the whole folder. */
    @Test
    void aNamedSourceIsNotIgnored() throws IOException {
        Path source = Files.createDirectories(folder.resolve("repo/fetched/zlib"));
        Cutoff.shell(folder.resolve("repo"), "git init -q .");
        Files.writeString(folder.resolve("repo/.gitignore"), "/fetched/\n");
        Files.writeString(source.resolve("a.c"), "");
        assertThat(scan(source)).containsExactly("a.c");
    }
}
