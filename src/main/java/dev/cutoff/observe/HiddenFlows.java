package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds whether steps gave something to others in ways that their writes and reads in the build folder do not tell: by files
 * in folders that are empty at the start of each build and gone at its end, or by folders that were moved with all in them.
 *
 * <p>What the steps of one command give each other so does not count: a compiler's driver has an assembler read what the
 * compiler proper left in /tmp, and none of them is ever run without the others.
 */
final class HiddenFlows {

    private static final Set<String> SCHEDULERS =
            Set.of("make", "gmake", "ninja", "ninja-build", "samu", "cmake", "meson");

    /** With these words Meson runs others for what they make; else it finds out things, and what it starts for that is its own. */
    private static final Set<String> OF_MESON = Set.of("compile", "install", "test");

    private final Trace trace;
    private final Predicate<String> isPrivate;

    HiddenFlows(Trace trace, Predicate<String> isPrivate) {
        this.trace = trace;
        this.isPrivate = isPrivate;
    }

    boolean areNone() {
        for (Trace.Renaming renaming : trace.renamings()) {
            if (renaming instanceof Trace.Renaming.Moved move && !move.plain()) {
                return false;
            }
        }
        Map<String, Set<Integer>> writers = new HashMap<>();
        for (ObservedStep step : trace.steps()) {
            for (Access access : step.accesses) {
                if (access.kind() == Access.Kind.WRITE && isHidden(access.path())) {
                    writers.computeIfAbsent(access.path(), _ -> new HashSet<>()).add(command(step));
                }
            }
        }
        if (writers.isEmpty()) {
            return true;
        }
        for (ObservedStep step : trace.steps()) {
            for (Access access : step.accesses) {
                Set<Integer> by = access.kind() == Access.Kind.WRITE ? null : writers.get(access.path());
                if (by != null && !by.equals(Set.of(command(step)))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isHidden(String path) {
        return isPrivate.test(path) && !Place.within(path, Place.TRACE);
    }

    /** CMake that installs, which starts strip for what it has just put somewhere. */
    private static boolean isInstall(ObservedStep step) {
        return step.program().equals("cmake") && step.command.contains("--install");
    }

    /** Meson that sets up gives its checks their texts in /tmp. */
    private static boolean isSetup(ObservedStep step) {
        return step.program().equals("meson") && !(step.command.size() > 1 && OF_MESON.contains(step.command.get(1)));
    }

    /** A make that optimises while it links, of what the link has split up: none of it is run without the link. */
    private boolean isOfLink(ObservedStep step) {
        return step.parent >= 0 && trace.steps().get(step.parent).program().equals("lto-wrapper");
    }

    /** The outermost step that a step belongs to, beneath what schedules others. */
    private int command(ObservedStep step) {
        ObservedStep at = step;
        while (at.parent >= 0) {
            ObservedStep above = trace.steps().get(at.parent);
            if (SCHEDULERS.contains(above.program()) && !isOfLink(above) && !isInstall(above) && !isSetup(above)) {
                break;
            }
            at = above;
        }
        return at.number;
    }
}
