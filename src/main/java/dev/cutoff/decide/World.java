package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How things are at present, for one unit.
 *
 * <p>Answers are those of one moment: asked twice, the same question gets the same answer.
 */
public interface World {

    /** Present root digest of the unit's sources. */
    Digest source();

    /** Present root digest of a need's artifact (needs of needs included); empty while it is still to be built. */
    Optional<Digest> artifact(String need);

    /** Whether the artifacts of needs are these; false where one is still to be built. */
    default boolean areStanding(Map<String, Digest> needs) {
        for (var need : needs.entrySet()) {
            if (!artifact(need.getKey()).equals(Optional.of(need.getValue()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether no link leads out of a need's artifact: then its digest alone determines the facts in it, whatever became of
     * the others.
     *
     * @param need "" for the unit's own sources
     */
    default boolean isClosed(String need) {
        return false;
    }

    /** Whether {@link #holds} was said of a set of facts of the machine. */
    default boolean isKnownToHold(Digest set) {
        return false;
    }

    /** Takes in that all facts of a set hold at present, so that no other unit of the run need look at them again. */
    default void holds(Digest set) {}

    /**
     * Present state of a fact's entity, as far as the fact's kind and scope see it, in the form of {@link Fact#state()};
     * empty where it can't be told because it lies in an artifact that is still to be built; {@link Fact#UNKNOWN} where it
     * can't be told at all. Not asked for {@link FactKind#ARTIFACT}.
     */
    Optional<String> now(Fact fact);

    /** The same of facts of every kind; of a whole artifact it is its digest. */
    default Optional<String> state(Fact fact) {
        return fact.kind() == FactKind.ARTIFACT
                ? artifact(Place.dependencyOf(fact.entity())).map(Digest::hex)
                : now(fact);
    }

    /**
     * Which of these compile steps of a record are given the same text by the preprocessor with the artifacts of the record's
     * needs as they are at present and as they were then, so that their code is the same. Means something only where all
     * else holds that the steps relied on. It may end where the first few give other texts.
     *
     * @param steps their numbers in the record
     */
    default Tries preprocess(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /**
     * The same for their code, debug info aside. It ends with the first step that gives another one, so that not all that are
     * missing in what comes out were tried.
     */
    default Tries compile(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /**
     * Runs repeatable steps of a record again ({@link dev.cutoff.model.Step#repeatable}), with the needs of today, and compares all
     * that they make with what they had made. Means something only where all else holds that they relied on.
     *
     * @return alike are all of them and what they started, or none
     */
    default Tries runAgain(BuildRecord record, Set<Integer> steps) {
        return Tries.none("");
    }

    /**
     * Runs the first lines of a record's recipe again, with all that is there at present, and compares what they leave with what they had
     * left. Means something only where all else holds that the record's steps relied on.
     *
     * @param lines how many; the record knows what was there after each
     * @param relied paths that the steps of other lines had looked into
     * @return alike are all steps of these lines, or none
     */
    default Tries repeat(BuildRecord record, int lines, Set<String> relied) {
        return Tries.none("");
    }

    /**
     * What of a library of a need a product is bound to otherwise than a new link would bind it, in words. Empty where it is
     * bound alike; {@code ""} where that can't be found out, as when the store has no longer what the library was.
     *
     * @param fact of kind {@link FactKind#LINKED}
     */
    default Optional<String> bindsOtherwise(Fact fact) {
        return Optional.of("");
    }

    /**
     * What has changed in types that a header of a need declares, each in words, the gravest first: for people alone. Empty
     * where nothing is known of them.
     *
     * @param header a use of the header that does not hold
     */
    default List<String> typeChanges(BuildRecord record, Use header) {
        return List.of();
    }

    /** What has changed within a narrow fact that does not hold, in words; empty where the old content is not known. */
    Optional<String> difference(Fact fact);

    /**
     * What is meant by a fact's entity being absent now, as the words behind its name, where it is not simply gone: {@code is
     * ignored now (.gitignore)}.
     */
    default Optional<String> absence(Fact fact) {
        return Optional.empty();
    }

    /**
     * Where the entity of a fact of wheels ({@link FactKind#isOfWheels}) comes from at present; empty where
     * it comes from nowhere.
     */
    default Optional<Origin> origin(Fact fact) {
        return Optional.empty();
    }

    /**
     * A unit that an entity belongs to, and why it is in sight.
     *
     * @param edge the requirement that leads to it, in words
     */
    record Origin(String unit, String edge) {}
}
