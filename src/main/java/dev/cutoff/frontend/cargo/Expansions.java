package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.BodyChanges;
import dev.cutoff.frontend.cargo.Proof.Unequal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Two versions of a crate after expansion: whether macros made the same of both, but for the bodies in which the sources differ. What
 * macros see of a text, its length and where things stand in it, blanks that make two texts alike would hide.
 *
 * <p>A body of the sources is found again by its place: its modules and implementations, its own words and those of its signature.
 * There must be one function alone at such a place, in all sources and in the crate.
 */
final class Expansions {

    private final Aside aside;
    private final BodyChanges.Terms terms;

    Expansions(Aside aside, BodyChanges.Terms terms) {
        this.aside = aside;
        this.terms = terms;
    }

    /** The sources of the announced metadata, and those of now, as they were written. */
    record Texts(Map<Path, byte[]> before, Map<Path, byte[]> after) {}

    /** Why they differ in more than documentation and bodies in which the sources differ, "" where they don't. */
    String differ(Texts written) throws Unequal, IOException {
        Map<Path, byte[]> before = new TreeMap<>();
        Map<Path, byte[]> after = new TreeMap<>();
        List<String> changed = new ArrayList<>();
        for (var source : written.before().entrySet()) {
            Path path = source.getKey();
            byte[] now = written.after().getOrDefault(path, source.getValue());
            if (!Arrays.equals(source.getValue(), now)) {
                before.put(path, source.getValue());
                after.put(path, now);
                if (path.toString().endsWith(".rs")) {
                    changed.addAll(places(path, source.getValue(), now));
                }
            }
        }
        byte[] old = aside.expanded(before, "expanded-before");
        byte[] now = aside.expanded(after, "expanded-after");
        try {
            if (BodyChanges.isUnstable(old, terms) || BodyChanges.isUnstable(now, terms)) {
                return "the crate uses unstable features";
            }
            List<String> expanded =
                    BodyChanges.besideDocumentation(old, now, terms).places();
            return stray(changed, expanded, written, List.of(old, now));
        } catch (BodyChanges.Elsewhere e) {
            return "after expansion " + e.why();
        }
    }

    private List<String> places(Path path, byte[] before, byte[] after) throws Unequal {
        try {
            return BodyChanges.besideDocumentation(before, after, terms).places();
        } catch (BodyChanges.Elsewhere e) {
            throw new Unequal("in " + path + " " + e.why() + ", which macros may see");
        }
    }

    /** A body that is another after expansion, and not known to be one of those in which the sources differ; "" for none. */
    private String stray(List<String> changed, List<String> expanded, Texts written, List<byte[]> crates)
            throws Unequal {
        if (expanded.isEmpty()) {
            return "";
        }
        Set<String> open = new HashSet<>(changed);
        List<List<String>> sources = List.of(
                places(written.before().values()), places(written.after().values()));
        List<List<String>> expansions = new ArrayList<>();
        for (byte[] crate : crates) {
            expansions.add(places(List.of(crate)));
        }
        for (String place : expanded) {
            Optional<String> own = changed.stream()
                    .filter(source -> isAt(place, source))
                    .filter(open::remove)
                    .findFirst();
            if (own.isEmpty()) {
                return "after expansion " + place + " is another too";
            }
            if (!sources.stream().allMatch(all -> isAlone(own.get(), all))
                    || !expansions.stream().allMatch(all -> isAlone(own.get(), all))) {
                return "there is more than one " + own.get();
            }
        }
        return "";
    }

    /** Whether a place of the crate is that of a source, which is in modules of its own. */
    private static boolean isAt(String place, String source) {
        return place.equals(source)
                || (place.endsWith(" / " + source)
                        && List.of(place.substring(0, place.length() - source.length() - 3)
                                        .split(" / "))
                                .stream()
                                .allMatch(part -> part.startsWith("mod ")));
    }

    /** Where functions are, of all texts. */
    private List<String> places(Collection<byte[]> texts) throws Unequal {
        List<String> places = new ArrayList<>();
        for (byte[] text : texts) {
            places.addAll(BodyChanges.functions(text, terms)
                    .orElseThrow(() -> new Unequal("a text that macros may see is not understood")));
        }
        return places;
    }

    /** Whether one function at most may be at the place of a source. */
    private static boolean isAlone(String source, List<String> places) {
        return places.stream()
                        .filter(place -> place.equals(source) || place.endsWith(" / " + source))
                        .limit(2)
                        .count()
                < 2;
    }
}
