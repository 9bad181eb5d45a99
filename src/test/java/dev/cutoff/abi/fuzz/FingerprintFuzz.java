package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;

/** The fingerprint of a file, with its digest. */
public final class FingerprintFuzz {

    private FingerprintFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, FingerprintFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        Fingerprint fingerprint = Fingerprinter.read(bytes, "fuzz.h");
        return fingerprint.digest().hex().length();
    }
}
