package dev.cutoff.frontend.python;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A requirement (PEP 508), as Requires-Dist and constraints files have them.
 *
 * @param name canonical
 * @param extras canonical
 * @param direct whether it names an address, which no version can be told to satisfy or not
 */
public record Requirement(
        String name, SortedSet<String> extras, Specifiers specifiers, boolean direct, Optional<Marker> marker) {

    private static final Pattern FORM = Pattern.compile(
            "\\s*(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\\s*(?:\\[(?<extras>[^\\]]*)\\])?\\s*(?<rest>.*)",
            Pattern.DOTALL);

    /** The requirement that a text holds; empty where it is none. */
    public static Optional<Requirement> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String rest = form.group("rest").strip();
        boolean direct = rest.startsWith("@");
        // Behind an address a marker begins with a blank.
        int semicolon = direct ? rest.indexOf(" ;") : rest.indexOf(';');
        String versions = semicolon < 0 ? rest : rest.substring(0, semicolon).strip();
        Optional<Marker> marker =
                semicolon < 0 ? Optional.empty() : Marker.parse(rest.substring(rest.indexOf(';', semicolon) + 1));
        if (semicolon >= 0 && marker.isEmpty()) {
            return Optional.empty();
        }
        if (versions.startsWith("(") && versions.endsWith(")")) {
            versions = versions.substring(1, versions.length() - 1);
        }
        Optional<Specifiers> specifiers = Specifiers.parse(direct ? "" : versions);
        if (specifiers.isEmpty()) {
            return Optional.empty();
        }
        SortedSet<String> extras = new TreeSet<>();
        if (form.group("extras") != null) {
            for (String extra : form.group("extras").split(",")) {
                if (!extra.isBlank()) {
                    extras.add(PackageName.canonical(extra.strip()));
                }
            }
        }
        return Optional.of(new Requirement(
                PackageName.canonical(form.group("name")),
                Collections.unmodifiableSortedSet(extras),
                specifiers.get(),
                direct,
                marker));
    }
}
