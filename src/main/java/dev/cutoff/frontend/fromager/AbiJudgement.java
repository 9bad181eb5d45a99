package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.Wheel;
import java.io.IOException;
import java.util.List;

/** Whether what was built against one wheel works with another: the question of policy compatible. */
interface AbiJudgement {

    /**
     * The answer.
     *
     * @param against sentences that speak against it; empty where nothing does. What can't be told speaks against it
     * @param allowed what would speak against it, had the user not allowed it
     */
    record Verdict(List<String> against, List<String> allowed) {
        public Verdict {
            against = List.copyOf(against);
            allowed = List.copyOf(allowed);
        }
    }

    /**
     * Judges.
     *
     * @param consumer the wheel that was built against {@code old}
     * @param now the wheel that it is to work with
     * @param copied whether code of static archives of the old one may be in the consumer
     */
    Verdict judge(Wheel consumer, Wheel old, Fingerprints.Seen now, boolean copied) throws FormatException, IOException;
}
