package dev.cutoff.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limit of the stack that builds run under. It is set to what systems have by default, so that a build that recurses
 * deeply ends alike everywhere; where the caller's hard limit is lower, that one is in force, and is part of the inputs.
 */
final class StackLimit {

    /** In KiB, as ulimit takes it. */
    static final int USUAL = 8192;

    private static final Path LIMITS = Path.of("/proc/self/limits");

    /** Columns of proc(5): the soft limit, the hard one, the unit. */
    private static final Pattern STACK = Pattern.compile("Max stack size +(\\d+|unlimited) +(\\d+|unlimited) +bytes *");

    private StackLimit() {}

    /** What is in force in place of the usual limit, in words; empty where that is. */
    static Optional<String> lower() {
        try {
            return lower(Files.readAllLines(LIMITS));
        } catch (IOException e) {
            // Not Linux: what a shell can't set there is not known.
            return Optional.empty();
        }
    }

    static Optional<String> lower(List<String> limits) {
        return limits.stream()
                .map(STACK::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(2))
                .filter(hard -> !hard.equals("unlimited") && Long.parseLong(hard) < USUAL * 1024L)
                .map(hard -> hard + " bytes")
                .findFirst();
    }
}
