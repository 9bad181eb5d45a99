package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.BodyChanges;
import dev.cutoff.abi.rust.LinePairs;
import dev.cutoff.abi.rust.MetadataDifference;
import dev.cutoff.abi.rust.SourceLines;
import dev.cutoff.frontend.cargo.Aside.Side;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Asks the compiler whether two versions of a crate are the same to dependents.
 *
 * <p>Both are compiled without code generation, from texts in which all that is not different stands at the same bytes ({@link
 * LinePairs}), laid over the sources in a mount namespace, so that every path is the real one. All that dependents can see of
 * a crate is in its metadata. It must be equal byte for byte, but for the crate's hash, which the compiler is asked for, and
 * the digests of the sources, which we compute.
 *
 * <p>The lines of the two texts stand side by side by their numbers where positions must be right: then equal metadata is also
 * equal lines and columns of all that dependents can show.
 *
 * <p>Where metadata differ, {@link BodyProof} may still tell that the change lies in a body that is no part of them.
 */
final class Proof {

    private static final String ROOT = "root";

    private final UnitFolder folder;
    private final RustcCall call;
    private boolean exact;
    /** Whether positions count by the user's choice alone. */
    private boolean chosen;
    /** Whether macros may look at the text itself. */
    private boolean textual;

    /** Whether procedural macros may run. */
    private final boolean macros;

    private final Aside aside;
    private final ExecutorService threads;

    Proof(UnitFolder folder, RustcCall call, boolean exact, boolean macros, ExecutorService threads) {
        this.folder = folder;
        this.call = call;
        this.aside = new Aside(folder, call);
        // What a macro sees of positions it may put anywhere.
        this.exact = exact || macros;
        this.chosen = exact && !macros;
        this.textual = macros;
        this.macros = macros;
        this.threads = threads;
    }

