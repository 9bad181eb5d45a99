package dev.cutoff.build;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compile steps of an earlier build whose results may stand for running them again (docs/decisions/0026): written down for the
 * observing library, which looks in each compiler's process whether it is the same call and all is there that it found then
 * (src/main/c/taken.c, where the form is).
 */
final class TakenSteps {

    /** The folder beside the library. */
    static final String FOLDER = "taken";

    private final BuildRecord base;

    /** Of each step that may be taken over. */
    private final StepRests rests;

    /** @param sources what is staged now */
    TakenSteps(Start start, Tree sources) {
        this.base = start.base().record();
        this.rests =
                new StepRests(base, start.rerun().repeatable(), start.folder().outputs(), sources);
    }

    /** Writes them down, with what they had made, in a folder that does not exist yet. */
    void write(Path folder, Blobs blobs) throws IOException {
        ByteArrayOutputStream steps = new ByteArrayOutputStream();
        Set<Digest> put = new HashSet<>();
        for (int step : rests.steps()) {
            Optional<Entry> entry = entry(step);
            if (entry.isPresent() && areThere(entry.get().contents(), put, folder, blobs)) {
                steps.writeBytes(entry.get().bytes());
            }
        }
        if (steps.size() > 0) {
            Files.write(folder.resolve("steps"), steps.toByteArray());
        }
    }

    private static boolean areThere(Set<Digest> contents, Set<Digest> put, Path folder, Blobs blobs)
            throws IOException {
        for (Digest content : contents) {
            if (put.contains(content)) {
                continue;
            }
            Optional<byte[]> bytes = blobs.read(content);
            if (bytes.isEmpty()) {
                return false;
            }
            Files.createDirectories(folder);
            Files.write(folder.resolve(content.hex()), bytes.get());
            put.add(content);
        }
        return true;
    }

    /** As the library reads it, and the contents that it names. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, compared with nothing.
    private record Entry(byte[] bytes, Set<Digest> contents) {}

    private Optional<Entry> entry(int number) {
        Step step = base.steps().get(number);
        Texts texts = new Texts();
        texts.add(step.repeatable());
        texts.add(step.folder());
        texts.add(step.environment().hex());
        texts.add(Integer.toString(step.command().size()));
        step.command().forEach(texts::add);
        Set<String> writes = rests.writes(number);
        for (String path : rests.paths(number)) {
            if (path.endsWith("/")) {
                return Optional.empty();
            }
            texts.add(expected(path));
        }
        Set<Digest> contents = new HashSet<>();
        for (String path : writes) {
            if (!rests.isInside(path) || !(rests.left(path) instanceof Tree.File file)) {
                return Optional.empty();
            }
            contents.add(file.digest());
            texts.add((file.executable() ? "X" : "O") + path, file.digest().hex());
        }
        texts.add("");
        return writes.isEmpty() || !texts.areWhole()
                ? Optional.empty()
                : Optional.of(new Entry(texts.entry(number), contents));
    }

    /** What is to be at a path: what the earlier build had made there, or is staged there now. */
    private String[] expected(String path) {
        return switch (rests.at(path)) {
            case Tree.File file ->
                new String[] {
                    (file.executable() ? "G" : "F") + path, file.digest().hex()
                };
            case Tree.Link link -> new String[] {"L" + path, link.target()};
            case Tree.Folder _ -> new String[] {"D" + path, ""};
            case null -> new String[] {"A" + path, ""};
        };
    }

    /**
     * Whether all that a step which was taken over had found in the build folder is still what it was then, so that it may be taken
     * over from this build, too.
     *
     * @param physical where a path of the build stands
     */
    boolean isAsFound(int number, Function<String, Optional<Path>> physical) throws IOException {
        for (String path : rests.paths(number)) {
            Optional<Path> at = physical.apply(path);
            if (at.isEmpty() || path.endsWith("/") || !isThere(rests.at(path), at.get())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isThere(Tree.@Nullable Entry entry, Path at) throws IOException {
        return switch (entry) {
            case Tree.File file ->
                Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)
                        && Files.isExecutable(at) == file.executable()
                        && Blobs.hash(at).equals(file.digest());
            case Tree.Link link ->
                Files.isSymbolicLink(at)
                        && Files.readSymbolicLink(at).toString().equals(link.target());
            case Tree.Folder _ -> Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS);
            case null -> !Files.exists(at, LinkOption.NOFOLLOW_LINKS);
        };
    }

    /** Texts of an entry. */
    private static final class Texts {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean whole = true;

        void add(String... texts) {
            for (String text : texts) {
                whole &= text.indexOf('\0') < 0;
                bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                bytes.write(0);
            }
        }

        boolean areWhole() {
            return whole;
        }

        byte[] entry(int number) {
            while (bytes.size() % 4 != 0) {
                bytes.write(0);
            }
            return ByteBuffer.allocate(8 + bytes.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(8 + bytes.size())
                    .putInt(number)
                    .put(bytes.toByteArray())
                    .array();
        }
    }
}
