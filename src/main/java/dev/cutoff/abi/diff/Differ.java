package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Distribution;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compares pairs of fingerprints and judges them together: a library, say, and its headers. */
public final class Differ {

    /** Looks up the first changed line of a header, for people. */
    @FunctionalInterface
    public interface FirstChange {
        /** In words, by the header's paths in the two folders ("" for the files themselves); empty if it can't be had. */
        Optional<String> of(String oldPath, String newPath);
    }

    private final Consumer consumer;
    private final List<Change> changes = new ArrayList<>();
    private int headers;
    private int binaries;
    private int others;
    private boolean programs;
    private boolean unread;
    private int uses;
    private int typed;
    private int untyped;
    private @Nullable String notCompared;

    /** Judges for a consumer whose needs are known, or for anybody. */
    public Differ(@Nullable Binary usedBy) {
        this.consumer = Consumer.of(usedBy);
    }

    /** Compares a pair; to be asked for each before {@link #judge}. */
    public void compare(Fingerprint old, Fingerprint now, FirstChange lines) {
        compare("", "", old, now, lines);
    }

    private void compare(String before, String after, Fingerprint old, Fingerprint now, FirstChange lines) {
        count(old);
        Changes found = new Changes(after, changes);
        int known = changes.size();
        switch (old) {
            case Binary a
            when now instanceof Binary b -> {
                new BinaryDiff(a, b, found, consumer).run();
                countTypes(a, b);
            }
            case StaticArchive a
            when now instanceof StaticArchive b -> {
                new ArchiveDiff(a, b, found, consumer).run();
                ArchiveDiff.twins(a, b).forEach(twins -> countTypes(twins.old(), twins.now()));
            }
            case Header a when now instanceof Header b -> header(found, a, b, () -> lines.of(before, after));
            case Data a when now instanceof Data b -> data(found, a, b);
            case Link a when now instanceof Link b -> link(found, a.target(), b.target(), Function.identity());
            case Folder a when now instanceof Folder b -> folder(a, b, lines);
            default -> found.add(What.KIND, "kind", old.kind(), now.kind(), NO, NO, old.kind() + " -> " + now.kind());
        }
        // The digest is over all that is known; whatever has no name of its own above still counts.
        if (changes.size() == known
                && !(old instanceof Link || old instanceof Folder)
                && !old.digest().equals(now.digest())) {
            found.add(
                    What.OTHER,
                    "interface",
                    old.digest().hex(),
                    now.digest().hex(),
                    NO,
                    UNKNOWN,
                    "something else changed");
        }
    }

    private void count(Fingerprint file) {
        switch (file) {
            case Header _ -> headers++;
            case Binary binary -> {
                binaries++;
                programs |= binary.form() == Form.PROGRAM;
                unread |= binary.hidesSymbols();
                countUses(binary, binary.soname());
            }
            case StaticArchive archive -> {
                binaries++;
                unread |= archive.thin();
                archive.parts().forEach(part -> countUses(part.object(), null));
            }
            case Data _ -> others++;
            case Link _, Folder _, Distribution _ -> {}
        }
    }

    private void countTypes(Binary old, Binary now) {
        if (TypeDiff.isComparable(old, now)) {
            int[] counts = TypeDiff.counts(old, now, consumer);
            typed += counts[0];
            untyped += counts[1];
            return;
        }
        Surface was = old.types();
        Surface is = now.types();
        notCompared = was.tier() != Tier.SYMBOLS && is.tier() != Tier.SYMBOLS
                ? "types were not compared: of one side alone the public headers are known"
                : was.tier() == is.tier() ? "types were not compared" : "types were not compared: one side tells none";
    }

    private void countUses(@Nullable Binary file, @Nullable String soname) {
        if (file != null && !consumer.isAnybody()) {
            for (Offer offer : file.offers()) {
                uses += consumer.use(offer, soname) == Consumer.Use.NONE ? 0 : 1;
            }
        }
    }

