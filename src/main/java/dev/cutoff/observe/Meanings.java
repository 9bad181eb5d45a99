package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reading and looking for files of the machine, which hundreds of steps do alike: what each such access comes to is found
 * out once for all of them.
 */
final class HostAccesses {

    private static final String LOADER_CACHE = "/etc/ld.so.cache";

    /**
     * What an access comes to, whichever step it was of.
     *
     * @param alike false where each step's own part in it counts
     * @param users the steps of each of its facts, to be added to
     * @param loads facts for steps that use the loader's cache
     * @param otherName the path, if it led to a file that is called otherwise
     */
    private record Meaning(
            boolean alike,
            List<Set<Integer>> users,
            List<Entity> loads,
            @Nullable String otherName) {
        static final Meaning NOT_ALIKE = new Meaning(false, List.of(), List.of(), null);
    }

    private final SystemRules rules;
    private final PathWalk walk;
    private final Territory territory;
    private final BiFunction<FactKind, String, Set<Integer>> users;
    private final Map<Access, Meaning> known = new HashMap<>();

    /**
     * For builds in a sandbox: elsewhere a build may have made files of the machine itself.
     *
     * @param users the steps that use an entity
     */
    HostAccesses(
            SystemRules rules, PathWalk walk, Territory territory, BiFunction<FactKind, String, Set<Integer>> users) {
        this.rules = rules;
        this.walk = walk;
        this.territory = territory;
        this.users = users;
    }

    /**
     * Adds an access's facts.
     *
     * @param loads whether the step uses the loader's cache
     * @return false if the access is of another kind, and nothing was added
     */
    boolean add(ObservedStep step, Access access, boolean loads) {
        Meaning meaning = known.get(access);
        if (meaning == null) {
            meaning = isOfMachine(access) ? meaning(step, access) : Meaning.NOT_ALIKE;
            known.put(access, meaning);
        }
        if (!meaning.alike()) {
            return false;
        }
        for (Set<Integer> steps : meaning.users()) {
            steps.add(step.number);
        }
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

    private boolean isOfMachine(Access access) {
        return switch (access.kind()) {
            case READ, LOOK, LOOK_AT_LINK, LIST -> rules.areAlike() && isOfMachine(access.path());
            default -> false;
        };
    }

    private boolean isOfMachine(String path) {
        return !Place.within(path, Place.ROOT)
                && !Place.within(path, Place.TMP)
                && !Place.within(path, "/var/tmp")
                && !path.equals(LOADER_CACHE)
                && territory.objection(path).isEmpty();
    }

    private Meaning meaning(ObservedStep step, Access access) {
        FactKind usual = UseCollector.kind(access.kind());
        PathWalk.Way way = walk.walk(access.path(), usual != FactKind.LINK);
        if (!way.links().stream().allMatch(this::isOfMachine)
                || !way.places().stream().allMatch(this::isOfMachine)) {
            return Meaning.NOT_ALIKE;
        }
        List<Set<Integer>> all = new ArrayList<>();
        way.links().forEach(link -> all.add(users.apply(FactKind.LINK, link)));
        boolean otherName = false;
        for (String place : way.places()) {
            rules.facts(
                    step,
                    new Access(access.kind(), place),
                    usual,
                    (kind, entity) -> all.add(users.apply(kind, entity)));
            otherName |= access.kind() == Access.Kind.READ && !Place.name(place).equals(Place.name(access.path()));
        }
        List<Entity> loads = new ArrayList<>();
        SystemRules.loaderFact(access, (kind, entity) -> loads.add(new Entity(kind, entity)));
        return new Meaning(true, all, loads, otherName ? access.path() : null);
    }
}
