package dev.cutoff.abi.wheel;

import dev.cutoff.abi.FormatException;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A wheel's file name (PEP 427, "File name convention").
 *
 * @param distribution as it is spelt there, {@code scikit_build_core}
 * @param build empty where there is none
 * @param tags one by one, of the compressed sets
 */
record WheelName(String distribution, String version, String build, SortedSet<String> tags) {

    static final String SUFFIX = ".whl";

    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

    /** Reads a file's name. */
    static WheelName of(String file, String path) throws FormatException {
        String[] parts = file.endsWith(SUFFIX)
                ? file.substring(0, file.length() - SUFFIX.length()).split("-", -1)
                : new String[0];
        boolean fits = parts.length == 5 || parts.length == 6;
        for (String part : parts) {
            fits &= !part.isEmpty();
        }
        if (fits && parts.length == 6) {
            fits = Character.isDigit(parts[2].charAt(0));
        }
        if (!fits) {
            throw new FormatException(
                    path,
                    0,
                    "is not named as wheels are, NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl (PEP 427): rename it to what"
                            + " it was built as");
        }
        int last = parts.length - 1;
        SortedSet<String> tags = new TreeSet<>();
        for (String python : parts[last - 2].split("\\.", -1)) {
            for (String abi : parts[last - 1].split("\\.", -1)) {
                for (String platform : parts[last].split("\\.", -1)) {
                    tags.add(python + "-" + abi + "-" + platform);
                }
            }
        }
        return new WheelName(
                parts[0], parts[1], parts.length == 6 ? parts[2] : "", Collections.unmodifiableSortedSet(tags));
    }

    /** A name in the form in which names are compared (PEP 503). */
    static String canonical(String name) {
        return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    /** Whether two versions are the same, as far as file names change their spelling. */
    static boolean sameVersion(String a, String b) {
        return comparable(a).equals(comparable(b));
    }

    /** Versions in file names have {@code _} for {@code -} and {@code +}; PEP 440 has more spellings for one version. */
    private static String comparable(String version) {
        StringBuilder text = new StringBuilder();
        for (String part : version.toLowerCase(Locale.ROOT).split("[-_.+]", -1)) {
            int zeros = 0;
            while (zeros < part.length() - 1
                    && part.charAt(zeros) == '0'
                    && Character.isDigit(part.charAt(zeros + 1))) {
                zeros++;
            }
            text.append('.').append(part, zeros, part.length());
        }
        while (text.length() > 3 && text.toString().endsWith(".0")) {
            text.setLength(text.length() - 2);
        }
        return text.toString();
    }
}
