package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Full names of types: those of the scopes around them, with {@code ::} between. */
final class ScopeNames {

    private static final String LOCAL = "(anonymous namespace)";
    private static final int DEEPEST = 256;

    private final DebugInfo info;
    private final IdentityHashMap<Unit, UnitIndex> indexes;
    private final Budget budget;
    private final Die die;
    private final Map<Long, String> known = new HashMap<>();

    ScopeNames(DebugInfo info, IdentityHashMap<Unit, UnitIndex> indexes, Budget budget) {
        this.info = info;
        this.indexes = indexes;
        this.budget = budget;
        this.die = new Die(info, budget);
    }

    /** The full name of the entry of a key, empty where it has none; of what stands in a function, its own name alone. */
    String of(long key) throws FormatException {
        return of(key, 0);
    }

    private String of(long key, int depth) throws FormatException {
        String name = known.get(key);
        if (name == null) {
            name = read(key, depth);
            budget.characters(name.length());
            known.put(key, name);
        }
        return name;
    }

    private String read(long key, int depth) throws FormatException {
        die.readKey(key);
        if (depth > DEEPEST) {
            throw die.unit().bytes().wrong(Unit.offsetOf(key), "has scopes in scopes without an end");
        }
        if (die.isReference(Attribute.SPECIFICATION)) {
            // Defined outside of the scope that it belongs to, as members of type units are: where it is declared says
            // which.
            long declared = die.reference(Attribute.SPECIFICATION);
            return declared == DebugInfo.ELSEWHERE ? "" : of(declared, depth + 1);
        }
        int tag = die.tag();
        String own = die.has(Attribute.NAME) ? die.text(Attribute.NAME) : tag == Tag.NAMESPACE ? LOCAL : "";
        UnitIndex index = indexes.get(die.unit());
        int number = index == null ? -1 : index.find(Unit.offsetOf(key));
        if (index == null || number < 0 || own.isEmpty()) {
            return own;
        }
        int parent = index.parent(number);
        if (parent == UnitIndex.TOP) {
            return own;
        }
        String around = of(die.unit().key(index.offset(parent)), depth + 1);
        return around.isEmpty() ? own : around + "::" + own;
    }

    /** The hash by which other units know the entry, 0 where they can't; as {@link UnitIndex#hash}. */
    long hash(long key) throws FormatException {
        UnitIndex index = indexes.get(info.unitOf(key));
        int number = index == null ? -1 : index.find(Unit.offsetOf(key));
        return index == null || number < 0 ? 0 : index.hash(number);
    }
}
