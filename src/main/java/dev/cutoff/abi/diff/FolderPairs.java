package dev.cutoff.abi.diff;

import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Form;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which file of a new folder an old one has become: the one at the same path; for shared libraries, whose file names
 * carry versions, else the one in the same folder with the same soname, else with the same name up to {@code .so}.
 */
final class FolderPairs {

    private final Folder old;
    private final Folder now;
    private final SortedMap<String, String> newByOld = new TreeMap<>();
    private final Set<String> taken = new HashSet<>();

    FolderPairs(Folder old, Folder now) {
        this.old = old;
        this.now = now;
        old.files().forEach((path, file) -> {
            Fingerprint other = now.files().get(path);
            // A library may have become a link to one: then the one that it leads to is its successor.
            if (other != null && (other.kind().equals(file.kind()) || !isLibrary(file))) {
                pair(path, path);
            }
        });
        libraries((path, library) -> library.soname() == null ? null : inFolderOf(path, library.soname()));
        libraries((path, _) -> stem(path));
        for (String path : old.files().keySet()) {
            if (!newByOld.containsKey(path) && now.files().containsKey(path) && !taken.contains(path)) {
                pair(path, path);
            }
        }
    }

    /** New path by old path, of all that have one. */
    SortedMap<String, String> newByOld() {
        return newByOld;
    }

    boolean isTaken(String newPath) {
        return taken.contains(newPath);
    }

    private void pair(String before, String after) {
        newByOld.put(before, after);
        taken.add(after);
    }

    /** Pairs those libraries that are left and whose key only one on each side has. */
    private void libraries(BiFunction<String, Binary, @Nullable String> key) {
        Map<String, String> before = unique(old, newByOld.keySet(), key);
        Map<String, String> after = unique(now, taken, key);
        before.forEach((name, path) -> {
            String other = after.get(name);
            if (other != null) {
                pair(path, other);
            }
        });
    }

    private static Map<String, String> unique(
            Folder folder, Set<String> done, BiFunction<String, Binary, @Nullable String> key) {
        Map<String, String> unique = new HashMap<>();
        Set<String> often = new HashSet<>();
        folder.files().forEach((path, file) -> {
            if (!done.contains(path) && file instanceof Binary library && isLibrary(file)) {
                String name = key.apply(path, library);
                if (name != null && unique.put(name, path) != null) {
                    often.add(name);
                }
            }
        });
        unique.keySet().removeAll(often);
        return unique;
    }

    private static boolean isLibrary(Fingerprint file) {
        return file instanceof Binary binary && binary.form() == Form.SHARED;
    }

    private static String inFolderOf(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    private static @Nullable String stem(String path) {
        int suffix = path.indexOf(".so", path.lastIndexOf('/') + 1);
        return suffix < 0 ? null : path.substring(0, suffix);
    }
}
