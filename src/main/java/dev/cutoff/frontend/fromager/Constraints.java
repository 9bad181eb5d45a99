package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Marker;
import dev.cutoff.frontend.python.Requirement;
import dev.cutoff.model.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Constraints files: what versions a build environment may have. */
final class Constraints {

    /** A constraint and where it stands. */
    private record Line(Requirement requirement, String text, String where) {}

    private final Map<String, List<Line>> byName = new HashMap<>();
    private final Map<String, String> markers;

    /** @throws Failure of kind INPUT with file and line for what is no requirement */
    Constraints(List<Path> files, Target target) {
        this.markers = target.markers();
        for (Path file : files) {
            List<String> lines = new String(Folders.bytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            for (int i = 0; i < lines.size(); i++) {
                String text = lines.get(i).split("#", 2)[0].strip();
                if (!text.isEmpty()) {
                    String where = file + ": line " + (i + 1);
                    Requirement requirement = Requirement.parse(text)
                            .orElseThrow(() -> Failure.input(where + ": '" + text + "' is no requirement (PEP 508)"));
                    byName.computeIfAbsent(requirement.name(), n -> new ArrayList<>())
                            .add(new Line(requirement, text, where));
                }
            }
        }
    }

    /** Which constraint a package of the graph breaks; empty where it breaks none that is known to apply. */
    Optional<String> broken(FromagerGraph.Node node) {
        return byName.getOrDefault(node.name(), List.of()).stream()
                .filter(line -> line.requirement()
                        .marker()
                        .map(marker -> marker.evaluate(markers) != Marker.Truth.FALSE)
                        .orElse(true))
                .filter(line -> !line.requirement().specifiers().admit(node.version()))
                .map(line -> line.where() + " has " + line.text())
                .findFirst();
    }
}
