package dev.cutoff.frontend.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A set of version specifiers (PEP 440), as in {@code >=2,<2.6}: all must admit a version. */
public final class Specifiers {

    private static final Pattern CLAUSE = Pattern.compile("\\s*(~=|===|==|!=|<=|>=|<|>)\\s*([^,\\s]+)\\s*");

    /** One clause; {@code prefix} for {@code ==1.2.*}. */
    private record Clause(String operator, String text, Version version, boolean prefix) {}

    private final String text;
    private final List<Clause> clauses;

    private Specifiers(String text, List<Clause> clauses) {
        this.text = text;
        this.clauses = clauses;
    }

    /** The specifiers that a text holds, none for a blank one; empty where it holds anything else. */
    public static Optional<Specifiers> parse(String text) {
        List<Clause> clauses = new ArrayList<>();
        if (!text.isBlank()) {
            for (String part : text.split(",", -1)) {
                Optional<Clause> clause = clause(part);
                if (clause.isEmpty()) {
                    return Optional.empty();
                }
                clauses.add(clause.get());
            }
        }
        return Optional.of(new Specifiers(text.strip(), clauses));
    }

    private static Optional<Clause> clause(String part) {
        Matcher form = CLAUSE.matcher(part);
        if (!form.matches()) {
            return Optional.empty();
        }
        String operator = form.group(1);
        String version = form.group(2);
        if (operator.equals("===")) {
            // Compared as text, whatever it is.
            return Optional.of(new Clause(operator, version, none(), false));
        }
        boolean prefix = version.endsWith(".*");
        if (prefix && !operator.equals("==") && !operator.equals("!=")) {
            return Optional.empty();
        }
        Optional<Version> parsed = Version.parse(prefix ? version.substring(0, version.length() - 2) : version);
        boolean fit = parsed.isPresent()
                // What a prefix with a suffix would match is nowhere said.
                && !(prefix && !parsed.get().equals(parsed.get().base()))
                && !(operator.equals("~=") && parsed.get().release().size() < 2);
        return fit ? Optional.of(new Clause(operator, version, parsed.get(), prefix)) : Optional.empty();
    }

    private static Version none() {
        return new Version(0, List.of(0L), null, 0, -1, -1, List.of());
    }

    public boolean isEmpty() {
        return clauses.isEmpty();
    }

    /** Whether a version is admitted; pre-releases are like others, since it is there already. */
    public boolean admit(Version version) {
        return clauses.stream().allMatch(clause -> admits(clause, version));
    }

    private static boolean admits(Clause clause, Version version) {
        Version wanted = clause.version();
        return switch (clause.operator()) {
            case "===" ->
                version.toString().toLowerCase(Locale.ROOT).equals(clause.text().toLowerCase(Locale.ROOT));
            case "==" -> isEqual(clause, version);
            case "!=" -> !isEqual(clause, version);
            case "~=" ->
                version.publicVersion().compareTo(wanted) >= 0
                        && hasPrefix(
                                version,
                                wanted.epoch(),
                                wanted.release().subList(0, wanted.release().size() - 1));
            case "<=" -> version.publicVersion().compareTo(wanted) <= 0;
            case ">=" -> version.publicVersion().compareTo(wanted) >= 0;
            case "<" ->
                version.compareTo(wanted) < 0
                        && !(version.isPrerelease()
                                && !wanted.isPrerelease()
                                && version.base().isSameAs(wanted.base()));
            default ->
                version.compareTo(wanted) > 0
                        && !(version.base().isSameAs(wanted.base())
                                && ((version.isPostrelease() && !wanted.isPostrelease())
                                        || !version.local().isEmpty()));
        };
    }

    private static boolean isEqual(Clause clause, Version version) {
        if (clause.prefix()) {
            return hasPrefix(version, clause.version().epoch(), clause.version().release());
        }
        return (clause.version().local().isEmpty() ? version.publicVersion() : version).isSameAs(clause.version());
    }

    private static boolean hasPrefix(Version version, long epoch, List<Long> prefix) {
        for (int i = 0; i < prefix.size(); i++) {
            if (version.part(i) != prefix.get(i)) {
                return false;
            }
        }
        return version.epoch() == epoch;
    }

    @Override
    public String toString() {
        return text;
    }
}
