package dev.cutoff.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program while it runs in a process, as far as it says where the C library and its loader look for files. */
final class Image {

    private final List<String> environment;
    private final String folder;
    private final Set<String> runPaths;
    private final Set<String> used = new HashSet<>();
    private final Set<Languages> languages = new LinkedHashSet<>();
    private final Set<String> domains = new LinkedHashSet<>();
    private final Set<String> loaded;
    private final Set<String> asked = new LinkedHashSet<>();
    private @Nullable String origin;
    private boolean relative;
    private boolean moved;

    /**
     * A program that has just begun.
     *
     * @param folder in which it was started
     */
    Image(List<String> environment, String folder) {
        this(environment, folder, null, Set.of(), Set.of());
    }

    private Image(
            List<String> environment,
            String folder,
            @Nullable String origin,
            Set<String> runPaths,
            Set<String> loaded) {
        this.environment = environment;
        this.folder = folder;
        this.origin = origin;
        this.runPaths = new LinkedHashSet<>(runPaths);
        this.loaded = new HashSet<>(loaded);
    }

    /** The same program in a process that was forked off. */
    Image forked() {
        Image forked = new Image(environment, folder, origin, runPaths, loaded);
        forked.relative = relative;
        forked.moved = moved;
        forked.languages.addAll(languages);
        forked.domains.addAll(domains);
        return forked;
    }

    List<String> environment() {
        return environment;
    }

    String folder() {
        return folder;
    }

    /** The folder of its file, which is the first that it loads. */
    String origin() {
        return origin == null ? "/" : origin;
    }

    /** Takes in that a file was loaded, with the folders of its run path. */
    void loads(String path, Set<String> folders) {
        if (origin == null) {
            origin = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
        loaded.add(path);
        runPaths.addAll(folders);
    }

    /** Takes in that the program asked for a library, by its path or by its name alone. */
    void asksFor(String library) {
        asked.add(library);
    }

    /** What it asked for and did not get, as far as what it has loaded tells; forgotten then. */
    List<String> refused() {
        List<String> refused = new ArrayList<>();
        for (String library : asked) {
            boolean has = library.startsWith("/")
                    ? loaded.contains(library) || loaded.stream().anyMatch(path -> isSame(path, library))
                    : loaded.stream().anyMatch(path -> path.endsWith("/" + library));
            if (!has) {
                refused.add(library);
            }
        }
        asked.clear();
        return refused;
    }

    /** The loader takes a file that it has for what another path names, too. */
    private static boolean isSame(String path, String other) {
        try {
            return Files.isSameFile(Path.of(path), Path.of(other));
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes in that it looks for libraries in folders that depend on where it is. */
    void searchesRelatively() {
        relative = true;
    }

    /** Takes in that it went to another folder than it was started in. */
    void moves() {
        moved = true;
    }

    /** Whether its loader looks for libraries now in other folders than at its start. */
    boolean isElsewhere() {
        return relative && moved;
    }

    /** Folders of the run paths of all that it has loaded, in the order in which they were met. */
    Set<String> runPaths() {
        return runPaths;
    }

    /** Whether a part of the C library uses a file for the first time in this process. */
    boolean isFirstUse(String path) {
        return used.add(path);
    }

    /** The languages that it has asked for; messages are looked for in all of them. */
    Set<Languages> languages() {
        return languages;
    }

    /** The domains of messages that it has asked for. */
    Set<String> domains() {
        return domains;
    }
}
