package dev.cutoff.build;

import dev.cutoff.decide.World;

/** Sees what the decisions of a plan rest on. */
public interface Witness {

    /** Nobody. */
    Witness NONE = new Witness() {
        @Override
        public World watching(World present) {
            return present;
        }

        @Override
        public void judged(Judged judged) {}
    };

    /** What is asked in place of a unit's present, which it asks in turn. */
    World watching(World present);

    /** The unit whose present was handed over last is decided. */
    void judged(Judged judged);
}
