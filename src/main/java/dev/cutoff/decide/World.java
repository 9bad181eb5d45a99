package dev.cutoff.decide;

import dev.cutoff.model.Digest;
import dev.cutoff.model.FactKind;
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

    /**
     * Present state of an entity, in the form of {@link dev.cutoff.model.Fact#state()}; empty where it can't be told
     * because it lies in an artifact that is still to be built.
     */
    Optional<String> now(FactKind kind, String entity);
}
