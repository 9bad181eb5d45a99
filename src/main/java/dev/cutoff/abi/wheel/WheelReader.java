package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.abi.zip.ZipArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Reads wheels: the directory and RECORD first, then all files, on two processors where there are two. */
public final class WheelReader {

    private static final int MOST_THREADS = 4;

    /** Below, another thread costs more than it brings. */
    private static final long WORTH_THREADS = 1 << 20;

    private final ZipArchive archive;
    private final WheelName name;
    private final String file;

    private WheelReader(ZipArchive archive, WheelName name, String file) {
        this.archive = archive;
        this.name = name;
        this.file = file;
    }

    /** Whether a file's name is that of a wheel. */
    public static boolean isNamedSo(String fileName) {
        return fileName.endsWith(WheelName.SUFFIX);
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
        return MappedFile.<Wheel>read(file, bytes -> read(bytes, String.valueOf(file.getFileName())));
    }

    /** The same of a file's bytes; {@code fileName} tells name, version and tags (PEP 427). */
    public static Wheel read(Cursor bytes, String fileName) throws FormatException {
        WheelName name = WheelName.of(fileName, bytes.file());
        return new WheelReader(ZipArchive.open(bytes), name, bytes.file()).read();
    }

    private Wheel read() throws FormatException {
        String distInfo = distInfo();
        try (Inflation inflation = new Inflation(archive)) {
            Fields metadata = fields(inflation, distInfo + "/METADATA");
            Fields wheel = fields(inflation, distInfo + "/WHEEL");
            check(metadata, wheel, distInfo);
            Cursor recorded = content(inflation, distInfo + "/RECORD");
            RecordFile record =
                    RecordFile.read(recorded.bytesAt(0, recorded.size()), file + ": " + distInfo + "/RECORD");
            record.check(archive.entries(), distInfo);
            String base = distInfo.substring(0, distInfo.length() - Placing.DIST_INFO.length());
            return new WheelBuilder(name, metadata, wheel).build(parts(record, base));
        }
    }

    private String distInfo() throws FormatException {
        Set<String> folders = new TreeSet<>();
        for (Entry entry : archive.entries()) {
            int slash = entry.name().indexOf('/');
            if (slash > 0 && entry.name().startsWith(Placing.DIST_INFO, slash - Placing.DIST_INFO.length())) {
                folders.add(entry.name().substring(0, slash));
            }
        }
        if (folders.size() != 1) {
            throw new FormatException(
                    file,
                    0,
                    folders.isEmpty()
                            ? "is no wheel: it has no .dist-info folder"
                            : "has more than one .dist-info folder: " + String.join(", ", folders));
        }
        return folders.iterator().next();
    }

    private void check(Fields metadata, Fields wheel, String distInfo) throws FormatException {
        String major = wheel.first("Wheel-Version").split("\\.", -1)[0];
        if (!major.equals("1")) {
            throw wrong(
                    distInfo + "/WHEEL",
                    "has version \"" + wheel.first("Wheel-Version") + "\" of the format; read is 1");
        }
        String canonical = WheelName.canonical(name.distribution());
        String folder = distInfo.substring(0, distInfo.length() - Placing.DIST_INFO.length());
        int dash = folder.indexOf('-');
        boolean fits = dash > 0
                && WheelName.canonical(folder.substring(0, dash)).equals(canonical)
                && WheelName.sameVersion(folder.substring(dash + 1), name.version());
        if (!fits) {
            throw wrong(distInfo, "is of another name or version than the file's name says");
        }
        if (!WheelName.canonical(metadata.first("Name")).equals(canonical)
                || !WheelName.sameVersion(metadata.first("Version"), name.version())) {
            throw wrong(
                    distInfo + "/METADATA",
                    "says \"" + metadata.first("Name") + "\" \"" + metadata.first("Version")
                            + "\", and the file's name something else");
        }
    }

    private FormatException wrong(String entry, String sentence) {
        return new FormatException(file + ": " + entry, 0, sentence);
    }

    private Fields fields(Inflation inflation, String entry) throws FormatException {
        Cursor content = content(inflation, entry);
        return Fields.read(content.bytesAt(0, content.size()));
    }

    private Cursor content(Inflation inflation, String name) throws FormatException {
        for (Entry entry : archive.entries()) {
            if (entry.name().equals(name)) {
                return inflation.content(entry);
            }
        }
        throw wrong(name, "is missing: this is no wheel");
    }

    private List<Part> parts(RecordFile record, String base) throws FormatException {
        List<Entry> entries = new ArrayList<>(archive.entries());
        // The largest first, so that no thread is left with one at the end.
        entries.sort(Comparator.comparingLong(Entry::size).reversed().thenComparing(Entry::name));
        long bytes = entries.stream().mapToLong(Entry::packed).sum();
        int threads = bytes < WORTH_THREADS
                ? 1
                : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
        Reading reading = new Reading(entries, record, base, headers());
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            others.add(Thread.ofPlatform().daemon().name("cutoff-wheel-" + i).start(reading));
        }
        reading.run();
        for (Thread other : others) {
            boolean interrupted = false;
            while (other.isAlive()) {
                try {
                    other.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return reading.parts();
    }

    private @Nullable Set<String> headers() {
        Set<String> headers = new TreeSet<>();
        for (Entry entry : archive.entries()) {
            String last = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            if (Header.isNamedSo(last)) {
                headers.add(last);
            }
        }
        return headers.isEmpty() ? null : headers;
    }

    /** The files, shared out among threads. */
    private final class Reading implements Runnable {

        private final List<Entry> entries;
        private final RecordFile record;
        private final String base;
        private final @Nullable Set<String> headers;
        private final @Nullable Part[] parts;
        private final @Nullable Throwable[] failures;
        private final AtomicInteger next = new AtomicInteger();

        Reading(List<Entry> entries, RecordFile record, String base, @Nullable Set<String> headers) {
            this.entries = entries;
            this.record = record;
            this.base = base;
            this.headers = headers;
            this.parts = new @Nullable Part[entries.size()];
            this.failures = new @Nullable Throwable[entries.size()];
        }

        @Override
        public void run() {
            try (PartReader reader = new PartReader(new Inflation(archive), record, base, headers)) {
                for (int i = next.getAndIncrement(); i < parts.length; i = next.getAndIncrement()) {
                    try {
                        parts[i] = reader.read(entries.get(i));
                    } catch (FormatException | RuntimeException | Error e) {
                        failures[i] = e;
                    }
                }
            }
        }

        /** In the order of their paths; the first failure is that of all threads. */
        List<Part> parts() throws FormatException {
            List<Part> all = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                switch (failures[i]) {
                    case FormatException e -> throw e;
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    case null, default -> {}
                }
                Part part = parts[i];
                if (part != null) {
                    all.add(part);
                }
            }
            all.sort(Comparator.comparing(Part::path));
            return all;
        }
    }
}
