package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.type.Fragment;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.ShapeText;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is reached from some entries into a {@link Fragment}. What says nothing of a type is looked through on the
 * way: typedefs, the order of qualifiers, type units, declarations that the same unit completes.
 */
final class GraphWriter {

    static final int CONST = 1;
    static final int VOLATILE = 2;
    static final int RESTRICT = 4;
    static final int ATOMIC = 8;
    static final int SHARED = 16;
    private static final String[] QUALIFIERS = {"const", "volatile", "restrict", "atomic", "shared"};
    private static final int LONGEST_CHAIN = 200;

    private record Task(long key, int qualifiers, int node) {}

    /** What an entry is in the end: a type's key, what qualifies it, and the last typedef that named it. */
    private record Target(long key, int qualifiers, String alias) {}

    private final IdentityHashMap<Unit, UnitIndex> indexes;
    private final IdentityHashMap<Unit, Definitions> definitions = new IdentityHashMap<>();
    private final Fragment fragment = new Fragment();
    private final ShapeText shape = new ShapeText();
    private final LongIntMap[] nodes = new LongIntMap[1 << QUALIFIERS.length];
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    /** Declarations that nothing in their unit completes: by hash, their full names. */
    private final Map<Long, String> wanted = new TreeMap<>();

    private final ScopeNames names;
    private final Border border;
    private final Die probe;
    private final TypeShapes shapes;
    private int empty = -1;

    GraphWriter(DebugInfo info, IdentityHashMap<Unit, UnitIndex> indexes, Border border, Budget budget) {
        this.indexes = indexes;
        this.border = border;
        this.names = new ScopeNames(info, indexes, budget);
        this.probe = new Die(info, budget);
        this.shapes = new TypeShapes(this, info, names, budget);
        Arrays.setAll(nodes, _ -> new LongIntMap());
    }

    @Nullable
    UnitIndex index(Unit unit) {
        return indexes.get(unit);
    }

    Fragment fragment() {
        return fragment;
    }

    /** Names that are declared and not defined here, by the hash that {@link Definitions} knows; grows as it writes. */
    Map<Long, String> wanted() {
        return wanted;
    }

    /** The node of the function or variable that an entry stands for. */
    int symbol(long key) throws FormatException {
        int node = fragment.reserve();
        shapes.symbol(key, shape);
        fragment.define(node, shape);
        return node;
    }

    /** The type that another unit declares, if it has this full name. */
    void definition(long key, String name) throws FormatException {
        if (names.of(key).equals(name)) {
            node(key);
        }
    }

