package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.UseCollector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Turns what went wrong in a build into words: the line that failed, the log's end, and what the trace tells of why. */
final class Findings {

    private static final int SHOWN = 15;

    private Findings() {}

    /** @throws BuildFailed if the build failed, or went where it must not */
    static void report(Unit unit, UseCollector.Findings findings, Lines.Result result, Path log, boolean confined)
            throws BuildFailed {
        if (result.failed()) {
            StringBuilder text = new StringBuilder(failedLine(unit.build(), "build", result, log));
            for (String need : findings.missingNeeds()) {
                text.append("\n  it looked for $DEPS/")
                        .append(need)
                        .append(", which is no need of ")
                        .append(unit.name());
                text.append(": add needs = [\"")
                        .append(need)
                        .append("\"] (")
                        .append(unit.origin())
                        .append(')');
            }
            findings.refused().stream()
                    .limit(3)
                    .forEach(path -> text.append("\n  it tried to write outside of its folders: ")
                            .append(path));
            findings.trespasses().stream()
                    .limit(3)
                    .forEach(t -> text.append("\n  it read ").append(t));
            throw new BuildFailed(text.toString());
        }
        if (!findings.trespasses().isEmpty()) {
            throw new BuildFailed("the build succeeded, but what it made can't be judged later, since it read "
                    + findings.trespasses().get(0));
        }
        if (!confined && !findings.strayWrites().isEmpty()) {
            throw new BuildFailed("the build wrote outside of its folders: "
                    + String.join(", ", findings.strayWrites().stream().limit(3).toList())
                    + ": install to $OUT instead");
        }
    }

    static String failedLine(List<String> lines, String what, Lines.Result result, Path log) {
        String line = lines.get(result.failedLine());
        StringBuilder text = new StringBuilder("line " + (result.failedLine() + 1) + " of " + what
                + " failed with exit code " + result.exitCode() + ": " + line + "\n  log: " + log);
        for (String end : end(log)) {
            text.append("\n  | ").append(end);
        }
        return text.toString();
    }

    /** The last lines of a log. */
    private static List<String> end(Path log) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
        } catch (IOException e) {
            throw Failure.io("reading the log", e);
        }
    }
}
