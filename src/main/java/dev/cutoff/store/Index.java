package dev.cutoff.store;

import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The store's index in SQLite ({@code index.db}, WAL): which records there are for a unit, which checks passed, and the
 * stat cache's rows.
 *
 * <p>One connection, used by one thread at a time; other processes have theirs, and SQLite orders the writers.
 */
public final class Index implements AutoCloseable {

    /** Version of the tables. A store of another version is refused, never guessed at. */
    static final int SCHEMA = 1;

    /** A row of the record table. */
    public record Row(Decision.RecordId id, Digest artifact) {}

    private final Connection connection;

    Index(Path store) {
        Path file = store.resolve("index.db");
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout=30000");
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=NORMAL");
            }
            migrate(file);
        } catch (SQLException e) {
            throw failure("opening " + file, e);
        }
    }

    private void migrate(Path file) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version;
            try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                version = row.next() ? row.getInt(1) : 0;
            }
            if (version == SCHEMA) {
                return;
            }
            if (version != 0) {
                throw Failure.environment(file + " has schema " + version + ", this Cutoff knows " + SCHEMA
                        + "; use the Cutoff that made it, or another store (--store DIR)");
            }
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("CREATE TABLE IF NOT EXISTS record("
                    + "number INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL, blob TEXT NOT NULL,"
                    + " same_key TEXT NOT NULL, artifact TEXT NOT NULL, superseded INTEGER NOT NULL DEFAULT 0)");
            statement.execute("CREATE INDEX IF NOT EXISTS record_of_unit ON record(unit, superseded, number)");
            statement.execute("CREATE TABLE IF NOT EXISTS passed(what TEXT PRIMARY KEY) WITHOUT ROWID");
            statement.execute("CREATE TABLE IF NOT EXISTS stat("
                    + "dev INTEGER, ino INTEGER, size INTEGER, mtime INTEGER, ctime INTEGER, digest TEXT,"
                    + " PRIMARY KEY(dev, ino)) WITHOUT ROWID");
            statement.execute("PRAGMA user_version=" + SCHEMA);
            statement.execute("COMMIT");
        }
    }

    private static Failure failure(String doing, SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("SQLITE_FULL") || message.contains("disk is full") || message.contains("IOERR_SHM")) {
            return Failure.environment(
                    doing + ": no space left on device; free some, or put the store elsewhere with --store");
        }
        if (message.contains("READONLY") || message.contains("CANTOPEN") || message.contains("PERM")) {
            return Failure.environment(doing + ": permission denied; choose another store with --store");
        }
        if (message.contains("NOTADB") || message.contains("CORRUPT")) {
            return Failure.environment(
                    doing + ": the file is damaged; move it away and the store starts anew (" + message + ")");
        }
        return Failure.environment(doing + ": " + message);
    }

    /** A unit's records in the order in which they are preferred: the first of equals, unless it was superseded. */
    public synchronized List<Row> records(String unit) {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT number, blob, artifact FROM record WHERE unit = ? ORDER BY superseded, number")) {
            select.setString(1, unit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            new Decision.RecordId(row.getLong(1), new Digest(row.getString(2))),
                            new Digest(row.getString(3))));
                }
            }
        } catch (SQLException e) {
            throw failure("reading the store's index", e);
        }
        return rows;
    }

    /**
     * Adds a record. Where another with the same inputs and uses is there already, the first one wins, so that a unit
     * whose builds differ each time does not unsettle its consumers; unless {@code supersede}, which makes all such
     * earlier ones the second choice.
     *
     * @param sameKey equal for records that rest on the same inputs and facts
     * @return the record that stands: the new one, or the one that was there
     */
    public synchronized Row add(String unit, Digest blob, Digest sameKey, Digest artifact, boolean supersede) {
        try {
            execute("BEGIN IMMEDIATE");
            try {
                if (!supersede) {
                    Optional<Row> first = first(unit, sameKey);
                    if (first.isPresent()) {
                        execute("COMMIT");
                        return first.get();
                    }
                }
                try (PreparedStatement update = connection.prepareStatement(
                        "UPDATE record SET superseded = 1 WHERE unit = ? AND same_key = ?")) {
                    update.setString(1, unit);
                    update.setString(2, sameKey.hex());
                    update.executeUpdate();
                }
                long number;
                try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO record(unit, blob, same_key, artifact) VALUES(?, ?, ?, ?)")) {
                    insert.setString(1, unit);
                    insert.setString(2, blob.hex());
                    insert.setString(3, sameKey.hex());
                    insert.setString(4, artifact.hex());
                    insert.executeUpdate();
                    try (ResultSet row = insert.getGeneratedKeys()) {
                        number = row.next() ? row.getLong(1) : 0;
                    }
                }
                execute("COMMIT");
                return new Row(new Decision.RecordId(number, blob), artifact);
            } catch (SQLException e) {
                rollback(e);
                throw e;
            }
        } catch (SQLException e) {
            throw failure("writing a record of " + unit, e);
        }
    }

    private void rollback(SQLException cause) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite may have rolled back by itself; the first error is the one to tell.
            cause.addSuppressed(e);
        }
    }

    private Optional<Row> first(String unit, Digest sameKey) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT number, blob, artifact FROM record"
                + " WHERE unit = ? AND same_key = ? AND superseded = 0 ORDER BY number LIMIT 1")) {
            select.setString(1, unit);
            select.setString(2, sameKey.hex());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new Row(
                        new Decision.RecordId(row.getLong(1), new Digest(row.getString(2))),
                        new Digest(row.getString(3))));
            }
        }
    }

    /** Forgets a record whose blob is lost. */
    public synchronized void forget(long number) {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM record WHERE number = ?")) {
            delete.setLong(1, number);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw failure("writing the store's index", e);
        }
    }

    /** Whether these checks passed with these artifacts before. */
    public synchronized boolean hasPassed(Digest what) {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM passed WHERE what = ?")) {
            select.setString(1, what.hex());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw failure("reading the store's index", e);
        }
    }

    public synchronized void addPassed(Digest what) {
        try (PreparedStatement insert = connection.prepareStatement("INSERT OR IGNORE INTO passed(what) VALUES(?)")) {
            insert.setString(1, what.hex());
            insert.executeUpdate();
        } catch (SQLException e) {
            throw failure("writing the store's index", e);
        }
    }

    /** Takes the stat cache's rows one by one. */
    interface StatRows {
        void accept(long device, long inode, StatCache.Stamp stamp, Digest digest);
    }

    synchronized void stats(StatRows rows) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT dev, ino, size, mtime, ctime, digest FROM stat")) {
            while (row.next()) {
                rows.accept(
                        row.getLong(1),
                        row.getLong(2),
                        new StatCache.Stamp(row.getLong(3), row.getLong(4), row.getLong(5)),
                        new Digest(row.getString(6)));
            }
        } catch (SQLException e) {
            throw failure("reading the stat cache", e);
        }
    }

    synchronized void addStats(List<StatCache.Entry> entries) {
        try {
            execute("BEGIN IMMEDIATE");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT OR REPLACE INTO stat VALUES(?, ?, ?, ?, ?, ?)")) {
                for (StatCache.Entry entry : entries) {
                    insert.setLong(1, entry.device());
                    insert.setLong(2, entry.inode());
                    insert.setLong(3, entry.stamp().size());
                    insert.setLong(4, entry.stamp().mtime());
                    insert.setLong(5, entry.stamp().ctime());
                    insert.setString(6, entry.digest().hex());
                    insert.addBatch();
                }
                insert.executeBatch();
                execute("COMMIT");
            } catch (SQLException e) {
                rollback(e);
                throw e;
            }
        } catch (SQLException e) {
            throw failure("writing the stat cache", e);
        }
    }

    /** Number of rows in the record table, and how many of them are superseded. */
    synchronized long[] counts() {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*), coalesce(sum(superseded), 0), count(DISTINCT unit) FROM record")) {
            return row.next() ? new long[] {row.getLong(1), row.getLong(2), row.getLong(3)} : new long[3];
        } catch (SQLException e) {
            throw failure("reading the store's index", e);
        }
    }

    /** All records, by unit and number. */
    synchronized void all(java.util.function.BiConsumer<String, Row> rows) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT unit, number, blob, artifact FROM record ORDER BY unit, number")) {
            while (row.next()) {
                rows.accept(
                        row.getString(1),
                        new Row(
                                new Decision.RecordId(row.getLong(2), new Digest(row.getString(3))),
                                new Digest(row.getString(4))));
            }
        } catch (SQLException e) {
            throw failure("reading the store's index", e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure("closing the store's index", e);
        }
    }
}
