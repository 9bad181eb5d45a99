package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.Staging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The inputs of a unit: what its build is given and nobody can observe. */
final class InputCollector {

    /** Counted up whenever the same recipe would be built in another way. */
    private static final String BUILDER = "2";

    private final List<String> closure;
    private final Sandbox sandbox;
    private final Optional<String> stackLimit;

    /**
     * Collects for one unit.
     *
     * @param closure all units that are staged for it, in the order of the search paths
     * @param stackLimit see {@link StackLimit#lower}
     */
    InputCollector(List<String> closure, Sandbox sandbox, Optional<String> stackLimit) {
        this.closure = closure;
        this.sandbox = sandbox;
        this.stackLimit = stackLimit;
    }

    Inputs of(Unit unit) {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("build", lines(unit.build()));
        values.put("builder", BUILDER + ", " + Staging.EPOCH);
        values.put("needs", String.join(" ", closure));
        values.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        values.put("sandbox", sandbox.describe());
        stackLimit.ifPresent(limit -> values.put("stack limit", limit));
        values.put("network", word(unit.options().network()));
        values.put("system", word(unit.options().system()));
        unit.environment().forEach((name, value) -> values.put("env." + name, value));
        if (unit.options().git() == Unit.Git.DESCRIBE) {
            values.put("git.describe", describe(unit));
        }
        return new Inputs(values);
    }

    /** One line each; a line's own breaks are written so that no two recipes have the same text. */
    static String lines(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line ->
                text.append(line.replace("\\", "\\\\").replace("\n", "\\n")).append('\n'));
        return text.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** What git says of the sources' commit. */
    static String describe(Unit unit) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--tags", "--always", "--dirty")
                    .directory(Path.of(unit.source()).toFile())
                    .redirectError(ProcessBuilder.Redirect.PIPE)
                    .start();
            git.getOutputStream().close();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String error = new String(git.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (git.waitFor() != 0) {
                throw Failure.input(unit.origin() + ": git = \"describe\" for unit " + unit.name()
                        + ", but git describe failed: " + error);
            }
            return said;
        } catch (IOException e) {
            throw Failure.environment(unit.origin() + ": git = \"describe\" for unit " + unit.name()
                    + " needs git, which could not be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.environment("interrupted");
        }
    }
}
