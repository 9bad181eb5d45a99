package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/** What differs between two wheels that builds see, in words. */
final class WheelChanges {

    /** As many are named; the rest is counted. */
    private static final int NAMED = 2;

    private WheelChanges() {}

    /** One sentence's part, as in {@code header ndarraytypes.h changed, and 12 more files}. */
    static String words(Wheel old, Wheel now) {
        List<String> changes = new ArrayList<>();
        compare(old.build(), now.build(), changes);
        compare(old.tools(), now.tools(), changes);
        if (changes.isEmpty()) {
            return old.identity().equals(now.identity()) ? "other content" : "only its metadata changed";
        }
        // What is sure to have been read comes first; metadata changes with every version.
        changes.sort(Comparator.comparing((String change) -> !change.startsWith("header"))
                .thenComparing(change -> change.contains(".dist-info/")));
        String named = String.join(", ", changes.subList(0, Math.min(NAMED, changes.size())));
        int more = changes.size() - NAMED;
        return named + (more > 0 ? ", and " + more + " more" : "");
    }

    private static void compare(SortedMap<String, Digest> old, SortedMap<String, Digest> now, List<String> changes) {
        old.forEach((path, digest) -> {
            Digest other = now.get(path);
            if (other == null) {
                changes.add(what(path) + " is gone");
            } else if (!other.equals(digest)) {
                changes.add(what(path) + " changed");
            }
        });
        now.keySet().stream()
                .filter(path -> !old.containsKey(path))
                .forEach(path -> changes.add(what(path) + " is new"));
    }

    private static String what(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.matches(".*\\.(h|hh|hpp|hxx|cuh|inl)") ? "header " + name : path;
    }
}
