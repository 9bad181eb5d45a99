package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.wheel.Identity;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Makes the facts of a wheel's record, and those that are read from the wheel itself, into a record that rules compare. */
final class RecordFacts {

    /** The state of what nobody knew when the wheel was built: no present state is equal to it. */
    static final String NOT_KNOWN = "not known";

    static final String ENVIRONMENT = "build environment";
    static final String NO_COMPILER = "cc";
    static final String WORKS = "works";
    static final String SATISFIED = "satisfied";
    static final String TAGS = "tags";
    static final String PYTHON = "Requires-Python";

    private RecordFacts() {}

    /**
     * The record.
     *
     * @param identity what the wheel says of itself
     * @param providers names of distributions that its binaries may use at present: the installed ones and the build
     *     environment's
     */
    static BuildRecord of(WheelRecord record, Identity identity, Collection<String> providers) {
        List<Use> uses = new ArrayList<>();
        SortedSet<String> names = new TreeSet<>();
        for (WheelRecord.Distribution distribution : record.environment()) {
            String name = distribution.name();
            names.add(name);
            add(uses, FactKind.VERSION, name, "", distribution.version(), record.evidence());
            add(uses, FactKind.WHEEL_CONTENT, name, "", known(distribution.content()), record.evidence());
            if (distribution.offers() && !record.observed().untouched().contains(name)) {
                add(
                        uses,
                        FactKind.WHEEL_ABI,
                        name,
                        distribution.fingerprint(),
                        known(distribution.abi()),
                        record.evidence());
            }
        }
        add(uses, FactKind.ENVIRONMENT, ENVIRONMENT, "", String.join(" ", names), record.evidence());
        add(
                uses,
                FactKind.SOURCE,
                record.source().file(),
                record.source().sha256(),
                known(
                        record.source().sha256().isEmpty()
                                ? record.source().file()
                                : record.source().sha256()),
                record.evidence());
        boolean none = record.compiler().path().isEmpty();
        add(
                uses,
                FactKind.TOOLCHAIN,
                none ? NO_COMPILER : record.compiler().path(),
                "",
                none ? Fact.ABSENT : known(record.compiler().sha256()),
                record.evidence());
        record.observed()
                .system()
                .forEach((path, digest) -> add(uses, FactKind.BYTES, path, "", digest, Evidence.OBSERVED));
        new TreeSet<>(providers).forEach(name -> add(uses, FactKind.SERVES, name, "", WORKS, Evidence.LINKED));
        identity.requiresDist().forEach(text -> add(uses, FactKind.REQUIREMENT, text, "", SATISFIED, Evidence.LINKED));
        add(uses, FactKind.REQUIREMENT, PYTHON, identity.requiresPython(), SATISFIED, Evidence.LINKED);
        add(uses, FactKind.REQUIREMENT, TAGS, "", SATISFIED, Evidence.LINKED);
        return new BuildRecord(
                record.unit(),
                record.inputs(),
                // No fact lies in a tree of sources or in an artifact.
                Digest.EMPTY,
                Map.of(),
                List.of(),
                uses,
                new Observation(record.evidence().word(), record.gaps(), record.declared(), ""),
                new Digest(record.sha256()),
                Trust.CLEAN,
                record.cpuSeconds(),
                record.seconds(),
                record.created());
    }

    private static String known(String state) {
        return state.isEmpty() ? NOT_KNOWN : state;
    }

    private static void add(
            List<Use> uses, FactKind kind, String entity, String scope, String state, Evidence evidence) {
        uses.add(new Use(new Fact(kind, entity, scope, "", state), evidence, List.of()));
    }
}
