package dev.cutoff.frontend.cargo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Takes back announcements of earlier runs: the outputs go, so that cargo asks for the units again, and the records. */
final class Relaxed {

    private Relaxed() {}

    /** Of units whose lines were announced as they are not. */
    static void remove(Path units) throws IOException {
        Path mark = units.resolve(UnitFolder.RELAXED);
        if (Files.exists(mark)) {
            removeWhere(
                    units,
                    UnitRecord::relaxed,
                    "its lines had been announced as they are not, by a run with --lines relaxed");
            Files.delete(mark);
        }
    }

    /** Of all units whose dependents were kept. */
    static void removeAll(Path units) throws IOException {
        removeWhere(units, UnitRecord::announcesEarlier, "what had been announced of it did not link");
    }

    private static void removeWhere(Path units, Predicate<UnitRecord> which, String why) throws IOException {
        if (!Files.isDirectory(units)) {
            return;
        }
        try (Stream<Path> folders = Files.list(units)) {
            for (Path folder : (Iterable<Path>) folders.filter(Files::isDirectory)::iterator) {
                UnitFolder unit = new UnitFolder(folder, note -> {});
                var record = unit.record();
                if (record.isPresent() && which.test(record.get())) {
                    for (Path output : record.get().outputs()) {
                        Files.deleteIfExists(output);
                    }
                    unit.forget(why);
                }
            }
        }
    }
}
