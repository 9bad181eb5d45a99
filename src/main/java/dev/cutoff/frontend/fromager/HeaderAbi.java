package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.diff.Change;
import dev.cutoff.abi.diff.Differ;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.abi.wheel.Layouts;
import dev.cutoff.abi.wheel.LinkFace;
import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.abi.wheel.WheelReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges by what was compiled or copied into a consumer: what headers define, code in headers, static archives, and types of
 * the libraries that it is linked to. Whether it finds the symbols, slots and versions that it asks for is the question of
 * {@link dev.cutoff.abi.wheel.Serving}, which is asked beside.
 */
final class HeaderAbi implements AbiJudgement {

    private static final String FLAG = "flag ";

    private final Fingerprints fingerprints;
    private final CompiledHeaders headers;
    private final boolean allowOldInline;
    private final Map<String, Verdict> known = new HashMap<>();

    /** @param allowOldInline whether code of headers that was compiled into a consumer may be an older one */
    HeaderAbi(Fingerprints fingerprints, CompiledHeaders headers, boolean allowOldInline) {
        this.fingerprints = fingerprints;
        this.headers = headers;
        this.allowOldInline = allowOldInline;
    }

    @Override
    public synchronized Verdict judge(Wheel consumer, Wheel old, Fingerprints.Seen seen, boolean copied)
            throws FormatException, IOException {
        if (!hasCode(consumer)) {
            return new Verdict(List.of(), List.of());
        }
        Wheel now = fingerprints.wheel(seen);
        Set<String> linked = linked(consumer, old);
        boolean cython = consumer.modules().values().stream()
                .anyMatch(needs -> needs.uses().containsKey(ModuleNeeds.CYTHON));
        // What was compiled and not linked yet says nothing of who wrote it.
        cython |=
                !consumer.gaps().isEmpty() || consumer.build().keySet().stream().anyMatch(WheelReader::isCopied);
        String question = old.digest().hex() + seen.document().hex() + copied + cython + new TreeSet<>(linked);
        Verdict verdict = known.get(question);
        if (verdict == null) {
            verdict = judge(old, now, seen, copied, cython, linked);
            known.put(question, verdict);
        }
        return verdict;
    }

    /** Whether anything in a wheel was compiled; what could not be read may have been. */
    static boolean hasCode(Wheel wheel) {
        return !wheel.modules().isEmpty()
                || !wheel.gaps().isEmpty()
                || wheel.build().keySet().stream().anyMatch(WheelReader::isCopied);
    }

    private Verdict judge(
            Wheel old, Wheel now, Fingerprints.Seen seen, boolean copied, boolean cython, Set<String> linked)
            throws FormatException, IOException {
        List<String> against = new ArrayList<>();
        List<String> allowed = new ArrayList<>();
        gaps(old, "the one that it was built with", against);
        gaps(now, "the present one", against);
        boolean changed = !CompiledHeaders.headers(old).equals(CompiledHeaders.headers(now));
        @Nullable Layouts before = changed ? before(old) : null;
        @Nullable Layouts after = before == null ? null : after(before, now, seen);
        Differ differ = new Differ(null);
        differ.compareWheels(old, before, now, after);
        for (Change change : differ.judge().changes()) {
            if (change.what() == Change.What.BODY) {
                if (!cython && change.subject().startsWith(Wheel.COPIED_BY_CYTHON)) {
                    continue;
                }
                (allowOldInline ? allowed : against).add(change.text());
            } else if (change.works() != dev.cutoff.abi.diff.Verdict.YES && counts(change, old, now, linked)) {
                against.add((change.file().isEmpty() ? "" : name(change.file()) + ": ") + change.text());
            }
        }
        untyped(old, now, linked, changed && after == null, against);
        sources(old, now, copied, against);
        return new Verdict(against, allowed);
    }

