package dev.cutoff.abi.diff;

import dev.cutoff.abi.type.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is different in an enumeration. */
final class EnumFindings {

    private EnumFindings() {}

    static void compare(Shape was, Shape is, TypeFindings to) {
        if (!was.traits().equals(is.traits())) {
            to.add(TypeRule.ENUM_SIZE, "representation: " + was.traits() + " -> " + is.traits());
        }
        Map<String, String> before = values(was);
        Map<String, String> after = values(is);
        Map<String, String> added = new LinkedHashMap<>(after);
        added.keySet().removeAll(before.keySet());
        before.forEach((name, value) -> {
            String other = after.get(name);
            if (other == null) {
                String renamed = nameOf(added, value);
                added.remove(renamed);
                to.add(
                        renamed.isEmpty() ? TypeRule.ENUMERATOR_REMOVED : TypeRule.ENUMERATOR_RENAMED,
                        "enumerator '" + name + "' = " + value
                                + (renamed.isEmpty() ? " removed" : " is named '" + renamed + "' now"));
            } else if (!other.equals(value)) {
                to.add(TypeRule.ENUMERATOR_VALUE, "enumerator '" + name + "': " + value + " -> " + other);
            }
        });
        added.forEach(
                (name, value) -> to.add(TypeRule.ENUMERATOR_ADDED, "enumerator '" + name + "' = " + value + " added"));
    }

    private static String nameOf(Map<String, String> enumerators, String value) {
        for (Map.Entry<String, String> entry : enumerators.entrySet()) {
            if (entry.getValue().equals(value)) {
                return entry.getKey();
            }
        }
        return "";
    }

    private static Map<String, String> values(Shape shape) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Shape.Slot slot : shape.slots()) {
            values.put(slot.name(), slot.detail());
        }
        return values;
    }
}
