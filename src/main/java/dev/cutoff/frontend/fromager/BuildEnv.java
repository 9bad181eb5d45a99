package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a build of a wheel was given, as the plugin for fromager tells it: a {@code cutoff.build-env/1} document.
 *
 * @param name canonical
 * @param source file or commit, and digest; "" for what is not known
 * @param compiler path, digest and version; "" for what is not known
 * @param trace path of an observation, "" without one
 * @param seconds wall time; 0 where it is not known, likewise {@code cpuSeconds}
 */
record BuildEnv(
        String name,
        Version version,
        String variant,
        List<Installed> distributions,
        WheelRecord.Source source,
        WheelRecord.Compiler compiler,
        Told told,
        String trace,
        double seconds,
        double cpuSeconds) {

    static final String SCHEMA = "cutoff.build-env/1";

    /**
     * A distribution in the build environment.
     *
     * @param name canonical
     * @param wheel path of the wheel that it was installed from, "" where it is not known; likewise {@code sha256}
     */
    record Installed(String name, String version, String wheel, String sha256) {}

    /** @throws Failure of kind INPUT with file, place and what is missing */
    static BuildEnv read(Path file) {
        return read(Json.read(file));
    }

    static BuildEnv read(Json json) {
        if (!json.text("schema").equals(SCHEMA)) {
            throw json.get("schema").wrong("is '" + json.text("schema") + "'; read is " + SCHEMA);
        }
        List<Installed> distributions = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Json distribution : json.list("distributions")) {
            Installed installed = new Installed(
                    name(distribution, "name"),
                    version(distribution).toString(),
                    distribution.text("wheel", ""),
                    digest(distribution, "sha256"));
            if (!names.add(installed.name())) {
                throw distribution.wrong("a second distribution " + installed.name());
            }
            distributions.add(installed);
        }
        return new BuildEnv(
                name(json, "package"),
                version(json),
                json.text("variant"),
                List.copyOf(distributions),
                source(json),
                compiler(json),
                Told.read(json),
                json.text("trace", ""),
                json.number("seconds"),
                json.number("cpu_seconds"));
    }

    private static WheelRecord.Source source(Json json) {
        if (!json.has("source")) {
            return WheelRecord.Source.UNKNOWN;
        }
        Json source = json.get("source");
        return new WheelRecord.Source(source.text("file", source.text("commit", "")), digest(source, "sha256"));
    }

    private static WheelRecord.Compiler compiler(Json json) {
        if (!json.has("compiler")) {
            return WheelRecord.Compiler.NONE;
        }
        Json compiler = json.get("compiler");
        return new WheelRecord.Compiler(
                compiler.text("path"), digest(compiler, "sha256"), compiler.text("version", ""));
    }

    private static String name(Json json, String field) {
        String name = json.text(field);
        if (!PackageName.isValid(name)) {
            throw json.get(field).wrong("'" + name + "' is no name of a package");
        }
        return PackageName.canonical(name);
    }

    private static Version version(Json json) {
        String text = json.text("version");
        return Version.parse(text)
                .orElseThrow(() -> json.get("version").wrong("'" + text + "' is no version (PEP 440)"));
    }

    static String digest(Json json, String field) {
        String hex = json.text(field, "");
        if (!hex.isEmpty() && !Digest.isHex(hex)) {
            throw json.get(field).wrong("is no SHA-256 digest");
        }
        return hex;
    }
}
