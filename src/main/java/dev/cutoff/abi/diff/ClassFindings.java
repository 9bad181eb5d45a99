package dev.cutoff.abi.diff;

import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is different in a class, struct or union: its size, bases, members, slots of virtual functions. */
final class ClassFindings {

    private static final int DEEPEST = 16;

    private final TypeSide old;
    private final TypeSide now;
    private final TypeFindings to;

    ClassFindings(TypeSide old, TypeSide now, TypeFindings to) {
        this.old = old;
        this.now = now;
        this.to = to;
    }

    void compare(int a, int b) {
        Shape was = old.shape(a);
        Shape is = now.shape(b);
        long before = size(was);
        long after = size(is);
        boolean byValue = old.isByValue(a) || now.isByValue(b);
        if (before != after && before >= 0 && after >= 0) {
            TypeRule rule =
                    after < before ? TypeRule.SHRUNK : byValue ? TypeRule.GROWN : TypeRule.GROWN_BEHIND_POINTERS;
            to.add(rule, "size " + before + " -> " + after + " bytes");
        }
        traits(was, is);
        Map<String, TypeSide.Part> first = parts(old, a);
        Map<String, TypeSide.Part> second = parts(now, b);
        Map<String, TypeSide.Part> added = new LinkedHashMap<>(second);
        added.keySet().removeAll(first.keySet());
        first.forEach((key, part) -> {
            TypeSide.Part other = second.get(key);
            if (other == null) {
                removed(part, added);
            } else {
                changed(part, other);
            }
        });
        added.values().forEach(part -> added(part, before, byValue));
        facts(was, is);
    }

