package dev.cutoff.abi.fingerprint;

import java.util.Locale;

/** What an ELF file is for. */
public enum Form {
    /** A shared library. */
    SHARED,
    /** A program, position-independent or not. */
    PROGRAM,
    /** A relocatable object: what is linked with it holds a copy. */
    OBJECT;

    /** The form as documents name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
