package dev.cutoff.frontend.fromager;

/** What a build or a run would find of a package at present. */
sealed interface Standing {

    /** Its wheel, which stays. */
    record Present(Fingerprints.Seen wheel) implements Standing {}

    /** It is still to be built. */
    record Pending() implements Standing {}

    /** It can't be told; {@code why} is a sentence's end behind the package's name. */
    record Unknown(String why) implements Standing {}
}
