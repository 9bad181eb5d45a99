package dev.cutoff.store;

import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The store's index: which records there are for a unit and when each was last used, which checks passed, what was read out
 * of contents, and the stat cache's rows.
 *
 * <p>It is not trusted beyond saying where to look: what a row says is compared with the record that it leads to, and a
 * page of the stat cache or a reading, behind which nothing stands, carries a checksum of itself.
 */
public final class Index implements AutoCloseable {

    /** Version of the tables. A store of a later version is refused, never guessed at. */
    static final int SCHEMA = 4;

    /** As many names stand in one question. */
    private static final int TOGETHER = 500;

    private static final String COLUMNS = "number, blob, artifact, used";

    /**
     * A row of the record table.
     *
     * @param used when a run last rested on the record, in milliseconds since the epoch
     */
    public record Row(Decision.RecordId id, Digest artifact, long used) {}

    /** A record that was found without the index. */
    record Entry(String unit, Digest blob, Digest sameKey, Digest artifact) {}

    private final InstantSource clock;
    private final Database database;

    /**
     * @param known the records that a new index begins with, in the order of their numbers
     * @param notes told of damage
     */
    Index(Path store, InstantSource clock, Supplier<List<Entry>> known, Consumer<String> notes) {
        this.clock = clock;
        this.database = new Database(store, SCHEMA, (c, version) -> make(c, version, known, clock.millis()), notes);
    }

    private static void make(Connection c, int version, Supplier<List<Entry>> known, long now) throws SQLException {
        if (version == 0) {
            Database.execute(
                    c,
                    "CREATE TABLE record("
                            + "number INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL, blob TEXT NOT NULL,"
                            + " same_key TEXT NOT NULL, artifact TEXT NOT NULL, superseded INTEGER NOT NULL DEFAULT 0,"
                            + " used INTEGER NOT NULL)");
            Database.execute(c, "CREATE INDEX record_of_unit ON record(unit, superseded, number)");
            for (Entry entry : known.get()) {
                insert(c, entry, now);
            }
        }
        if (version == 1) {
            Database.execute(c, "ALTER TABLE record ADD COLUMN used INTEGER NOT NULL DEFAULT 0");
            Database.execute(c, "UPDATE record SET used = " + now);
            Database.execute(c, "DROP TABLE passed");
        }
        if (version <= 1) {
            Database.execute(c, "CREATE TABLE passed(what TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID");
        }
        if (version <= 2) {
            Database.execute(c, "DROP TABLE IF EXISTS stat");
            Database.execute(
                    c,
                    "CREATE TABLE stat(dev INTEGER, page INTEGER, rows BLOB, sum INTEGER, learnt INTEGER NOT NULL,"
                            + " PRIMARY KEY(dev, page))");
        }
        Database.execute(c, "DROP TABLE IF EXISTS reading");
        Database.execute(
                c, "CREATE TABLE reading(what TEXT PRIMARY KEY, value BLOB, sum INTEGER, used INTEGER NOT NULL)");
    }

    Database database() {
        return database;
    }

