package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.tool.Tool;
import dev.cutoff.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Programs without dynamic linking, which can't load the observing library, as far as their command lines say all that they
 * rely on. In the sandbox, where nothing of the machine can be written.
 */
final class StaticPrograms {

    private static final Pattern LDCONFIG = Pattern.compile("/(usr/)?sbin/ldconfig(\\.real)?");

    private static final String ARTIFACTS = Place.name(Place.folder(Place.DEPS));

    private StaticPrograms() {}

    /**
     * Whether a run relies on nothing but the program itself and what its own unit has installed. So does ldconfig, which most
     * makefiles and libtool start when they install a library: with {@code -n} and folders of the artifact it looks at these
     * alone, which were empty when the build began; without arguments it reads the machine's libraries for a list that it can't
     * write, and fails whatever it read.
     *
     * @param program absolute path of what was executed
     * @param artifact the folder into which the unit installs, as the build sees it; "" where there is none
     */
    static boolean isKnown(String program, List<String> command, String artifact) {
        if (!LDCONFIG.matcher(program).matches() || Tools.forgetful().recognise(Path.of(program)) != Tool.LDCONFIG) {
            return false;
        }
        if (command.size() == 1) {
            return true;
        }
        return !artifact.isEmpty()
                && command.size() > 2
                && command.get(1).equals("-n")
                && command.stream()
                        .skip(2)
                        .allMatch(folder -> !folder.contains("/..") && Place.within(Trace.plain(folder), artifact));
    }

    /**
     * Whether links of a build may lead from what it installs to something else, at which a known program would have looked
     * without telling: only those do not that lead to what is beside or beneath them.
     *
     * @param artifact the folder into which the unit installs, as the build sees it
     */
    static boolean mayBeLedAway(List<Trace.Renaming> renamings, String artifact) {
        boolean movesIn = renamings.stream()
                .anyMatch(renaming -> renaming instanceof Trace.Renaming.Moved moved
                        && isInstalled(moved.to(), artifact)
                        && !isInstalled(moved.from(), artifact));
        return renamings.stream()
                .anyMatch(renaming -> renaming instanceof Trace.Renaming.Linked link
                        && (leadsAway(link, artifact)
                                || (movesIn && !leadsDown(link.target()) && isMoved(link.path(), renamings))));
    }

    private static boolean leadsAway(Trace.Renaming.Linked link, String artifact) {
        return isInstalled(link.path(), artifact)
                ? !leadsDown(link.target())
                : link.target().contains(ARTIFACTS);
    }

    /** By another link, a path that does not name the artifact can lie in it. */
    private static boolean isInstalled(String path, String artifact) {
        return Place.within(path, artifact) || path.contains(ARTIFACTS);
    }

    private static boolean leadsDown(String target) {
        return !target.startsWith("/") && !List.of(target.split("/")).contains("..");
    }

    private static boolean isMoved(String path, List<Trace.Renaming> renamings) {
        return renamings.stream()
                .anyMatch(
                        renaming -> renaming instanceof Trace.Renaming.Moved moved && Place.within(path, moved.from()));
    }

    /** Whether a step of a known program told nothing itself. */
    static boolean isSilent(ObservedStep step, Tool tool) {
        return tool == Tool.LDCONFIG && step.environment.isEmpty() && step.command.size() > 1;
    }
}
