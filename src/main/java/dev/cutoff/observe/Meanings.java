package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reading, looking at and listing, which hundreds of steps do alike: what each such access comes to is found out once for
 * all of them. For builds in a sandbox: elsewhere a build may have made files of the machine itself.
 */
final class Meanings {

    private static final String LOADER_CACHE = "/etc/ld.so.cache";

    /**
     * What an access comes to, whichever step it was of.
     *
     * @param alike false where each step's own part in it counts
     * @param users the steps of each of its facts, to be added to
     * @param loads facts for steps that use the loader's cache
     * @param places places of the build that it led to, as they are
     * @param otherName the path, if it led to a file that is called otherwise
     */
    private record Meaning(
            boolean alike,
            List<StepSet> users,
            List<Entity> loads,
            List<Spot> places,
            List<String> madeLinks,
            @Nullable String otherName) {
        static final Meaning NOT_ALIKE = new Meaning(false, List.of(), List.of(), List.of(), List.of(), null);
    }

    /** A place of the build: whether it was looked at, whether something was read there that the build had made. */
    private record Spot(String path, boolean looked, boolean madeRead, boolean opened) {}

    private final SystemRules rules;
    private final PathWalk walk;
    private final Territory territory;
    private final Staged staged;
    private final Accesses accesses;
    private final BiFunction<FactKind, String, StepSet> users;
    private @Nullable Meaning[] known = new @Nullable Meaning[0];

    /** @param users the steps that use an entity */
    Meanings(
            SystemRules rules,
            PathWalk walk,
            Territory territory,
            Staged staged,
            Accesses accesses,
            BiFunction<FactKind, String, StepSet> users) {
        this.rules = rules;
        this.walk = walk;
        this.territory = territory;
        this.staged = staged;
        this.accesses = accesses;
        this.users = users;
    }

    /**
     * Adds an access's facts.
     *
     * @param number of the access
     * @param loads whether the step uses the loader's cache
     * @param outputsRead takes the paths that the build had made and the step read
     * @return false if the access is of another kind, and nothing was added
     */
    boolean add(ObservedStep step, int number, boolean loads, Set<String> outputsRead) {
        if (number >= known.length) {
            known = Arrays.copyOf(known, Math.max(accesses.size(), number + 1));
        }
        Meaning meaning = known[number];
        if (meaning == null) {
            meaning = meaning(step, accesses.get(number));
            known[number] = meaning;
        }
        if (!meaning.alike()) {
            return false;
        }
        for (StepSet steps : meaning.users()) {
            steps.add(step.number);
        }
        for (Spot spot : meaning.places()) {
            if (spot.looked()) {
                step.looked.add(spot.path());
            }
            if (spot.madeRead()) {
                outputsRead.add(spot.path());
                step.madeReads.add(spot.path());
                if (spot.opened()) {
                    step.madeOpened.add(spot.path());
                }
            }
        }
        outputsRead.addAll(meaning.madeLinks());
        if (loads) {
            for (Entity entity : meaning.loads()) {
                users.apply(entity.kind(), entity.name()).add(step.number);
            }
        }
        if (meaning.otherName() != null) {
            step.readsByOtherNames.add(meaning.otherName());
        }
        return true;
    }

    private boolean isOfMachine(String path) {
        return rules.areAlike()
                && !Place.within(path, Place.ROOT)
                && !Place.within(path, Place.TMP)
                && !Place.within(path, "/var/tmp")
                && !path.equals(LOADER_CACHE)
                && territory.objection(path).isEmpty();
    }

    /** Of the machine, and no link led through a process there: what a path says by itself was told of when it was noted. */
    private boolean isKnown(String place, Access access) {
        return isOfMachine(place) && (place.equals(access.path()) || !Deeds.isThroughProcess(place));
    }

    /** A place of the build that is not private to it. */
    private boolean isStaged(String path) {
        return Place.within(path, Place.ROOT) && !staged.isPrivate(path);
    }

    private Meaning meaning(ObservedStep step, Access access) {
        boolean kind = switch (access.kind()) {
            case READ, LOOK, LOOK_AT_LINK, LIST -> true;
            default -> false;
        };
        if (!kind || !(isOfMachine(access.path()) || isStaged(access.path()))) {
            return Meaning.NOT_ALIKE;
        }
        FactKind usual = UseCollector.kind(access.kind());
        PathWalk.Way way = walk.walk(access.path(), usual != FactKind.LINK);
        if (!way.passed().isEmpty()
                || !way.links().stream().allMatch(link -> isOfMachine(link) || isStaged(link))
                || !way.places().stream().allMatch(place -> isKnown(place, access) || isStaged(place))) {
            return Meaning.NOT_ALIKE;
        }
        List<StepSet> all = new ArrayList<>();
        way.links().forEach(link -> all.add(users.apply(FactKind.LINK, link)));
        List<Spot> spots = new ArrayList<>();
        boolean otherName = false;
        for (String place : way.places()) {
            Access there = new Access(access.kind(), place);
            if (Place.within(place, Place.ROOT)) {
                spots.add(spot(there, all));
            } else {
                rules.facts(step, there, usual, (fact, entity) -> all.add(users.apply(fact, entity)));
            }
            otherName |= access.kind() == Access.Kind.READ && !Place.name(place).equals(Place.name(access.path()));
        }
        List<Entity> loads = new ArrayList<>();
        SystemRules.loaderFact(access, (fact, entity) -> loads.add(new Entity(fact, entity)));
        List<String> made = way.made().stream().filter(staged::isLeft).toList();
        return new Meaning(true, all, loads, spots, made, otherName ? access.path() : null);
    }

    private Spot spot(Access access, List<StepSet> all) {
        Optional<Entity> entity = staged.entity(access);
        entity.ifPresent(e -> all.add(users.apply(e.kind(), e.name())));
        boolean looks = access.kind() == Access.Kind.LOOK || access.kind() == Access.Kind.LOOK_AT_LINK;
        return new Spot(access.path(), looks, staged.isMadeRead(access), access.kind() == Access.Kind.READ);
    }
}
