package dev.cutoff.cli;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.document.InterfaceReader;
import dev.cutoff.abi.document.WheelJsonReader;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.HeaderNames;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file or folder that a user names, as a fingerprint: taken now, or written before. */
final class InterfaceFile {

    private InterfaceFile() {}

    /** Takes the fingerprint of what is there. */
    static Fingerprint take(Path path) {
        return take(path, null);
    }

    /**
     * The same, with the types that the headers beneath a folder show.
     *
     * @param headers the include folder, null where none was named
     */
    static Fingerprint take(Path path, @Nullable Path headers) {
        if (!Files.exists(path)) {
            throw Failure.input(path + ": no such file or folder");
        }
        try {
            if (WheelReader.isNamedSo(path.toString()) && !Files.isDirectory(path)) {
                return WheelReader.read(path);
            }
            return Fingerprinter.read(path, headers == null ? null : headerNames(headers));
        } catch (FormatException e) {
            throw Failure.input(e.getMessage());
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /** The same; of a file {@code *.json}, the fingerprint that it holds. */
    static Fingerprint takeOrRead(Path path, @Nullable Path headers) {
        if (!path.toString().endsWith(".json") || Files.isDirectory(path)) {
            return take(path, headers);
        }
        if (!Files.exists(path)) {
            throw Failure.input(path + ": no such file or folder");
        }
        try {
            String document = Files.readString(path);
            return WheelJsonReader.isOne(document)
                    ? WheelJsonReader.read(document, path.toString())
                    : InterfaceReader.read(document, path.toString());
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private static Set<String> headerNames(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw Failure.input(folder + ": no such folder");
        }
        Set<String> names = HeaderNames.beneath(folder, true);
        if (names == null) {
            throw Failure.input(folder + ": has no headers");
        }
        return names;
    }

    static Failure failure(Path path, IOException e) {
        return e instanceof AccessDeniedException || e.getMessage() == null
                ? Failure.io("reading " + path, e)
                : Failure.input("reading " + path + ": " + e.getMessage());
    }
}
