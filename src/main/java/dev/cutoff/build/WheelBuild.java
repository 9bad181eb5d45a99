package dev.cutoff.build;

import dev.cutoff.model.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A wheel's build of which something is known: where it ran, and with what.
 *
 * @param folder the work folder; what ran in it belongs to this build
 * @param output folder that it leaves the wheel in
 * @param environment the virtual environment, below the folder
 * @param site its folder for modules, from its root
 * @param wheels what was installed into it: a distribution's canonical name to its wheel
 * @param base what is in it of no wheel, by path
 * @param gaps why it can't be known what it used, before anything is read; in words
 */
public record WheelBuild(
        Path folder,
        Path output,
        Path environment,
        String site,
        Map<String, Path> wheels,
        SortedMap<String, Tree.Entry> base,
        List<String> gaps) {
    public WheelBuild {
        wheels = Map.copyOf(wheels);
        gaps = List.copyOf(gaps);
    }
}
