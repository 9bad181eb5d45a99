package dev.cutoff.store;

import dev.cutoff.decide.Candidate;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One store folder: blobs and trees, records with their index, the stat cache, and scratch space beside them.
 *
 * <p>What this process loads, adopts or puts is its own until it ends: no collection of another process takes it away
 * ({@link Lease}). Who comes to rely on something passes the gate, says so, and looks then whether it is there.
 */
public final class Store implements AutoCloseable {

    /** Uses are not noted more often: a run that keeps everything writes nothing. */
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private final Path folder;
    private final Gate gate;
    private final Lease lease;
    private final Blobs blobs;
    private final Trees trees;
    private final Index index;
    private final StatCache stats;
    private final RecordParts parts;
    private final Scratch scratch;
    private final LeftFolders leftFolders;
    private final InstantSource clock;
    private final Map<Long, Long> lastUses = new ConcurrentHashMap<>();
    private final Set<Long> used = ConcurrentHashMap.newKeySet();
    private final Set<Digest> passed = ConcurrentHashMap.newKeySet();
    private final Map<Digest, byte[]> readings = new ConcurrentHashMap<>();
    private volatile @Nullable Expected expected;
    private final AtomicLong oldestUse = new AtomicLong(Long.MAX_VALUE);

    private Store(Path folder, InstantSource clock, Consumer<String> notes) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.clock = clock;
        this.gate = new Gate(this.folder.resolve("lock"));
        this.lease = new Lease(this.folder.resolve("tmp"));
        this.scratch = new Scratch(this.folder.resolve("tmp"), lease);
        this.leftFolders = new LeftFolders(this.folder, scratch);
        this.blobs = new Blobs(this.folder, scratch, gate, lease, notes);
        this.trees = new Trees(blobs, gate, lease);
        this.parts = new RecordParts(blobs);
        this.index = new Index(this.folder, clock, new Salvage(blobs, trees)::records, notes);
        this.stats = new StatCache(index, clock);
        scratch.removeAbandoned();
    }

    /** Opens a store, making it where there is none. */
    public static Store open(Path folder) {
        return open(folder, InstantSource.system(), note -> {});
    }

    /**
     * Opens a store, making it where there is none.
     *
     * @param notes told, in words, of damage that was found
     */
    public static Store open(Path folder, InstantSource clock, Consumer<String> notes) {
        try {
            return new Store(folder, clock, notes);
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

    /** Where artifacts are laid out as folders, each named by its tree's root. */
    public Path artifacts() {
        return folder.resolve("artifacts");
    }

    Gate gate() {
        return gate;
    }

    Lease lease() {
        return lease;
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

    RecordParts parts() {
        return parts;
    }

    public StatCache stats() {
        return stats;
    }

    public Scratch scratch() {
        return scratch;
    }

    public LeftFolders leftFolders() {
        return leftFolders;
    }

    /**
     * Says which units will be asked for, so that the index is read and what they probably rest on is claimed for all of
     * them at once.
     */
    public void expects(Collection<String> units) {
        long version = index.version();
        Map<String, List<Index.Row>> rows = index.records(units);
        List<Digest> likely = new ArrayList<>();
        for (List<Index.Row> records : rows.values()) {
            records.stream()
                    .max(Comparator.comparingLong(Index.Row::used))
                    .ifPresent(row -> likely.add(row.artifact()));
        }
        try {
            gate.share(() -> {
                lease.trees(likely);
                return likely;
            });
        } catch (IOException e) {
            throw Failure.io("writing the lease", e);
        }
        expected = new Expected(version, rows);
    }

    /** Rows of the index as they were at a version of it. */
    private record Expected(long version, Map<String, List<Index.Row>> rows) {}

    private List<Index.Row> rows(String unit) {
        Expected known = expected;
        List<Index.Row> rows = known == null ? null : known.rows.get(unit);
        return known != null && rows != null && index.version() == known.version ? rows : index.records(unit);
    }

    /**
     * The unit's records that can be read, in the order in which they are preferred. Parts of them are read later: where
     * that fails with {@link LostPart}, the candidates asked for anew are those without it.
     */
    public List<Candidate> candidates(String unit) {
        List<Candidate> candidates = new ArrayList<>();
        for (Index.Row row : rows(unit)) {
            try {
                blobs.read(row.id().blob())
                        .flatMap(RecordCodec::decode)
                        // The index is not trusted beyond saying where to look.
                        .filter(head ->
                                head.unit().equals(unit) && head.artifact().equals(row.artifact()))
                        .filter(parts::areThere)
                        .ifPresent(head -> {
                            lastUses.put(row.id().number(), row.used());
                            candidates.add(new Candidate(row.id(), parts.record(head)));
                        });
            } catch (IOException e) {
                throw Failure.io("reading a record of " + unit, e);
            }
        }
        return candidates;
    }

    /** Notes that a run rests on a record, so that it counts as young. Written at the end, and once a day. */
    public void uses(Decision.RecordId record) {
        long last = lastUses.getOrDefault(record.number(), 0L);
        oldestUse.accumulateAndGet(last, Math::min);
        if (isLongAgo(last)) {
            used.add(record.number());
        }
    }

    /**
     * Until when a run that rests on the same as this one has no use to note, in milliseconds since the epoch; at most a day
     * from now.
     */
    public long notedUntil() {
        return Math.min(clock.millis(), oldestUse.get()) + DAY;
    }

    /**
     * What tells by its stamps whether anything in a store came, went or was replaced: the index, and the folders that hold
     * the blobs. What became of the bytes of a blob is found where it is read.
     *
     * @param folder the store's
     */
    public static List<Path> landmarks(Path folder) {
        List<Path> landmarks = new ArrayList<>();
        landmarks.add(folder.resolve("index.db"));
        landmarks.add(folder.resolve("index.db-wal"));
        Path blobs = folder.resolve("blobs");
        landmarks.add(blobs);
        for (int i = 0; i < 256; i++) {
            landmarks.add(blobs.resolve(HexFormat.of().toHexDigits((byte) i)));
        }
        return landmarks;
    }

    private boolean isLongAgo(long time) {
        return Math.abs(clock.millis() - time) > DAY;
    }

    /** Whether these checks passed with these artifacts before. */
    public boolean hasPassed(Digest what) {
        Optional<Long> last = index.passed(what);
        last.ifPresent(time -> oldestUse.accumulateAndGet(time, Math::min));
        if (last.filter(this::isLongAgo).isPresent()) {
            passed.add(what);
        }
        return last.isPresent();
    }

    public void addPassed(Digest what) {
        index.addPassed(List.of(what));
    }

    /** Whether builds of a unit that went on from others were found to give other results than clean ones. */
    public boolean isNotIncremental(String unit) {
        return hasPassed(defect(unit));
    }

    /**
     * Notes that builds of a unit that went on from others are not to be trusted, and forgets what came of them. Must not be
     * called within the gate.
     */
    public void notIncremental(String unit) {
        addPassed(defect(unit));
        for (Candidate candidate : candidates(unit)) {
            if (candidate.record().trust() == Trust.INCREMENTAL) {
                index.forget(candidate.id().number());
            }
        }
    }

    /** Takes that back; false where nothing was noted. */
    public boolean clearIncremental(String unit) {
        return index.forgetPassed(defect(unit));
    }

    private static Digest defect(String unit) {
        return Digest.ofText("not incremental: " + unit);
    }

    /** Makes a record that rests on the same as a later one, and gave the same, the second choice. */
    public void prefers(Decision.RecordId later, Decision.RecordId earlier) {
        index.supersede(earlier.number(), later.number());
    }

    /** What checks said that failed with these artifacts before, in one line. */
    public Optional<String> failed(Digest what) {
        return reading(failure(what)).map(text -> new String(text, StandardCharsets.UTF_8));
    }

    /** Remembers what checks said that failed. That they passed later counts for more, see {@link #hasPassed}. */
    public void addFailed(Digest what, String text) {
        addReading(failure(what), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Digest failure(Digest what) {
        return Digest.ofText("how a check failed\n: " + what);
    }

    /** What was read out of a content before, by a name for both that its reader has chosen. */
    public Optional<byte[]> reading(Digest what) {
        return index.reading(what).map(reading -> {
            if (isLongAgo(reading.used())) {
                readings.put(what, reading.value());
            }
            return reading.value();
        });
    }

    /** Remembers what was read out of a content; written at the end. */
    public void addReading(Digest what, byte[] value) {
        readings.put(what, value);
    }

    /**
     * Stores a record, whose artifact must be stored already.
     *
     * @param supersede whether it takes the place of an earlier one that rests on the same facts
     * @return the record that stands, see {@link Index#add}
     */
    public Index.Row commit(BuildRecord record, boolean supersede) {
        try {
            RecordCodec.Encoded encoded = RecordCodec.encode(record);
            return gate.share(() -> {
                for (byte[] part : encoded.parts().values()) {
                    blobs.put(part);
                }
                parts.stored(encoded.parts().keySet());
                for (Index.Row row : index.records(record.unit())) {
                    if (isLost(row)) {
                        // It must not stand in the way of the new one.
                        index.forget(row.id().number());
                    }
                }
                Digest blob = blobs.put(encoded.record());
                Index.Entry entry = new Index.Entry(record.unit(), blob, encoded.sameKey(), record.artifact());
                // What was not fully observed rests on more than its facts: the last one stands, which was asked for.
                boolean stands = supersede || !record.observation().isComplete();
                Index.Row standing = index.add(entry, stands);
                boolean other = !standing.id().blob().equals(blob);
                if (other && (!isKnown(standing) || !isWhole(standing.artifact()))) {
                    return index.add(entry, true);
                }
                return standing;
            });
        } catch (IOException e) {
            throw Failure.io("storing the record of " + record.unit(), e);
        }
    }

    /** Makes a record the second choice: its artifact failed a check for which it was then built anew. */
    public void supersede(Decision.RecordId record) {
        index.supersede(record.number());
    }

    /** Whether a record is missing or damaged, or a part of it; one of another schema is another Cutoff's. */
    private boolean isLost(Index.Row row) throws IOException {
        Optional<byte[]> bytes = blobs.read(row.id().blob());
        return bytes.isEmpty()
                || !bytes.flatMap(RecordCodec::decode).map(parts::areThere).orElse(true);
    }

    private boolean isKnown(Index.Row row) throws IOException {
        return blobs.read(row.id().blob()).flatMap(RecordCodec::decode).isPresent();
    }

    private boolean isWhole(Digest root) throws IOException {
        return trees.load(root).filter(trees::hasBlobs).isPresent();
    }

    /** Equal for records that rest on the same inputs and the same facts. */
    static Digest sameKey(BuildRecord record) {
        StringBuilder text = new StringBuilder(record.inputs().digest().hex());
        text.append(record.observation().isComplete()).append(record.trust());
        // What was tried licenses less than what was built.
        text.append(record.tried().isEmpty() ? "" : "tried");
        for (Use use : FactGroup.sorted(record.uses())) {
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
        // What others wait for goes last, and whatever else fails.
        try (Gate _ = gate;
                Index _ = index) {
            stats.save();
            if (!used.isEmpty()) {
                index.markUsed(used);
            }
            if (!passed.isEmpty()) {
                index.addPassed(passed);
            }
            if (!readings.isEmpty()) {
                index.addReadings(readings);
            }
            scratch.close();
        } catch (IOException e) {
            throw Failure.io("clearing the store's scratch space", e);
        }
    }
}
