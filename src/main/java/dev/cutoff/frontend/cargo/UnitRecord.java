package dev.cutoff.frontend.cargo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of a unit as it was last made.
 *
 * @param inputs as {@link Inputs} names them
 * @param base digests of the sources that the announced metadata was made of, by path
 * @param outputs the files that cargo knows
 * @param files stats of what is kept, by name in the unit's folder
 * @param relaxed whether announced positions may be others than those of the sources
 * @param micros CPU time of the compile
 */
record UnitRecord(
        String unit,
        Map<String, String> inputs,
        Map<Path, String> base,
        List<Path> outputs,
        Map<String, String> files,
        boolean relaxed,
        long micros) {

    private static final String INPUT = "input ";
    private static final String BASE = "base ";
    private static final String OUTPUT = "output ";
    private static final String FILE = "kept ";

    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("unit", unit);
        values.put("relaxed", Boolean.toString(relaxed));
        values.put("micros", Long.toString(micros));
        inputs.forEach((name, value) -> values.put(INPUT + name, value));
        base.forEach((path, digest) -> values.put(BASE + path, digest));
        outputs.forEach(output -> values.put(OUTPUT + output, ""));
        files.forEach((name, stat) -> values.put(FILE + name, stat));
        return values;
    }

    static UnitRecord of(Map<String, String> values) {
        Map<String, String> inputs = new TreeMap<>();
        Map<Path, String> base = new TreeMap<>();
        List<Path> outputs = new ArrayList<>();
        Map<String, String> files = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(INPUT)) {
                inputs.put(name.substring(INPUT.length()), value);
            } else if (name.startsWith(BASE)) {
                base.put(Path.of(name.substring(BASE.length())), value);
            } else if (name.startsWith(OUTPUT)) {
                outputs.add(Path.of(name.substring(OUTPUT.length())));
            } else if (name.startsWith(FILE)) {
                files.put(name.substring(FILE.length()), value);
            }
        });
        return new UnitRecord(
                values.getOrDefault("unit", ""),
                inputs,
                base,
                outputs,
                files,
                Boolean.parseBoolean(values.get("relaxed")),
                Long.parseLong(values.getOrDefault("micros", "0")));
    }

    /** Whether the metadata of other sources than the present ones is announced. */
    boolean announcesEarlier() {
        return base.entrySet().stream()
                .anyMatch(entry -> !entry.getValue().equals(inputs.get(Inputs.SOURCE + entry.getKey())));
    }

    /**
     * Whether it depends directly on one of some libraries.
     *
     * @param libraries their files, as {@link #stem} cuts them
     */
    boolean dependsOn(Set<String> libraries) {
        return StateFile.names(inputs, Inputs.DEPENDENCY).stream()
                .anyMatch(name -> libraries.contains(stem(name.substring(name.indexOf(' ') + 1))));
    }

    /** An .rlib and an .rmeta beside it are of one library. */
    static String stem(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    /** The same with what is kept as it is now. */
    UnitRecord with(Map<String, String> stats) {
        return new UnitRecord(unit, inputs, base, outputs, stats, relaxed, micros);
    }
}
