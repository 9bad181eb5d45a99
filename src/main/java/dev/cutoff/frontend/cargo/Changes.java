package dev.cutoff.frontend.cargo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Says for people which inputs differ: every kind is named, so that none hides behind another, and those that others follow from come first. */
final class Changes {

    /** Prefixes of the names of inputs, and what they are called. */
    private static final String[][] KINDS = {
        {"toolchain", "toolchain"},
        {"folder", "folder"},
        {"arguments", "arguments"},
        {Inputs.VARIABLE, "variable "},
        {Inputs.READ_VARIABLE, "variable "},
        {Inputs.SOURCE, "source "},
        {"file ", "file "},
        {Inputs.MACRO, "procedural macro "},
        {Inputs.DEPENDENCY, "dependency "},
        {"", ""},
    };

    /** Characters of differing arguments that are shown. */
    private static final int SHOWN = 100;

    private Changes() {}

    /**
     * As in {@code arguments (now -Copt-level=2) and source /w/a.rs, one of 3, changed}.
     *
     * @param names of those that differ, in order; at least one
     */
    static String text(Map<String, String> before, Map<String, String> now, List<String> names) {
        List<String> left = new ArrayList<>(names);
        List<String> parts = new ArrayList<>();
        for (String[] kind : KINDS) {
            List<String> those =
                    left.stream().filter(name -> name.startsWith(kind[0])).toList();
            left.removeAll(those);
            if (!those.isEmpty()) {
                String first = those.get(0).substring(kind[0].length());
                if (kind[0].equals(Inputs.DEPENDENCY)) {
                    first = first.substring(0, Math.max(first.indexOf(' '), 0));
                } else if (kind[0].equals("arguments")) {
                    first = words(before.getOrDefault("arguments", ""), now.getOrDefault("arguments", ""));
                }
                parts.add(kind[1] + first + (those.size() > 1 ? ", one of " + those.size() + "," : ""));
            }
        }
        String last = parts.removeLast();
        return (parts.isEmpty() ? last : String.join(", ", parts) + " and " + last) + " changed";
    }

    private static String words(String before, String now) {
        List<String> gone = new ArrayList<>(Arrays.asList(before.split(" ")));
        List<String> come = new ArrayList<>(Arrays.asList(now.split(" ")));
        gone.removeAll(List.of(now.split(" ")));
        come.removeAll(List.of(before.split(" ")));
        StringJoiner said = new StringJoiner("; ", " (", ")").setEmptyValue(" (in their order)");
        if (!come.isEmpty()) {
            said.add("now " + String.join(" ", come));
        }
        if (!gone.isEmpty()) {
            said.add("no more " + String.join(" ", gone));
        }
        String text = said.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " ...)";
    }
}
