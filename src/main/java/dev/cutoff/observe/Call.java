package dev.cutoff.observe;

import java.util.List;

/**
 * A system call that came to its end, as strace prints it.
 *
 * @param seconds when it began, since the epoch
 * @param arguments as printed: strings in quotes, descriptors with their path in angle brackets
 * @param result what it returned; {@link #UNKNOWN} where strace printed "?"
 * @param resultText the result as printed, with a descriptor's path
 * @param error name of the error, such as {@code ENOENT}; "" if it succeeded
 */
record Call(
        int process,
        double seconds,
        String name,
        List<String> arguments,
        long result,
        String resultText,
        String error) {

    static final long UNKNOWN = Long.MIN_VALUE;

    boolean succeeded() {
        return error.isEmpty() && result != UNKNOWN;
    }

    String argument(int i) {
        return i < arguments.size() ? arguments.get(i) : "";
    }
}
