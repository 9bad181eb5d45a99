package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.Wheel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Judges by libraries, by what is offered without a link, and by what headers define. */
final class HeaderAbi implements AbiJudgement {

    private final Fingerprints fingerprints;
    private final boolean allowOldInline;

    /** @param allowOldInline whether code of headers that was compiled into a consumer may be an older one */
    HeaderAbi(Fingerprints fingerprints, boolean allowOldInline) {
        this.fingerprints = fingerprints;
        this.allowOldInline = allowOldInline;
    }

    @Override
    public List<String> against(Wheel consumer, Wheel old, Fingerprints.Seen now) throws FormatException, IOException {
        List<String> against = new ArrayList<>();
        against.add("what it offers is not compared yet" + fingerprints + allowOldInline);
        return against;
    }
}
