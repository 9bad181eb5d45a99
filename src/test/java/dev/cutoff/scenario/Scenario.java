package dev.cutoff.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A scenario file, taken apart; src/test/scenarios/README.md describes its form. */
record Scenario(String id, String title, List<Step> steps) {

    /** A file that a step writes. */
    record Content(String text, boolean executable) {}

    /**
     * Expected action for a unit.
     *
     * @param needless of a rebuild: though the bits stay
     * @param otherBits of a keep: though a new build has other bits, which behave alike
     */
    record Expectation(String action, boolean needless, boolean otherBits) {}

    static final class Step {
        final String title;
        final Map<String, Content> files = new LinkedHashMap<>();
        final List<String> edits = new ArrayList<>();
        final Map<String, Expectation> expectations = new LinkedHashMap<>();
        final List<String[]> because = new ArrayList<>();
        final List<String> runs = new ArrayList<>();
        final List<String> arguments = new ArrayList<>();
        final List<String> says = new ArrayList<>();
        int exitCode;

        Step(String title) {
            this.title = title;
        }
    }

    static Scenario read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] first = lines.get(0).split(" ", 2);
        List<Step> steps = new ArrayList<>();
        Step workspace = new Step("");
        Step step = workspace;
        String path = null;
        boolean executable = false;
        StringBuilder content = new StringBuilder();
        for (String line : lines.subList(1, lines.size())) {
            boolean begins = line.startsWith("=== ") || line.startsWith("--- ");
            if (begins && path != null) {
                step.files.put(path, new Content(content.toString(), executable));
                path = null;
            }
            if (line.startsWith("=== ")) {
                executable = line.endsWith(" +x");
                path = line.substring(4, line.length() - (executable ? 3 : 0)).strip();
                content.setLength(0);
            } else if (line.startsWith("--- ")) {
                step = new Step(line.substring(4).replaceFirst("^edit ", ""));
                steps.add(step);
            } else if (path != null) {
                content.append(line).append('\n');
            } else if (!line.isBlank() && !line.startsWith("#")) {
                directive(step, line, file);
            }
        }
        if (path != null) {
            step.files.put(path, new Content(content.toString(), executable));
        }
        steps.get(0).files.putAll(workspace.files);
        return new Scenario(first[0], first.length > 1 ? first[1] : "", steps);
    }

    private static void directive(Step step, String line, Path file) {
        String[] words = line.split("\\s+", 2);
        String rest = words.length > 1 ? words[1].strip() : "";
        switch (words[0]) {
            case "expect" -> {
                String[] parts = rest.split("\\s+");
                String more = parts.length > 2 ? parts[2] : "";
                step.expectations.put(
                        parts[0], new Expectation(parts[1], more.equals("needless"), more.equals("other-bits")));
            }
            case "because" -> step.because.add(rest.split("\\s+", 2));
            case "run" -> step.runs.add(rest);
            case "build" -> step.arguments.addAll(List.of(rest.split("\\s+")));
            case "says" -> step.says.add(rest);
            case "exit" -> step.exitCode = Integer.parseInt(rest);
            case "sh", "delete", "touch", "rename" -> step.edits.add(line);
            default -> throw new IllegalArgumentException(file + ": not understood: " + line);
        }
    }
}
