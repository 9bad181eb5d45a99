package dev.cutoff.observe;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.x86.KernelEntries;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Which programs and libraries enter the kernel by instructions of their own, behind the observing library's back. Each
 * file is looked through once for its content.
 */
public final class DirectCalls {

    /** Contents that were looked through and found without such instructions. */
    public interface Known {
        boolean has(Digest content);

        void add(Digest content);
    }

    /**
     * A library of the machine that may.
     *
     * @param name how its file's name begins
     * @param variable one that makes it use files; "" for none
     * @param reason why it does no harm
     */
    private record Harmless(String name, String variable, String reason) {}

    private static final String SANITIZER =
            "its memory, its threads, what /proc/self says, and files that the variable names";

    private static final List<Harmless> HARMLESS = List.of(
            new Harmless("libc.so.6", "", "the observing library stands before it"),
            new Harmless("libc-2.", "", "the same, as older systems name it"),
            new Harmless("libpthread.so.0", "", "part of the C library: threads"),
            new Harmless("librt.so.1", "", "part of the C library: timers and queues"),
            new Harmless("ld-linux-x86-64.so.2", "", "what it loads is told, where it looked follows from that"),
            new Harmless("ld-2.", "", "the same, as older systems name it"),
            new Harmless("libgomp.so.", "", "waits of threads (futex)"),
            new Harmless("libitm.so.", "", "waits of threads (futex)"),
            new Harmless("libunwind.so.8", "", "asks whether its own memory can be read"),
            new Harmless("libunwind-x86_64.so.8", "", "the same"),
            new Harmless("libcrypto.so.", "", "tables of constants among its code"),
            new Harmless("libgcrypt.so.", "", "tables of constants among its code"),
            new Harmless("libasan.so.", "ASAN_OPTIONS=", SANITIZER),
            new Harmless("liblsan.so.", "LSAN_OPTIONS=", SANITIZER),
            new Harmless("libtsan.so.", "TSAN_OPTIONS=", SANITIZER),
            new Harmless("libubsan.so.", "UBSAN_OPTIONS=", SANITIZER));

    private final Function<String, Optional<Path>> physical;
    private final FileDigests digests;
    private final Known known;
    private final Map<String, Boolean> asked = new HashMap<>();

    /** @param physical where a path that the build saw stands now; empty where nowhere */
    public DirectCalls(Function<String, Optional<Path>> physical, FileDigests digests, Known known) {
        this.physical = physical;
        this.digests = digests;
        this.known = known;
    }

    /**
     * Why a file that a process has loaded may have escaped, completing "PROGRAM ..."; empty where it can't have.
     *
     * @param verdict what the process itself found in a file that its build may have made, see {@code judge} in
     *     processes.c
     * @param started when the process began, in seconds since the epoch
     */
    Optional<String> escape(String path, String verdict, double started, List<String> environment) {
        if (verdict.equals("-") || isHarmless(path, environment)) {
            return Optional.empty();
        }
        boolean may = verdict.equals("?")
                ? !isUnchangedSince(path, started) || lookThrough(path)
                : asked.computeIfAbsent(path, this::byContent);
        return may ? Optional.of("has in it " + path + ", which may enter the kernel by itself") : Optional.empty();
    }

    /** Whether a variable may make a library do what it does not do else. */
    static boolean heeds(String variable) {
        return HARMLESS.stream()
                .anyMatch(library -> !library.variable().isEmpty() && variable.startsWith(library.variable()));
    }

    private static boolean isHarmless(String path, List<String> environment) {
        if (!(path.startsWith("/usr/lib") || path.startsWith("/lib"))) {
            return false;
        }
        String name = Place.name(path);
        for (Harmless harmless : HARMLESS) {
            if (name.startsWith(harmless.name())) {
                return harmless.variable().isEmpty()
                        || environment.stream().noneMatch(v -> v.startsWith(harmless.variable()));
            }
        }
        return false;
    }

    /** Where a path that the build saw stands; empty where nowhere. */
    Optional<Path> physical(String path) {
        return physical.apply(path);
    }

    /** Whether a file stands at a path that the build saw. */
    boolean isFile(String path) {
        return physical.apply(path).filter(Files::isRegularFile).isPresent();
    }

    private boolean isUnchangedSince(String path, double started) {
        try {
            Optional<Path> file = physical.apply(path);
            return file.isPresent()
                    && Files.getAttribute(file.get(), "unix:ctime") instanceof FileTime changed
                    && changed.to(TimeUnit.MICROSECONDS) < (long) (started * 1e6);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean byContent(String path) {
        try {
            Optional<Path> file = physical.apply(path);
            if (file.isEmpty()) {
                return true;
            }
            Digest content = digests.of(file.get());
            if (known.has(content)) {
                return false;
            }
            boolean may = lookThrough(path);
            if (!may) {
                known.add(content);
            }
            return may;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean lookThrough(String path) {
        try {
            Optional<Path> file = physical.apply(path);
            return file.isEmpty() || MappedFile.read(file.get(), KernelEntries::mayBeIn);
        } catch (IOException | FormatException e) {
            return true;
        }
    }
}
