package dev.cutoff.abi.wheel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * What a wheel's headers say to a compiler: the layouts of their types, and the functions whose bodies stand in them. A
 * translation unit that includes them is compiled with debug information, which is read; so a compiler and the Python headers
 * are needed, and the wheel is unpacked to a folder that is removed again.
 */
public final class HeaderProbe {

    /**
     * The layouts.
     *
     * @param structs by name, {@code struct tagPyArrayObject_fields}; enumerations and typedef names of unnamed ones too
     * @param functions functions with a body in a header, by name: digest of the tokens of their definition
     * @param gaps what could not be compiled or read; with one, nothing of it is known
     */
    public record Layouts(SortedMap<String, Layout> structs, SortedMap<String, String> functions, List<String> gaps) {}

    /**
     * A type that consumers can see.
     *
     * @param size in bytes
     * @param members one a line, in order: offset in bits, name, type
     * @param exact its id (see {@code TypeId}), over all names that it leads to
     * @param layout its id without names: the same for types that lie the same in memory
     */
    public record Layout(long size, List<String> members, String exact, String layout) {}

    private HeaderProbe() {}

    /**
     * Compiles the headers of a wheel.
     *
     * @param scratch an existing folder, in which the probe works and leaves nothing
     * @throws IOException if the wheel can't be read or the folder not be written to. Headers that can't be compiled, and a missing
     *     compiler, are gaps
     */
    public static Layouts read(Path wheel, Path scratch) throws IOException, InterruptedException {
        throw new IOException(wheel + ": headers are not compiled yet");
    }
}
