package dev.cutoff.cli;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.wheel.HeaderProbe;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.store.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the headers of wheels define: whether that has to be looked at, and by compiling them. */
final class WheelHeaders {

    private WheelHeaders() {}

    /** Whether a header of the old wheel is another one, or gone. */
    static boolean differ(Wheel old, Wheel now) {
        return headers(old).entrySet().stream()
                .anyMatch(header -> !header.getValue().equals(now.build().get(header.getKey())));
    }

    private static SortedMap<String, Digest> headers(Wheel wheel) {
        SortedMap<String, Digest> headers = new TreeMap<>(wheel.build());
        headers.keySet().removeIf(path -> !Header.isNamedSo(path.substring(path.lastIndexOf('/') + 1)));
        return headers;
    }

    /** Whether both are wheels themselves: fingerprints that were written before have no headers to compile. */
    static boolean areThere(Path old, Path now) {
        return WheelReader.isNamedSo(old.toString()) && WheelReader.isNamedSo(now.toString());
    }

    /** Compiles the headers of a wheel. */
    static Layouts compile(Path wheel, String python) {
        try {
            Path scratch = Files.createTempDirectory("cutoff-headers");
            try {
                return HeaderProbe.read(wheel, scratch, python);
            } finally {
                Scratch.delete(scratch);
            }
        } catch (FormatException e) {
            throw Failure.input(e.getMessage());
        } catch (IOException e) {
            throw InterfaceFile.failure(wheel, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.environment("interrupted");
        }
    }
}
