package dev.cutoff.report;

import dev.cutoff.store.Collection;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/** A collection in words and as JSON: {@code cutoff.store-gc/1}. */
public final class CollectionReport {

    private CollectionReport() {}

    public static String text(Path store, Collection done, Collection.Limits limits, boolean trial) {
        StringBuilder text = new StringBuilder(store + "\n");
        line(text, "was there", done.there(), "");
        line(text, trial ? "would go" : "removed", done.removed(), why(done));
        line(text, trial ? "would stay" : "stays", done.stays(), "");
        if (done.processes() > 0) {
            line(text, "of it in use", done.inUse(), "by " + count(done.processes(), "running process", "es"));
        }
        if (done.leftOvers() > 0) {
            text.append("also removed: what ")
                    .append(count(done.leftOvers(), "process", "es"))
                    .append(" left behind\n");
        }
        if (done.setAside() > 0) {
            text.append(trial ? "would also go: " : "also removed: ")
                    .append(count(done.setAside(), "damaged thing", "s"))
                    .append(" that had been set aside\n");
        }
        if (done.stays().bytes() > limits.bytes()) {
            text.append("more than ")
                    .append(size(limits.bytes()))
                    .append(" stays: it is in use; collect again when these processes have ended\n");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, Collection.Amount amount, String more) {
        text.append(String.format(
                Locale.ROOT,
                "  %-13s %s, %s, %s, %s%s%n",
                what + ":",
                count(amount.records(), "record", "s"),
                count(amount.blobs(), "blob", "s"),
                count(amount.artifacts(), "artifact folder", "s"),
                size(amount.bytes()),
                more.isEmpty() ? "" : " (" + more + ")"));
    }

    private static String why(Collection done) {
        StringBuilder text = new StringBuilder();
        part(text, done.tooOld(), "not used for too long");
        part(text, done.tooMuch(), "over the size");
        part(text, done.unreadable(), "lost or damaged");
        return text.toString();
    }

    private static void part(StringBuilder text, long records, String why) {
        if (records > 0) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(count(records, "record", "s"))
                    .append(' ')
                    .append(why);
        }
    }

    private static String count(long number, String what, String plural) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : plural);
    }

    private static String size(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    public static String json(Path store, Collection done, Collection.Limits limits, boolean trial) {
        return JsonReport.document(json -> {
            json.writeStringProperty("schema", "cutoff.store-gc/1");
            json.writeStringProperty("store", store.toString());
            json.writeBooleanProperty("dry_run", trial);
            json.writeNumberProperty("max_bytes", limits.bytes());
            json.writeNumberProperty("max_age_hours", TimeUnit.MILLISECONDS.toHours(limits.milliseconds()));
            amount(json, "there", done.there());
            amount(json, "removed", done.removed());
            amount(json, "stays", done.stays());
            amount(json, "in_use", done.inUse());
            json.writeObjectPropertyStart("records_removed_for");
            json.writeNumberProperty("age", done.tooOld());
            json.writeNumberProperty("size", done.tooMuch());
            json.writeNumberProperty("damage", done.unreadable());
            json.writeEndObject();
            json.writeNumberProperty("running_processes", done.processes());
            json.writeNumberProperty("left_overs", done.leftOvers());
            json.writeNumberProperty("set_aside", done.setAside());
        });
    }

    private static void amount(JsonGenerator json, String name, Collection.Amount amount) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("records", amount.records());
        json.writeNumberProperty("blobs", amount.blobs());
        json.writeNumberProperty("artifacts", amount.artifacts());
        json.writeNumberProperty("bytes", amount.bytes());
        json.writeEndObject();
    }
}
