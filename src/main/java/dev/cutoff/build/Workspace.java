package dev.cutoff.build;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cutoff's folder in a workspace, {@code .cutoff}: artifacts for the user, logs, the last decisions, and a lock that
 * only one run at a time holds.
 */
public final class Workspace {

    private final Path folder;

    public Workspace(Path root) {
        this.folder = root.resolve(".cutoff");
    }

    public Path folder() {
        return folder;
    }

    public Path out() {
        return folder.resolve("out");
    }

    /** The log of a unit's last build. */
    public Path log(String unit) {
        return folder.resolve("log").resolve(unit + ".log");
    }

    /** The last decision about a unit, as JSON. */
    public Path decision(String unit) {
        return folder.resolve("decisions").resolve(unit + ".json");
    }

    /** Tells of a run that has not come to its end. */
    public RunMark mark() {
        return new RunMark(folder);
    }

    /** Who works in the workspace now, where somebody does; nothing is taken or made. */
    public Optional<String> holder() {
        Path file = folder.resolve("lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null
                    ? Optional.empty()
                    : Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            // There is none, or it is another user's.
            return Optional.empty();
        }
    }

    /** Folder for builds without a sandbox. */
    Path unconfined() {
        return folder.resolve("root");
    }

    private void make() throws IOException {
        Files.createDirectories(folder);
        Path ignore = folder.resolve(".gitignore");
        if (!Files.exists(ignore)) {
            Files.writeString(ignore, "*\n");
        }
    }

    /** Keeps a unit's decision for {@code explain}; what is there already is not written again. */
    public void saveDecision(String unit, String json) {
        Path file = decision(unit);
        try {
            if (isThere(file, json)) {
                return;
            }
            Files.createDirectories(file.getParent());
            Path temporary = file.resolveSibling("." + unit + ".tmp");
            Files.writeString(temporary, json);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }

    private static boolean isThere(Path file, String text) throws IOException {
        try {
            return Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Takes the workspace for this process; waits while another has it. The lock goes with the process, however it
     * ends.
     *
     * @param whoWaits told who holds it, where somebody does
     */
    public Hold hold(Consumer<String> whoWaits) {
        Path file = folder.resolve("lock");
        try {
            make();
            RandomAccessFile lockFile = new RandomAccessFile(file.toFile(), "rw");
            FileChannel channel = lockFile.getChannel();
            FileLock lock = channel.tryLock();
            boolean waited = lock == null;
            if (waited) {
                byte[] holder = new byte[(int) Math.min(400, lockFile.length())];
                lockFile.readFully(holder);
                whoWaits.accept(new String(holder, StandardCharsets.UTF_8).strip());
                lock = channel.lock();
            }
            lockFile.setLength(0);
            lockFile.write(describeSelf().getBytes(StandardCharsets.UTF_8));
            return new Hold(lockFile, waited);
        } catch (IOException e) {
            throw Failure.io("taking the workspace " + folder.getParent(), e);
        }
    }

    private static String describeSelf() {
        return "process " + ProcessHandle.current().pid() + " (since "
                + java.time.LocalTime.now(java.time.ZoneId.systemDefault()).withNano(0) + ")\n";
    }

    /** A workspace that is held. */
    public static final class Hold implements AutoCloseable {
        private final RandomAccessFile file;
        private final boolean waited;

        private Hold(RandomAccessFile file, boolean waited) {
            this.file = file;
            this.waited = waited;
        }

        /** Whether another run held it before, during which things may have changed. */
        public boolean waited() {
            return waited;
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw Failure.io("giving the workspace back", e);
            }
        }
    }
}
