package dev.cutoff.build;

import dev.cutoff.model.Digest;
import dev.cutoff.observe.Contents;
import dev.cutoff.observe.DirectCalls;
import dev.cutoff.observe.Facets;
import dev.cutoff.observe.FileDigests;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.store.StatCache;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.Store;
import dev.cutoff.tool.Tool;
import dev.cutoff.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The machine that builds run on, as a run has seen it so far: its files, and what is known of their contents. */
final class Machine {

    private final Store store;
    private final FileDigests digests;
    private final HostFiles host;
    private final Facets facets = new Facets(new Readings());
    private final Tools tools = new Tools(new KnownTools());
    private final DirectCalls.Known lookedThrough = new LookedThrough();

    /** @param log told of what the run rests on */
    Machine(Store store, StatLog log) {
        this.store = store;
        this.digests = file -> {
            StatCache.Stat stat = StatCache.stat(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
            Digest digest = store.stats().digest(file, stat);
            log.hashed(file, stat, digest);
            return digest;
        };
        this.host = new HostFiles(digests);
    }

    /** The machine's files, each asked once for the whole run. */
    HostFiles host() {
        return host;
    }

    /** The machine's files as they are from now on: what a build that has just ended may have read. */
    HostFiles hostAfresh() {
        return new HostFiles(digests);
    }

    /** What was told of files' contents in this run. */
    Facets facets() {
        return facets;
    }

    /** Recognises the programs that builds run. */
    Tools tools() {
        return tools;
    }

    /**
     * The bytes behind digests: of the store, else of the file itself, as long as it still has them.
     *
     * @param physical where a path of the unit's build stands now; empty where nowhere
     */
    Contents contents(Function<String, Optional<Path>> physical) {
        return (content, path) -> {
            try {
                if (store.blobs().has(content)) {
                    return store.blobs().read(content);
                }
                Optional<Path> file = physical.apply(path).filter(Files::isRegularFile);
                if (file.isEmpty()) {
                    return Optional.empty();
                }
                byte[] bytes = Files.readAllBytes(file.get());
                return Digest.of(bytes).equals(content) ? Optional.of(bytes) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        };
    }

    /**
     * Tells what the observing library can't have seen of a build.
     *
     * @param physical where a path of it stands now; empty where nowhere
     */
    DirectCalls directCalls(Function<String, Optional<Path>> physical) {
        return new DirectCalls(physical, digests, lookedThrough);
    }

    /** What was told of contents in the runs before. */
    private final class Readings implements Facets.Memory {
        @Override
        public Optional<byte[]> find(Digest what) {
            return store.reading(what);
        }

        @Override
        public void add(Digest what, byte[] told) {
            store.addReading(what, told);
        }
    }

    /** Programs that were found to be some tool's, in the runs before. */
    private final class KnownTools implements Tools.Known {
        @Override
        public boolean has(Path program, Tool tool) throws IOException {
            return store.hasPassed(what(program, tool));
        }

        @Override
        public void add(Path program, Tool tool) throws IOException {
            store.addPassed(what(program, tool));
        }

        private Digest what(Path program, Tool tool) throws IOException {
            return Digest.ofText("is " + tool.description() + "\n: " + digests.of(program));
        }
    }

    /** Contents that were looked through, in this run and in those before. */
    private final class LookedThrough implements DirectCalls.Known {
        private final Set<Digest> now = ConcurrentHashMap.newKeySet();

        @Override
        public boolean has(Digest content) {
            return now.contains(content) || (store.hasPassed(what(content)) && now.add(content));
        }

        @Override
        public void add(Digest content) {
            now.add(content);
            store.addPassed(what(content));
        }

        private static Digest what(Digest content) {
            return Digest.ofText("enters the kernel through the C library alone: " + content);
        }
    }
}
