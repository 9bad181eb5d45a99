package dev.cutoff.store;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code index.db}, which SQLite writes (WAL): one connection, used by one thread at a time; other processes
 * have theirs, and SQLite orders the writers.
 *
 * <p>A damaged file is moved to {@code damaged/} and a new one takes its place, filled with what can be had elsewhere;
 * then the work that met the damage is done again. Other processes that still have the old file open find it damaged
 * too, and find the new one by themselves. Opening and moving exclude each other: a process must not have the file of
 * one database and the log of another.
 */
final class Database implements AutoCloseable {

    /** Makes and fills the tables of a new database, or brings older ones up to date. */
    interface Making {
        /**
         * Makes them.
         *
         * @param version of what is there; 0 if nothing
         */
        void make(Connection connection, int version) throws SQLException;
    }

    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** SQLite's codes for what only a damaged file can lead to: our own statements are right. */
    private static final Set<Integer> DAMAGE = Set.of(
            /* ERROR, "no such column" */ 1,
            /* INTERNAL */ 2,
            /* CORRUPT */ 11,
            /* SCHEMA */ 17,
            /* TOOBIG */ 18,
            /* CONSTRAINT */ 19,
            /* MISMATCH */ 20,
            /* FORMAT */ 24,
            /* RANGE */ 25,
            /* NOTADB */ 26);

    /** Marks the file as ours, in the header's field for that; changed by the version, so that each vouches for both. */
    private static final int APPLICATION = 0x43555400;

    private static final int HEADER = 100;

    private final Path file;
    private final Path damaged;
    private final int schema;
    private final Making making;
    private final Gate moving;
    private final Consumer<String> notes;
    private @Nullable Connection connection;
    private @Nullable Object identity;

    Database(Path store, int schema, Making making, Consumer<String> notes) {
        this.file = store.resolve("index.db");
        this.damaged = store.resolve("damaged");
        this.schema = schema;
        this.making = making;
        this.moving = new Gate(store.resolve("index.lock"));
        this.notes = notes;
        run("opening " + file, c -> 0);
    }

    /** Does something, outside of any transaction. */
    synchronized <T> T run(String doing, Work<T> work) {
        for (int attempt = 0; ; attempt++) {
            try {
                return work.run(connection());
            } catch (SQLException e) {
                if (!isDamage(e) || attempt == 2) {
                    throw failure(doing, e);
                }
                startAnew(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Does something in one transaction, which no other writer is in at the same time. */
    synchronized <T> T write(String doing, Work<T> work) {
        return run(doing, c -> {
            execute(c, "BEGIN IMMEDIATE");
            try {
                T result = work.run(c);
                execute(c, "COMMIT");
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    execute(c, "ROLLBACK");
                } catch (SQLException rolledBack) {
                    // SQLite may have rolled back by itself; the first error is the one to tell.
                    e.addSuppressed(rolledBack);
                }
                throw e;
            }
        });
    }

    /** Whether this is still the store's index, and no other has taken its place. */
    boolean isInPlace() throws IOException {
        return identity != null && identity.equals(identity(file));
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            try {
                open = moving.share(this::open);
            } catch (IOException e) {
                throw e.getCause() instanceof SQLException sql ? sql : new SQLException(e.getMessage(), null, 14, e);
            }
            connection = open;
        }
        return open;
    }

    private Connection open() throws IOException {
        identity = identity(file);
        checkHeader();
        Connection open = null;
        try {
            open = DriverManager.getConnection("jdbc:sqlite:" + file);
            execute(open, "PRAGMA busy_timeout=30000");
            execute(open, "PRAGMA journal_mode=WAL");
            execute(open, "PRAGMA synchronous=NORMAL");
            migrate(open);
            identity = identity(file);
            return open;
        } catch (SQLException | RuntimeException e) {
            if (open != null) {
                try {
                    open.close();
                } catch (SQLException closing) {
                    e.addSuppressed(closing);
                }
            }
            if (e instanceof RuntimeException ours) {
                throw ours;
            }
            throw new IOException(e);
        }
    }

    private static @Nullable Object identity(Path file) throws IOException {
        try {
            return Files.readAttributes(file, "unix:dev,ino");
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void migrate(Connection open) throws SQLException {
        int version = number(open, "PRAGMA user_version");
        if (version == schema) {
            return;
        }
        if (version > schema) {
            throw Failure.environment(file + " has schema " + version + ", this Cutoff knows " + schema
                    + "; use the Cutoff that made it, or another store (--store DIR)");
        }
        execute(open, "BEGIN IMMEDIATE");
        // Another process may have been faster.
        int present = number(open, "PRAGMA user_version");
        if (present < schema) {
            making.make(open, present);
            execute(open, "PRAGMA application_id=" + (APPLICATION + schema));
            execute(open, "PRAGMA user_version=" + schema);
        }
        execute(open, "COMMIT");
    }

    /** What of the header SQLite takes for a wish, or we for another version's: told from damage here. */
    private void checkHeader() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(HEADER);
        } catch (NoSuchFileException e) {
            return;
        }
        if (bytes.length == 0) {
            return;
        }
        if (bytes.length < HEADER) {
            throw new IOException(damage("it has no whole header"));
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        boolean magic = new String(bytes, 0, 16, StandardCharsets.ISO_8859_1).equals("SQLite format 3\0");
        boolean modes = bytes[18] >= 1 && bytes[18] <= 2 && bytes[19] >= 1 && bytes[19] <= 2;
        int version = header.getInt(60);
        int application = header.getInt(68);
        // The first form of this file had no mark.
        boolean marked = version <= 1 ? application == 0 : application == APPLICATION + version;
        boolean utf8 = header.getInt(56) == 1 || header.getInt(56) == 0;
        if (!magic || !modes || !marked || !utf8) {
            throw new IOException(damage("its header is none of ours"));
        }
    }

    /** What SQLite throws for damage, where we are the ones to notice. */
    static SQLException damage(String what) {
        return new SQLException(what, null, 26);
    }

    static boolean isDamage(SQLException e) {
        return DAMAGE.contains(e.getErrorCode() & 0xff);
    }

    /** Moves the file away, unless another process has done so already. */
    private void startAnew(String why) {
        Object opened = identity;
        close(connection);
        connection = null;
        try {
            moving.exclude(() -> {
                if (opened == null || opened.equals(identity(file))) {
                    Files.createDirectories(damaged);
                    String to = "index-" + System.currentTimeMillis() + ".db";
                    for (String part : new String[] {"-wal", "-shm", ""}) {
                        move(file.resolveSibling(file.getFileName() + part), damaged.resolve(to + part));
                    }
                    notes.accept("the store's index was damaged (" + why + "); it was moved to " + damaged.resolve(to)
                            + ", and a new one is made from the records themselves");
                }
                return 0;
            });
        } catch (IOException e) {
            throw Failure.io("moving the damaged index of the store away", e);
        }
        identity = null;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // Not every database has a log.
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
        return Failure.environment(doing + ": " + message);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // What is damaged can't be closed well.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        Connection open = connection;
        connection = null;
        try (Gate _ = moving) {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            if (!isDamage(e)) {
                throw failure("closing the store's index", e);
            }
        }
    }
}
