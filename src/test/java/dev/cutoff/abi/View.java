package dev.cutoff.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes of a test as a mapped file would show them, unmapped at the end. */
public final class View {

    private View() {}

    /** What a reader makes of the bytes. */
    public static <T> T of(byte[] bytes, MappedFile.Reader<T> reader) throws FormatException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
            MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return reader.read(Cursor.over(copy, "fuzz"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
