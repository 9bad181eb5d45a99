package dev.cutoff.abi.wheel;

import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.wheel.OfferRules.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a wheel serves what binaries of another use: the question of a consumer that is kept. It has a direction: what the
 * consumer was built with tells what it may use.
 */
public final class Serving {

    /** How an entry begins that says what can't be told. */
    public static final String UNKNOWN = "unknown: ";

    private static final String CAPSULE = "capsule ";
    private static final String CYTHON = "cython ";
    private static final String NAME = "name ";
    private static final String SLOT = " slot ";

    private final ModuleNeeds consumer;
    private final @Nullable Wheel old;
    private final Wheel now;
    private final List<String> lacks = new ArrayList<>();

    private Serving(ModuleNeeds consumer, @Nullable Wheel old, Wheel now) {
        this.consumer = consumer;
        this.old = old;
        this.now = now;
    }

    /**
     * What a provider lacks of what a consumer's binary uses: sonames and symbols, slots of capsules, a baked ABI version that is
     * not the provided one, a baked feature version above the provided one, another tag domain.
     *
     * @param consumer a module of a wheel that may be kept
     * @param old the provider that the consumer was built or last judged with, where its fingerprint is there: what the
     *     consumer may use of a table is what that one offered. Null where it is not known
     * @param now the provider that it would run with
     * @return a sentence for each; those that begin with {@link #UNKNOWN} say what can't be told. Empty where all is served,
     *     and where the consumer uses nothing of the provider
     */
    public static List<String> check(ModuleNeeds consumer, @Nullable Wheel old, Wheel now) {
        Serving serving = new Serving(consumer, old, now);
        serving.links();
        serving.keys();
        return List.copyOf(serving.lacks);
    }

