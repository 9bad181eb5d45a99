package dev.cutoff.frontend.python;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a wheel's file name says (the binary distribution format, "File name convention").
 *
 * @param distribution canonical name
 * @param build the build tag, "" where there is none
 * @param pythons compressed tag sets, each split; likewise {@code abis} and {@code platforms}
 */
public record WheelName(
        String distribution,
        Version version,
        String build,
        List<String> pythons,
        List<String> abis,
        List<String> platforms) {

    private static final Pattern NUMBER = Pattern.compile("^([0-9]{1,18})(.*)$");

    /** What the name of a file says; empty where it is no wheel's. */
    public static Optional<WheelName> parse(String file) {
        if (!file.endsWith(".whl")) {
            return Optional.empty();
        }
        String[] parts = file.substring(0, file.length() - ".whl".length()).split("-", -1);
        if (parts.length != 5 && parts.length != 6) {
            return Optional.empty();
        }
        int tags = parts.length - 3;
        String build = parts.length == 6 ? parts[2] : "";
        Optional<Version> version = Version.parse(parts[1]);
        if (version.isEmpty()) {
            // Older tools wrote a local version's plus sign as an underscore.
            version = Version.parse(parts[1].replaceFirst("_", "+"));
        }
        if (version.isEmpty()
                || !PackageName.isValid(parts[0])
                || (!build.isEmpty() && !NUMBER.matcher(build).matches())) {
            return Optional.empty();
        }
        return Optional.of(new WheelName(
                PackageName.canonical(parts[0]),
                version.get(),
                build,
                List.of(parts[tags].split("\\.")),
                List.of(parts[tags + 1].split("\\.")),
                List.of(parts[tags + 2].split("\\."))));
    }

    /** The number that the build tag begins with; 0 without one, which is the same to installers. */
    public long buildNumber() {
        Matcher number = NUMBER.matcher(build);
        return number.matches() ? Long.parseLong(number.group(1)) : 0;
    }

    /** Behind the number: installers compare it as text. */
    public String buildSuffix() {
        Matcher number = NUMBER.matcher(build);
        return number.matches() ? number.group(2) : "";
    }

    /** Whether it is for every platform. */
    public boolean isForAnyPlatform() {
        return platforms.equals(List.of("any"));
    }
}
