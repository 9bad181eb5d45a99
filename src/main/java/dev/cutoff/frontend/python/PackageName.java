package dev.cutoff.frontend.python;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of distributions (PEP 503 and the name's form in PEP 508). */
public final class PackageName {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

    private PackageName() {}

    public static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }

    /** The one spelling by which names are compared: lower case, runs of {@code -_.} as one hyphen. */
    public static String canonical(String name) {
        return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }
}
