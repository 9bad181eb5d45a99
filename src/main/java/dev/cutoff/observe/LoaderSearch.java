package dev.cutoff.observe;

import dev.cutoff.model.Fact;
import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where glibc's loader looked for the libraries that a process has (ld.so(8), "Description"): in the folders of RPATH,
 * LD_LIBRARY_PATH and RUNPATH, then in its cache, then in its own folders; in each first for the processor's kinds. It
 * tells nobody, so all places that it can have looked at before it found one count, more of them than it looked at.
 */
final class LoaderSearch {

    /** The variable with folders that the loader looks into first. */
    static final String VARIABLE = "LD_LIBRARY_PATH";

    private static final List<String> OWN_FOLDERS =
            List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib");

    private static final List<String> LEVELS = List.of("x86-64-v4", "x86-64-v3", "x86-64-v2");

    /** Of glibc before 2.37: some of these in this order; "haswell" and "avx512_1" on Intel's processors. */
    private static final List<String> LEGACY = List.of("tls", "haswell", "avx512_1", "x86_64");

    /** On others the platform has the name of what they all can do. */
    private static final List<String> LEGACY_OF_OTHERS = List.of("tls/x86_64/x86_64", "x86_64/x86_64");

    /**
     * A file that the loader has loaded.
     *
     * @param runPath its DT_RUNPATH or DT_RPATH, "" for none
     */
    record Loaded(String path, String runPath) {}

    private final LoaderCache cache;

    LoaderSearch(LoaderCache cache) {
        this.cache = cache;
    }

    /**
     * Where libraries that a program loaded were looked for before.
     *
     * @param origin the program's folder
     * @param base the folder in which the program was started
     * @param runPaths of all that the process has loaded
     */
    Set<String> before(
            List<String> environment, String origin, String base, Set<String> runPaths, List<Loaded> libraries) {
        Set<String> folders = new LinkedHashSet<>(pathOf(environment, origin, base));
        folders.addAll(runPaths);
        Set<String> places = new LinkedHashSet<>();
        for (Loaded library : libraries) {
            String path = library.path();
            String name = Place.name(path);
            String found = path.substring(0, path.length() - name.length() - 1);
            folders.forEach(folder -> places(folder, name, places));
            if (OWN_FOLDERS.contains(found) && cache.paths(name).equals(Fact.ABSENT)) {
                OWN_FOLDERS.forEach(folder -> places(folder, name, places));
            }
            places.remove(path);
        }
        return places;
    }

    /** Where a library of a name is looked for, found or not, but for the run paths of whoever asks. */
    Set<String> of(List<String> environment, String origin, String base, Set<String> runPaths, String name) {
        Set<String> places = new LinkedHashSet<>();
        Set<String> folders = new LinkedHashSet<>(pathOf(environment, origin, base));
        folders.addAll(runPaths);
        folders.addAll(OWN_FOLDERS);
        folders.forEach(folder -> places(folder, name, places));
        return places;
    }

    /** The folders of a run path. */
    static void folders(String runPath, String origin, String base, Collection<String> folders) {
        for (String folder : runPath.split("[:;]", -1)) {
            String whole = folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
            folders.add(absolute(whole, base));
        }
    }

    /** An empty part is the working folder. */
    private static String absolute(String folder, String base) {
        return folder.startsWith("/") ? folder : folder.isEmpty() ? base : base + "/" + folder;
    }

    private static void places(String folder, String name, Set<String> places) {
        places.add(folder);
        for (String level : LEVELS) {
            places.add(folder + "/glibc-hwcaps/" + level);
            places.add(folder + "/glibc-hwcaps/" + level + "/" + name);
        }
        for (int set = 1; set < 1 << LEGACY.size(); set++) {
            StringBuilder below = new StringBuilder(folder);
            for (int i = 0; i < LEGACY.size(); i++) {
                if ((set & (1 << i)) != 0) {
                    below.append('/').append(LEGACY.get(i));
                }
            }
            places.add(below.toString());
            places.add(below + "/" + name);
        }
        for (String below : LEGACY_OF_OTHERS) {
            places.add(folder + "/" + below);
            places.add(folder + "/" + below + "/" + name);
        }
        places.add(folder + "/" + name);
    }

    /** Whether a run path depends on more than where its file is: on the processor, say. */
    static boolean isUnknown(String runPath) {
        return runPath.contains("$PLATFORM")
                || runPath.contains("${PLATFORM}")
                || runPath.contains("$LIB")
                || runPath.contains("${LIB}");
    }

    /** Whether a list of folders has one that depends on the working folder, when the loader looks into it. */
    static boolean isRelative(String folders) {
        if (folders.isEmpty()) {
            return false;
        }
        for (String folder : folders.split("[:;]", -1)) {
            if (!folder.startsWith("/") && !folder.startsWith("$")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> pathOf(List<String> environment, String origin, String base) {
        List<String> folders = new ArrayList<>();
        for (String variable : environment) {
            if (variable.startsWith(VARIABLE + "=") && variable.length() > VARIABLE.length() + 1) {
                folders(variable.substring(variable.indexOf('=') + 1), origin, base, folders);
            }
        }
        return folders;
    }
}
