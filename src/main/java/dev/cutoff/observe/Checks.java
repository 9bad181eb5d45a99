package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What configure scripts were finding out with their steps, for people: by the log that an autoconf script keeps of its
 * checks and their commands, by the folder in which CMake and Meson build theirs. Nothing is decided by it.
 */
final class Checks {

    private static final int LARGEST = 32 << 20;

    /** {@code configure:2345: checking for inflate in -lz}, and the commands that follow. */
    private static final Pattern LINE = Pattern.compile("^[\\w./-]*configure:\\d+: (.*)$");

    private static final Pattern REDIRECTED = Pattern.compile("\\s*(\\d?[<>]+&?\\s*\\S+\\s*)+$");

    /** Where CMake and Meson build the programs of their checks. */
    private static final Pattern TEMPORARY = Pattern.compile("/(CMakeScratch|CMakeTmp|meson-private/tmp[^/]*)(/|$)");

    private final Map<Integer, String> checks = new HashMap<>();

    private Checks() {}

    /** Reads the logs that a build left. */
    static Checks of(Trace trace, Function<String, @Nullable Path> physical) {
        Map<String, Deque<String>> logged = new HashMap<>();
        trace.steps().stream()
                .flatMap(step -> step.accesses.stream())
                .filter(access ->
                        access.kind() == Access.Kind.WRITE && access.path().endsWith("/config.log"))
                .map(Access::path)
                .distinct()
                .forEach(path -> read(physical.apply(path), logged));
        Checks checks = new Checks();
        for (ObservedStep step : trace.steps()) {
            String check = checks.checks.get(step.parent);
            Deque<String> same = logged.isEmpty() ? null : logged.get(key(String.join(" ", step.command)));
            if (same != null && !same.isEmpty()) {
                check = same.size() > 1 ? same.remove() : same.element();
            } else if (check == null && TEMPORARY.matcher(step.folder).find()) {
                check = "a check of " + configurer(trace, step);
            }
            if (check != null) {
                checks.checks.put(step.number, check);
            }
        }
        return checks;
    }

    private static void read(@Nullable Path log, Map<String, Deque<String>> logged) {
        try {
            if (log == null || !Files.isRegularFile(log) || Files.size(log) > LARGEST) {
                return;
            }
            String check = "";
            for (String line :
                    Files.readString(log, StandardCharsets.ISO_8859_1).lines().toList()) {
                Matcher said = LINE.matcher(line);
                if (!said.matches()) {
                    continue;
                }
                String text = said.group(1);
                if (text.startsWith("checking ")) {
                    check = "configure: " + text;
                } else if (!check.isEmpty() && !text.startsWith("result: ")) {
                    logged.computeIfAbsent(key(text), k -> new ArrayDeque<>()).add(check);
                }
            }
        } catch (IOException e) {
            // It says less, then.
            return;
        }
    }

    /** A command as the log and the step both have it: without the program's folder, quotes, blanks and redirections. */
    private static String key(String command) {
        String plain = REDIRECTED.matcher(command).replaceFirst("").replaceAll("[\"'\\\\]", "");
        String[] words = plain.strip().split("\\s+");
        words[0] = Place.name(words[0]);
        return String.join(" ", words);
    }

    private static String configurer(Trace trace, ObservedStep step) {
        for (int at = step.parent; at >= 0; at = trace.steps().get(at).parent) {
            ObservedStep ancestor = trace.steps().get(at);
            if (!TEMPORARY.matcher(ancestor.folder).find()
                    && (ancestor.program().equals("cmake") || ancestor.program().startsWith("meson"))) {
                return ancestor.program();
            }
        }
        return "the build's configuration";
    }

    /** What a step was for, in a few words; "" where it was for no check that is known. */
    String of(ObservedStep step) {
        return checks.getOrDefault(step.number, "");
    }
}