    private static void header(Changes found, Header old, Header now, Supplier<Optional<String>> line) {
        if (old.equals(now)) {
            return;
        }
        String first = line.get()
                .orElse(
                        old.tokens().equals(now.tokens())
                                ? "the tokens are the same, and code in it sees lines or more"
                                : "tokens changed");
        found.add(What.HEADER, "tokens", old.tokens().hex(), now.tokens().hex(), NO, UNKNOWN, first);
    }

    private static void data(Changes found, Data old, Data now) {
        if (!old.content().equals(now.content())) {
            found.add(What.DATA, "bytes", old.content().hex(), now.content().hex(), NO, UNKNOWN, "bytes changed");
        } else if (old.executable() != now.executable()) {
            found.add(What.DATA, "mode", mode(old), mode(now), NO, UNKNOWN, mode(old) + " -> " + mode(now));
        }
    }

    private static String mode(Data file) {
        return file.executable() ? "executable" : "not executable";
    }

    private static void link(Changes found, String old, String now, Function<String, String> successor) {
        if (!old.equals(now) && !successor.apply(old).equals(now)) {
            found.add(What.LINK, "target", old, now, NO, UNKNOWN, "leads to " + now + ", before to " + old);
        }
    }

    private void folder(Folder old, Folder now, FirstChange lines) {
        FolderPairs pairs = new FolderPairs(old, now);
        old.files().forEach((path, file) -> {
            String after = pairs.newByOld().get(path);
            if (after == null) {
                removed(path, file);
                return;
            }
            Fingerprint other = Objects.requireNonNull(now.files().get(after));
            if (!after.equals(path)) {
                new Changes(after, changes).add(What.RENAMED, "name", path, after, UNKNOWN, YES, "was " + path);
            }
            if (!(file instanceof Link) && !(other instanceof Link)) {
                compare(path, after, file, other, lines);
            } else if (!leadsOn(path, file, other, pairs)) {
                throughLinks(old, path, now, after, lines);
            }
        });
        for (Map.Entry<String, Fingerprint> entry : now.files().entrySet()) {
            if (!pairs.isTaken(entry.getKey())) {
                String kind = entry.getValue().kind();
                new Changes(entry.getKey(), changes)
                        .add(
                                What.FILE_ADDED,
                                kind,
                                null,
                                kind,
                                UNKNOWN,
                                YES,
                                consumer.isAnybody() || kind.equals("header"),
                                "added");
            }
        }
    }

    /** Whether a link has followed what it leads to, if to a new name. */
    private static boolean leadsOn(String path, Fingerprint old, Fingerprint now, FolderPairs pairs) {
        return old instanceof Link a
                && now instanceof Link b
                && (a.target().equals(b.target())
                        || successor(path, a.target(), pairs).equals(b.target()));
    }

    /** Who asks for a name that is a link on one side at least gets what stands behind it. */
    private void throughLinks(Folder old, String before, Folder now, String after, FirstChange lines) {
        Fingerprint file = Objects.requireNonNull(old.files().get(before));
        Fingerprint other = Objects.requireNonNull(now.files().get(after));
        String was = file instanceof Link link ? link.target() : null;
        String is = other instanceof Link link ? link.target() : null;
        String text = (is == null ? "is no link any more" : "leads to " + is)
                + (was == null ? ", and was no link before" : ", before to " + was);
        Changes found = new Changes(after, changes);
        Fingerprint first = old.behindLinks(before);
        Fingerprint second = now.behindLinks(after);
        if (first == null || second == null) {
            found.add(What.LINK, "target", was, is, NO, UNKNOWN, text);
            return;
        }
        boolean same = first.kind().equals(second.kind()) && first.digest().equals(second.digest());
        found.add(What.LINK, "target", was, is, YES, YES, text + (same ? ": the same" : ""));
        if (!same) {
            compare(before, after, first, second, lines);
        }
    }

