package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A file that is compared by its bytes.
 *
 * @param executable whether it may be run
 * @param why what kept us from reading it as what it looks like, null where it is just data
 */
public record Data(
        Digest content, boolean executable, @Nullable String why) implements Fingerprint {

    @Override
    public String kind() {
        return "data";
    }

    @Override
    public String evidence() {
        return "bytes";
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.word("content").word(content.hex()).word(executable).end();
        return canon.digest();
    }
}
