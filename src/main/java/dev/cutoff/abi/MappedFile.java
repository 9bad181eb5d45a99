package dev.cutoff.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A regular file, mapped into memory for as long as a reader works on it. */
public final class MappedFile {

    /** Something that makes a result of a file's bytes. The result must not keep the cursor or a slice of it. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Cursor bytes) throws FormatException, IOException;
    }

    private MappedFile() {}

    /**
     * Another file that is read together with one, mapped for as long as an arena is open. To be called by a {@link
     * Reader}, so that its caller learns of pages that are gone.
     *
     * @throws IOException if it is no regular file or can't be opened
     */
    public static Cursor map(Path path, Arena arena) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + ": not a regular file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return Cursor.over(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), path.toString());
        }
    }

    /**
     * What a reader makes of a file.
     *
     * @throws FormatException if the file is damaged, or was cut short while it was read
     * @throws IOException if it is no regular file or can't be opened
     */
    public static <T> T read(Path path, Reader<T> reader) throws FormatException, IOException {
        if (!Files.isRegularFile(path)) {
            // Opening a FIFO would wait for a writer.
            throw new IOException(path + (Files.exists(path) ? ": not a regular file" : ": no such file"));
        }
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            return reader.read(
                    Cursor.over(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena), path.toString()));
        } catch (InternalError e) {
            // The JVM's word for a page that is gone: another process made the file shorter than it was when it was
            // mapped, or the disk failed.
            throw new FormatException(path.toString(), 0, "changed while it was read: " + e.getMessage());
        }
    }
}