    /** That dependents may tell two versions apart. */
    static sealed class Unequal extends Exception {
        Unequal(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * What came out.
     *
     * @param unequal why dependents may tell the two apart, in words, "" where they can't
     * @param body the functions in whose bodies all that differs lies, in words, where metadata differ and dependents can't tell
     */
    record Verdict(String unequal, String body) {}

    /**
     * Compares.
     *
     * @param base digests of the sources that the announced metadata was made of
     * @param others what else the compile depends on, as a text
     */
    Verdict run(Map<Path, String> base, String others) {
        try {
            return new Verdict("", compare(base, others));
        } catch (Unequal e) {
            return new Verdict(e.why(), "");
        } catch (IOException e) {
            return new Verdict("the comparison failed: " + e.getMessage(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict("the comparison was given up", "");
        } catch (ExecutionException e) {
            return new Verdict(
                    e.getCause() instanceof Unequal u ? u.why() : "the comparison failed: " + e.getCause(), "");
        }
    }

    /** The functions in whose bodies the change lies where metadata differ, in words, "" where they don't. */
    private String compare(Map<Path, String> base, String others)
            throws Unequal, IOException, InterruptedException, ExecutionException {
        Map<Path, byte[]> olds = new TreeMap<>();
        Map<Path, byte[]> news = new TreeMap<>();
        for (var entry : base.entrySet()) {
            Path path = entry.getKey();
            if (!Files.isRegularFile(path)) {
                throw new Unequal(path + " is gone");
            }
            byte[] now = Files.readAllBytes(path);
            boolean same = Digest.of(now).hex().equals(entry.getValue());
            news.put(path, now);
            olds.put(
                    path,
                    same
                            ? now
                            : folder.source(entry.getValue())
                                    .orElseThrow(() -> new Unequal("what " + path + " was is not known")));
        }
        look(olds);
        look(news);
        Map<Path, byte[]> before = new TreeMap<>();
        Map<Path, byte[]> after = new TreeMap<>();
        for (var entry : olds.entrySet()) {
            Path path = entry.getKey();
            byte[] now = news.getOrDefault(path, entry.getValue());
            // Files that are the same are laid over too: links in documentation are kept in an order that any name
            // changes.
            if (!Arrays.equals(now, entry.getValue())
                    || (!textual && path.toString().endsWith(".rs"))) {
                LinePairs.Texts texts = texts(path, entry.getValue(), now);
                before.put(path, texts.before());
                after.put(path, texts.after());
            }
        }
        Expansions expansions = new Expansions(aside, new BodyChanges.Terms(call.edition(), macros));
        // Found out once for both stages.
        FutureTask<String> seen = new FutureTask<>(() -> expansions.differ(new Expansions.Texts(olds, news)));
        // What macros see of a text that was not compiled as it is written shows in what they make of the one that is.
        boolean hidden = textual && !(areWritten(before, olds) && areWritten(after, news));
        if (hidden) {
            threads.execute(seen);
        }
        try {
            Optional<Sides> differing = differing(before, after, base, others);
            if (differing.isPresent()) {
                return bodies(differing.get(), before, after, seen, others);
            }
            if (hidden && !seen.get().isEmpty()) {
                throw new Unequal("a macro may have seen it: " + seen.get());
            }
            return "";
        } catch (BeyondBodies e) {
            String moved = chosen ? moved(olds, news) : "";
            throw moved.isEmpty()
                    ? e
                    : new Unequal("lines of " + moved + " moved; --lines relaxed may keep its dependents");
        } finally {
            seen.cancel(true);
        }
    }

    /** Both compiled, where what was announced differs. */
    private record Sides(Side was, Side present, String difference) {}

    /** That metadata differ, and not by bodies alone. */
    private static final class BeyondBodies extends Unequal {
        BeyondBodies(String why) {
            super(why);
        }
    }

    private Optional<Sides> differing(
            Map<Path, byte[]> before, Map<Path, byte[]> after, Map<Path, String> base, String others)
            throws Unequal, IOException, InterruptedException, ExecutionException {
        Future<Side> old = threads.submit(() -> known(before, base, others));
        Side present;
        try {
            present = aside.compile(after, "after");
        } catch (Unequal e) {
            old.cancel(true);
            throw e;
        }
        Side was = old.get();
        for (Path path : was.read()) {
            if (!base.containsKey(path)) {
                throw new Unequal("what was compiled then read " + path + ", which is not known");
            }
        }
        List<MetadataDifference.Field> fields = new ArrayList<>();
        before.forEach((path, text) -> fields.addAll(MetadataFields.digests(text, after.getOrDefault(path, text))));
        fields.add(MetadataFields.hashes(was, present));
        String difference = MetadataDifference.beyond(was.metadata(), present.metadata(), fields);
        return difference.isEmpty() ? Optional.empty() : Optional.of(new Sides(was, present, difference));
    }

    /** The functions in whose bodies all that differs lies, in words. */
    private String bodies(
            Sides sides, Map<Path, byte[]> before, Map<Path, byte[]> after, FutureTask<String> seen, String others)
            throws Unequal, IOException, InterruptedException {
        try {
            return BodyProof.named(new BodyProof(folder, call, aside, macros, threads)
                    .functions(seen, before, after, sides.was(), sides.present(), exact, others));
        } catch (Unequal e) {
            throw new BeyondBodies(
                    "its interface differs (" + sides.difference() + "), and not by bodies alone: " + e.why());
        }
    }

    /** Whether texts were compiled as they were written. */
    private static boolean areWritten(Map<Path, byte[]> compiled, Map<Path, byte[]> written) {
        return compiled.entrySet().stream()
                .allMatch(text -> Arrays.equals(text.getValue(), written.get(text.getKey())));
    }

    private void look(Map<Path, byte[]> sources) {
        sources.forEach((path, source) -> {
            textual |= SourceLines.mayEmbed(source, path, sources.keySet());
            exact |= SourceLines.mayCount(source);
            chosen &= !SourceLines.mayCount(source);
        });
        exact |= textual;
        chosen &= !textual;
    }

    /** A source that has more or fewer lines than it had; "" for none. */
    private static String moved(Map<Path, byte[]> olds, Map<Path, byte[]> news) {
        for (var entry : olds.entrySet()) {
            byte[] now = news.getOrDefault(entry.getKey(), entry.getValue());
            if (feeds(entry.getValue()) != feeds(now)) {
                return entry.getKey().toString();
            }
        }
        return "";
    }

    private static long feeds(byte[] text) {
        long feeds = 0;
        for (byte b : text) {
            feeds += b == '\n' ? 1 : 0;
        }
        return feeds;
    }

    private LinePairs.Texts texts(Path path, byte[] was, byte[] now) throws Unequal {
        if (!path.toString().endsWith(".rs")) {
            return new LinePairs.Texts(was, now);
        }
        Optional<SourceLines> before = SourceLines.read(was, SourceLines.Docs.PLAIN, call.edition());
        Optional<SourceLines> after = SourceLines.read(now, SourceLines.Docs.PLAIN, call.edition());
        if (before.isEmpty() || after.isEmpty()) {
            throw new Unequal("the text of " + path + " is not understood");
        }
        return LinePairs.of(before.get(), after.get(), exact ? LinePairs.Order.BY_NUMBER : LinePairs.Order.BY_CONTENT)
                .orElseThrow(() -> new Unequal("lines of a literal in " + path + " differ in length"));
    }

    /** The old side does not depend on the new one where lines have room; then it is compiled once. */
    private Side known(Map<Path, byte[]> texts, Map<Path, String> base, String others)
            throws Unequal, IOException, InterruptedException {
        StringBuilder all = new StringBuilder("2\n").append(others);
        base.forEach((path, digest) -> all.append('\n').append(path).append(' ').append(digest));
        texts.forEach((path, text) ->
                all.append('\n').append(path).append(' ').append(Digest.of(text).hex()));
        String key = Digest.ofText(all.toString()).hex();
        Path metadata = folder.path("before.rmeta");
        Path index = folder.path("before");
        try {
            Map<String, String> stored = StateFile.read(index).orElse(Map.of());
            if (key.equals(stored.get("key")) && Files.exists(metadata)) {
                byte[] bytes = Files.readAllBytes(metadata);
                if (Digest.of(bytes).hex().equals(stored.get("metadata"))) {
                    Set<Path> read = new TreeSet<>();
                    StateFile.names(stored, "read ").forEach(name -> read.add(Path.of(name)));
                    return new Side(bytes, stored.getOrDefault("hash", ""), stored.getOrDefault(ROOT, ""), read);
                }
            }
        } catch (IOException e) {
            // Compiled again, and written anew.
            Files.deleteIfExists(index);
        }
        Side side = aside.compile(texts, "before-run");
        Map<String, String> values = new HashMap<>(Map.of(
                "key",
                key,
                "hash",
                side.hash(),
                ROOT,
                side.root(),
                "metadata",
                Digest.of(side.metadata()).hex()));
        side.read().forEach(path -> values.put("read " + path, ""));
        folder.keep(side.metadata(), "before.rmeta");
        StateFile.write(index, values);
        return side;
    }
}
