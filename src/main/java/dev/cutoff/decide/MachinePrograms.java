package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The programs of the machine that a record's steps ran: shells start them by bare names, their uses say which they are. */
final class MachinePrograms {

    private final BuildRecord record;
    private final List<String> places;
    private @Nullable Map<Integer, Set<String>> byStep;

    MachinePrograms(BuildRecord record) {
        this(record, List.of("/usr/", "/bin/"));
    }

    private MachinePrograms(BuildRecord record, List<String> places) {
        this.record = record;
        this.places = places;
    }

    /** Those of needs in place of the machine's. */
    static MachinePrograms ofNeeds(BuildRecord record) {
        return new MachinePrograms(record, List.of(Place.DEPS));
    }

    /** Whether a step is one of some programs, by its own name and by that of the program that it used. */
    boolean isOneOf(Step step, Set<String> names) {
        return names.contains(step.program()) && any(step.number(), path -> names.contains(Place.name(path)));
    }

    /** Whether a step used such a program, by its path. */
    boolean any(int step, Predicate<String> program) {
        return byStep().getOrDefault(step, Set.of()).stream().anyMatch(program);
    }

    private Map<Integer, Set<String>> byStep() {
        Map<Integer, Set<String>> known = byStep;
        if (known == null) {
            known = new HashMap<>();
            for (Use use : record.uses()) {
                FactKind kind = use.fact().kind();
                String path = use.fact().entity();
                boolean ran = kind == FactKind.BYTES || kind == FactKind.PACKAGE;
                if (ran && path.contains("/bin/") && places.stream().anyMatch(path::startsWith)) {
                    for (int step : use.steps()) {
                        known.computeIfAbsent(step, _ -> new HashSet<>()).add(path);
                    }
                }
            }
            byStep = known;
        }
        return known;
    }
}
