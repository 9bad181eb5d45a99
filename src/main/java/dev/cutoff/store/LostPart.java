package dev.cutoff.store;

import dev.cutoff.model.Digest;

/**
 * A part of a record is missing or damaged, which was found when it was asked for. From then on the record is no
 * candidate: whoever met this asks for the candidates again.
 */
public final class LostPart extends RuntimeException {

    LostPart(String unit, Digest part) {
        super("a part of a record of " + unit + " is missing or damaged (" + part.brief()
                + "); run again, and the unit will be built again");
    }
}
