package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.Wheel;
import java.io.IOException;
import java.util.List;

/** Judges by what is known of both: only the same is good enough, since what changed is not compared part by part. */
final class HeaderAbi implements AbiJudgement {

    @Override
    public List<String> against(Wheel consumer, Wheel old, Fingerprints.Seen now) throws FormatException, IOException {
        return List.of("what it offers changed, and is not compared part by part");
    }
}