    private static void gaps(Wheel wheel, String which, List<String> against) {
        for (Wheel.Gap gap : wheel.gaps()) {
            if (gap.facet() == Wheel.Facet.BUILD
                    || gap.facet() == Wheel.Facet.LIBRARIES
                    || gap.facet() == Wheel.Facet.CAPI) {
                against.add("not all of " + which + " can be read: " + gap.file() + ": " + gap.why());
            }
        }
    }

    private @Nullable Layouts before(Wheel old) {
        return headers.kept(old).orElse(null);
    }

    /** Layouts of two compilers can't be compared: what was kept of another one is compiled again. */
    private Layouts after(Layouts before, Wheel now, Fingerprints.Seen seen) throws FormatException, IOException {
        Optional<Layouts> kept =
                headers.kept(now).filter(layouts -> layouts.environment().equals(before.environment()));
        return kept.isPresent() ? kept.get() : headers.compiled(now, seen.file());
    }

    /** The libraries of a provider that a consumer asks for, by their names. */
    private static Set<String> linked(Wheel consumer, Wheel provider) {
        Set<String> names = new HashSet<>();
        provider.libraries().forEach((path, face) -> names.add(face.name(path)));
        Set<String> asked = new HashSet<>();
        consumer.modules()
                .values()
                .forEach(needs -> needs.imports().keySet().stream()
                        .filter(soname -> !needs.own().contains(soname))
                        .forEach(asked::add));
        names.retainAll(asked);
        return names;
    }

    private static boolean counts(Change change, Wheel old, Wheel now, Set<String> linked) {
        LinkFace face = library(change, old, now);
        return switch (change.what()) {
            // Asked by Serving, of what the consumer uses.
            case SYMBOL_REMOVED,
                    SYMBOL_ADDED,
                    SYMBOL_VERSION,
                    SYMBOL_KIND,
                    SYMBOL_BINDING,
                    SYMBOL_VISIBILITY,
                    FILE_REMOVED,
                    FILE_ADDED,
                    METADATA,
                    NEEDED,
                    NEED_ADDED,
                    NEED_REMOVED,
                    TOOL -> false;
            // Programs may hold a copy of the old size.
            case SYMBOL_SIZE -> face == null || linked.contains(face.name(change.file()));
            case OFFER -> change.subject().startsWith(FLAG);
            default -> face == null || linked.contains(face.name(change.file()));
        };
    }

    private static @Nullable LinkFace library(Change change, Wheel old, Wheel now) {
        LinkFace face = now.libraries().get(change.file());
        return face == null ? old.libraries().get(change.file()) : face;
    }

    /** A library whose types nobody knows, and whose headers can't tell either, may pass other ones now. */
    private static void untyped(Wheel old, Wheel now, Set<String> linked, boolean headersOpen, List<String> against) {
        boolean told = !CompiledHeaders.headers(old).isEmpty() && !headersOpen;
        Map<String, LinkFace> present = new HashMap<>();
        now.libraries().forEach((path, face) -> present.putIfAbsent(face.name(path), face));
        old.libraries().forEach((path, face) -> {
            LinkFace is = present.get(face.name(path));
            if (linked.contains(face.name(path)) && is != null) {
                boolean same = face.binary().digest().equals(is.binary().digest());
                boolean typed = isTyped(face) && isTyped(is);
                if (!same && !typed && !told) {
                    against.add(face.name(path)
                            + " changed, and what its functions take is not known: there are neither types"
                            + " in it nor headers");
                }
            }
        });
    }

    private static boolean isTyped(LinkFace face) {
        Surface types = face.binary().types();
        return types.tier() != Tier.SYMBOLS && types.gaps().isEmpty();
    }

    /** Archives and sources that consumers compile or link in. Headers and {@code .pxd} are compared by what they say. */
    private static void sources(Wheel old, Wheel now, boolean copied, List<String> against) {
        old.build().forEach((path, digest) -> {
            boolean changed = !digest.equals(now.build().get(path));
            if (changed && CopiedCode.mayLeaveCode(path) && (copied || !CopiedCode.isTold(path))) {
                against.add(name(path) + (now.build().containsKey(path) ? " changed" : " is gone")
                        + ", and code of it may have been copied");
            }
        });
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
