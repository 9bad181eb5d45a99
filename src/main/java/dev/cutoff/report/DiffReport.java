package dev.cutoff.report;

import dev.cutoff.abi.diff.Change;
import dev.cutoff.abi.diff.Diff;
import dev.cutoff.abi.diff.Judgement;
import dev.cutoff.abi.document.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Differences in words and as the document {@code cutoff.diff/1} of docs/fingerprint.md. */
public final class DiffReport {

    /** As many changes of a sort, and as many reasons, as people read; JSON has all. */
    private static final int SHOWN = 10;

    private DiffReport() {}

    /** What is printed: changes by what changed, then the verdicts. */
    public static String text(Diff diff) {
        StringBuilder text = new StringBuilder();
        Map<Change.What, Integer> shown = new TreeMap<>();
        int unused = 0;
        for (Change change : diff.changes()) {
            if (!change.used()) {
                unused++;
            } else if (shown.merge(change.what(), 1, Integer::sum) <= SHOWN) {
                text.append(String.format(Locale.ROOT, "%-13s ", mark(change)));
                text.append(line(change)).append('\n');
            }
        }
        shown.forEach((what, count) -> {
            if (count > SHOWN) {
                text.append("and ")
                        .append(count - SHOWN)
                        .append(" more: ")
                        .append(what.word())
                        .append('\n');
            }
        });
        if (unused > 0) {
            text.append(InterfaceReport.count(unused, "change")).append(" in what the consumer does not use\n");
        }
        if (diff.changes().isEmpty()) {
            text.append("no changes\n");
        }
        verdict(text, "same", diff.same());
        verdict(text, "works", diff.works());
        return text.toString();
    }

    private static String mark(Change change) {
        return switch (change.works()) {
            case NO -> "incompatible";
            case UNKNOWN -> "changed";
            case YES -> change.was() == null ? "added" : change.now() == null ? "removed" : "changed";
        };
    }

    private static String line(Change change) {
        return InterfaceReport.printable(
                change.file().isEmpty() ? change.text() : change.file() + ": " + change.text());
    }

    private static void verdict(StringBuilder text, String name, Judgement judgement) {
        List<String> reasons = judgement.reasons();
        text.append(String.format(
                Locale.ROOT, "%-6s %s: ", name + ":", judgement.verdict().word()));
        int shown = Math.min(3, reasons.size());
        text.append(InterfaceReport.printable(String.join("; ", reasons.subList(0, shown))));
        if (reasons.size() > shown) {
            text.append("; and ").append(reasons.size() - shown).append(" more");
        }
        text.append('\n');
    }

    /**
     * The document.
     *
     * @param old the old file as it was given
     * @param usedBy the consumer as it was given, null without one
     */
    public static String json(String old, String now, @Nullable String usedBy, Diff diff) {
        return JsonText.document(json -> {
            json.writeStringProperty("schema", "cutoff.diff/1");
            json.writeStringProperty("old", old);
            json.writeStringProperty("new", now);
            JsonText.string(json, "used_by", usedBy);
            JsonText.strings(json, "compared", diff.compared());
            json.writeBooleanProperty("types_compared", diff.typesCompared());
            json.writeBooleanProperty("changed", diff.isChanged());
            judgement(json, "same", diff.same());
            judgement(json, "works", diff.works());
            json.writeArrayPropertyStart("changes");
            diff.changes().forEach(change -> change(json, change));
            json.writeEndArray();
        });
    }

    private static void judgement(JsonGenerator json, String name, Judgement judgement) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("verdict", judgement.verdict().word());
        JsonText.strings(json, "reasons", judgement.reasons());
        json.writeEndObject();
    }

    private static void change(JsonGenerator json, Change change) {
        json.writeStartObject();
        JsonText.string(json, "file", change.file().isEmpty() ? null : change.file());
        json.writeStringProperty("what", change.what().word());
        json.writeStringProperty("subject", change.subject());
        JsonText.string(json, "was", change.was());
        JsonText.string(json, "now", change.now());
        json.writeStringProperty("same", change.same().word());
        json.writeStringProperty("works", change.works().word());
        json.writeBooleanProperty("used", change.used());
        json.writeStringProperty("text", change.text());
        json.writeEndObject();
    }
}
