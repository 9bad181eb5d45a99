package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import java.util.Map;
import java.util.Optional;

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
     * can't be told at all. Not asked for {@link dev.cutoff.model.FactKind#ARTIFACT}.
     */
    Optional<String> now(Fact fact);

    /**
     * Tries a compile step of a record: whether with the artifacts of its needs as they are at present it gives the code
     * that it gave with those of the record, debug info aside. False where that can't be found out. Means something only
     * where all else holds that the step relied on.
     *
     * @param step its number in the record
     */
    default boolean compilesAlike(BuildRecord record, int step) {
        return false;
    }

    /**
     * What of a library of a need a product is bound to otherwise than a new link would bind it, in words. Empty where it is
     * bound alike; {@code ""} where that can't be found out, as when the store has no longer what the library was.
     *
     * @param fact of kind {@link dev.cutoff.model.FactKind#LINKED}
     */
    default Optional<String> bindsOtherwise(Fact fact) {
        return Optional.of("");
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
     * Where the entity of a fact of wheels ({@link dev.cutoff.model.FactKind#isOfWheels}) comes from at present; empty where
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
