package dev.cutoff.abi.link;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a shared library decides how a product is bound to it. Less than its {@link Face}: the order of symbols, and
 * what shows in the product's own symbol table alone, are left out.
 *
 * @param ordered what must be the same, in the same order: properties, libraries that it needs
 * @param fixed what must be the same
 * @param mayAppear what may be there later though it is not now, but not the other way round: versions of a name that only
 *     who asks for them gets
 * @param mayVanish names that may go but not come, as objects that are gone may have asked for them
 */
record Bond(List<FaceFact> ordered, Set<FaceFact> fixed, Set<FaceFact> mayAppear, Set<String> mayVanish) {

    /** What of another state of the library is bound otherwise, for people; empty where all is bound alike. */
    Optional<String> to(Bond now) {
        Optional<String> difference = face().to(now.face());
        if (difference.isPresent()) {
            return difference;
        }
        for (FaceFact fact : mayAppear) {
            if (!now.mayAppear.contains(fact)) {
                return Optional.of(fact.removed());
            }
        }
        for (String name : now.mayVanish) {
            if (!mayVanish.contains(name)) {
                return Optional.of(
                        "now also defines " + Names.plain(name) + ", which objects that are gone may have asked for");
            }
        }
        return Optional.empty();
    }

    /** What must be the same; in which order it is fixed does not count. */
    private Face face() {
        List<FaceFact> facts = new ArrayList<>(ordered);
        fixed.stream().sorted(Comparator.comparing(FaceFact::line)).forEach(facts::add);
        return new Face(facts);
    }
}
