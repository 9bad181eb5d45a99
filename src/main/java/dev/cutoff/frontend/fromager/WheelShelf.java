package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.frontend.python.WheelName;
import dev.cutoff.model.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The wheels in some folders, by what their names say. What is no wheel's name is passed over. */
final class WheelShelf {

    /** A wheel that lies there. */
    record Found(Path file, WheelName name) {
        String fileName() {
            return String.valueOf(file.getFileName());
        }
    }

    /** Installers take the higher number, then the greater text. */
    private static final Comparator<Found> BY_TAG = Comparator.comparingLong(
                    (Found found) -> found.name().buildNumber())
            .thenComparing(found -> found.name().buildSuffix());

    private final Map<String, List<Found>> byName = new HashMap<>();

    /** @throws Failure of kind INPUT for a folder that is not there */
    WheelShelf(List<Path> folders) {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw Failure.input("--wheels " + folder + ": there is no such folder");
            }
            for (Path file : Folders.in(folder)) {
                WheelName.parse(String.valueOf(file.getFileName()))
                        .ifPresent(name -> byName.computeIfAbsent(name.distribution(), n -> new ArrayList<>())
                                .add(new Found(file, name)));
            }
        }
    }

    /** All wheels of a version, those with the highest build tag first; of equal ones the first folder's first. */
    List<Found> all(String name, Version version) {
        return byName.getOrDefault(name, List.of()).stream()
                .filter(found -> found.name().version().isSameAs(version))
                .sorted(BY_TAG.reversed())
                .toList();
    }

    /** The wheel that an installer on the target would take: of those that fit the one with the highest build tag. */
    Optional<Found> best(String name, Version version, Target target) {
        List<Found> all = all(name, version);
        Optional<Found> fit = all.stream()
                .filter(found -> target.unfit(found.name()).isEmpty())
                .findFirst();
        return fit.isPresent() ? fit : all.stream().findFirst();
    }
}
