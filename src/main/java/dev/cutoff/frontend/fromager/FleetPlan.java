package dev.cutoff.frontend.fromager;

import dev.cutoff.build.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A plan over all packages of a graph.
 *
 * @param warnings what the user should look at, though it changes no decision
 * @param stale wheels that fromager would reuse although they are to be rebuilt, with the reason
 * @param needless units that a forced run would rebuild although they may stay
 * @param secondsSaved wall time of the builds of those that are kept, where it is known
 * @param timed how many of the kept ones have a known time, of any sort
 */
public record FleetPlan(
        String variant,
        Path settings,
        List<Unit> units,
        List<String> warnings,
        List<String> stale,
        List<String> needless,
        double secondsSaved,
        int timed) {

    /**
     * A package.
     *
     * @param name canonical
     * @param wheel the wheel that lies there; empty where there is none
     * @param sha256 of that wheel, "" where it was not looked at
     * @param preBuilt whether fromager downloads it
     * @param buildNumber what fromager makes of the changelogs at present
     * @param entries how many entries its own changelog has for the version
     * @param reused whether fromager would take the wheel that lies there for the one that it needs
     */
    public record Unit(
            Outcome outcome,
            String name,
            String version,
            Optional<Path> wheel,
            String sha256,
            boolean preBuilt,
            int buildNumber,
            int entries,
            boolean reused) {}

    public FleetPlan {
        units = List.copyOf(units);
        warnings = List.copyOf(warnings);
        stale = List.copyOf(stale);
        needless = List.copyOf(needless);
    }
}
