package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;

/** A symbolic link in a folder. */
public record Link(String target) implements Fingerprint {

    @Override
    public String kind() {
        return "link";
    }

    @Override
    public String evidence() {
        return "target";
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.line("target", target);
        return canon.digest();
    }
}
