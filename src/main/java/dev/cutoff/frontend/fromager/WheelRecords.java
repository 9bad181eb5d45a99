package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of records: {@code records/NAME/VERSION/WHEEL.CONTENT.json}, of the digest of the wheel and that of the record
 * itself, so that one that was damaged or edited is none. Each appears whole, by rename.
 */
final class WheelRecords {

    /** As many digits of the record's digest stand in its file's name. */
    private static final int DIGITS = 16;

    /**
     * The records of one wheel.
     *
     * @param usable oldest first
     * @param refused why others say nothing
     * @param ofOthers how many there are of other wheels of the version
     */
    record Found(List<WheelRecord> usable, List<String> refused, int ofOthers) {}

    private final Path folder;

    WheelRecords(Path folder) {
        this.folder = folder.resolve("records");
    }

    private Path of(String name, String version) {
        return folder.resolve(name).resolve(version);
    }

    /** All that is there of a wheel with this content. */
    Found find(String name, String version, Digest sha256) {
        List<WheelRecord> usable = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        int others = 0;
        String wanted = sha256.hex() + ".";
        for (Held held : read(name, version)) {
            if (!held.file().startsWith(wanted)) {
                others++;
                continue;
            }
            WheelRecord record = held.record();
            if (record == null) {
                refused.add(held.why());
            } else if (record.sha256().equals(sha256.hex()) && record.unit().equals(name + "==" + version)) {
                usable.add(record);
            } else {
                refused.add(of(name, version).resolve(held.file()) + ": is the record of another wheel");
            }
        }
        usable.sort(Comparator.comparingLong(WheelRecord::created));
        return new Found(usable, refused, others);
    }

    /**
     * A record's file.
     *
     * @param record null where it can't be read
     * @param why it can't, else ""
     */
    private record Held(String file, @Nullable WheelRecord record, String why) {}

    private List<Held> read(String name, String version) {
        Path place = of(name, version);
        List<Held> held = new ArrayList<>();
        for (String file : Folders.namesIn(place)) {
            if (file.endsWith(".json")) {
                try {
                    held.add(new Held(file, read(place.resolve(file)), ""));
                } catch (Failure e) {
                    held.add(new Held(file, null, String.valueOf(e.getMessage())));
                }
            }
        }
        held.sort(Comparator.comparing(Held::file));
        return held;
    }

    private static WheelRecord read(Path file) {
        byte[] bytes = Folders.bytes(file);
        String[] parts = String.valueOf(file.getFileName()).split("\\.");
        if (parts.length != 3 || !Digest.of(bytes).hex().substring(0, DIGITS).equals(parts[1])) {
            throw Failure.input(file + ": is damaged or was edited: its content is not what its name says");
        }
        return WheelRecordJson.read(Json.parse(file.toString(), bytes));
    }

    /** Adds a record; returns the file that it is in. */
    Path add(String name, String version, WheelRecord record) {
        String text = WheelRecordJson.write(record);
        String digest = Digest.ofText(text).hex().substring(0, DIGITS);
        Path file = of(name, version).resolve(record.sha256() + "." + digest + ".json");
        replace(file, text);
        return file;
    }

    /** Removes records of a wheel that are declared, and say of its build what an observed one says. */
    void removeDeclared(String name, String version, WheelRecord observed) {
        for (String found : Folders.namesIn(of(name, version))) {
            if (found.startsWith(observed.sha256() + ".") && found.endsWith(".json")) {
                Path file = of(name, version).resolve(found);
                try {
                    WheelRecord record = read(file);
                    if (record.evidence() == Evidence.DECLARED
                            && record.inputs().equals(observed.inputs())
                            && record.environment().equals(observed.environment())
                            && record.source().equals(observed.source())
                            && record.compiler().equals(observed.compiler())) {
                        Files.deleteIfExists(file);
                    }
                } catch (Failure e) {
                    // It licenses nothing.
                } catch (IOException e) {
                    throw Failure.io("removing " + file, e);
                }
            }
        }
    }

    /** Writes a file that appears whole. */
    static void replace(Path file, String text) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent == null) {
                throw Failure.bug("a file without a folder: " + file);
            }
            Files.createDirectories(parent);
            // Readable for whom the folder is for, as a temporary file would not be.
            Path made = parent.resolve(".new-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
            try {
                Files.write(made, text.getBytes(StandardCharsets.UTF_8));
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            throw Failure.io("writing " + file, e);
        }
    }
}
