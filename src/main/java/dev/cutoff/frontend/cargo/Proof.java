package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.LinePairs;
import dev.cutoff.abi.rust.MetadataDifference;
import dev.cutoff.abi.rust.SourceLines;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

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
 */
final class Proof {

    private static final List<String> SOURCE_HASHES = List.of("MD5", "SHA-1", "SHA-256");

    private final UnitFolder folder;
    private final RustcCall call;
    private boolean exact;
    /** Whether positions count by the user's choice alone. */
    private boolean chosen;
    /** Whether macros may look at the text itself. */
    private boolean textual;

    private final ExecutorService threads;

    Proof(UnitFolder folder, RustcCall call, boolean exact, boolean macros, ExecutorService threads) {
        this.folder = folder;
        this.call = call;
        // What a macro sees of positions it may put anywhere.
        this.exact = exact || macros;
        this.chosen = exact && !macros;
        this.textual = macros;
        this.threads = threads;
    }

    /** One side of the comparison. */
    @SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
    private record Side(byte[] metadata, String hash, Set<Path> read) {}

    private static final class Unequal extends Exception {
        private Unequal(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Compares.
     *
     * @param base digests of the sources that the announced metadata was made of
     * @param others what else the compile depends on, as a text
     * @return "" where dependents can't tell the two apart, else why not, in words
     */
    String run(Map<Path, String> base, String others) {
        try {
            compare(base, others);
            return "";
        } catch (Unequal e) {
            return e.why();
        } catch (IOException e) {
            return "the comparison failed: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the comparison was given up";
        } catch (ExecutionException e) {
            return e.getCause() instanceof Unequal u ? u.why() : "the comparison failed: " + e.getCause();
        }
    }

    private void compare(Map<Path, String> base, String others)
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
        List<MetadataDifference.Field> fields = new ArrayList<>();
        before.forEach((path, text) -> {
            byte[] now = after.getOrDefault(path, text);
            for (String algorithm : SOURCE_HASHES) {
                fields.add(new MetadataDifference.Field(hash(algorithm, text), hash(algorithm, now)));
            }
        });
        Future<Side> old = threads.submit(() -> known(before, base, others));
        Side present;
        try {
            present = compile(after, "after");
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
        fields.add(new MetadataDifference.Field(reversed(was.hash()), reversed(present.hash())));
        String difference = MetadataDifference.beyond(was.metadata(), present.metadata(), fields);
        if (!difference.isEmpty()) {
            String moved = chosen ? moved(olds, news) : "";
            throw new Unequal(
                    moved.isEmpty()
                            ? "its interface differs (" + difference + ")"
                            : "lines of " + moved + " moved; --lines relaxed may keep its dependents");
        }
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
        SourceLines.Docs docs = textual ? SourceLines.Docs.KEPT : SourceLines.Docs.PLAIN;
        Optional<SourceLines> before = SourceLines.read(was, docs, call.edition());
        Optional<SourceLines> after = SourceLines.read(now, docs, call.edition());
        if (before.isEmpty() || after.isEmpty()) {
            throw new Unequal("the text of " + path + " is not understood");
        }
        if (textual && LinePairs.differInBlanks(before.get(), after.get())) {
            throw new Unequal("blanks at line ends of " + path + " differ, which a macro may see");
        }
        return LinePairs.of(before.get(), after.get(), exact ? LinePairs.Order.BY_NUMBER : LinePairs.Order.BY_CONTENT)
                .orElseThrow(() -> new Unequal("lines of a literal in " + path + " differ in length"));
    }

    private static byte[] hash(String algorithm, byte[] text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** The compiler prints the hash as a number; in the file it is little-endian. */
    private static byte[] reversed(String hash) {
        byte[] bytes = HexFormat.of().parseHex(hash);
        for (int i = 0; i < bytes.length / 2; i++) {
            byte other = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = bytes[i];
            bytes[i] = other;
        }
        return bytes;
    }

    /** The old side does not depend on the new one where lines have room; then it is compiled once. */
    private Side known(Map<Path, byte[]> texts, Map<Path, String> base, String others)
            throws Unequal, IOException, InterruptedException {
        StringBuilder all = new StringBuilder(others);
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
                    return new Side(bytes, stored.getOrDefault("hash", ""), read);
                }
            }
        } catch (IOException e) {
            // Compiled again, and written anew.
            Files.deleteIfExists(index);
        }
        Side side = compile(texts, "before-run");
        Map<String, String> values = new HashMap<>(Map.of(
                "key",
                key,
                "hash",
                side.hash(),
                "metadata",
                Digest.of(side.metadata()).hex()));
        side.read().forEach(path -> values.put("read " + path, ""));
        folder.keep(side.metadata(), "before.rmeta");
        StateFile.write(index, values);
        return side;
    }

    private Side compile(Map<Path, byte[]> texts, String name) throws Unequal, IOException, InterruptedException {
        Path place = folder.path(name);
        UnitFolder.delete(place);
        Files.createDirectories(place);
        try {
            List<String> command = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/"));
            int count = 0;
            for (var entry : texts.entrySet()) {
                Path text = place.resolve(count++ + ".text");
                Files.write(text, entry.getValue());
                command.addAll(List.of(
                        "--ro-bind",
                        text.toString(),
                        entry.getKey().toRealPath().toString()));
            }
            command.addAll(List.of("--die-with-parent", "--chdir", call.folder().toString(), "--"));
            command.add(call.compiler());
            command.addAll(call.aside(place));
            Map<String, String> environment = Environments.forCompiler(call.environment());
            environment.put("RUSTC_BOOTSTRAP", "1");
            Said said;
            try {
                said = Said.by(command, call.folder(), environment);
            } catch (IOException e) {
                throw new Unequal("bubblewrap (bwrap), by which it is compared, can't be run");
            }
            if (said.code() != 0) {
                throw new Unequal(
                        said.error().startsWith("bwrap:")
                                ? "bubblewrap (bwrap), by which it is compared, failed: "
                                        + said.error().strip()
                                : "the compile for the comparison failed");
            }
            Path metadata = place.resolve("lib" + call.crate() + call.extra() + ".rmeta");
            Said root = Said.by(List.of(call.compiler(), "-Zls=root", metadata.toString()), call.folder(), environment);
            String hash = root.output()
                    .lines()
                    .filter(line -> line.startsWith("hash "))
                    .map(line -> line.split(" ")[1])
                    .findFirst()
                    .filter(h -> h.matches("[0-9a-f]{32}"))
                    .orElseThrow(() -> new Unequal("the compiler does not tell a crate's hash"));
            DepInfo read = DepInfo.read(place.resolve(call.crate() + call.extra() + ".d"), call.folder());
            return new Side(Files.readAllBytes(metadata), hash, read.files());
        } finally {
            UnitFolder.delete(place);
        }
    }
}
