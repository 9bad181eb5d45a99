package dev.cutoff.abi.diff;

import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.type.TypeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a consumer uses of a library, with the ids of its types: as long as these stay, what it was built against stays.
 *
 * @param ids exact ids by full symbol name, of those symbols that the consumer uses and whose types are known
 * @param unknown the symbols that it uses and whose types are not known: of these, symbols are all that can be judged
 */
public record UsedTypes(SortedMap<String, TypeId> ids, SortedSet<String> unknown) {

    /** What a program, library or object uses of a library. */
    public static UsedTypes of(Binary consumer, Binary library) {
        Consumer uses = Consumer.of(consumer);
        SortedMap<String, TypeId> ids = new TreeMap<>();
        SortedSet<String> unknown = new TreeSet<>();
        for (Offer offer : library.offers()) {
            if (uses.use(offer, library.soname()) != Consumer.Use.NONE) {
                TypeId id = library.types().idOf(offer.fullName());
                if (id == null) {
                    unknown.add(offer.fullName());
                } else {
                    ids.put(offer.fullName(), id);
                }
            }
        }
        return new UsedTypes(Collections.unmodifiableSortedMap(ids), Collections.unmodifiableSortedSet(unknown));
    }
}
