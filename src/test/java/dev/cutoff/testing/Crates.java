package dev.cutoff.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A workspace of crates, built by the real cargo through the real command. */
public final class Crates {

    private static final Pattern UNIT =
            Pattern.compile("\"unit\"\\s*:\\s*\"([^\"]+)\",\\s*\"action\"\\s*:\\s*\"([^\"]+)\"");

    private final Path folder;
    private final List<String> members = new ArrayList<>();

    public Crates(Path folder) {
        this.folder = folder;
    }

    /** What a run made of each unit, by the unit's name without its version. */
    public record Built(Cutoff.Run run, Map<String, String> actions) {
        public String of(String unit) {
            return actions.getOrDefault(unit, "none");
        }
    }

    public Path folder() {
        return folder;
    }

    /** A crate with further lines of its manifest, such as its dependencies. */
    public Crates crate(String name, String manifest) {
        members.add("\"" + name + "\"");
        write(
                name + "/Cargo.toml",
                "[package]\nname = \"" + name + "\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" + manifest);
        write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [" + String.join(", ", members) + "]\n");
        return this;
    }

    public Crates write(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Replaces what must be there. */
    public Crates edit(String file, String old, String now) {
        try {
            String text = Files.readString(folder.resolve(file));
            if (!text.contains(old)) {
                throw new AssertionError(file + " has no " + old);
            }
            return write(file, text.replace(old, now));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Built cargo(String... arguments) {
        return cargo(Map.of(), arguments);
    }

    public Built cargo(Map<String, String> environment, String... arguments) {
        Path json = folder.resolve("run.json");
        List<String> all = new ArrayList<>(List.of("cargo"));
        all.addAll(List.of(arguments));
        int end = all.indexOf("--");
        all.addAll(end < 0 ? all.size() : end, List.of("--json", json.toString()));
        Cutoff.Run run = Cutoff.run(folder, environment, all.toArray(String[]::new));
        Map<String, String> actions = new TreeMap<>();
        try {
            Matcher units = UNIT.matcher(Files.readString(json));
            while (units.find()) {
                actions.put(units.group(1).replace(" 0.1.0", ""), units.group(2));
            }
            Files.delete(json);
        } catch (IOException e) {
            throw new AssertionError(run.all(), e);
        }
        return new Built(run, actions);
    }

    /** The same of a run that succeeds. */
    public Built succeeds(Map<String, String> environment, String... arguments) {
        Built built = cargo(environment, arguments);
        assertThat(built.run().exitCode()).as(built.run().all()).isZero();
        return built;
    }

    /** What a program of the workspace prints. */
    public String output(String program) {
        Cutoff.Run run = Cutoff.runAny(
                folder, Map.of(), List.of(folder.resolve("target/" + program).toString()));
        return run.all().strip();
    }
}
