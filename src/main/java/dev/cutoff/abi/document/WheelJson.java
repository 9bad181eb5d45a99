package dev.cutoff.abi.document;

import dev.cutoff.abi.wheel.Wheel;

/** Fingerprints of wheels as the document {@code cutoff.wheel/1} of docs/wheels.md. */
public final class WheelJson {

    static final String SCHEMA = "cutoff.wheel/1";

    private WheelJson() {}

    /** The document: the same for the same fingerprint, wherever the file is. */
    public static String document(Wheel wheel) {
        throw new UnsupportedOperationException("not written yet");
    }
}
