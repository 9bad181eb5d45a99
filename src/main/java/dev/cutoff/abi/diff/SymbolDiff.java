package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.diff.Consumer.Use;
import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the symbols that two files offer. What has become of an old symbol is what the loader of GNU would find for
 * one who was linked with it: first the same name and version; from a library without versions whatever has the name;
 * for one who knows no version, the default one.
 */
final class SymbolDiff {

    private record Key(String name, @Nullable String version) {}

    private final Changes changes;
    private final Consumer consumer;
    private final @Nullable String soname;
    private final boolean linked;
    private final Map<Key, Offer> old;
    private final Map<Key, Offer> now;
    private final Map<String, List<Offer>> nowByName = new HashMap<>();
    private final Set<Offer> continued = new HashSet<>();

    /**
     * Two files.
     *
     * @param soname of the old library
     * @param linked whether they are linked files, not objects
     */
    SymbolDiff(
            List<Offer> old,
            List<Offer> now,
            Changes changes,
            Consumer consumer,
            @Nullable String soname,
            boolean linked) {
        this.changes = changes;
        this.consumer = consumer;
        this.soname = soname;
        this.linked = linked;
        this.old = byKey(old);
        this.now = byKey(now);
        for (Offer offer : this.now.values()) {
            nowByName.computeIfAbsent(offer.name(), _ -> new ArrayList<>()).add(offer);
        }
    }

    /** The first of each name and version, which is the one that a linker takes. */
    private static Map<Key, Offer> byKey(List<Offer> offers) {
        Map<Key, Offer> byKey = LinkedHashMap.newLinkedHashMap(offers.size());
        for (Offer offer : offers) {
            byKey.putIfAbsent(new Key(offer.name(), offer.version()), offer);
        }
        return byKey;
    }

    void run() {
        for (Map.Entry<Key, Offer> entry : old.entrySet()) {
            Offer before = entry.getValue();
            Offer after = now.get(entry.getKey());
            if (before.equals(after)) {
                continued.add(after);
                continue;
            }
            if (after == null) {
                after = stand(before);
            }
            Use use = consumer.use(before, soname);
            if (after == null) {
                gone(before, use);
            } else {
                continued.add(after);
                changed(before, after, use);
            }
        }
        for (Offer offer : now.values()) {
            if (!continued.contains(offer)) {
                added(offer);
            }
        }
    }

    /** What the loader takes for a symbol whose version is not there, null where it finds none. */
    private @Nullable Offer stand(Offer before) {
        if (before.version() != null) {
            boolean unversioned = now.keySet().stream().allMatch(key -> key.version() == null);
            return unversioned ? now.get(new Key(before.name(), null)) : null;
        }
        return nowByName.getOrDefault(before.name(), List.of()).stream()
                .filter(Offer::isDefault)
                .findFirst()
                .orElse(null);
    }

    private void gone(Offer before, Use use) {
        List<Offer> others = nowByName.getOrDefault(before.name(), List.of());
        String name = before.fullName();
        Verdict works = use == Use.WEAK ? UNKNOWN : NO;
        if (others.isEmpty()) {
            changes.add(
                    What.SYMBOL_REMOVED, name, describe(before), null, NO, works, use != Use.NONE, name + " removed");
        } else {
            String other = others.getFirst().fullName();
            changes.add(
                    What.SYMBOL_VERSION,
                    name,
                    name,
                    other,
                    NO,
                    works,
                    use != Use.NONE,
                    name + " is there as " + other + " only");
            continued.addAll(others.stream()
                    .filter(o -> !old.containsKey(new Key(o.name(), o.version())))
                    .toList());
        }
    }

    private void added(Offer offer) {
        boolean used = consumer.names(offer.name());
        Verdict works = consumer.isAnybody() || !used ? YES : UNKNOWN;
        String name = offer.fullName();
        changes.add(
                What.SYMBOL_ADDED,
                name,
                null,
                describe(offer),
                UNKNOWN,
                works,
                used,
                name + " added" + (works == UNKNOWN ? ": the consumer needs one of this name" : ""));
    }

    private void changed(Offer before, Offer after, Use use) {
        boolean used = use != Use.NONE;
        String name = before.fullName();
        if (!name.equals(after.fullName())) {
            changes.add(
                    What.SYMBOL_VERSION,
                    name,
                    name,
                    after.fullName(),
                    NO,
                    YES,
                    used,
                    name + " is now " + after.fullName() + ", which the loader takes for it");
        }
        if (before.kind() != after.kind()) {
            Verdict works = kinds(before.kind(), after.kind());
            changes.add(
                    What.SYMBOL_KIND,
                    name,
                    word(before.kind()),
                    word(after.kind()),
                    works == YES ? UNKNOWN : NO,
                    works,
                    used,
                    name + ": " + word(before.kind()) + " -> " + word(after.kind()));
        }
        if (before.size() != after.size() && before.isData() && after.isData()) {
            boolean known = before.size() != 0 && after.size() != 0;
            changes.add(
                    What.SYMBOL_SIZE,
                    name,
                    Long.toString(before.size()),
                    Long.toString(after.size()),
                    NO,
                    known && use == Use.COPY ? NO : UNKNOWN,
                    used,
                    name + ": " + word(before.kind()) + " of " + before.size() + " bytes, now of " + after.size()
                            + (use == Use.COPY ? "" : "; the consumer holds no copy of it"));
        }
        if (before.binding() != after.binding()) {
            changes.add(
                    What.SYMBOL_BINDING,
                    name,
                    word(before.binding()),
                    word(after.binding()),
                    UNKNOWN,
                    linked || after.binding() != Binding.WEAK ? YES : UNKNOWN,
                    used,
                    name + ": " + word(before.binding()) + " -> " + word(after.binding()));
        }
        if (before.visibility() != after.visibility()) {
            changes.add(
                    What.SYMBOL_VISIBILITY,
                    name,
                    word(before.visibility()),
                    word(after.visibility()),
                    UNKNOWN,
                    // A protected symbol is bound within its library, where a copy or another's address is not seen.
                    after.visibility() == Visibility.PROTECTED ? UNKNOWN : YES,
                    used,
                    name + ": " + word(before.visibility()) + " -> " + word(after.visibility()));
        }
    }

    private static Verdict kinds(SymbolKind before, SymbolKind after) {
        int a = sort(before);
        int b = sort(after);
        return a == 0 || b == 0 ? UNKNOWN : a == b ? YES : NO;
    }

    /** Functions, data, thread-local data, and 0 for what says nothing of itself. */
    private static int sort(SymbolKind kind) {
        return switch (kind) {
            case FUNC, IFUNC -> 1;
            case OBJECT, COMMON -> 2;
            case TLS -> 3;
            default -> 0;
        };
    }

    private static String describe(Offer offer) {
        return word(offer.kind()) + (offer.isData() ? " of " + offer.size() + " bytes" : "");
    }

    static String word(SymbolKind kind) {
        return switch (kind) {
            case FUNC -> "function";
            case IFUNC -> "ifunc";
            case OBJECT -> "data";
            case COMMON -> "common data";
            case TLS -> "thread-local data";
            case NOTYPE -> "no type";
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
