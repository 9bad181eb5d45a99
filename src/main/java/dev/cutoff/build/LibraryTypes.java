package dev.cutoff.build;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.diff.TypeChange;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.store.Blobs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What changed in the types of a need's libraries from one artifact to another, by their debug information, for people. Each
 * pair is looked at once in a run, however many units ask.
 */
final class LibraryTypes {

    private static final Pattern LIBRARY = Pattern.compile("\\.(so(\\.[0-9]+)*|a)$");

    /** Larger files have more types than a reason is worth waiting for; cutoff diff takes them. */
    private static final long LARGEST = 32 << 20;

    /** So much of one artifact's libraries is read. */
    private static final long MOST = 64 << 20;

    private record Pair(Digest old, Digest now) {}

    /** The changes, and whether debug information told of types in both. */
    record Answer(List<TypeChange> changes, boolean known) {
        static final Answer NONE = new Answer(List.of(), false);
    }

    private final Blobs blobs;
    private final Map<Pair, Answer> answers = new ConcurrentHashMap<>();

    LibraryTypes(Blobs blobs) {
        this.blobs = blobs;
    }

    /** What changed between two artifacts. */
    Answer between(Tree old, Tree now) {
        return answers.computeIfAbsent(new Pair(old.root(), now.root()), _ -> find(old, now));
    }

    private Answer find(Tree old, Tree now) {
        Map<String, Tree.File> before = libraries(old);
        Map<String, Tree.File> after = libraries(now);
        Map<String, TypeChange> changes = new LinkedHashMap<>();
        boolean known = false;
        long left = MOST;
        for (Map.Entry<String, Tree.File> library : before.entrySet()) {
            Tree.File was = library.getValue();
            Tree.File is = after.get(library.getKey());
            if (is == null || is.digest().equals(was.digest())) {
                continue;
            }
            left -= was.size() + is.size();
            if (Math.max(was.size(), is.size()) > LARGEST || left < 0) {
                continue;
            }
            Map<String, Surface> first = surfaces(library.getKey(), was.digest());
            Map<String, Surface> second = surfaces(library.getKey(), is.digest());
            for (Map.Entry<String, Surface> part : first.entrySet()) {
                Surface other = second.get(part.getKey());
                if (other != null) {
                    known = true;
                    TypeChange.between(part.getValue(), other).forEach(c -> changes.putIfAbsent(c.text(), c));
                }
            }
        }
        return new Answer(List.copyOf(changes.values()), known);
    }

    /** By path without the version at its end. */
    private static Map<String, Tree.File> libraries(Tree tree) {
        Map<String, Tree.File> libraries = new TreeMap<>();
        tree.entries().forEach((path, entry) -> {
            if (entry instanceof Tree.File file && LIBRARY.matcher(path).find()) {
                libraries.put(path.replaceFirst("(\\.[0-9]+)+$", ""), file);
            }
        });
        return libraries;
    }

    /** The types that a library tells, of an archive by member. */
    private Map<String, Surface> surfaces(String name, Digest content) {
        Map<String, Surface> surfaces = new HashMap<>();
        try {
            Optional<byte[]> bytes = blobs.read(content);
            if (bytes.isPresent()) {
                Fingerprint read = Fingerprinter.read(Cursor.copyOf(bytes.get(), name), name);
                List<StaticArchive.Part> parts = new ArrayList<>();
                switch (read) {
                    case Binary binary -> add("", binary, surfaces);
                    case StaticArchive archive -> parts.addAll(archive.parts());
                    default -> {}
                }
                parts.forEach(part -> add(part.name(), part.object(), surfaces));
            }
        } catch (IOException | FormatException e) {
            // What can't be read explains nothing.
            return Map.of();
        }
        return surfaces;
    }

    private static void add(String part, @Nullable Binary binary, Map<String, Surface> surfaces) {
        if (binary != null && binary.types().tier() != Tier.SYMBOLS) {
            surfaces.put(part, binary.types());
        }
    }
}
