package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.wheel.Identity;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.abi.wheel.LinkFace;
import dev.cutoff.abi.wheel.OfferRules;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.abi.wheel.Wheel.Facet;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares two wheels, facet by facet; with what their headers say to a compiler where that is known of both. */
final class WheelDiff {

    private final Wheel old;
    private final @Nullable Layouts oldLayouts;
    private final Wheel now;
    private final @Nullable Layouts nowLayouts;
    private final List<Change> all;
    private final Changes changes;
    private final Consumer consumer;
    private final boolean promised;

    WheelDiff(
            Wheel old,
            @Nullable Layouts oldLayouts,
            Wheel now,
            @Nullable Layouts nowLayouts,
            List<Change> all,
            Consumer consumer) {
        this.old = old;
        this.oldLayouts = oldLayouts;
        this.now = now;
        this.nowLayouts = nowLayouts;
        this.all = all;
        this.changes = new Changes("", all);
        this.consumer = consumer;
        this.promised = OfferRules.promises(old, now);
    }

    void run() {
        identity(old.identity(), now.identity());
        files(old.build(), now.build(), What.BUILD);
        files(old.tools(), now.tools(), What.TOOL);
        libraries();
        offers();
        needs();
        Layouts before = oldLayouts;
        Layouts after = nowLayouts;
        if (before != null && after != null && areComparable(before, after)) {
            layouts(before, after);
        }
    }

    /** Whether two probes were made by the same tools. */
    static boolean areComparable(Layouts old, Layouts now) {
        return old.environment().equals(now.environment()) && !old.environment().isEmpty();
    }

    private void identity(Identity a, Identity b) {
        text("name", a.name(), b.name(), NO);
        text("version", a.version(), b.version(), YES);
        text("Requires-Python", a.requiresPython(), b.requiresPython(), YES);
        text("Root-Is-Purelib", String.valueOf(a.purelib()), String.valueOf(b.purelib()), YES);
        text("Requires-Dist", String.join("; ", a.requiresDist()), String.join("; ", b.requiresDist()), YES);
        boolean python = pythonTags(a).equals(pythonTags(b));
        text("tags", String.join(" ", a.tags()), String.join(" ", b.tags()), python ? YES : UNKNOWN);
        boolean gone = !b.importNames().containsAll(a.importNames());
        text(
                "import names",
                String.join(" ", a.importNames()),
                String.join(" ", b.importNames()),
                gone ? UNKNOWN : YES);
        text("build tag", a.build(), b.build(), YES, YES);
    }

    /** The tags without their platforms: {@code cp312-abi3}. */
    private static Set<String> pythonTags(Identity of) {
        Set<String> tags = new HashSet<>();
        of.tags().forEach(tag -> tags.add(tag.substring(0, tag.lastIndexOf('-'))));
        return tags;
    }

    private void text(String subject, String was, String is, Verdict works) {
        text(subject, was, is, NO, works);
    }

