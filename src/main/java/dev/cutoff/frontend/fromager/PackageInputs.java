package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Inputs;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The inputs of a package's build, each by its own name: what no build can be watched using. The same code makes them when a
 * wheel is recorded and when a record is compared.
 */
final class PackageInputs {

    /** The variable by which a container's image can say which it is (fromager issue 303). */
    private static final String SIGN = "FROMAGER_BUILD_ENV_SIGN";

    /** How many changelog entries ask for a rebuild: fromager makes its build tag of it. */
    static final String BUILD_TAG = "build tag";

    private final Settings settings;
    private final Patches patches;
    private final Overrides overrides;
    private final Templates templates;
    private final Map<String, String> process;
    private final String platform;

    /**
     * @param process the environment that fromager runs in
     * @param platform as in a wheel's tags: {@code linux_x86_64}
     */
    PackageInputs(Places places, String variant, String platform, Map<String, String> process) {
        this.settings = new Settings(places, variant);
        this.patches = new Patches(places.patches(), variant);
        this.overrides = new Overrides(places.plugins());
        this.templates = new Templates(process);
        this.process = process;
        this.platform = platform;
    }

    Settings settings() {
        return settings;
    }

    /**
     * The inputs.
     *
     * @param name canonical
     * @param buildNumber the number of the wheel's build tag, as it is or is to be
     */
    Inputs of(String name, Version version, long buildNumber, Told told) {
        SortedMap<String, String> values = new TreeMap<>(settings.inputs(name));
        values.put("variant", settings.variant());
        values.put("platform", platform);
        values.put(BUILD_TAG, Long.toString(buildNumber));
        values.putAll(patches.inputs(name, version));
        values.putAll(overrides.inputs(name));
        SortedMap<String, String> environment = templates.resolve(settings.environment(name), version);
        environment.forEach((variable, value) -> values.put("env " + variable, Templates.shown(value)));
        told.environment().forEach((variable, value) -> {
            String declared = environment.get(variable);
            // What refers to the build environment's folder has another value in each run.
            if (!value.equals(declared) && (declared == null || !Templates.refersToVolatile(declared))) {
                values.put("plugin env " + variable, value);
            }
        });
        Optional.ofNullable(process.get(SIGN)).ifPresent(sign -> values.put(SIGN, sign));
        values.putAll(told.inputs());
        return new Inputs(values);
    }
}