    private static long size(Shape shape) {
        String size = shape.trait("size");
        try {
            return size.isEmpty() ? -1 : Long.parseLong(size);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void traits(Shape was, Shape is) {
        if (!was.trait("align").equals(is.trait("align"))) {
            to.add(TypeRule.ALIGNMENT, "alignment: " + named(was.trait("align")) + " -> " + named(is.trait("align")));
        }
        String before = passing(was);
        String after = passing(is);
        if (!before.equals(after)) {
            to.add(TypeRule.PASSING, "how it is copied and passed: " + named(before) + " -> " + named(after));
        }
    }

    private static String named(String trait) {
        return trait.isEmpty() ? "usual" : trait;
    }

    private static String passing(Shape shape) {
        StringBuilder words = new StringBuilder();
        for (String word : shape.traits().split(" ", -1)) {
            if (!word.isEmpty() && word.indexOf('=') < 0) {
                words.append(words.isEmpty() ? "" : " ").append(word);
            }
        }
        return words.toString();
    }

    /**
     * By role and name; what has no name, by its number among those. Members of structs and unions without a name are
     * members of what these are in.
     */
    private static Map<String, TypeSide.Part> parts(TypeSide side, int node) {
        Map<String, TypeSide.Part> parts = new LinkedHashMap<>();
        collect(side, node, 0, side.shape(node).kind() == Kind.UNION, new HashMap<>(), parts, 0);
        return parts;
    }

    private static void collect(
            TypeSide side,
            int node,
            long base,
            boolean shared,
            Map<String, Integer> count,
            Map<String, TypeSide.Part> parts,
            int depth) {
        for (TypeSide.Part found : side.parts(node)) {
            TypeSide.Part part = found.moved(base, shared);
            int target = side.plain(part.target());
            Shape shape = side.shape(target);
            boolean grouped = shape.kind() == Kind.STRUCT || shape.kind() == Kind.UNION;
            if (part.slot().role().equals("member")
                    && part.slot().name().isEmpty()
                    && grouped
                    && part.bits() >= 0
                    && depth < DEEPEST) {
                collect(side, target, part.bits(), shared || shape.kind() == Kind.UNION, count, parts, depth + 1);
                continue;
            }
            String key = part.slot().role() + " " + part.slot().name();
            if (part.slot().role().equals("base")) {
                key += shape.name();
            }
            int number = count.merge(key, 1, Integer::sum);
            parts.put(number == 1 ? key : key + " " + number, part);
        }
    }

    private void changed(TypeSide.Part was, TypeSide.Part is) {
        String name = words(was, old);
        if (!was.slot().detail().equals(is.slot().detail())) {
            String text = was.slot().role().equals("virtual")
                    ? name + " moved from " + was.slot().detail() + " to "
                            + is.slot().detail()
                    : name + " moved from " + places(was, is);
            to.add(moved(was), text);
        }
        to.slot(was.target(), is.target(), name, step(was, old));
    }

    private static TypeRule moved(TypeSide.Part part) {
        return switch (part.slot().role()) {
            case "base" -> TypeRule.BASE;
            case "virtual" -> TypeRule.VIRTUAL_SLOT;
            default -> TypeRule.MEMBER_MOVED;
        };
    }

    private void removed(TypeSide.Part part, Map<String, TypeSide.Part> added) {
        TypeSide.Part other = null;
        for (TypeSide.Part candidate : added.values()) {
            if (candidate.slot().role().equals(part.slot().role())
                    && candidate.slot().detail().equals(part.slot().detail())
                    && part.slot().role().equals("member")) {
                other = candidate;
                break;
            }
        }
        String name = words(part, old);
        if (other != null) {
            added.values().remove(other);
            to.add(TypeRule.MEMBER_RENAMED, name + " is named '" + other.slot().name() + "' now");
            to.slot(part.target(), other.target(), name, step(part, old));
            return;
        }
        to.add(
                moved(part) == TypeRule.MEMBER_MOVED ? TypeRule.MEMBER_REMOVED : moved(part),
                name + " removed" + (part.slot().role().equals("virtual") ? "" : " (was at " + offset(part) + ")"));
    }

    private void added(TypeSide.Part part, long before, boolean byValue) {
        String name = words(part, now);
        if (moved(part) != TypeRule.MEMBER_MOVED) {
            to.add(
                    moved(part),
                    name + " added"
                            + (part.slot().role().equals("virtual")
                                    ? " at " + part.slot().detail()
                                    : ""));
            return;
        }
        boolean behind = before >= 0 && part.bits() >= 8 * before;
        TypeRule rule = part.shared()
                ? TypeRule.UNION_MEMBER_ADDED
                : behind ? byValue ? TypeRule.GROWN : TypeRule.GROWN_BEHIND_POINTERS : TypeRule.MEMBER_IN_PADDING;
        to.add(rule, name + " added at " + offset(part));
    }

    private void facts(Shape was, Shape is) {
        List<String> before = facts(was);
        List<String> after = facts(is);
        if (!before.equals(after)) {
            to.add(TypeRule.OTHER, String.join(", ", before) + " -> " + String.join(", ", after));
        }
    }

    private static List<String> facts(Shape shape) {
        List<String> facts = new ArrayList<>();
        for (Shape.Slot slot : shape.slots()) {
            if (!slot.leads()) {
                facts.add(slot.role() + " " + slot.name() + " " + slot.detail());
            }
        }
        return facts;
    }

    private static String places(TypeSide.Part was, TypeSide.Part is) {
        String before = offset(was);
        String after = offset(is);
        return before.startsWith("offset ") && after.startsWith("offset ")
                ? before + " to " + after.substring("offset ".length()) + " bytes"
                : before + " to " + after;
    }

    /** Bytes where it begins at one, else bits. */
    private static String offset(TypeSide.Part part) {
        String detail = part.slot().detail();
        long bits = part.bits();
        return bits < 0 ? detail : detail.indexOf(':') >= 0 || bits % 8 != 0 ? "bit " + detail : "offset " + bits / 8;
    }

    private static String words(TypeSide.Part part, TypeSide side) {
        String role = part.slot().role();
        return switch (role) {
            case "base" -> "base " + side.shape(side.plain(part.target())).name();
            case "virtual" -> "virtual function " + part.slot().name();
            default ->
                part.slot().name().isEmpty()
                        ? "a " + role + " without a name"
                        : role + " '" + part.slot().name() + "'";
        };
    }

    private static String step(TypeSide.Part part, TypeSide side) {
        return part.slot().role().equals("base")
                ? side.shape(side.plain(part.target())).name()
                : part.slot().name();
    }
}
