package dev.cutoff.frontend.pep517;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.stage.GivenTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Environments by content. Each distribution is one tree in the store; an environment is all of its distributions seen as one
 * tree, with links to the interpreter, and its name is that tree's digest. So members that are the same in two environments
 * are the same files, and stand at the same paths where a build sees them.
 */
public final class Environments {

    /** The unit that stands for a build's environment. No canonical project name begins so. */
    public static final String NEED = "_env";

    /** Names of records begin so; no unit of a workspace can have such a name. */
    public static final String KIND = "+environment/";

    private static final String DISTRIBUTION = "+distribution/";

    /** Counted up whenever the same wheel would be laid out in another way. */
    private static final String LAYOUT = "1";

    private final GivenTrees trees;
    private final Interpreter interpreter;
    private final Resolver resolver;
    private final Consumer<String> notes;

    /** @param notes told what the user should know */
    public Environments(GivenTrees trees, Interpreter interpreter, Resolver resolver, Consumer<String> notes) {
        this.trees = trees;
        this.interpreter = interpreter;
        this.resolver = resolver;
        this.notes = notes;
    }

    /**
     * An environment.
     *
     * @param fresh whether it had to be made
     */
    public record Environment(Lock lock, Tree tree, boolean fresh) {}

    /** The environment of requirements; what is missing of it is fetched. */
    public Environment of(List<String> requirements) throws InterruptedException {
        return of(lock(requirements));
    }

    /** The environment of a lock; what is missing of it is fetched. */
    public Environment of(Lock lock) throws InterruptedException {
        try {
            SortedMap<String, String> inputs = inputs(lock);
            String kind = kind();
            Optional<Tree> known = trees.find(kind, inputs);
            if (known.isPresent()) {
                return new Environment(lock, known.get(), false);
            }
            try (GivenTrees.Making _ = trees.alone(
                    kind, inputs, () -> notes.accept("another run makes this build environment; waiting for it"))) {
                Optional<Tree> made = trees.find(kind, inputs);
                if (made.isPresent()) {
                    return new Environment(lock, made.get(), false);
                }
                NavigableMap<String, Tree.Entry> entries = merged(lock, distributions(lock));
                return new Environment(lock, trees.put(kind, inputs, entries, this::interpreterInto), true);
            }
        } catch (IOException e) {
            throw Failure.io("making the build environment", e);
        }
    }

    /** The root of the environment of a lock, where it was made before; what the store still has of it is not looked at. */
    public Optional<Digest> root(Lock lock) {
        return trees.root(kind(), inputs(lock));
    }

    /** What requirements resolve to. */
    public Lock lock(List<String> requirements) throws InterruptedException {
        try {
            return resolver.resolve(requirements, () -> trees.scratch("resolve"));
        } catch (IOException e) {
            throw Failure.io("resolving the build requirements", e);
        }
    }

    private String kind() {
        return KIND + interpreter.name();
    }

    private SortedMap<String, String> inputs(Lock lock) {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("layout", LAYOUT);
        inputs.put("interpreter", base());
        inputs.put("lock", lock.text());
        return inputs;
    }

    private String base() {
        return interpreter.base() + " " + interpreter.version() + " " + interpreter.site();
    }

    private SortedMap<String, String> inputs(Lock.Pin pin) {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("layout", LAYOUT + " " + interpreter.site());
        inputs.put("version", pin.version());
        inputs.put("archive", pin.hash());
        if (pin.isSource()) {
            inputs.put("built for", interpreter.identity());
        }
        return inputs;
    }

    private List<Tree> distributions(Lock lock) throws IOException, InterruptedException {
        List<Optional<Tree>> found = new ArrayList<>();
        List<Lock.Pin> missing = new ArrayList<>();
        for (Lock.Pin pin : lock.pins()) {
            Optional<Tree> tree = trees.find(DISTRIBUTION + pin.name(), inputs(pin));
            found.add(tree);
            if (tree.isEmpty()) {
                missing.add(pin);
            }
        }
        List<Path> wheels = missing.isEmpty() ? List.of() : resolver.fetch(missing, () -> trees.scratch("fetch"));
        List<Tree> all = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Lock.Pin pin = lock.pins().get(i);
            all.add(found.get(i).isPresent() ? found.get(i).get() : install(pin, wheels.get(missing.indexOf(pin))));
        }
        return all;
    }

    private Tree install(Lock.Pin pin, Path wheel) throws IOException, InterruptedException {
        if (!pin.isSource()) {
            Digest got = digest(wheel);
            if (!got.hex().equals(pin.hash())) {
                throw Failure.environment("refused: " + wheel.getFileName() + " has the SHA-256 " + got.hex()
                        + ", and was resolved with " + pin.hash());
            }
        }
        return trees.put(
                DISTRIBUTION + pin.name(),
                inputs(pin),
                new TreeMap<>(),
                folder -> new WheelFile(
                                wheel, interpreter.site(), interpreter.headers(), Place.artifact(NEED) + "/bin/python")
                        .unpack(folder));
    }

    static Digest digest(Path file) throws IOException {
        java.security.MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                sha.update(buffer, 0, read);
            }
        }
        return Digest.ofHash(sha.digest());
    }

    /** All in one; of two that have the same path the later by name stands, as where an installer installs one after the other. */
    private NavigableMap<String, Tree.Entry> merged(Lock lock, List<Tree> distributions) {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        for (int i = 0; i < distributions.size(); i++) {
            for (var entry : distributions.get(i).entries().entrySet()) {
                Tree.Entry before = entries.put(entry.getKey(), entry.getValue());
                if (before != null && !before.equals(entry.getValue())) {
                    notes.accept(entry.getKey() + " of " + lock.pins().get(i).name()
                            + " takes the place of another requirement's in the build environment");
                }
            }
        }
        return entries;
    }

    /** What makes a folder a virtual environment (PEP 405). */
    private void interpreterInto(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("pyvenv.cfg"),
                "home = " + interpreter.base().getParent() + "\ninclude-system-site-packages = false\nversion = "
                        + interpreter.version() + "\n");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve(interpreter.site()));
        Files.createSymbolicLink(bin.resolve("python"), interpreter.base());
        String[] parts = interpreter.version().split("\\.", 2);
        Files.createSymbolicLink(bin.resolve("python" + parts[0]), Path.of("python"));
        Files.createSymbolicLink(bin.resolve(interpreter.name()), Path.of("python"));
    }
}
