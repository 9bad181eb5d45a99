package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What files hold, asked once while their stat is the same. Errors become states too: a missing file is a state. */
final class FileDigests {

    /** A file changed less than this ago may change again without its times telling. */
    private static final long FRESH_NANOS = 50_000_000;

    private record Known(String stat, String digest) {}

    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** Size, time and place of a file; "absent" for none. A new name for it, which only its ctime tells, is no change. */
    static String stat(Path file) throws IOException {
        try {
            Map<String, Object> all = Files.readAttributes(file, "unix:size,lastModifiedTime,ino,dev");
            return all.get("size") + " " + nanos(all.get("lastModifiedTime")) + " " + all.get("ino") + " "
                    + all.get("dev");
        } catch (NoSuchFileException e) {
            return "absent";
        }
    }

    private static long nanos(@Nullable Object time) {
        return time instanceof FileTime known ? known.to(TimeUnit.NANOSECONDS) : Long.MAX_VALUE;
    }

    /** When a file last changed, contents or place, in nanoseconds since 1970. */
    static long changed(Path file) throws IOException {
        Map<String, Object> all = Files.readAttributes(file, "unix:lastModifiedTime,ctime");
        return Math.max(nanos(all.get("lastModifiedTime")), nanos(all.get("ctime")));
    }

    static long now() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
    }

    /** A file's content. */
    String content(Path file) throws IOException {
        return digest(file, "content", () -> hash(file));
    }

    /** What a dependency's file announces to those who compile against it: of an rlib the metadata, else all. */
    String announced(Path file) throws IOException {
        if (!file.toString().endsWith(".rlib")) {
            return content(file);
        }
        return digest(file, "metadata", () -> Libraries.metadataDigest(file));
    }

    private interface Computation {
        String run() throws IOException;
    }

    private String digest(Path file, String kind, Computation computation) throws IOException {
        String stat = stat(file);
        if (stat.equals("absent")) {
            return stat;
        }
        String key = kind + " " + file;
        Known before = known.get(key);
        if (before != null && before.stat().equals(stat)) {
            return before.digest();
        }
        String digest = computation.run();
        if (!stat(file).equals(stat)) {
            throw new IOException(file + " changes while it is read");
        }
        if (now() - nanos(Files.getLastModifiedTime(file)) > FRESH_NANOS) {
            known.put(key, new Known(stat, digest));
        }
        return digest;
    }

    private static String hash(Path file) throws IOException {
        return Digest.of(Files.readAllBytes(file)).hex();
    }

    /** Names, sizes and times of what is in a folder; for libraries outside of what cargo builds. */
    static String listing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "absent";
        }
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
                if (of.isRegularFile()) {
                    lines.add(file.getFileName() + " " + of.size() + " " + of.lastModifiedTime());
                }
            }
        }
        Collections.sort(lines);
        return Digest.ofText(String.join("\n", lines)).hex();
    }
}