    private void text(String subject, String was, String is, Verdict same, Verdict works) {
        if (!was.equals(is)) {
            changes.add(
                    What.METADATA, subject, was, is, same, works, subject + ": " + quoted(was) + " -> " + quoted(is));
        }
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private void files(SortedMap<String, Digest> before, SortedMap<String, Digest> after, What what) {
        before.forEach((path, digest) -> {
            Digest is = after.get(path);
            if (is == null) {
                Verdict works = what == What.TOOL || !isHeader(path) || areProbed() ? YES : UNKNOWN;
                new Changes(path, all).add(what, path, digest.hex(), null, NO, works, "removed");
            } else if (!is.equals(digest)) {
                new Changes(path, all)
                        .add(what, path, digest.hex(), is.hex(), NO, works(path, what), changed(path, what));
            }
        });
        after.forEach((path, digest) -> {
            if (!before.containsKey(path)) {
                new Changes(path, all).add(what, path, null, digest.hex(), NO, YES, "added");
            }
        });
    }

    private static boolean isHeader(String path) {
        return Header.isNamedSo(path.substring(path.lastIndexOf('/') + 1));
    }

    private boolean areProbed() {
        return oldLayouts != null && nowLayouts != null && areComparable(oldLayouts, nowLayouts);
    }

    /** What headers define was compared where both could be compiled; what else is read in builds is in no binary by itself. */
    private Verdict works(String path, What what) {
        if (what == What.TOOL || !isHeader(path)) {
            return YES;
        }
        Layouts before = oldLayouts;
        Layouts after = nowLayouts;
        boolean probed = before != null
                && after != null
                && areProbed()
                && !before.gaps().containsKey(path)
                && !after.gaps().containsKey(path);
        return probed ? YES : UNKNOWN;
    }

    private String changed(String path, What what) {
        if (what != What.BUILD || !isHeader(path)) {
            return "content changed";
        }
        if (works(path, what) == YES) {
            return "tokens changed";
        }
        String why = !areProbed()
                ? "its definitions were not compared"
                : "it could not be compiled: "
                        + Objects.requireNonNull(nowLayouts)
                                .gaps()
                                .getOrDefault(
                                        path,
                                        Objects.requireNonNull(oldLayouts)
                                                .gaps()
                                                .getOrDefault(path, ""));
        return "tokens changed, and " + why;
    }

    private void libraries() {
        Map<String, String> byName = new HashMap<>();
        now.libraries().forEach((path, face) -> byName.putIfAbsent(face.name(path), path));
        Set<String> paired = new HashSet<>();
        old.libraries().forEach((path, face) -> {
            if (face.hashed()) {
                return;
            }
            String name = face.name(path);
            String other = now.libraries().containsKey(path) ? path : byName.get(name);
            LinkFace is = other == null ? null : now.libraries().get(other);
            if (other == null || is == null) {
                new Changes(path, all)
                        .add(What.FILE_REMOVED, name, name, null, NO, NO, consumer.loads(name), "removed");
                return;
            }
            paired.add(other);
            new BinaryDiff(face.binary(), is.binary(), new Changes(other, all), consumer).run();
        });
        now.libraries().forEach((path, face) -> {
            if (!face.hashed() && !paired.contains(path)) {
                String name = face.name(path);
                new Changes(path, all).add(What.FILE_ADDED, name, null, name, UNKNOWN, YES, "added");
            }
        });
    }

    private void offers() {
        old.capi().forEach((key, was) -> {
            String is = now.capi().get(key);
            if (!was.equals(is)) {
                offer(key, was, is);
            }
        });
        now.capi().forEach((key, is) -> {
            if (!old.capi().containsKey(key)) {
                changes.add(What.OFFER, key, null, is, NO, YES, key + ": " + shown(is) + " added");
            }
        });
    }

    private void offer(String key, String was, @Nullable String is) {
        if (key.startsWith(Wheel.COPIED_BY_CYTHON)) {
            String path = key.substring(Wheel.COPIED_BY_CYTHON.length());
            changes.add(What.BODY, key, was, is, NO, YES, path + ": code that Cython puts into consumers changed");
            return;
        }
        changes.add(
                What.OFFER,
                key,
                was,
                is,
                NO,
                verdict(OfferRules.of(key, was, is)),
                key + ": " + shown(was) + (is == null ? " removed" : " -> " + shown(is)));
    }

    private static Verdict verdict(OfferRules.Effect effect) {
        return switch (effect) {
            case HARMLESS -> YES;
            case UNKNOWN -> UNKNOWN;
            case BREAKS -> NO;
        };
    }

    private static String shown(String value) {
        return value.length() > 100 ? value.substring(0, 100) + " …" : value;
    }

    private void needs() {
        now.modules().forEach((path, needs) -> {
            if (old.modules().containsKey(path)
                    && !needs.digest().equals(old.modules().get(path).digest())) {
                new Changes(path, all).add(What.NEEDED, path, "", "", YES, YES, "needs something else");
            }
        });
        Set<String> names = new HashSet<>(old.modules().keySet());
        names.removeAll(now.modules().keySet());
        // Its file is gone, which was said.
        names.forEach(
                path -> new Changes(path, all).add(What.NEEDED, path, "", null, YES, YES, "is no module any more"));
    }

    private void layouts(Layouts before, Layouts after) {
        Binary types = before.types();
        Binary later = after.types();
        if (types != null && later != null) {
            Set<String> there = new HashSet<>(later.types().symbols().keySet());
            for (String name : types.types().symbols().keySet()) {
                if (!there.contains(name)) {
                    changes.add(
                            What.TYPE,
                            name,
                            name,
                            null,
                            NO,
                            promised ? YES : UNKNOWN,
                            name + " removed from the headers");
                }
            }
            new TypeDiff(types, later, changes, consumer, new HashSet<>(), _ -> promised).run();
        } else if (types != null) {
            changes.add(What.TYPE, "headers", "", null, NO, UNKNOWN, "none of the headers could be compiled any more");
        }
        constants(before.constants(), after.constants());
        for (String header : before.changedUnseen(after, promised)) {
            changes.add(
                    What.TYPE,
                    header,
                    "",
                    "",
                    NO,
                    UNKNOWN,
                    header + ": what stands under conditions that do not hold here changed");
        }
        for (String name : before.changedBodies(after, promised)) {
            changes.add(What.BODY, name, "", "", NO, YES, name + ": code that is compiled into consumers changed");
        }
    }

    private void constants(Map<String, String> before, Map<String, String> after) {
        new TreeMap<>(before).forEach((name, was) -> {
            String is = after.get(name);
            if (!was.equals(is)) {
                Verdict works = verdict(OfferRules.ofMacro(name, was, is, promised));
                changes.add(
                        What.CONSTANT,
                        name,
                        was,
                        is,
                        NO,
                        works,
                        name + ": " + was + (is == null ? " has no value any more" : " -> " + is));
            }
        });
    }

    /** What of the wheels could not be read, by which verdict it leaves open. */
    List<String> unread(boolean works) {
        Set<Facet> facets = works ? Set.of(Facet.LIBRARIES, Facet.CAPI) : Set.of(Facet.BUILD, Facet.TOOLS);
        List<String> reasons = new ArrayList<>();
        for (Wheel wheel : List.of(old, now)) {
            for (Wheel.Gap gap : wheel.gaps()) {
                if (facets.contains(gap.facet())) {
                    reasons.add(gap.file() + " could not be read: " + gap.why());
                }
            }
        }
        return reasons.stream().distinct().toList();
    }
}
