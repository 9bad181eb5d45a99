package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Evidence;
import dev.cutoff.model.Inputs;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a wheel was built with: the document {@code cutoff.wheel-record/2} (docs/fromager.md).
 *
 * @param unit {@code name==version}
 * @param wheel the file's name
 * @param sha256 of the wheel: the record is about these bytes and no others
 * @param environment all distributions in the build environment, by name
 * @param evidence how the build environment is known: observed or declared
 * @param gaps why the record may license nothing; empty if it may
 * @param declared what is only declared, in words
 * @param seconds wall time of the build, 0 where it is not known; likewise {@code cpuSeconds}
 * @param created milliseconds since the epoch
 * @param observed what its build was seen to use
 */
record WheelRecord(
        String unit,
        String wheel,
        String sha256,
        Inputs inputs,
        List<Distribution> environment,
        Source source,
        Compiler compiler,
        Evidence evidence,
        List<String> gaps,
        List<String> declared,
        double seconds,
        double cpuSeconds,
        long created,
        Observed observed) {

    /** A newer format has another number, and is not read. */
    static final String SCHEMA = "cutoff.wheel-record/2";

    /**
     * A distribution in the build environment.
     *
     * @param name canonical
     * @param version as {@code packaging} writes it
     * @param wheel name of its wheel's file; "" where it is not known, likewise the digests
     * @param sha256 of that file
     * @param content {@code Wheel.content()}
     * @param abi {@code Wheel.abi()}
     * @param fingerprint digest of its {@code cutoff.wheel/2} document, by which that is kept
     * @param offers whether it has a build interface: headers, archives, libraries, capsules
     * @param copied whether code of its static archives may have been copied into the wheel's binaries
     */
    record Distribution(
            String name,
            String version,
            String wheel,
            String sha256,
            String content,
            String abi,
            String fingerprint,
            boolean offers,
            boolean copied) {}

    /**
     * What was downloaded and built.
     *
     * @param file its name, or a commit; "" where it is not known, likewise {@code sha256}
     */
    record Source(String file, String sha256) {
        static final Source UNKNOWN = new Source("", "");
    }

    /** @param path "" where there is no compiler; {@code sha256} "" where its content is not known */
    record Compiler(String path, String sha256, String version) {
        static final Compiler NONE = new Compiler("", "", "");
    }

    /**
     * What an observed build used beyond its environment's distributions.
     *
     * @param untouched distributions of the environment that no program but Python came near: none of their headers or
     *     libraries can have gone into the wheel
     * @param system files of the machine that it read, by path, with the SHA-256 of each
     */
    record Observed(SortedSet<String> untouched, SortedMap<String, String> system) {
        static final Observed NOTHING = new Observed(new TreeSet<>(), new TreeMap<>());

        Observed {
            untouched = Collections.unmodifiableSortedSet(new TreeSet<>(untouched));
            system = Collections.unmodifiableSortedMap(new TreeMap<>(system));
        }
    }

    WheelRecord {
        environment = List.copyOf(environment);
        gaps = List.copyOf(gaps);
        declared = List.copyOf(declared);
    }
}
