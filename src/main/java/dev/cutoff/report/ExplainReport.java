package dev.cutoff.report;

import dev.cutoff.build.TreeChoice;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/** Explains a decision: the one that a workspace keeps of its last build, and the present one beside it. */
public final class ExplainReport {

    /** As many reasons as people read; JSON has all. */
    private static final int SHOWN = 40;

    private static final int TREES = 5;

    private ExplainReport() {}

    /** Prints a {@code cutoff.decision/1} document as text. */
    public static void print(PrintStream out, String decision, boolean present) {
        Map<String, String> unit = new LinkedHashMap<>();
        List<Map<String, String>> reasons = new ArrayList<>();
        parse(decision, unit, reasons);
        String action = unit.getOrDefault("action", "");
        String verb = switch (action) {
            case "keep" -> present ? "would be kept" : "kept";
            case "rebuild" -> present ? "would be rebuilt" : "rebuilt";
            case "relink" -> present ? "would be relinked" : "relinked";
            case "maybe" -> "may be kept";
            case "wait" -> "waits";
            case "fail" -> present ? "would fail" : "failed";
            case "skipped" -> present ? "would be skipped" : "skipped";
            default -> action;
        };
        String first = reasons.isEmpty() ? "" : reasons.get(0).getOrDefault("text", "");
        out.println(unit.get("unit") + " " + verb + ": " + first);
        String compared = unit.getOrDefault("compared", "");
        if (!compared.isEmpty()) {
            out.println((action.equals("keep") ? "  compared: " : "  built ") + compared);
        }
        boolean failed = action.equals("fail");
        for (int i = failed ? 1 : 0; i < Math.min(SHOWN, reasons.size()); i++) {
            reason(out, reasons.get(i), i > 0);
        }
        if (reasons.size() > SHOWN) {
            out.println("  and " + (reasons.size() - SHOWN) + " more (all with --json FILE)");
        }
        String failure = unit.getOrDefault("failure", "");
        failure.lines().skip(1).forEach(out::println);
        String record = unit.get("record");
        if (record != null && !action.equals("keep")) {
            out.println("  compared with record " + record);
        }
    }

    private static void reason(PrintStream out, Map<String, String> reason, boolean withText) {
        if (withText) {
            out.println("  " + reason.getOrDefault("text", ""));
        }
        String was = reason.get("was");
        String now = reason.get("now");
        if (was != null || now != null) {
            out.println("    " + reason.get("entity") + ": " + shown(was) + " -> " + shown(now));
        }
    }

    private static String shown(@org.jspecify.annotations.Nullable String state) {
        if (state == null) {
            return "(none)";
        }
        String line = state.replace('\n', ' ');
        return line.length() == 64 ? line.substring(0, 12) : line;
    }

    private static void parse(String text, Map<String, String> unit, List<Map<String, String>> reasons) {
        try (JsonParser json = new JsonFactory().createParser(tools.jackson.core.ObjectReadContext.empty(), text)) {
            Map<String, String> into = unit;
            String name = "";
            JsonToken token;
            while ((token = json.nextToken()) != null) {
                switch (token) {
                    case PROPERTY_NAME -> name = json.currentName();
                    case START_OBJECT -> {
                        if (!unit.isEmpty()) {
                            into = new LinkedHashMap<>();
                            reasons.add(into);
                        }
                    }
                    case END_OBJECT -> into = unit;
                    case VALUE_STRING, VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> into.put(name, json.getString());
                    default -> {}
                }
            }
        }
    }

    /** Prints the build trees that the next build could go on from: it takes the first, which has least to be done anew. */
    public static void trees(PrintStream out, List<TreeChoice> trees) {
        if (trees.isEmpty()) {
            return;
        }
        out.println("  could go on from build trees:");
        for (TreeChoice tree : trees.subList(0, Math.min(TREES, trees.size()))) {
            out.printf(
                    Locale.ROOT,
                    "    of record %d: %d of %d steps are outdated, which took %.1f s%s%n",
                    tree.record(),
                    tree.outdated(),
                    tree.steps(),
                    tree.seconds(),
                    tree.equals(trees.getFirst()) ? "; the nearest, taken" : "");
        }
        if (trees.size() > TREES) {
            out.println("    and " + (trees.size() - TREES) + " more (all with --json FILE)");
        }
    }

    /**
     * One document with both decisions; the last may be missing.
     *
     * @param note that the last decision is of an earlier run, in words
     */
    public static String json(String unit, Optional<String> note, String last, String present, List<TreeChoice> trees) {
        StringJoiner list = new StringJoiner(",", "[", "]");
        trees.forEach(tree -> list.add(String.format(
                Locale.ROOT,
                "{\"record\":%d,\"seconds\":%.3f,\"outdated\":%d,\"steps\":%d}",
                tree.record(),
                tree.seconds(),
                tree.outdated(),
                tree.steps())));
        return "{\"schema\":\"cutoff.explain/1\",\n\"unit\":\"" + unit + "\",\n\"note\":"
                + note.map(JsonReport::quoted).orElse("null") + ",\n\"last\":"
                + (last.isEmpty() ? "null" : last.strip()) + ",\n\"present\":" + present.strip() + ",\n\"trees\":"
                + list + "}\n";
    }
}
