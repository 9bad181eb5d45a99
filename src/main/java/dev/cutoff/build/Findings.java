package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.UseCollector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns what went wrong in a build into words: the line that failed, the log's end, and what the trace tells of why. */
final class Findings {

    private static final int SHOWN = 15;

    /** As much of a log's end is looked through for what it tells of why. */
    private static final int LOOKED_THROUGH = 1 << 16;

    private final Unit unit;
    private final Path log;
    private final boolean confined;
    private final Optional<StaleBuild> stale;

    /** @param stale what the sources hold of a build by hand */
    Findings(Unit unit, Path log, boolean confined, Optional<StaleBuild> stale) {
        this.unit = unit;
        this.log = log;
        this.confined = confined;
        this.stale = stale;
    }

    /** @throws BuildFailed if the build failed, or went where it must not */
    void report(UseCollector.Findings findings, Lines.Result result) throws BuildFailed {
        if (result.failed()) {
            StringBuilder text = new StringBuilder(failedLine(unit.build(), "build", result));
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

    /** The line that failed, how its log ends, and hints. */
    String failedLine(List<String> lines, String what, Lines.Result result) {
        String line = lines.get(result.failedLine());
        StringBuilder text = new StringBuilder("line " + (result.failedLine() + 1) + " of " + what
                + " failed with exit code " + result.exitCode() + ": " + line + "\n  log: " + log);
        String said = log();
        List<String> ends = said.lines().toList();
        ends.subList(Math.max(0, ends.size() - SHOWN), ends.size())
                .forEach(end -> text.append("\n  | ").append(end));
        Hints.of(unit, confined, said, stale)
                .forEach(hint -> text.append("\n  ").append(hint));
        return text.toString();
    }

    /** The end of the log. */
    private String log() {
        try (FileChannel file = FileChannel.open(log)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(LOOKED_THROUGH, file.size()));
            file.position(file.size() - end.capacity());
            while (end.hasRemaining() && file.read(end) >= 0) {
                // Goes on.
            }
            return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.io("reading the log", e);
        }
    }
}
