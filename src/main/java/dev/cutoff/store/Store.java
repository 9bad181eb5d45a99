package dev.cutoff.store;

import dev.cutoff.decide.Candidate;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One store folder: blobs and trees, records with their index, the stat cache, and scratch space beside them. */
public final class Store implements AutoCloseable {

    private final Path folder;
    private final Blobs blobs;
    private final Trees trees;
    private final Index index;
    private final StatCache stats;
    private final Scratch scratch;

    private Store(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.scratch = new Scratch(this.folder);
        this.blobs = new Blobs(this.folder, scratch);
        this.trees = new Trees(blobs);
        this.index = new Index(this.folder);
        this.stats = new StatCache(index);
        scratch.removeAbandoned();
    }

    /** Opens a store, making it where there is none. */
    public static Store open(Path folder) {
        try {
            return new Store(folder);
        } catch (IOException e) {
            throw Failure.io("opening the store " + folder, e);
        }
    }

    /** The store of this user: {@code $CUTOFF_STORE}, else {@code cutoff} in the XDG cache folder. */
    public static Path usual(Map<String, String> environment) {
        String own = environment.getOrDefault("CUTOFF_STORE", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (cache.startsWith("/")) {
            return Path.of(cache, "cutoff");
        }
        String home = environment.getOrDefault("HOME", "");
        if (home.isEmpty()) {
            throw Failure.environment("neither CUTOFF_STORE nor HOME is set: say where the store is with --store DIR");
        }
        return Path.of(home, ".cache", "cutoff");
    }

    public Path folder() {
        return folder;
    }

    public Blobs blobs() {
        return blobs;
    }

    public Trees trees() {
        return trees;
    }

    public Index index() {
        return index;
    }

    public StatCache stats() {
        return stats;
    }

    public Scratch scratch() {
        return scratch;
    }

    /** The unit's records that can be read, in the order in which they are preferred. */
    public List<Candidate> candidates(String unit) {
        List<Candidate> candidates = new ArrayList<>();
        for (Index.Row row : index.records(unit)) {
            try {
                blobs.read(row.id().blob())
                        .flatMap(RecordCodec::decode)
                        // The index is not trusted beyond saying where to look.
                        .filter(record ->
                                record.unit().equals(unit) && record.artifact().equals(row.artifact()))
                        .ifPresent(record -> candidates.add(new Candidate(row.id(), record)));
            } catch (IOException e) {
                throw Failure.io("reading a record of " + unit, e);
            }
        }
        return candidates;
    }

    /**
     * Stores a record, whose artifact must be stored already.
     *
     * @param supersede whether it takes the place of an earlier one that rests on the same facts
     * @return the record that stands, see {@link Index#add}
     */
    public Index.Row commit(BuildRecord record, boolean supersede) {
        try {
            for (Index.Row row : index.records(record.unit())) {
                if (blobs.read(row.id().blob()).isEmpty()) {
                    // Lost or damaged: it must not stand in the way of the new one.
                    index.forget(row.id().number());
                }
            }
            Digest blob = blobs.put(RecordCodec.encode(record));
            return index.add(record.unit(), blob, sameKey(record), record.artifact(), supersede);
        } catch (IOException e) {
            throw Failure.io("storing the record of " + record.unit(), e);
        }
    }

    /** Equal for records that rest on the same inputs and the same facts. */
    private static Digest sameKey(BuildRecord record) {
        StringBuilder text = new StringBuilder(record.inputs().digest().hex());
        text.append(record.observation().isComplete()).append(record.trust());
        for (Use use : record.uses()) {
            Fact fact = use.fact();
            if (fact.state().equals(Fact.ABSENT) && fact.entity().startsWith(Place.BUILD)) {
                // Names that a build made up for its own files differ each time.
                continue;
            }
            text.append('\n')
                    .append(use.fact().kind())
                    .append(' ')
                    .append(use.fact().entity());
            text.append('\0').append(use.fact().state());
        }
        return Digest.ofText(text.toString());
    }

    @Override
    public void close() {
        // The index closes last, and whatever else fails.
        try (Index _ = index) {
            stats.save();
            scratch.close();
        } catch (IOException e) {
            throw Failure.io("clearing the store's scratch space", e);
        }
    }
}
