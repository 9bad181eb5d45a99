package dev.cutoff.cli;

import dev.cutoff.frontend.cargo.Explanations;
import dev.cutoff.model.Failure;
import dev.cutoff.report.ExplainReport;
import dev.cutoff.report.JsonReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** {@code cutoff explain CRATE} in a workspace of cargo's. */
final class CargoExplanation {

    /** As many items of a user as people read; JSON has all. */
    private static final int SHOWN = 12;

    private final String crate;
    private final List<Explanations.Unit> units;

    /** @param items whether the compiler is asked which items of the crate others use */
    CargoExplanation(String crate, Path folder, boolean items) {
        this.crate = crate;
        boolean asked = items && !CargoCommand.isForbidden(CargoCommand.environment());
        units = Explanations.of(crate, folder, CargoCommand.environment(), asked);
        if (units.isEmpty()) {
            throw Failure.input(
                    "cutoff cargo has not come to a crate '" + crate
                            + "' in this target folder; cutoff cargo build names the units (CARGO_TARGET_DIR names another folder)");
        }
    }

    void print(PrintStream out) {
        for (Explanations.Unit unit : units) {
            ExplainReport.print(out, JsonReport.decision(unit.last()), false);
            out.println("  in " + unit.place() + ", " + unit.ended());
            int more = unit.changed().size() - 1;
            if (more >= 0) {
                out.println("  changed since: " + unit.changed().get(0) + (more > 0 ? " and " + more + " more" : ""));
            }
            for (Explanations.User user : unit.users()) {
                out.println("  used by " + user.unit() + items(user));
            }
        }
    }

    private static String items(Explanations.User user) {
        if (!user.why().isEmpty()) {
            return "; which items it uses is not known: " + user.why();
        }
        if (user.items().isEmpty()) {
            return "";
        }
        List<String> first = user.items().stream().limit(SHOWN).toList();
        int more = user.items().size() - first.size();
        return ", " + user.items().size() + (user.items().size() == 1 ? " item: " : " items: ")
                + String.join(", ", first) + (more > 0 ? " and " + more + " more (all with --json FILE)" : "");
    }

    String json() {
        return JsonReport.document(json -> {
            json.writeStringProperty("schema", "cutoff.explain-crate/1");
            json.writeStringProperty("crate", crate);
            json.writeArrayPropertyStart("units");
            units.forEach(unit -> unit(json, unit));
            json.writeEndArray();
        });
    }

    private static void unit(JsonGenerator json, Explanations.Unit unit) {
        json.writeStartObject();
        json.writeName("last");
        json.writeRawValue(JsonReport.decision(unit.last()).strip());
        json.writeStringProperty("folder", unit.place().toString());
        json.writeStringProperty("ended", unit.ended());
        json.writeArrayPropertyStart("changed");
        unit.changed().forEach(path -> json.writeString(path.toString()));
        json.writeEndArray();
        json.writeArrayPropertyStart("users");
        for (Explanations.User user : unit.users()) {
            json.writeStartObject();
            json.writeStringProperty("unit", user.unit());
            json.writeArrayPropertyStart("items");
            user.items().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("unknown", user.why());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
