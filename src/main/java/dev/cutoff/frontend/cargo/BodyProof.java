package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.BodyChanges;
import dev.cutoff.abi.rust.MetadataDifference;
import dev.cutoff.frontend.cargo.Aside.Side;
import dev.cutoff.frontend.cargo.Proof.Unequal;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The second stage of a comparison, where metadata differ: whether the change lies in bodies of functions that are no part
 * of what is announced, so that only numbers and lists that follow from it can differ.
 *
 * <p>What is announced stays the earlier metadata. So it must be as true of the new objects as of the old ones:
 *
 * <ol>
 *   <li>The texts differ in the bodies of functions alone, and so does the crate after expansion, in the same ones ({@link
 *       Expansions}); no item is in these bodies, before or after ({@link BodyChanges}).
 *   <li>No code that dependents may take from the earlier metadata is one of these bodies, or has one inlined. The compiler says so: the
 *       earlier texts with the braces of the bodies moved by one blank must give the same metadata, to the byte. Every code keeps
 *       the places of the braces of each body that it was made of.
 *   <li>There is no optimiser. What it notes of a function for callers follows from others too, by who calls whom.
 *   <li>The crate loads the same other crates, and asks the same of programs.
 *   <li>Every symbol that the earlier objects defined is there ({@link Imports#lost}).
 * </ol>
 *
 * <p>The second is evidence by absence. So the compiler is first seen to tell of bodies that it does store.
 */
final class BodyProof {

    private static final String CONTROL = "control";

    /** Bodies that are stored. */
    private static final String STORED = """
            #![no_std]
            #[inline]
            pub fn inlined(x: u8) -> u8 { x ^ 1 }\s
            pub fn generic<T>(x: T) -> T { {x} }\s
            """;

    private final UnitFolder folder;
    private final RustcCall call;
    private final Aside aside;
    private final ExecutorService threads;
    private final BodyChanges.Terms terms;

    /** @param macros whether procedural macros may run */
    BodyProof(UnitFolder folder, RustcCall call, Aside aside, boolean macros, ExecutorService threads) {
        this.terms = new BodyChanges.Terms(call.edition(), macros);
        this.folder = folder;
        this.call = call;
        this.aside = aside;
        this.threads = threads;
    }

    /**
     * The functions in whose bodies the change lies.
     *
     * @param seen why the texts as they are differ after expansion, "" where they don't; started here where it was not before
     * @param before the texts of before with blanks, as they were compiled
     * @param after likewise those of now
     * @param was made of the aligned texts of before
     * @param present made of the aligned texts of now
     * @param exact whether positions of all else must be as they were
     * @param others what else the compile depends on, as a text
     */
    List<String> functions(
            FutureTask<String> seen,
            Map<Path, byte[]> before,
            Map<Path, byte[]> after,
            Side was,
            Side present,
            boolean exact,
            String others)
            throws Unequal, IOException, InterruptedException {
        if (call.optimised()) {
            throw new Unequal("the optimiser may note for callers what other functions do with a body's");
        }
        List<String> functions = new ArrayList<>();
        Map<Path, byte[]> moved = new TreeMap<>();
        List<MetadataDifference.Field> digests = new ArrayList<>();
        for (var source : before.entrySet()) {
            byte[] old = source.getValue();
            byte[] now = after.getOrDefault(source.getKey(), old);
            if (Arrays.equals(old, now)) {
                continue;
            }
            BodyChanges changes = between(old, now);
            if (exact && !changes.keepsPositions()) {
                throw new Unequal("lines or columns of other code moved");
            }
            byte[] other = changes.moved().orElseThrow(() -> new Unequal("no blank is beside the braces of a body"));
            moved.put(source.getKey(), other);
            digests.addAll(MetadataFields.digests(old, other));
            functions.addAll(changes.functions());
        }
        if (functions.isEmpty()) {
            throw new Unequal("no source is another");
        }
        if (!was.root().equals(present.root())) {
            throw new Unequal("it loads other crates, or asks other things of programs");
        }
        threads.execute(seen);
        Future<String> control = threads.submit(() -> control(others));
        try {
            Map<Path, byte[]> texts = new TreeMap<>(before);
            texts.putAll(moved);
            if (!difference(was, aside.compile(texts, "moved"), digests).isEmpty()) {
                throw new Unequal("dependents may see the body of " + named(functions));
            }
            demand(seen);
            demand(control);
        } finally {
            control.cancel(true);
        }
        return functions;
    }

    /** In words. */
    static String named(List<String> functions) {
        return String.join(" or ", functions);
    }

    private static void demand(Future<String> condition) throws Unequal, IOException, InterruptedException {
        try {
            String why = condition.get();
            if (!why.isEmpty()) {
                throw new Unequal(why);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unequal unequal) {
                throw unequal;
            }
            throw new IOException(e.getCause());
        }
    }

    private BodyChanges between(byte[] before, byte[] after) throws Unequal {
        try {
            return BodyChanges.between(before, after, terms);
        } catch (BodyChanges.Elsewhere e) {
            throw new Unequal(e.why());
        }
    }

    private static String difference(Side before, Side after, List<MetadataDifference.Field> digests) {
        List<MetadataDifference.Field> fields = new ArrayList<>(digests);
        fields.add(MetadataFields.hashes(before, after));
        return MetadataDifference.beyond(before.metadata(), after.metadata(), fields);
    }

    /** Why the compiler can't be trusted to show what bodies it stores, "" where it can. */
    private String control(String others) throws Unequal, IOException {
        Map<String, String> known = StateFile.read(folder.path(CONTROL)).orElse(Map.of());
        String key = Digest.ofText(others + STORED).hex();
        if (known.getOrDefault("key", "").equals(key)) {
            return "";
        }
        Path root = root();
        Side plain = control(root, STORED);
        for (String body : List.of("x ^ 1", "{x}")) {
            byte[] bytes = STORED.getBytes(StandardCharsets.UTF_8);
            byte[] moved = between(bytes, STORED.replace(body, "3").getBytes(StandardCharsets.UTF_8))
                    .moved()
                    .orElseThrow(() -> new Unequal("the control has no blanks"));
            Side other = control(root, new String(moved, StandardCharsets.UTF_8));
            if (difference(plain, other, MetadataFields.digests(bytes, moved)).isEmpty()) {
                return "the compiler does not tell of the bodies that it stores";
            }
        }
        StateFile.write(folder.path(CONTROL), Map.of("key", key));
        return "";
    }

    private Side control(Path root, String text) throws Unequal, IOException {
        return aside.compile(Map.of(root, text.getBytes(StandardCharsets.UTF_8)), CONTROL + "-run");
    }

    /** The source that the compiler is given. */
    private Path root() throws Unequal {
        List<Path> sources = call.arguments().stream()
                .filter(word -> word.endsWith(".rs") && !word.startsWith("-"))
                .map(word -> call.folder().resolve(word))
                .toList();
        if (sources.size() != 1) {
            throw new Unequal("the source that the compiler is given is not known");
        }
        return sources.get(0);
    }
}
