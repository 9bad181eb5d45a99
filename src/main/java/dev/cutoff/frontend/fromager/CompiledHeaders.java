package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.document.LayoutsJson;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.wheel.HeaderProbe;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What headers of wheels say to a compiler, kept by the digests of the headers: the wheel that another one was built against is
 * mostly gone when the question comes up. {@code headers/HEADERS.CONTENT.json} in the folder of records.
 */
final class CompiledHeaders {

    private static final int DIGITS = 16;

    private final Path folder;
    private final Map<Digest, Optional<Layouts>> known = new ConcurrentHashMap<>();

    CompiledHeaders(Path records) {
        this.folder = records.resolve("headers");
    }

    /** The headers of a wheel with their digests, by path. */
    static SortedMap<String, Digest> headers(Wheel wheel) {
        SortedMap<String, Digest> headers = new TreeMap<>(wheel.build());
        headers.keySet().removeIf(path -> !Header.isNamedSo(path.substring(path.lastIndexOf('/') + 1)));
        return headers;
    }

    private static Digest key(Wheel wheel) {
        StringBuilder text = new StringBuilder("headers");
        headers(wheel)
                .forEach((path, digest) ->
                        text.append('\n').append(path).append(' ').append(digest.hex()));
        return Digest.ofText(text.toString());
    }

    /** What was kept; empty where nothing was, or it is damaged. */
    Optional<Layouts> kept(Wheel wheel) {
        return known.computeIfAbsent(key(wheel), this::find);
    }

    private Optional<Layouts> find(Digest key) {
        if (Files.isDirectory(folder)) {
            for (Path file : Folders.filesIn(folder, ".json")) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(key.hex() + ".")) {
                    try {
                        byte[] bytes = Folders.bytes(file);
                        if (name.equals(name(key, Digest.of(bytes)))) {
                            return Optional.of(
                                    LayoutsJson.read(new String(bytes, StandardCharsets.UTF_8), file.toString()));
                        }
                    } catch (Failure e) {
                        // As if it were not there: what can't be read speaks for nothing.
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String name(Digest key, Digest content) {
        return key.hex() + "." + content.hex().substring(0, DIGITS) + ".json";
    }

    /** Compiles the headers of a wheel that is there, and keeps what comes of it for this run. */
    Layouts compiled(Wheel wheel, Path file) throws FormatException, IOException {
        Path scratch = Files.createTempDirectory("cutoff-headers");
        try {
            Layouts layouts = HeaderProbe.read(file, scratch, "python3");
            known.put(key(wheel), Optional.of(layouts));
            return layouts;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.environment("interrupted");
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /** Keeps what the headers of a wheel say for later runs, if it has any. */
    void keep(Wheel wheel, Path file) throws FormatException, IOException {
        if (!headers(wheel).isEmpty() && kept(wheel).isEmpty()) {
            String text = LayoutsJson.document(compiled(wheel, file));
            WheelRecords.replace(folder.resolve(name(key(wheel), Digest.ofText(text))), text);
        }
    }
}
