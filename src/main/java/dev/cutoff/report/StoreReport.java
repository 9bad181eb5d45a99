package dev.cutoff.report;

import dev.cutoff.store.Census;
import java.nio.file.Path;
import java.util.Locale;

/** The store in words and as JSON: {@code cutoff.store-stats/1}, {@code cutoff.store-verify/1}. */
public final class StoreReport {

    private StoreReport() {}

    public static String text(Path folder, Census.Counts counts) {
        return String.format(
                Locale.ROOT,
                "%s%n%d records of %d units (%d superseded), %d blobs, %.1f MB%n",
                folder,
                counts.records(),
                counts.units(),
                counts.superseded(),
                counts.blobs(),
                counts.bytes() / 1e6);
    }

    public static String json(Path folder, Census.Counts counts) {
        return JsonReport.document(json -> {
            json.writeStringProperty("schema", "cutoff.store-stats/1");
            json.writeStringProperty("store", folder.toString());
            json.writeNumberProperty("records", counts.records());
            json.writeNumberProperty("superseded", counts.superseded());
            json.writeNumberProperty("units", counts.units());
            json.writeNumberProperty("blobs", counts.blobs());
            json.writeNumberProperty("bytes", counts.bytes());
        });
    }

    public static String text(Census.Findings findings) {
        StringBuilder text = new StringBuilder();
        findings.damaged()
                .forEach(d -> text.append("damaged blob, set aside: ").append(d).append('\n'));
        findings.folders()
                .forEach(d -> text.append("damaged folder of an artifact, set aside: ")
                        .append(d)
                        .append('\n'));
        if (!findings.index()) {
            text.append("the index was damaged, and made anew from the records\n");
        }
        findings.unreadable().forEach(r -> text.append(r).append('\n'));
        findings.incomplete().forEach(r -> text.append(r).append('\n'));
        text.append(findings.blobs())
                .append(" blobs and ")
                .append(findings.records())
                .append(" records read: ");
        text.append(findings.isSound() ? "all is well\n" : "what is damaged will be built again when it is needed\n");
        return text.toString();
    }

    public static String json(Census.Findings findings) {
        return JsonReport.document(json -> {
            json.writeStringProperty("schema", "cutoff.store-verify/1");
            json.writeBooleanProperty("sound", findings.isSound());
            json.writeNumberProperty("blobs", findings.blobs());
            json.writeNumberProperty("records", findings.records());
            json.writeArrayPropertyStart("damaged");
            findings.damaged().forEach(d -> json.writeString(d.hex()));
            json.writeEndArray();
            json.writeBooleanProperty("index", findings.index());
            json.writeArrayPropertyStart("folders");
            findings.folders().forEach(d -> json.writeString(d.hex()));
            json.writeEndArray();
            json.writeArrayPropertyStart("unreadable");
            findings.unreadable().forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("incomplete");
            findings.incomplete().forEach(json::writeString);
            json.writeEndArray();
        });
    }
}
