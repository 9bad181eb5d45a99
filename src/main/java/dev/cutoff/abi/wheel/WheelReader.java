package dev.cutoff.abi.wheel;

import dev.cutoff.abi.FormatException;
import java.io.IOException;
import java.nio.file.Path;

/** Reads wheels. */
public final class WheelReader {

    private WheelReader() {}

    /** Whether a file's name is that of a wheel. */
    public static boolean isNamedSo(String fileName) {
        return fileName.endsWith(".whl");
    }

    /** Whether a file of the build interface is copied into what is linked with it: an archive or an object. */
    public static boolean isCopied(String path) {
        return path.endsWith(".a") || path.endsWith(".o") || path.endsWith(".lib") || path.endsWith(".obj");
    }

    /**
     * The fingerprint of a wheel, straight from the zip.
     *
     * @throws FormatException if it is no wheel that can be trusted: a damaged or hostile zip, no METADATA or WHEEL, a RECORD
     *     that does not fit; names the entry
     * @throws IOException if the file is not there or can't be opened
     */
    public static Wheel read(Path file) throws FormatException, IOException {
        throw new IOException(file + ": not yet");
    }
}
