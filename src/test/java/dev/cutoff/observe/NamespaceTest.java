package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.testing.Gen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespaceTest {

    @TempDir
    Path folder;

    /** JUnit warns of each link that leads out of its temporary folder. */
    @org.junit.jupiter.api.AfterEach
    void removeLinks() {
        dev.cutoff.testing.Cutoff.shell(folder, "find . -type l -delete");
    }

    /** What a tree says of a path is what the kernel says of the same tree on disk: links, loops, "..". */
    @Test
    void treesResolveLikeTheFileSystem() throws IOException {
        int compared = 0;
        for (long seed = 0; seed < 400; seed++) {
            Gen gen = new Gen(seed);
            NavigableMap<String, Tree.Entry> sources = gen.entries();
            NavigableMap<String, Tree.Entry> need = gen.entries();
            // A folder that holds both, laid out as a build sees them.
            Path root = folder.resolve("r" + seed);
            dev.cutoff.testing.Trees.write(sources, root.resolve("build/app"));
            dev.cutoff.testing.Trees.write(need, root.resolve("deps/lib"));
            Present present = present(sources, need);
            HostFiles host = new HostFiles(file -> dev.cutoff.store.Blobs.hash(file));
            for (int i = 0; i < 60; i++) {
                String below = gen.of(List.of("build/app/", "deps/lib/")) + gen.path();
                for (FactKind kind : List.of(FactKind.BYTES, FactKind.EXISTS, FactKind.LINK, FactKind.LISTING)) {
                    Optional<String> ours = present.now(new Fact(kind, Place.ROOT + "/" + below, ""));
                    if (ours.equals(Optional.of("fixed")) || leavesTheTrees(root, below)) {
                        continue;
                    }
                    compared++;
                    assertThat(ours)
                            .as("seed %d: %s %s", seed, kind, below)
                            .contains(host.state(kind, root + "/" + below));
                }
            }
        }
        assertThat(compared).isGreaterThan(20_000);
    }

    /** Whether a path, or a link on its way, leads above the two trees: there the two layouts differ by intent. */
    private static boolean leavesTheTrees(Path root, String path) {
        Path at = root;
        java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>(List.of(path.split("/")));
        int links = 0;
        while (!parts.isEmpty()) {
            String part = parts.remove();
            at = part.equals("..") ? at.getParent() : at.resolve(part);
            boolean inside = at.startsWith(root.resolve("build/app")) || at.startsWith(root.resolve("deps/lib"));
            boolean onTheWay = at.equals(root.resolve("build")) || at.equals(root.resolve("deps"));
            if (!inside && !(onTheWay && !part.equals("..") && !parts.isEmpty())) {
                return true;
            }
            if (Files.isSymbolicLink(at)) {
                if (links++ > 30) {
                    return false;
                }
                try {
                    List<String> target = new java.util.ArrayList<>();
                    Files.readSymbolicLink(at).forEach(p -> target.add(p.toString()));
                    java.util.Collections.reverse(target);
                    target.forEach(parts::addFirst);
                    at = at.getParent();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            } else if (!Files.exists(at)) {
                return parts.contains("..");
            }
        }
        return false;
    }

    private static Present present(NavigableMap<String, Tree.Entry> sources, NavigableMap<String, Tree.Entry> need) {
        Tree own = dev.cutoff.store.Trees.of(sources);
        Tree lib = dev.cutoff.store.Trees.of(need);
        Namespace namespace = new Namespace("app", own, Set.of("lib"), n -> Optional.of(lib));
        return new Present(
                own,
                n -> Optional.of(lib),
                namespace,
                new HostFiles(dev.cutoff.store.Blobs::hash),
                new Facets(Facets.Memory.none()),
                (d, p) -> Optional.empty(),
                Interviewer.NONE);
    }

    @Test
    void anArtifactThatIsStillToBeBuiltCantBeJudged() {
        Tree own = dev.cutoff.store.Trees.of(new TreeMap<>());
        Namespace namespace = new Namespace("app", own, Set.of("lib"), n -> Optional.empty());
        Present present = new Present(
                own,
                n -> Optional.empty(),
                namespace,
                new HostFiles(dev.cutoff.store.Blobs::hash),
                new Facets(Facets.Memory.none()),
                (d, p) -> Optional.empty(),
                Interviewer.NONE);
        assertThat(present.now(new Fact(FactKind.BYTES, "/cutoff/deps/lib/x.h", "")))
                .isEmpty();
        assertThat(present.now(new Fact(FactKind.BYTES, "/cutoff/deps/other/x.h", "")))
                .contains("absent");
    }

    @Test
    void aLinkOutOfATreeLeadsToTheMachine() throws IOException {
        Path file = Files.writeString(folder.resolve("outside"), "x");
        NavigableMap<String, Tree.Entry> sources = new TreeMap<>();
        sources.put("link", new Tree.Link(file.toString()));
        Present present = present(sources, new TreeMap<>());
        assertThat(present.now(new Fact(FactKind.BYTES, "/cutoff/build/app/link", "")))
                .contains(dev.cutoff.store.Blobs.hash(file).hex());
    }
}
