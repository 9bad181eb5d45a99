package dev.cutoff.frontend.fromager;

import dev.cutoff.build.WheelBuild;
import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the plugin for fromager says of a wheel that was built under {@code cutoff fromager exec}: JSON {@value #SCHEMA}.
 *
 * @param wheel where it is once fromager is done with it
 * @param buildEnv the file that {@code record} takes, which names {@code trace}
 * @param trace the file that is to be made
 * @param options further options of {@code record}
 */
record BuiltWheel(
        String name, String version, Path wheel, Path buildEnv, Path trace, List<String> options, WheelBuild build) {

    static final String SCHEMA = "cutoff.built-wheel/1";

    static BuiltWheel read(Path file) {
        Json json = Json.read(file);
        String schema = json.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw json.get("schema").wrong("'" + schema + "' is not " + SCHEMA);
        }
        Path buildEnv = Path.of(json.text("build_env"));
        Json environment = Json.read(buildEnv);
        List<String> gaps = texts(json, "gaps");
        Map<String, Path> wheels = new LinkedHashMap<>();
        for (Json distribution : environment.list("distributions")) {
            String name = distribution.text("name");
            String wheel = distribution.text("wheel", "");
            if (wheel.isEmpty()) {
                gaps.add("it is not known which wheel " + name + " was installed from");
            } else if (wheels.put(name, Path.of(wheel)) != null) {
                gaps.add("its environment had " + name + " twice");
            }
        }
        SortedMap<String, Tree.Entry> base = new TreeMap<>();
        json.get("base").fields().forEach((path, entry) -> base.put(path, entry(entry)));
        return new BuiltWheel(
                environment.text("package"),
                environment.text("version"),
                Path.of(json.text("wheel")),
                buildEnv,
                Path.of(json.text("trace")),
                texts(json, "options"),
                new WheelBuild(
                        Path.of(json.text("folder")),
                        Path.of(json.text("output")),
                        Path.of(json.text("environment")),
                        json.text("site"),
                        wheels,
                        base,
                        gaps));
    }

    private static List<String> texts(Json json, String name) {
        List<String> texts = new ArrayList<>();
        json.list(name).forEach(text -> texts.add(text.text()));
        return texts;
    }

    private static Tree.Entry entry(Json entry) {
        if (entry.has("link")) {
            return new Tree.Link(entry.text("link"));
        }
        String digest = entry.text("sha256");
        if (!Digest.isHex(digest)) {
            throw entry.get("sha256").wrong("is no SHA-256");
        }
        return new Tree.File(new Digest(digest), entry.get("size").whole(0, 999_999_999), entry.flag("executable"));
    }
}