    private void removed(String path, Fingerprint file) {
        count(file);
        Verdict works = file instanceof Binary || file instanceof StaticArchive ? NO : UNKNOWN;
        boolean used = !(file instanceof Binary library)
                || library.form() != Form.SHARED
                || consumer.loads(library.soname() == null ? name(path) : library.soname());
        new Changes(path, changes).add(What.FILE_REMOVED, file.kind(), file.kind(), null, NO, works, used, "removed");
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Where a link would lead if it followed its target to the target's new name. */
    private static String successor(String link, String target, FolderPairs pairs) {
        Path folder = Path.of("/").resolve(link).getParent();
        Path aim = folder == null ? null : folder.resolve(target).normalize();
        String successor =
                aim == null ? null : pairs.newByOld().get(aim.toString().substring(1));
        return successor == null || folder == null
                ? target
                : folder.relativize(Path.of("/").resolve(successor)).toString();
    }

    /** The verdicts on all that was compared. */
    public Diff judge() {
        List<String> compared = new ArrayList<>();
        if (binaries > 0) {
            compared.add("symbols of " + files(binaries));
        }
        if (headers > 0) {
            compared.add("tokens of " + (headers == 1 ? "1 header" : headers + " headers"));
        }
        if (others > 0) {
            compared.add("bytes of " + files(others));
        }
        if (typed > 0) {
            compared.add("types of " + (typed == 1 ? "1 symbol" : typed + " symbols"));
        }
        return new Diff(List.copyOf(changes), same(compared), works(), List.copyOf(compared), typed > 0);
    }

    private static String files(int count) {
        return count == 1 ? "1 file" : count + " files";
    }

    private Judgement same(List<String> compared) {
        Verdict verdict = worst(Change::same);
        List<String> reasons = reasons(Change::same, verdict);
        if (verdict == NO) {
            return new Judgement(NO, reasons);
        }
        if (headers == 0) {
            reasons.add("no headers were compared");
        }
        if (programs) {
            reasons.add("who runs a program sees its bytes, which were not compared");
        }
        if (unread) {
            reasons.add("there are parts whose symbols are not known");
        }
        return reasons.isEmpty()
                ? new Judgement(
                        YES,
                        List.of(String.join(", ", compared)
                                + ": all the same, for those who compile and link"
                                + " against it and do not see line numbers of headers that do not name them"))
                : new Judgement(UNKNOWN, List.copyOf(reasons));
    }

    private Judgement works() {
        Verdict verdict = worst(Change::works);
        List<String> reasons = reasons(Change::works, verdict);
        if (verdict == YES && binaries == 0) {
            verdict = UNKNOWN;
            reasons.add("no library was compared");
        }
        if (verdict == YES) {
            reasons.add(typed > 0 ? "as far as symbols and their types say" : "as far as symbols say");
            if (!consumer.isAnybody()) {
                reasons.add("the consumer uses " + (uses == 0 ? "none" : uses) + " of its symbols");
            }
            if (needsMore()) {
                reasons.add("what it newly needs was not looked for");
            }
        }
        if (typed > 0) {
            reasons.add("types of " + typed + (typed == 1 ? " symbol" : " symbols") + " were compared"
                    + (untyped == 0 ? "" : ", of " + untyped + " they are not known"));
        }
        if (notCompared != null || typed == 0) {
            reasons.add(notCompared == null ? "types were not compared" : notCompared);
        }
        return new Judgement(verdict, List.copyOf(reasons));
    }

    private boolean needsMore() {
        return changes.stream()
                .anyMatch(
                        c -> c.used() && (c.what() == What.NEED_ADDED || (c.what() == What.NEEDED && c.was() == null)));
    }

    private Verdict worst(Function<Change, Verdict> of) {
        return changes.stream().filter(Change::used).map(of).reduce(YES, Verdict::worse);
    }

    private List<String> reasons(Function<Change, Verdict> of, Verdict verdict) {
        List<String> reasons = new ArrayList<>();
        if (verdict != YES) {
            for (Change change : changes) {
                if (change.used() && of.apply(change) == verdict) {
                    reasons.add(change.file().isEmpty() ? change.text() : change.file() + ": " + change.text());
                }
            }
        }
        return reasons;
    }
}
