package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as {@code cutoff fromager plan --json} writes it.
 *
 * @param settings the folder of settings by package
 */
public record PlanFile(Path settings, List<Unit> units) {

    private static final String SCHEMA = "cutoff.plan/1";

    /**
     * A package of the plan.
     *
     * @param key {@code name==version}
     * @param kept whether its wheel stays; what waits is not kept
     * @param because the first reason
     * @param wheel the wheel that lay there, "" without one; {@code sha256} likewise
     * @param entries how many changelog entries it had
     * @param reused whether fromager would take that wheel
     */
    record Unit(
            String key,
            String name,
            Version version,
            boolean kept,
            String because,
            String wheel,
            String sha256,
            boolean preBuilt,
            int entries,
            boolean reused) {}

    /**
     * Reads a plan.
     *
     * @throws Failure of kind INPUT with file and place for what is no plan of fromager's
     */
    public static PlanFile read(Path file) {
        return read(Json.read(file));
    }

    static PlanFile read(Json json) {
        if (!json.text("schema").equals(SCHEMA)) {
            throw json.get("schema").wrong("is '" + json.text("schema") + "'; read is " + SCHEMA);
        }
        if (!json.has("fromager")) {
            throw json.wrong("is no plan of cutoff fromager plan");
        }
        List<Unit> units = new ArrayList<>();
        for (Json unit : json.list("units")) {
            units.add(unit(unit));
        }
        return new PlanFile(Path.of(json.get("fromager").text("settings")), List.copyOf(units));
    }

    private static Unit unit(Json json) {
        Json of = json.get("fromager");
        String name = of.text("name");
        if (!PackageName.isValid(name)) {
            throw of.get("name").wrong("is no name of a package");
        }
        Version version = Version.parse(of.text("version"))
                .orElseThrow(() -> of.get("version").wrong("is no version (PEP 440)"));
        List<Json> reasons = json.list("reasons");
        return new Unit(
                json.text("unit"),
                PackageName.canonical(name),
                version,
                json.text("action").equals("keep"),
                reasons.isEmpty() ? "" : reasons.getFirst().text("text"),
                of.text("wheel", ""),
                BuildEnv.digest(of, "sha256"),
                of.flag("pre_built"),
                (int) of.number("changelog_entries"),
                of.flag("would_be_reused"));
    }
}
