package dev.cutoff.abi.diff;

import dev.cutoff.abi.diff.Change.What;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of one file as they are found. */
final class Changes {

    private final String file;
    private final List<Change> all;

    Changes(String file, List<Change> all) {
        this.file = file;
        this.all = all;
    }

    /** A change that counts, with the verdicts on it, same first. */
    void add(
            What what,
            String subject,
            @Nullable String was,
            @Nullable String now,
            Verdict same,
            Verdict works,
            String text) {
        add(what, subject, was, now, same, works, true, text);
    }

    void add(
            What what,
            String subject,
            @Nullable String was,
            @Nullable String now,
            Verdict same,
            Verdict works,
            boolean used,
            String text) {
        all.add(new Change(file, what, subject, was, now, same, works, used, text));
    }

    /** The rest of two lists when what both have is taken away; a name that stands twice counts twice. */
    static List<String> missing(List<String> from, List<String> in) {
        List<String> rest = new ArrayList<>(from);
        in.forEach(rest::remove);
        return rest;
    }
}