    /** A unit's records in the order in which they are preferred: the first of equals, unless it was superseded. */
    public List<Row> records(String unit) {
        return database.run("reading the store's index", c -> {
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement select = c.prepareStatement(
                    "SELECT " + COLUMNS + " FROM record WHERE unit = ? ORDER BY superseded, number")) {
                select.setString(1, unit);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        row(row).ifPresent(rows::add);
                    }
                }
            }
            return rows;
        });
    }

    /** The records of many units; units without any are left out. */
    Map<String, List<Row>> records(Collection<String> units) {
        List<String> names = List.copyOf(units);
        return database.run("reading the store's index", c -> {
            Map<String, List<Row>> rows = new HashMap<>();
            for (int at = 0; at < names.size(); at += TOGETHER) {
                List<String> some = names.subList(at, Math.min(names.size(), at + TOGETHER));
                try (PreparedStatement select = c.prepareStatement("SELECT " + COLUMNS
                        + ", unit FROM record WHERE unit IN (?" + ", ?".repeat(some.size() - 1)
                        + ") ORDER BY unit, superseded, number")) {
                    for (int i = 0; i < some.size(); i++) {
                        select.setString(i + 1, some.get(i));
                    }
                    try (ResultSet row = select.executeQuery()) {
                        while (row.next()) {
                            String unit = String.valueOf(row.getString(5));
                            row(row).ifPresent(r -> rows.computeIfAbsent(unit, u -> new ArrayList<>())
                                    .add(r));
                        }
                    }
                }
            }
            return rows;
        });
    }

    /** Another number whenever another process has written to the index. */
    long version() {
        return database.run("reading the store's index", c -> {
            try (var statement = c.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA data_version")) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }

    /** Empty for a row with what no row is written with. */
    private static Optional<Row> row(ResultSet row) throws SQLException {
        Optional<Digest> blob = digest(row.getString(2));
        Optional<Digest> artifact = digest(row.getString(3));
        return blob.isEmpty() || artifact.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Row(new Decision.RecordId(row.getLong(1), blob.get()), artifact.get(), row.getLong(4)));
    }

    private static Optional<Digest> digest(@Nullable String hex) {
        return hex != null && Digest.isHex(hex) ? Optional.of(new Digest(hex)) : Optional.empty();
    }

    /**
     * Adds a record. Where another with the same inputs and uses is there already, the first one wins, so that a unit
     * whose builds differ each time does not unsettle its consumers; unless {@code supersede}, which makes all such
     * earlier ones the second choice.
     *
     * @return the record that stands: the new one, or the one that was there
     */
    Row add(Entry entry, boolean supersede) {
        return database.write("writing a record of " + entry.unit(), c -> {
            long now = clock.millis();
            if (!supersede) {
                Optional<Row> first = first(c, entry.unit(), entry.sameKey());
                if (first.isPresent()) {
                    try (PreparedStatement update = c.prepareStatement("UPDATE record SET used = ? WHERE number = ?")) {
                        update.setLong(1, now);
                        update.setLong(2, first.get().id().number());
                        update.executeUpdate();
                    }
                    return first.get();
                }
            }
            try (PreparedStatement update =
                    c.prepareStatement("UPDATE record SET superseded = 1 WHERE unit = ? AND same_key = ?")) {
                update.setString(1, entry.unit());
                update.setString(2, entry.sameKey().hex());
                update.executeUpdate();
            }
            long number = insert(c, entry, now);
            return new Row(new Decision.RecordId(number, entry.blob()), entry.artifact(), now);
        });
    }

    private static long insert(Connection c, Entry entry, long now) throws SQLException {
        try (PreparedStatement insert =
                c.prepareStatement("INSERT INTO record(unit, blob, same_key, artifact, used) VALUES(?, ?, ?, ?, ?)")) {
            insert.setString(1, entry.unit());
            insert.setString(2, entry.blob().hex());
            insert.setString(3, entry.sameKey().hex());
            insert.setString(4, entry.artifact().hex());
            insert.setLong(5, now);
            insert.executeUpdate();
            try (ResultSet row = insert.getGeneratedKeys()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static Optional<Row> first(Connection c, String unit, Digest sameKey) throws SQLException {
        try (PreparedStatement select = c.prepareStatement("SELECT " + COLUMNS
                + " FROM record WHERE unit = ? AND same_key = ? AND superseded = 0 ORDER BY number")) {
            select.setString(1, unit);
            select.setString(2, sameKey.hex());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Optional<Row> found = row(row);
                    if (found.isPresent()) {
                        return found;
                    }
                }
                return Optional.empty();
            }
        }
    }

    /** Makes a record the second choice. */
    void supersede(long number) {
        supersede(number, number);
    }

    /** The same, as long as the later one is there. */
    void supersede(long number, long later) {
        database.write("writing the store's index", c -> {
            try (PreparedStatement update = c.prepareStatement("UPDATE record SET superseded = 1 WHERE number = ?"
                    + " AND EXISTS (SELECT 1 FROM record WHERE number = ?)")) {
                update.setLong(1, number);
                update.setLong(2, later);
                return update.executeUpdate();
            }
        });
    }

    /** Forgets a record whose blob is lost. */
    void forget(long number) {
        database.write("writing the store's index", c -> {
            try (PreparedStatement delete = c.prepareStatement("DELETE FROM record WHERE number = ?")) {
                delete.setLong(1, number);
                return delete.executeUpdate();
            }
        });
    }

    /** Forgets records, but for those that were used since the rows were read; these come back. */
    List<Row> forgetUnused(Collection<Row> rows) {
        return database.write("writing the store's index", c -> {
            List<Row> used = new ArrayList<>();
            try (PreparedStatement delete = c.prepareStatement("DELETE FROM record WHERE number = ? AND used = ?")) {
                for (Row row : rows) {
                    delete.setLong(1, row.id().number());
                    delete.setLong(2, row.used());
                    if (delete.executeUpdate() == 0) {
                        used.add(row);
                    }
                }
            }
            return used;
        });
    }

    /** Notes that records were used now. */
    void markUsed(Collection<Long> numbers) {
        mark("UPDATE record SET used = ? WHERE number = ?", numbers, PreparedStatement::setLong);
    }

    private interface Setting<T> {
        void set(PreparedStatement statement, int index, T value) throws SQLException;
    }

    private <T> void mark(String sql, Collection<T> keys, Setting<T> setting) {
        long now = clock.millis();
        database.write("writing the store's index", c -> {
            try (PreparedStatement update = c.prepareStatement(sql)) {
                for (T key : keys) {
                    update.setLong(1, now);
                    setting.set(update, 2, key);
                    update.executeUpdate();
                }
            }
            return keys.size();
        });
    }

    /** A use that lies in the future would make a record the youngest for ever: it counts from now on. */
    void adjustFuture(long now) {
        database.write("writing the store's index", c -> {
            for (String column :
                    new String[] {"record SET used", "passed SET used", "reading SET used", "stat SET learnt"}) {
                String name = column.substring(column.lastIndexOf(' ') + 1);
                Database.execute(c, "UPDATE " + column + " = " + now + " WHERE " + name + " > " + now);
            }
            return 0;
        });
    }

    /** Forgets checks and digests of files that are older than that. */
    void forgetBefore(long time) {
        database.write("writing the store's index", c -> {
            Database.execute(c, "DELETE FROM passed WHERE used < " + time);
            Database.execute(c, "DELETE FROM reading WHERE used < " + time);
            Database.execute(c, "DELETE FROM stat WHERE learnt < " + time);
            return 0;
        });
    }

    /** When these checks last passed with these artifacts, or were found to have. */
    Optional<Long> passed(Digest what) {
        return database.run("reading the store's index", c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT used FROM passed WHERE what = ?")) {
                select.setString(1, what.hex());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
                }
            }
        });
    }

    /** Forgets that something passed. */
    boolean forgetPassed(Digest what) {
        return database.write("writing the store's index", c -> {
            try (PreparedStatement delete = c.prepareStatement("DELETE FROM passed WHERE what = ?")) {
                delete.setString(1, what.hex());
                return delete.executeUpdate() > 0;
            }
        });
    }

    void addPassed(Collection<Digest> whats) {
        mark(
                "INSERT OR REPLACE INTO passed(used, what) VALUES(?, ?)",
                whats,
                (statement, index, what) -> statement.setString(index, what.hex()));
    }

    /** What was read out of a content, and when it was last used. */
    static final class Reading {
        private final byte[] value;
        private final long used;

        private Reading(byte[] value, long used) {
            this.value = value;
            this.used = used;
        }

        byte[] value() {
            return value;
        }

        /** In milliseconds since the epoch. */
        long used() {
            return used;
        }
    }

    /** What was read out of a content before; empty where that is not as it was written. */
    Optional<Reading> reading(Digest what) {
        return database.run("reading the store's index", c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT value, sum, used FROM reading WHERE what = ?")) {
                select.setString(1, what.hex());
                try (ResultSet row = select.executeQuery()) {
                    byte[] value = row.next() ? row.getBytes(1) : null;
                    return value != null && row.getLong(2) == sum(what, value)
                            ? Optional.of(new Reading(value, row.getLong(3)))
                            : Optional.empty();
                }
            }
        });
    }

    void addReadings(Map<Digest, byte[]> readings) {
        long now = clock.millis();
        database.write("writing the store's index", c -> {
            try (PreparedStatement insert = c.prepareStatement("INSERT OR REPLACE INTO reading VALUES(?, ?, ?, ?)")) {
                for (Map.Entry<Digest, byte[]> reading : readings.entrySet()) {
                    insert.setString(1, reading.getKey().hex());
                    insert.setBytes(2, reading.getValue());
                    insert.setLong(3, sum(reading.getKey(), reading.getValue()));
                    insert.setLong(4, now);
                    insert.executeUpdate();
                }
            }
            return readings.size();
        });
    }

    private static long sum(Digest what, byte[] value) {
        CRC32C sum = new CRC32C();
        sum.update(what.hex().getBytes(StandardCharsets.US_ASCII));
        sum.update(value);
        return sum.getValue();
    }

    /** A page of the stat cache; an empty one where it is not as it was written. */
    StatPage statPage(long device, long page) {
        return database.run("reading the stat cache", c -> statPage(c, device, page));
    }

    private static StatPage statPage(Connection c, long device, long page) throws SQLException {
        try (PreparedStatement select = c.prepareStatement("SELECT rows, sum FROM stat WHERE dev = ? AND page = ?")) {
            select.setLong(1, device);
            select.setLong(2, page);
            try (ResultSet row = select.executeQuery()) {
                byte[] rows = row.next() ? row.getBytes(1) : null;
                return rows == null
                        ? StatPage.EMPTY
                        : StatPage.of(rows, device, page, row.getLong(2)).orElse(StatPage.EMPTY);
            }
        }
    }

    /** How many files the stat cache knows. */
    long knownFiles() {
        return database.run("reading the stat cache", c -> {
            try (var statement = c.createStatement();
                    ResultSet row = statement.executeQuery("SELECT coalesce(sum(length(rows)), 0) FROM stat")) {
                return row.next() ? row.getLong(1) / StatPage.ROW : 0;
            }
        });
    }

    private record PageKey(long device, long page) {}

    void addStats(List<StatCache.Entry> entries) {
        Map<PageKey, List<StatCache.Entry>> pages = new HashMap<>();
        for (StatCache.Entry entry : entries) {
            PageKey key = new PageKey(entry.device(), StatPage.number(entry.inode()));
            pages.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
        }
        long now = clock.millis();
        database.write("writing the stat cache", c -> {
            try (PreparedStatement insert = c.prepareStatement("INSERT OR REPLACE INTO stat VALUES(?, ?, ?, ?, ?)")) {
                for (var item : pages.entrySet()) {
                    PageKey key = item.getKey();
                    // Another process may have added to it.
                    StatPage page = statPage(c, key.device(), key.page()).with(item.getValue());
                    insert.setLong(1, key.device());
                    insert.setLong(2, key.page());
                    insert.setBytes(3, page.rows());
                    insert.setLong(4, page.sum(key.device(), key.page()));
                    insert.setLong(5, now);
                    insert.executeUpdate();
                }
            }
            return 0;
        });
    }

    /** Number of rows in the record table, how many of them are superseded, and of how many units they are. */
    long[] counts() {
        return database.run("reading the store's index", c -> {
            try (var statement = c.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT count(*), coalesce(sum(superseded), 0), count(DISTINCT unit) FROM record")) {
                return row.next() ? new long[] {row.getLong(1), row.getLong(2), row.getLong(3)} : new long[3];
            }
        });
    }

    /** Whether there is a record of this number. */
    boolean has(long number) {
        return database.run("reading the store's index", c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT 1 FROM record WHERE number = ?")) {
                select.setLong(1, number);
                try (ResultSet row = select.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    /** All records with a higher number than that, by unit and number. */
    void all(long above, BiConsumer<String, Row> rows) {
        List<Runnable> found = database.run("reading the store's index", c -> {
            List<Runnable> all = new ArrayList<>();
            try (PreparedStatement select = c.prepareStatement(
                    "SELECT " + COLUMNS + ", unit FROM record WHERE number > ? ORDER BY unit, number")) {
                select.setLong(1, above);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        String unit = String.valueOf(row.getString(5));
                        row(row).ifPresent(r -> all.add(() -> rows.accept(unit, r)));
                    }
                }
            }
            return all;
        });
        found.forEach(Runnable::run);
    }

    /** Whether SQLite found nothing wrong; a damaged index has been replaced. */
    boolean isSound() {
        int[] looks = new int[1];
        database.run("checking the store's index", c -> {
            looks[0]++;
            try (var statement = c.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA integrity_check(1)")) {
                String said = row.next() ? row.getString(1) : "nothing";
                if (!said.equals("ok")) {
                    throw Database.damage(said);
                }
                return 0;
            }
        });
        return looks[0] == 1;
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
