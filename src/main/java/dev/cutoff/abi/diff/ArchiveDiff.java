package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.fingerprint.StaticArchive.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Compares two archives: their members, and the symbols that all of them together define. */
final class ArchiveDiff {

    private final StaticArchive old;
    private final StaticArchive now;
    private final Changes changes;
    private final Consumer consumer;

    ArchiveDiff(StaticArchive old, StaticArchive now, Changes changes, Consumer consumer) {
        this.old = old;
        this.now = now;
        this.changes = changes;
        this.consumer = consumer;
    }

    void run() {
        if (old.thin() != now.thin()) {
            changes.add(What.KIND, "kind", form(old), form(now), NO, UNKNOWN, form(old) + " -> " + form(now));
        }
        members();
        index();
        new SymbolDiff(offers(old), offers(now), changes, consumer, null, false).run();
        Set<String> said = new HashSet<>();
        for (Twins pair : twins(old, now)) {
            new TypeDiff(pair.old, pair.now, changes, consumer, said).run();
        }
    }

    /** The objects of a member that both archives have. */
    record Twins(Binary old, Binary now) {}

    /** The objects of all members that both have, by name. */
    static List<Twins> twins(StaticArchive old, StaticArchive now) {
        Map<String, Part> after = byName(now);
        List<Twins> twins = new ArrayList<>();
        byName(old).forEach((name, part) -> {
            Part other = after.get(name);
            Binary a = part.object();
            Binary b = other == null ? null : other.object();
            if (a != null && b != null) {
                twins.add(new Twins(a, b));
            }
        });
        return twins;
    }

    private static String form(StaticArchive archive) {
        return archive.thin() ? "a thin archive" : "an archive";
    }

    private void members() {
        Map<String, Part> before = byName(old);
        Map<String, Part> after = byName(now);
        before.forEach((name, part) -> {
            Part other = after.get(name);
            if (other == null) {
                changes.add(What.MEMBER, name, content(part), null, NO, YES, "member " + name + " removed");
            } else if (!part.equals(other)) {
                Verdict works = hidden(part) || hidden(other) ? UNKNOWN : YES;
                changes.add(What.MEMBER, name, content(part), content(other), NO, works, "member " + name + " changed");
            }
        });
        after.forEach((name, part) -> {
            if (!before.containsKey(name)) {
                changes.add(What.MEMBER, name, null, content(part), UNKNOWN, YES, "member " + name + " added");
            }
        });
        List<String> kept = new ArrayList<>(before.keySet());
        kept.retainAll(after.keySet());
        List<String> order = new ArrayList<>(after.keySet());
        order.retainAll(before.keySet());
        if (!kept.equals(order)) {
            changes.add(What.MEMBER, "order", null, null, NO, YES, "the same members in another order");
        }
    }

    private void index() {
        if (!Objects.equals(old.index(), now.index())) {
            boolean gone = now.index() == null;
            changes.add(
                    What.INDEX,
                    "index",
                    old.index() == null ? null : old.index().hex(),
                    now.index() == null ? null : now.index().hex(),
                    NO,
                    gone ? NO : YES,
                    gone
                            ? "has no symbol index: a linker does not look into its members"
                            : old.index() == null ? "has a symbol index now" : "the symbol index changed");
        }
    }

    /** Symbols of a member that is intermediate code, or of a kind that is not read, are not known. */
    private static boolean hidden(Part part) {
        return part.object() == null || part.object().hidesSymbols();
    }

    private static String content(Part part) {
        return part.content() == null ? "" : part.content().hex();
    }

    /** By name; the second of a name as {@code name#2}. */
    private static Map<String, Part> byName(StaticArchive archive) {
        Map<String, Part> byName = new LinkedHashMap<>();
        Map<String, Integer> times = new HashMap<>();
        for (Part part : archive.parts()) {
            int time = times.merge(part.name(), 1, Integer::sum);
            byName.put(time == 1 ? part.name() : part.name() + "#" + time, part);
        }
        return byName;
    }

    private static List<Offer> offers(StaticArchive archive) {
        List<Offer> offers = new ArrayList<>();
        for (Part part : archive.parts()) {
            if (part.object() != null) {
                offers.addAll(part.object().offers());
            }
        }
        return offers;
    }
}