    /**
     * Writes all that was asked for and is not written yet. What is damaged stays undefined.
     *
     * @return what was wrong first, null where nothing was
     */
    @Nullable
    String run() {
        String wrong = null;
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                write(task);
            } catch (FormatException e) {
                wrong = wrong == null ? Gaps.of(e) : wrong;
            }
        }
        return wrong;
    }

    private void write(Task task) throws FormatException {
        if (task.qualifiers != 0 && !shapes.isArray(task.key)) {
            shape.start(Kind.QUALIFIED, "");
            for (int i = 0; i < QUALIFIERS.length; i++) {
                if ((task.qualifiers >> i & 1) != 0) {
                    shape.trait(QUALIFIERS[i]);
                }
            }
            shape.edge("type", "", "", task.key == DebugInfo.VOID ? empty() : of(task.key, 0));
        } else {
            shapes.type(task.key, task.qualifiers, shape);
            flags(task);
        }
        fragment.define(task.node, shape);
    }

    private void flags(Task task) throws FormatException {
        probe.readKey(task.key);
        if (!Tag.isCompletable(probe.tag())) {
            return;
        }
        if (probe.isFlag(Attribute.DECLARATION)) {
            // Where a type is only declared does not say where it is defined.
            return;
        }
        if (names.hash(task.key) != 0) {
            fragment.completes(task.node);
        }
        if (border.isPublic(probe)) {
            fragment.isPublic(task.node);
        }
    }

    /** The node of nothing, {@code void}. */
    int empty() {
        if (empty < 0) {
            empty = fragment.reserve();
            fragment.define(empty, shape().start(Kind.VOID, ""));
        }
        return empty;
    }

    /** The node of what is not known. */
    int unknown(String why) {
        return fragment.unknown(why);
    }

    private static ShapeText shape() {
        return new ShapeText();
    }

    /** The node of the type of a key; to be written by {@link #run}. */
    int node(long key) throws FormatException {
        return node(key, 0);
    }

    /** The same without what qualifies it at its top, which a caller of a function can't see. */
    int unqualified(long key) throws FormatException {
        Target target = target(key, 0);
        return target == null ? unknown(UNHAD) : of(target, 0);
    }

    int node(long key, int qualifiers) throws FormatException {
        if (key == DebugInfo.ELSEWHERE) {
            return unknown(UNHAD);
        }
        int known = nodes[qualifiers].get(key);
        if (known != LongIntMap.NONE) {
            return known;
        }
        Target target = target(key, qualifiers);
        int node = target == null ? unknown(UNHAD) : of(target, target.qualifiers);
        nodes[qualifiers].put(key, node);
        return node;
    }

    private static final String UNHAD = "a type of a file or unit that could not be had";

    private int of(Target target, int qualifiers) {
        int node = target.key == DebugInfo.VOID && qualifiers == 0 ? empty() : of(target.key, qualifiers);
        if (!target.alias.isEmpty() && qualifiers == 0) {
            fragment.alias(node, target.alias);
        }
        return node;
    }

    private int of(long key, int qualifiers) {
        // Void has no key of its own that a map takes.
        long named = key == DebugInfo.VOID ? Long.MAX_VALUE : key;
        int node = nodes[qualifiers].get(named);
        if (node == LongIntMap.NONE) {
            node = fragment.reserve();
            nodes[qualifiers].put(named, node);
            tasks.add(new Task(key, qualifiers, node));
        }
        return node;
    }

    /** Looks through to what is a type of its own; null where that can't be had. */
    private @Nullable Target target(long from, int qualifiers) throws FormatException {
        long key = from;
        int all = qualifiers;
        String alias = "";
        for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
            if (key == DebugInfo.ELSEWHERE) {
                return null;
            }
            if (key == DebugInfo.VOID) {
                return new Target(key, all, "");
            }
            probe.readKey(key);
            int tag = probe.tag();
            int qualifier = qualifier(tag);
            if (qualifier != 0 || tag == Tag.TYPEDEF || tag == Tag.TEMPLATE_ALIAS || tag == Tag.PACKED_TYPE) {
                all |= Math.max(qualifier, 0);
                alias = tag == Tag.TYPEDEF ? probe.text(Attribute.NAME) : "";
                key = probe.has(Attribute.TYPE) ? probe.reference(Attribute.TYPE) : DebugInfo.VOID;
                continue;
            }
            if (Tag.isCompletable(tag)) {
                long other = completed(key);
                if (other != key) {
                    key = other;
                    continue;
                }
                return new Target(key, all, probe.has(Attribute.NAME) ? "" : alias);
            }
            boolean unqualified =
                    tag == Tag.SUBROUTINE_TYPE || tag == Tag.REFERENCE_TYPE || tag == Tag.RVALUE_REFERENCE_TYPE;
            return new Target(key, unqualified ? 0 : all, "");
        }
        throw probe.unit().bytes().wrong(Unit.offsetOf(from), "has typedefs of typedefs without an end");
    }

    private static int qualifier(int tag) {
        return switch (tag) {
            case Tag.CONST_TYPE, Tag.IMMUTABLE_TYPE -> CONST;
            case Tag.VOLATILE_TYPE -> VOLATILE;
            case Tag.RESTRICT_TYPE -> RESTRICT;
            case Tag.ATOMIC_TYPE -> ATOMIC;
            case Tag.SHARED_TYPE -> SHARED;
            default -> 0;
        };
    }

    /** The key of what completes the entry that was just read: a type unit's, or a definition of the same unit. */
    private long completed(long key) throws FormatException {
        if (probe.isReference(Attribute.SIGNATURE)) {
            return probe.reference(Attribute.SIGNATURE);
        }
        if (!probe.isFlag(Attribute.DECLARATION)) {
            return key;
        }
        long hash = names.hash(key);
        UnitIndex index = indexes.get(probe.unit());
        if (hash == 0 || index == null) {
            return key;
        }
        long[] found = definitions
                .computeIfAbsent(probe.unit(), _ -> new Definitions(index))
                .of(hash);
        if (found.length == 1 && names.of(found[0]).equals(names.of(key))) {
            return found[0];
        }
        wanted.putIfAbsent(hash, names.of(key));
        probe.readKey(key);
        return key;
    }
}
