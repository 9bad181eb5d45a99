package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Resolves requirements to a lock, by uv where it can be told what pip is configured to, else by pip, and remembers it for a while: an index is asked again when the requirements, the
 * interpreter or what says where distributions come from is another, or the lock is old.
 */
public final class Resolver {

    /** What of the network may be used. */
    public enum Network {
        /** Where a lock is missing or old. */
        AS_NEEDED,
        /** Whatever is known. */
        REFRESH,
        /** Never. */
        OFFLINE
    }

    private final Memory memory;
    private final Interpreter interpreter;
    private final IndexSettings settings;
    private final Map<String, String> variables;
    private final Network network;
    private final Duration age;
    private final InstantSource clock;
    private final Consumer<String> notes;

    /**
     * A resolver for one interpreter.
     *
     * @param variables the user's
     * @param age after which a lock is made anew
     * @param notes told what the user should know
     */
    public Resolver(
            Memory memory,
            Interpreter interpreter,
            IndexSettings settings,
            Map<String, String> variables,
            Network network,
            Duration age,
            InstantSource clock,
            Consumer<String> notes) {
        this.memory = memory;
        this.interpreter = interpreter;
        this.settings = settings;
        this.variables = variables;
        this.network = network;
        this.age = age;
        this.clock = clock;
        this.notes = notes;
    }

    /** A folder to work in. */
    public interface Scratch {
        Path folder() throws IOException;
    }

    private record Known(Instant made, Lock lock) {}

    /** The lock of requirements. */
    public Lock resolve(List<String> requirements, Scratch scratch) throws IOException, InterruptedException {
        Pip pip = new Pip(interpreter, settings, variables);
        Optional<Uv> uv = Uv.find(interpreter, settings, variables, memory);
        Digest question = Digest.ofText(String.join(
                "\n",
                "lock 1",
                String.join("\n", requirements),
                interpreter.identity(),
                uv.map(Uv::describe).orElse("") + pip.describe(),
                settings.text(variables, interpreter.prefix(), memory)));
        Optional<Known> known = memory.recall(question).flatMap(Resolver::decode);
        Instant now = clock.instant();
        boolean young = known.isPresent()
                && !known.get().made().isAfter(now)
                && known.get().made().plus(age).isAfter(now);
        if (known.isPresent() && (network == Network.OFFLINE || (young && network == Network.AS_NEEDED))) {
            return counted(known.get());
        }
        if (network == Network.OFFLINE) {
            throw Failure.environment("--offline: the build requirements " + String.join(", ", requirements)
                    + " were never resolved here for this interpreter and these settings; run once without it");
        }
        if (requirements.isEmpty()) {
            return new Lock(List.of());
        }
        Lock lock;
        try {
            Optional<Lock> byUv = uv.isPresent() ? uv.get().resolve(requirements, scratch.folder()) : Optional.empty();
            lock = byUv.isPresent() ? byUv.get() : pip.resolve(requirements, scratch.folder());
        } catch (Failure e) {
            if (known.isEmpty() || network == Network.REFRESH || e.kind() != Failure.Kind.ENVIRONMENT) {
                throw e;
            }
            notes.accept("the build requirements could not be resolved anew ("
                    + e.getMessage().lines().findFirst().orElse("") + "); taken as they were resolved at "
                    + known.get().made());
            return counted(known.get());
        }
        memory.remember(question, (now + "\n" + lock.text()).getBytes(StandardCharsets.UTF_8));
        return counted(new Known(now, lock));
    }

    private Lock counted(Known known) {
        memory.restsUntil(known.made().plus(age));
        return known.lock();
    }

    private static Optional<Known> decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0) {
            return Optional.empty();
        }
        try {
            Instant made = Instant.parse(text.substring(0, end));
            return Lock.parse(text.substring(end + 1)).map(lock -> new Known(made, lock));
        } catch (java.time.format.DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Gets the wheels of pins, in their order; see {@link Pip#fetch}. */
    public List<Path> fetch(List<Lock.Pin> pins, Scratch scratch) throws IOException, InterruptedException {
        if (network == Network.OFFLINE) {
            throw Failure.environment("--offline: " + pins.getFirst().name() + " "
                    + pins.getFirst().version()
                    + (pins.size() > 1 ? " and " + (pins.size() - 1) + " more are" : " is")
                    + " not in the store; run once without it");
        }
        return new Pip(interpreter, settings, variables).fetch(pins, scratch.folder());
    }
}
