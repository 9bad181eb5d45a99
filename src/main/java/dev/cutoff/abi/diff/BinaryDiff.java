package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Need;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Compares two ELF files. */
final class BinaryDiff {

    private final Binary old;
    private final Binary now;
    private final Changes changes;
    private final Consumer consumer;

    BinaryDiff(Binary old, Binary now, Changes changes, Consumer consumer) {
        this.old = old;
        this.now = now;
        this.changes = changes;
        this.consumer = consumer;
    }

    void run() {
        if (!old.machine().equals(now.machine())) {
            boolean flagsOnly = old.machine().number() == now.machine().number()
                    && old.machine().bits() == now.machine().bits()
                    && old.machine().little() == now.machine().little();
            String was = old.machine().text();
            String is = now.machine().text();
            changes.add(
                    What.MACHINE, "machine", was, is, NO, flagsOnly ? UNKNOWN : NO, "machine: " + was + " -> " + is);
        }
        if (old.form() != now.form()) {
            String was = old.form().word();
            String is = now.form().word();
            changes.add(What.KIND, "kind", was, is, NO, NO, "a " + was + " -> a " + is);
        }
        soname();
        needed();
        versions();
        new SymbolDiff(old.offers(), now.offers(), changes, consumer, old.soname(), old.form() != Form.OBJECT).run();
        new TypeDiff(old, now, changes, consumer, new HashSet<>()).run();
        needs(changes, old.needs(), now.needs());
        object();
    }

    private void soname() {
        String was = old.soname();
        String is = now.soname();
        if (Objects.equals(was, is)) {
            return;
        }
        if (was == null) {
            changes.add(What.SONAME, "soname", null, is, NO, YES, "has a soname now, " + is);
            return;
        }
        changes.add(
                What.SONAME,
                "soname",
                was,
                is,
                NO,
                is == null ? UNKNOWN : NO,
                consumer.loads(was),
                "soname " + was + " -> " + (is == null ? "none" : is));
    }

    private void needed() {
        List<String> removed = Changes.missing(old.needed(), now.needed());
        List<String> added = Changes.missing(now.needed(), old.needed());
        for (String soname : removed) {
            changes.add(
                    What.NEEDED,
                    soname,
                    soname,
                    null,
                    UNKNOWN,
                    UNKNOWN,
                    "needs " + soname
                            + " no longer: who took its symbols from there through this file finds them no more");
        }
        for (String soname : added) {
            changes.add(What.NEEDED, soname, null, soname, UNKNOWN, YES, "needs " + soname + " too");
        }
        if (removed.isEmpty() && added.isEmpty() && !old.needed().equals(now.needed())) {
            changes.add(
                    What.NEEDED,
                    "order",
                    String.join(" ", old.needed()),
                    String.join(" ", now.needed()),
                    UNKNOWN,
                    UNKNOWN,
                    "needs the same libraries in another order");
        }
        if (!old.filters().equals(now.filters())) {
            changes.add(
                    What.FILTER,
                    "filters",
                    String.join(" ", old.filters()),
                    String.join(" ", now.filters()),
                    NO,
                    UNKNOWN,
                    "is a filter of other libraries now");
        }
    }

    private void versions() {
        for (String version : Changes.missing(old.versions(), now.versions())) {
            // Of a library without any version the loader only warns.
            changes.add(
                    What.VERSION,
                    version,
                    version,
                    null,
                    NO,
                    now.versions().isEmpty() ? YES : NO,
                    consumer.insistsOn(old.soname(), version),
                    "version " + version + " removed");
        }
        for (String version : Changes.missing(now.versions(), old.versions())) {
            changes.add(
                    What.VERSION,
                    version,
                    null,
                    version,
                    UNKNOWN,
                    YES,
                    consumer.isAnybody(),
                    "version " + version + " added");
        }
        List<String> was = words(old.neededVersions());
        List<String> is = words(now.neededVersions());
        for (String version : Changes.missing(was, is)) {
            changes.add(
                    What.NEED_REMOVED,
                    version,
                    version,
                    null,
                    UNKNOWN,
                    YES,
                    consumer.isAnybody(),
                    "asks no longer for " + version);
        }
        for (String version : Changes.missing(is, was)) {
            changes.add(
                    What.NEED_ADDED, version, null, version, UNKNOWN, YES, consumer.isAnybody(), "asks for " + version);
        }
    }

    private static List<String> words(List<NeededVersion> versions) {
        return versions.stream()
                .map(v -> "version " + v.name() + " of " + v.file() + (v.weak() ? " (weak)" : ""))
                .toList();
    }

    /** What a file needs matters little to its consumers: a linker looks whether it is there. */
    private void needs(Changes changes, List<Need> old, List<Need> now) {
        List<String> was = old.stream().map(BinaryDiff::word).toList();
        List<String> is = now.stream().map(BinaryDiff::word).toList();
        if (was.equals(is)) {
            return;
        }
        Set<String> before = Set.copyOf(was);
        Set<String> after = Set.copyOf(is);
        was.stream()
                .distinct()
                .filter(n -> !after.contains(n))
                .forEach(n -> changes.add(
                        What.NEED_REMOVED, n, n, null, UNKNOWN, YES, consumer.isAnybody(), "needs no longer " + n));
        is.stream()
                .distinct()
                .filter(n -> !before.contains(n))
                .forEach(n ->
                        changes.add(What.NEED_ADDED, n, null, n, UNKNOWN, YES, consumer.isAnybody(), "needs " + n));
    }

    static String word(Need need) {
        return need.fullName()
                + (need.file() == null ? "" : " of " + need.file())
                + (need.weak() ? " (weak)" : "")
                + (need.copied() ? " (a copy)" : "");
    }

    private void object() {
        if (!Objects.equals(old.content(), now.content())) {
            boolean known = !old.hidesSymbols() && !now.hidesSymbols();
            changes.add(
                    What.CONTENT,
                    "content",
                    brief(old),
                    brief(now),
                    NO,
                    known ? YES : UNKNOWN,
                    known
                            ? "its content changed, which is copied into what is linked with it"
                            : "its intermediate code for link-time optimisation changed, which hides its symbols");
        }
    }

    private static String brief(Binary file) {
        return file.content() == null ? "" : file.content().hex();
    }
}
