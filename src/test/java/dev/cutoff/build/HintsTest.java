package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Unit;
import dev.cutoff.store.Trees;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that were copied from what tools said in a sandbox without network. */
class HintsTest {

    private static Unit unit(Unit.Network network) {
        Unit.Options options = new Unit.Options(
                Policy.IDENTICAL, Trust.CLEAN, true, network, Unit.Git.NONE, Unit.SystemEvidence.CONTENT);
        return new Unit("a", "", "cutoff.toml:3", List.of(), List.of("x"), List.of(), new TreeMap<>(), options);
    }

    private static List<String> hints(String log) {
        return Hints.of(unit(Unit.Network.NONE), true, log, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fatal: unable to access 'https://example.org/x.git/': Could not resolve host: example.org",
                "curl: (6) Could not resolve host: example.org",
                "curl: (7) Failed to connect to 192.0.2.1 port 80 after 0 ms: Couldn't connect to server",
                "wget: unable to resolve host address 'example.org'",
                "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
                "ssh: Could not resolve hostname example.org: Temporary failure in name resolution",
                "npm error code EAI_AGAIN",
                "connect: Network is unreachable",
                "dial tcp: lookup proxy.golang.org on 192.0.2.1:53: write: network is unreachable",
                "Could not transfer artifact a:b:pom:1 from/to central: Unknown host repo.example.org",
            })
    void noNetworkIsHeard(String log) {
        assertThat(hints("$ make\n" + log + "\nmake: *** [x] Error 1\n"))
                .singleElement()
                .asString()
                .contains("network = true (cutoff.toml:3)");
        assertThat(Hints.of(unit(Unit.Network.PINNED), true, log, Optional.empty()))
                .isEmpty();
        assertThat(Hints.of(unit(Unit.Network.NONE), false, log, Optional.empty()))
                .as("without a sandbox there is a network")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "psql: failed to connect to localhost port 5432",
                "curl: (7) Failed to connect to 127.0.0.1 port 80 after 0 ms",
                "x.c:3: error: could not resolve overload",
                "resolver.c: In function 'resolve_host'",
                "cc: error: x.c: No such file or directory",
            })
    void otherFailuresGiveNone(String log) {
        assertThat(hints(log)).isEmpty();
    }

    @Test
    void aBuildByHandInTheSourcesIsNamed() {
        TreeMap<String, Tree.Entry> entries = new TreeMap<>();
        entries.put("out", Tree.FOLDER);
        entries.put("out/CMakeCache.txt", new Tree.File(Digest.EMPTY, 0, false));
        entries.put("x.c", new Tree.File(Digest.EMPTY, 0, false));
        Optional<StaleBuild> stale = StaleBuild.of(Trees.of(entries));
        String log =
                "CMake Error: The current CMakeCache.txt directory /a/CMakeCache.txt is different than the directory /b";
        assertThat(Hints.of(unit(Unit.Network.NONE), true, log, stale))
                .containsExactly("the sources hold out/CMakeCache.txt, which CMake left there when it built by hand:"
                        + " delete the folder out, or list it in .gitignore");
        assertThat(Hints.of(unit(Unit.Network.NONE), true, "x.c:1: error", stale))
                .isEmpty();
        entries.remove("out/CMakeCache.txt");
        assertThat(StaleBuild.of(Trees.of(entries))).isEmpty();
        assertThat(Hints.of(unit(Unit.Network.NONE), true, log, Optional.empty()))
                .isEmpty();
    }
}
