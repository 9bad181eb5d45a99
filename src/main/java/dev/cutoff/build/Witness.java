package dev.cutoff.build;

import dev.cutoff.decide.DueCheck;
import dev.cutoff.decide.World;
import java.util.Optional;

/** Sees what the decisions of a plan rest on. */
public interface Witness {

    /** Nobody. */
    Witness NONE = new Witness() {
        @Override
        public World watching(World present) {
            return present;
        }

        @Override
        public void judged(Judged judged, Optional<DueCheck> check) {}
    };

    /** What is asked in place of a unit's present, which it asks in turn. */
    World watching(World present);

    /**
     * The unit whose present was handed over last is decided.
     *
     * @param check that is due before it may be kept
     */
    void judged(Judged judged, Optional<DueCheck> check);
}
