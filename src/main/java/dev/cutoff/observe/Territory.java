package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the machine's paths a build must leave alone: the sources of the workspace's units, where they stand, and
 * Cutoff's own folder beside them. A build that goes there depends on something that nobody can compare.
 *
 * @param root the workspace's folder
 * @param unit the unit that is built
 * @param sources absolute source folder of each unit
 * @param state Cutoff's folder in the workspace
 * @param units names of all units
 * @param needs the units staged for this one
 * @param advice for a build that looks for its own sources where they stand
 */
public record Territory(
        String root,
        String unit,
        Map<String, String> sources,
        String state,
        Set<String> units,
        Set<String> needs,
        String advice) {

    private static final String RELATIVE = "builds run on a staged copy, use relative paths";

    /** The same, with the advice that is mostly right. */
    public Territory(
            String root, String unit, Map<String, String> sources, String state, Set<String> units, Set<String> needs) {
        this(root, unit, sources, state, units, needs, RELATIVE);
    }

    /** The same with another advice, where there is one. */
    public Territory advising(Optional<String> better) {
        return new Territory(root, unit, sources, state, units, needs, better.orElse(advice));
    }

    /** What is wrong with reading a path, in words; empty if nothing is. */
    Optional<String> objection(String path) {
        if (!Place.within(path, root)) {
            return Optional.empty();
        }
        if (Place.within(path, state) && !path.equals(state)) {
            return Optional.of(path + ", in Cutoff's own folder: use $DEPS/NAME for a need's artifact");
        }
        String owner = "";
        String folder = "";
        for (var source : sources.entrySet()) {
            // The innermost source folder that holds the path owns it; sources may lie within each other.
            if (!source.getValue().isEmpty()
                    && Place.within(path, source.getValue())
                    && !path.equals(source.getValue())
                    && source.getValue().length() > folder.length()) {
                owner = source.getKey();
                folder = source.getValue();
            }
        }
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        if (owner.equals(unit)) {
            return Optional.of(path + ", its own source at its original place: " + advice);
        }
        String use = needs.contains(owner)
                ? ": use $DEPS/" + owner
                : ": add needs = [\"" + owner + "\"] and use $DEPS/" + owner;
        return Optional.of(path + ", which belongs to unit " + owner + use);
    }

    /** The unit of this workspace whose artifact was looked for without being a need; "" if there is none. */
    String missingNeed(String path) {
        String name = Place.dependencyOf(path);
        return !name.isEmpty() && units.contains(name) && !needs.contains(name) && !name.equals(unit) ? name : "";
    }
}
