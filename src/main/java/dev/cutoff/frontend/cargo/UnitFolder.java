package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The state of one unit: its record, its outputs as hard links, what the compiler said, the sources it was made of. */
final class UnitFolder {

    static final String RLIB = "rlib";
    /** The library whose metadata is announced, where its objects are others by now. */
    static final String ANNOUNCED = "announced-rlib";

    static final String RMETA = "rmeta";
    static final String DEP_INFO = "dep-info";
    static final String SAID = "said";
    static final String LINK = "link";

    static final String RELAXED = "relaxed";
    private static final String RECORD = "record";
    /** What the last run made of the unit; for explanation alone, as the command line of the last compile is. */
    private static final String DECIDED = "decided";

    private static final String CALL = "call";
    private static final String ARGUMENT = "argument ";
    /** Why there is no record, in words; for explanation alone. */
    private static final String NONE = "none";

    private final Path folder;
    private final Consumer<String> notes;

    UnitFolder(Path folder, Consumer<String> notes) {
        this.folder = folder;
        this.notes = notes;
    }

    /** The crate's name as the compiler has it. */
    String crate() {
        String name = String.valueOf(folder.getFileName());
        return name.substring(0, Math.max(name.indexOf('-'), 0));
    }

    /**
     * What a run made of the unit.
     *
     * @param action name of an Action
     * @param kind name of a Reason.Kind
     * @param place the folder of its outputs
     * @param ended a time, as Instant writes it
     */
    record Decided(String unit, String action, String kind, String why, Path place, String ended) {}

    void decide(Decided decided) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("unit", decided.unit());
        values.put("action", decided.action());
        values.put("kind", decided.kind());
        values.put("why", decided.why());
        values.put("place", decided.place().toString());
        values.put("ended", decided.ended());
        StateFile.write(folder.resolve(DECIDED), values);
    }

    /** Empty where no run came to it, or what was noted is damaged. */
    Optional<Decided> decided() {
        try {
            return StateFile.read(folder.resolve(DECIDED))
                    .map(values -> new Decided(
                            values.getOrDefault("unit", ""),
                            values.getOrDefault("action", ""),
                            values.getOrDefault("kind", ""),
                            values.getOrDefault("why", ""),
                            Path.of(values.getOrDefault("place", "")),
                            values.getOrDefault("ended", "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void keepCall(RustcCall call) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("compiler", call.compiler());
        values.put("folder", call.folder().toString());
        int count = 0;
        for (String argument : call.arguments()) {
            values.put(ARGUMENT + count++, argument);
        }
        StateFile.write(folder.resolve(CALL), values);
    }

    /**
     * The call of the last compile, with the variables that counted as they were and the others as they are.
     *
     * @param record of that compile
     */
    Optional<RustcCall> call(UnitRecord record, Map<String, String> caller) throws IOException {
        Optional<Map<String, String>> values = StateFile.read(folder.resolve(CALL));
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> environment = new LinkedHashMap<>(caller);
        record.inputs().forEach((name, value) -> {
            for (String prefix : List.of(Inputs.VARIABLE, Inputs.READ_VARIABLE)) {
                if (name.startsWith(prefix) && value.startsWith("=")) {
                    environment.put(name.substring(prefix.length()), value.substring(1));
                }
            }
        });
        List<String> words = new ArrayList<>(List.of(values.get().getOrDefault("compiler", "")));
        StateFile.names(values.get(), ARGUMENT)
                .forEach(number -> words.add(values.get().get(ARGUMENT + number)));
        return Optional.of(RustcCall.of(words, Path.of(values.get().getOrDefault("folder", "")), environment));
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Optional<UnitRecord> record() {
        try {
            return StateFile.read(folder.resolve(RECORD)).map(UnitRecord::of);
        } catch (IOException | RuntimeException e) {
            notes.accept(e.getMessage() + "; it is ignored");
            return Optional.empty();
        }
    }

    /** Notes beside all units that lines of one were announced as they are not. */
    void markRelaxed() throws IOException {
        Path mark = folder.resolveSibling(RELAXED);
        if (!Files.exists(mark)) {
            Files.createFile(mark);
        }
    }

    /**
     * Removes the record.
     *
     * @param why as in "the last compile failed"
     */
    void forget(String why) throws IOException {
        Files.writeString(folder.resolve(NONE), why);
        Files.deleteIfExists(folder.resolve(RECORD));
    }

    /** Why there is no record, where there was one or a compile was begun; empty where nothing is known. */
    Optional<String> whyNone() throws IOException {
        if (Files.exists(folder.resolve(RECORD))) {
            return Optional.of("the record of the earlier compile is damaged");
        }
        Path none = folder.resolve(NONE);
        return Files.exists(none) ? Optional.of(Files.readString(none)) : Optional.empty();
    }

    void write(UnitRecord record) throws IOException {
        StateFile.write(folder.resolve(RECORD), record.values());
        Files.deleteIfExists(folder.resolve(NONE));
    }

    /** Keeps a file under a name: as a hard link where that can be, else as a copy. */
    void keep(Path file, String name) throws IOException {
        Path made = folder.resolve(name + ".new");
        Files.deleteIfExists(made);
        link(file, made);
        Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void keep(byte[] content, String name) throws IOException {
        Path made = folder.resolve(name + ".new");
        Files.write(made, content);
        Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Puts a kept file in its place, as made now. */
    void restore(String name, Path place) throws IOException {
        Path kept = folder.resolve(name);
        if (!Files.exists(place) || !Files.isSameFile(kept, place)) {
            Path parent = place.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path made = place.resolveSibling(place.getFileName() + ".cutoff");
            Files.deleteIfExists(made);
            link(kept, made);
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
    }

    /** What tells that a kept file is the one that was recorded: nobody writes it without another time. */
    String stat(String name) throws IOException {
        Path kept = folder.resolve(name);
        if (!Files.isRegularFile(kept)) {
            return "absent";
        }
        Map<String, Object> all = Files.readAttributes(kept, "unix:size,ino");
        return all.get("size") + " " + Files.getLastModifiedTime(kept).toInstant() + " " + all.get("ino");
    }

    Map<String, String> stats(Iterable<String> names) throws IOException {
        Map<String, String> stats = new TreeMap<>();
        for (String name : names) {
            stats.put(name, stat(name));
        }
        return stats;
    }

    /** Whether what a record says is kept is there as it was. */
    boolean isWhole(UnitRecord record) throws IOException {
        return record.files().equals(stats(record.files().keySet()));
    }

    /** Keeps a source's content under its digest. */
    String keepSource(Path source) throws IOException {
        byte[] content = Files.readAllBytes(source);
        String digest = Digest.of(content).hex();
        Path sources = folder.resolve("sources");
        Files.createDirectories(sources);
        if (!Files.exists(sources.resolve(digest))) {
            Path made = Files.createTempFile(sources, "source", ".new");
            Files.write(made, content);
            Files.move(made, sources.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
        }
        return digest;
    }

    /** A source's content by its digest; empty where it is gone or damaged. */
    Optional<byte[]> source(String digest) throws IOException {
        Path file = folder.resolve("sources").resolve(digest);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] content = Files.readAllBytes(file);
        return Digest.of(content).hex().equals(digest) ? Optional.of(content) : Optional.empty();
    }

    /** Removes sources that no record needs. */
    void clearSources(java.util.Collection<String> needed) throws IOException {
        Path sources = folder.resolve("sources");
        if (Files.isDirectory(sources)) {
            try (Stream<Path> files = Files.list(sources)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (!needed.contains(file.getFileName().toString())) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.isDirectory(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
