package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.Wheel;
import java.io.IOException;
import java.util.List;

/** Whether what was built against one wheel works with another: the question of policy compatible. */
interface AbiJudgement {

    /**
     * What speaks against it.
     *
     * @param consumer the wheel that was built against {@code old}
     * @param now the wheel that it is to work with
     * @return sentences; empty where nothing does. What can't be told speaks against it
     */
    List<String> against(Wheel consumer, Wheel old, Fingerprints.Seen now) throws FormatException, IOException;
}
