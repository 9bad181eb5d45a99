package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What only fromager's own process knows of a package: inputs by name, as a hook's signature, and the environment that it gave
 * the build.
 *
 * @param environment without what {@link Templates#isVolatile} names
 */
record Told(SortedMap<String, String> inputs, SortedMap<String, String> environment) {

    static final Told NOTHING = new Told(new TreeMap<>(), new TreeMap<>());

    Told {
        SortedMap<String, String> steady = new TreeMap<>(environment);
        steady.keySet().removeIf(Templates::isVolatile);
        environment = Collections.unmodifiableSortedMap(steady);
        inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    }

    static Told read(Json json) {
        return new Told(new TreeMap<>(json.texts("inputs")), new TreeMap<>(json.texts("environment")));
    }

    /** The same of all packages: a {@code cutoff.inputs/1} document. */
    static final class OfAll {

        static final String SCHEMA = "cutoff.inputs/1";

        private final SortedMap<String, String> all = new TreeMap<>();
        private final Map<String, Told> packages = new HashMap<>();

        static OfAll nothing() {
            return new OfAll();
        }

        /** @throws Failure of kind INPUT with file and place for what is no such document */
        static OfAll read(Path file) {
            Json json = Json.read(file);
            if (!json.text("schema").equals(SCHEMA)) {
                throw json.get("schema").wrong("is '" + json.text("schema") + "'; read is " + SCHEMA);
            }
            OfAll told = new OfAll();
            told.all.putAll(json.texts("all"));
            if (json.has("packages")) {
                json.get("packages").fields().forEach((key, value) -> told.packages.put(key, Told.read(value)));
            }
            return told;
        }

        /** @param key {@code name==version} */
        Told of(String key) {
            Told own = packages.getOrDefault(key, NOTHING);
            SortedMap<String, String> inputs = new TreeMap<>(all);
            inputs.putAll(own.inputs());
            return new Told(inputs, own.environment());
        }
    }
}