    /** Whether the consumer's binary uses anything of a provider: its libraries, its capsules, the versions of its ABI. */
    public static boolean uses(ModuleNeeds consumer, Wheel provider) {
        for (String soname : consumer.imports().keySet()) {
            if (!consumer.own().contains(soname) && libraries(provider).containsKey(soname)) {
                return true;
            }
        }
        for (String key : consumer.uses().keySet()) {
            if (key.startsWith(NAME) ? !taken(key, provider).isEmpty() : isOffered(key, provider)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOffered(String key, Wheel provider) {
        if (key.startsWith("domain ")) {
            return false;
        }
        return provider.capi().containsKey(key)
                || Extractors.ALL.atMost.stream()
                        .anyMatch(rule ->
                                rule.key().equals(key) && provider.capi().containsKey(rule.offered()));
    }

    private static Map<String, LinkFace> libraries(Wheel wheel) {
        Map<String, LinkFace> libraries = new HashMap<>();
        wheel.libraries().forEach((path, face) -> libraries.putIfAbsent(face.name(path), face));
        return libraries;
    }

    private void links() {
        Map<String, LinkFace> has = libraries(now);
        Map<String, LinkFace> had = old == null ? Map.of() : libraries(old);
        boolean linked = false;
        for (Map.Entry<String, SortedSet<String>> asked : consumer.imports().entrySet()) {
            String soname = asked.getKey();
            LinkFace face = has.get(soname);
            if (consumer.own().contains(soname) || (face == null && !had.containsKey(soname))) {
                continue;
            }
            linked = true;
            if (face == null) {
                lacks.add(soname + " is not there any more");
            } else if (!face.hashed()) {
                symbols(soname, asked.getValue(), had.get(soname), face);
            }
        }
        loose(linked, has.values(), had.values());
    }

    /** Symbols that a version ties to the library. */
    private void symbols(String soname, Collection<String> names, @Nullable LinkFace was, LinkFace is) {
        Map<String, SymbolKind> offered = kinds(is);
        Map<String, SymbolKind> before = was == null ? Map.of() : kinds(was);
        for (String name : names) {
            SymbolKind kind = offered.get(name);
            SymbolKind known = before.get(name);
            if (kind == null && !consumer.weak().contains(name)) {
                lacks.add(name + " is not in " + soname);
            } else if (kind != null && known != null && !isAlike(known, kind)) {
                lacks.add(name + " is " + words(kind) + " now");
            }
        }
    }

    private static Map<String, SymbolKind> kinds(LinkFace face) {
        Map<String, SymbolKind> kinds = new HashMap<>();
        for (Offer offer : face.binary().offers()) {
            kinds.put(offer.version() == null ? offer.name() : offer.name() + "@" + offer.version(), offer.kind());
        }
        return kinds;
    }

    private static boolean isAlike(SymbolKind a, SymbolKind b) {
        return a.function() == b.function() && (a == SymbolKind.TLS) == (b == SymbolKind.TLS);
    }

    private static String words(SymbolKind kind) {
        return kind.function() ? "a function" : kind == SymbolKind.TLS ? "data of each thread" : "data";
    }

    /**
     * Symbols that nothing ties to a library, and that any that is loaded may have: those that the old provider had are asked of the
     * new one, be it needed or loaded by others.
     */
    private void loose(boolean linked, Collection<LinkFace> has, Collection<LinkFace> had) {
        boolean open = linked || (has.stream().anyMatch(face -> !face.hashed()) && !mayComeFromElsewhere());
        Map<String, SymbolKind> offered = offered(has);
        Map<String, SymbolKind> before = offered(had);
        List<String> names = new ArrayList<>(consumer.imports().getOrDefault("", new TreeSet<>()));
        names.addAll(consumer.python());
        for (String name : names) {
            if (consumer.weak().contains(name)) {
                continue;
            }
            SymbolKind was = before.get(name);
            SymbolKind is = offered.get(name);
            if (was != null && is == null) {
                lacks.add(name + " is in none of its libraries any more");
            } else if (was != null && is != null && !isAlike(was, is)) {
                lacks.add(name + " is " + words(is) + " now");
            } else if (open && old == null && is == null && !consumer.python().contains(name)) {
                lacks.add(UNKNOWN + "whether " + name + " was asked of one of its libraries");
            }
        }
    }

    /** Whether it needs a library of neither its own wheel nor the machine, which may have what nothing is tied to. */
    private boolean mayComeFromElsewhere() {
        return consumer.imports().keySet().stream()
                .anyMatch(soname ->
                        !soname.isEmpty() && !consumer.own().contains(soname) && !SystemLibraries.has(soname));
    }

    private static Map<String, SymbolKind> offered(Collection<LinkFace> faces) {
        Map<String, SymbolKind> offered = new HashMap<>();
        for (LinkFace face : faces) {
            for (Offer offer : face.binary().offers()) {
                offered.putIfAbsent(offer.name(), offer.kind());
            }
        }
        return offered;
    }

    private void keys() {
        consumer.uses().forEach((key, value) -> {
            if (key.startsWith(CAPSULE)) {
                capsule(key, value);
            } else if (key.startsWith(NAME)) {
                name(key);
            } else if (key.startsWith("domain ")) {
                domain(key, value);
            } else {
                constant(key, value);
            }
        });
    }

    private void capsule(String key, String value) {
        boolean had = old != null && old.capi().containsKey(key);
        boolean has = now.capi().containsKey(key);
        if (!had && !has) {
            return;
        }
        if (!has) {
            lacks.add(key + " is not offered any more");
            return;
        }
        if (old == null) {
            if (!promised()) {
                lacks.add(UNKNOWN + "what it uses of " + key);
            }
            return;
        }
        changed(key);
        String slots = key + SLOT;
        SortedMap<String, String> all = old.capi().tailMap(slots);
        List<String> used = value.equals("?") ? List.of() : List.of(value.split(" ", -1));
        for (String slot : all.keySet()) {
            if (!slot.startsWith(slots)) {
                break;
            }
            if (used.isEmpty() || used.contains(slot.substring(slots.length()))) {
                changed(slot);
            }
        }
    }

    /** Whether what was compiled into it is under a promise that the provider keeps; that it does is checked by itself. */
    private boolean promised() {
        return Extractors.ALL.promises.stream()
                .anyMatch(promise -> now.capi().containsKey(promise.equal())
                        && !consumer.uses().getOrDefault(promise.equal(), "?").equals("?"));
    }

    private void changed(String key) {
        String was = Objects.requireNonNull(old).capi().get(key);
        String is = now.capi().get(key);
        if (was == null || was.equals(is)) {
            return;
        }
        Effect effect = OfferRules.of(key, was, is);
        String sentence = key + ": " + was + (is == null ? " is not offered any more" : " -> " + is);
        if (effect == Effect.BREAKS) {
            lacks.add(sentence);
        } else if (effect == Effect.UNKNOWN) {
            lacks.add(UNKNOWN + sentence);
        }
    }

    /** The capsules, and the modules with capsules, that a name among a consumer's strings may lead to. */
    private static SortedMap<String, String> taken(String key, Wheel provider) {
        String name = key.substring(NAME.length());
        SortedMap<String, String> taken = new TreeMap<>();
        String path = CYTHON + name.replace('.', '/');
        String top = name.substring(0, name.indexOf('.') < 0 ? name.length() : name.indexOf('.'));
        for (String offered : List.of(
                CAPSULE + name,
                CAPSULE + name + ".__pyx_capi__",
                CAPSULE + top + ".__pyx_capi__",
                path + ".pxd",
                path + "/__init__.pxd",
                CYTHON + top + "/__init__.pxd",
                CYTHON + top + ".pxd")) {
            String value = provider.capi().get(offered);
            if (value != null) {
                taken.put(offered, value);
            }
        }
        return taken;
    }

    private void name(String key) {
        if (old == null) {
            taken(key, now).keySet().forEach(offered -> unknown(UNKNOWN + "what it uses of " + offered));
            return;
        }
        for (String offered : taken(key, old).keySet()) {
            changed(offered);
            String slots = offered + SLOT;
            for (String slot : old.capi().tailMap(slots).keySet()) {
                if (!slot.startsWith(slots)) {
                    break;
                }
                changed(slot);
            }
        }
    }

    private void unknown(String sentence) {
        if (!lacks.contains(sentence)) {
            lacks.add(sentence);
        }
    }

    /** Types are shared by those of one domain: who was in the provider's must still be. */
    private void domain(String key, String value) {
        String was = old == null ? null : old.capi().get(key);
        String is = now.capi().getOrDefault(key, "");
        for (String tag : value.split(" ", -1)) {
            if (was != null && has(was, tag) && !has(is, tag)) {
                lacks.add(
                        key + ": it shares types as " + tag + ", and the provider as " + (is.isEmpty() ? "none" : is));
            }
        }
    }

    private static boolean has(String tags, String tag) {
        return List.of(tags.split(" \\| | ", -1)).contains(tag);
    }

    private void constant(String key, String value) {
        if (Extractors.ALL.equal.contains(key)) {
            String was = old == null ? null : old.capi().get(key);
            String is = now.capi().get(key);
            String baked = value.equals("?") ? was : value;
            if (is == null && was == null) {
                return;
            }
            if (baked == null) {
                lacks.add(UNKNOWN + "for which " + key + " it was compiled");
            } else if (!baked.equals(is)) {
                lacks.add("it was compiled for " + key + " " + baked + ", and " + (is == null ? "none" : is)
                        + " is offered");
            }
        }
        for (Extractors.AtMost rule : Extractors.ALL.atMost) {
            if (rule.key().equals(key) && now.capi().containsKey(rule.offered())) {
                atMost(rule, value);
            }
        }
    }

    private void atMost(Extractors.AtMost rule, String value) {
        Long offered = OfferRules.number(now.capi().getOrDefault(rule.offered(), ""));
        for (String version : value.split(" ", -1)) {
            String key = version.equals("?") ? rule.offered() : rule.keyOf(version);
            String number = old == null ? null : old.capi().get(key);
            if (!version.equals("?") && now.capi().containsKey(key)) {
                number = now.capi().get(key);
            }
            Long baked = number == null ? null : OfferRules.number(number);
            if (baked == null || offered == null) {
                lacks.add(UNKNOWN + "whether " + rule.offered() + " is enough for " + rule.key() + " " + version);
            } else if (baked > offered) {
                String sentence = rule.key() + " " + version + " was compiled in, and " + rule.offered() + " is "
                        + now.capi().get(rule.offered());
                lacks.add(version.equals("?") ? UNKNOWN + sentence : sentence);
            }
        }
    }
}
