package dev.cutoff.frontend.fromager;

import dev.cutoff.build.Outcome;
import java.util.Optional;

/**
 * A package that was decided about.
 *
 * @param wheel the wheel that lies there, be it kept or not
 * @param record what the decision rests on, or the nearest that failed
 */
record Planned(
        FromagerGraph.Node node, Outcome outcome, Optional<WheelShelf.Found> wheel, Optional<WheelRecord> record) {}
