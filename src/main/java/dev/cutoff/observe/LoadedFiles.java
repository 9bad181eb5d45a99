package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.observe.PreloadRecords.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the loader loaded into processes, where it had looked for it before, and whether it could act out of sight. Programs
 * of one kind load the same files: what that comes to is found out once.
 */
final class LoadedFiles {

    /** Folders, files and servers that the C library and its loader are given by variables. */
    private static final Set<String> UNFOLLOWED = Set.of(
            "TZDIR",
            "LOCPATH",
            "GCONV_PATH",
            "NLSPATH",
            "LD_AUDIT",
            "LD_PROFILE",
            "LD_PROFILE_OUTPUT",
            "LD_DEBUG_OUTPUT",
            "LD_ORIGIN_PATH",
            "HOSTALIASES",
            "LOCALDOMAIN",
            "RES_OPTIONS",
            "MALLOC_TRACE",
            "GETCONF_DIR");

    private static final String PRELOAD = "LD_PRELOAD";

    /** Texts of a file that was loaded: its path, its run path, what its process found in it. */
    private static final int TEXTS = 3;

    /** A process found in a file that its build may have made what may enter the kernel. */
    private static final String MAY = "?";

    /** All that decides what loading some files comes to; the folder is "" where it does not. */
    private record Asked(
            List<Integer> texts, List<String> environment, String origin, String folder, Set<String> runPaths) {}

    /**
     * What it comes to.
     *
     * @param loads by the files, the folders of their run paths
     * @param missing where a library of the build's could have been, and is not
     * @param escapes completing "PROGRAM ..."
     */
    private record Found(List<Load> loads, List<Teller.File> files, List<String> missing, List<String> escapes) {}

    private record Load(String path, Set<String> runPath, boolean relative) {}

    private final LoaderSearch search;
    private final DirectCalls calls;
    private final Teller teller;
    private final Map<Asked, Found> known = new HashMap<>();
    private final Map<String, String> reals = new HashMap<>();
    private final Map<String, Standing> standing = new HashMap<>();
    private final String artifact;

    /** @param artifact the folder into which the unit installs, as the build sees it; "" where there is none */
    LoadedFiles(LoaderSearch search, DirectCalls calls, Teller teller, String artifact) {
        this.artifact = artifact;
        this.search = search;
        this.calls = calls;
        this.teller = teller;
    }

    /** A process has loaded files. */
    void take(Entry entry, Image image) {
        int process = entry.process();
        List<Integer> texts = new ArrayList<>(entry.size());
        boolean alike = true;
        for (int i = 0; i < entry.size(); i++) {
            texts.add(entry.number(i));
            alike &= i % TEXTS != TEXTS - 1 || !MAY.equals(entry.text(i));
        }
        List<String> variables =
                image.environment().stream().filter(LoadedFiles::counts).toList();
        boolean relative = searchesRelatively(entry, variables);
        Asked asked = new Asked(
                texts, variables, image.origin(), relative ? image.folder() : "", Set.copyOf(image.runPaths()));
        Found found = alike ? known.get(asked) : null;
        if (found == null) {
            found = find(entry, image);
            if (alike) {
                known.put(asked, found);
            }
        } else {
            found.loads().forEach(load -> takeIn(load, image));
        }
        found.files().forEach(file -> teller.tell(process, file));
        found.missing().forEach(path -> teller.passes(process, path));
        found.escapes().forEach(what -> teller.escaped(process, what));
    }

    /** Whether a variable decides where the loader looks, or what one of the files that it loads does. */
    private static boolean counts(String variable) {
        return variable.startsWith(LoaderSearch.VARIABLE) || DirectCalls.heeds(variable);
    }

    /** Whether the folder in which the program was started decides where the loader looks. */
    private static boolean searchesRelatively(Entry entry, List<String> variables) {
        for (int i = 1; i < entry.size(); i += TEXTS) {
            String runPath = entry.text(i);
            if (runPath != null && LoaderSearch.isRelative(runPath)) {
                return true;
            }
        }
        return variables.stream()
                .anyMatch(variable -> LoaderSearch.isRelative(variable.substring(variable.indexOf('=') + 1)));
    }

    private Found find(Entry entry, Image image) {
        List<LoaderSearch.Loaded> libraries = new ArrayList<>();
        List<Load> loads = new ArrayList<>();
        List<Teller.File> files = new ArrayList<>();
        List<String> escapes = new ArrayList<>();
        for (int i = 0; i + TEXTS <= entry.size(); i += TEXTS) {
            String told = entry.text(i);
            String runPath = entry.text(i + 1);
            if (told == null || runPath == null || !told.startsWith("/") || LoaderSearch.isUnknown(runPath)) {
                escapes.add("loaded a library whose path can't be told");
                continue;
            }
            String path = Trace.plain(told);
            String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
            Set<String> folders = new LinkedHashSet<>();
            if (!runPath.isEmpty()) {
                LoaderSearch.folders(runPath, folder, image.folder(), folders);
            }
            Load load = new Load(path, folders, LoaderSearch.isRelative(runPath));
            loads.add(load);
            takeIn(load, image);
            libraries.add(new LoaderSearch.Loaded(path, runPath));
            files.add(new Teller.File(path, true, reals.computeIfAbsent(path, LoadedFiles::real)));
            calls.escape(path, String.valueOf(entry.text(i + 2)), entry.seconds(), image.environment())
                    .ifPresent(escapes::add);
        }
        Set<String> names = new HashSet<>();
        libraries.forEach(library -> names.add(Place.name(library.path())));
        List<String> missing = new ArrayList<>();
        Set<String> before = new LinkedHashSet<>();
        search.before(image.environment(), image.origin(), image.folder(), image.runPaths(), libraries)
                .forEach(path -> before.add(outermostMissing(path)));
        for (String path : before) {
            boolean passed = isPassedOver(path);
            files.add(new Teller.File(path, passed, null));
            if (!passed && Teller.isOfBuild(path) && names.contains(Place.name(path))) {
                missing.add(path);
            }
        }
        return new Found(loads, files, missing, escapes);
    }

    /**
     * What is missing where the loader looked for something: in a need's artifact, which stays as it is while a build runs, nothing
     * is below a folder that is not there. A hundred places of a library become a few folders.
     */
    private String outermostMissing(String path) {
        String need = Place.dependencyOf(path);
        String root = Place.artifact(need);
        if (need.isEmpty() || artifact.isEmpty() || root.equals(artifact)) {
            return path;
        }
        for (int end = path.indexOf('/', root.length() + 1); end > 0; end = path.indexOf('/', end + 1)) {
            String folder = path.substring(0, end);
            switch (standing.computeIfAbsent(folder, this::standing)) {
                case MISSING -> {
                    return folder;
                }
                case UNKNOWN -> {
                    return path;
                }
                case THERE -> {}
            }
        }
        return path;
    }

    /** A folder on the way to a path. */
    private enum Standing {
        THERE,
        MISSING,
        /** As where it is a link, which leads on where the build sees it. */
        UNKNOWN
    }

    private Standing standing(String folder) {
        Path place = calls.physical(folder).orElse(null);
        if (place == null || Files.isSymbolicLink(place)) {
            return Standing.UNKNOWN;
        }
        return Files.notExists(place, LinkOption.NOFOLLOW_LINKS)
                ? Standing.MISSING
                : Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) ? Standing.THERE : Standing.UNKNOWN;
    }

    private static void takeIn(Load load, Image image) {
        image.loads(load.path(), load.runPath());
        if (load.relative()) {
            image.searchesRelatively();
        }
    }

    /** Whether the loader opened a library and went on, since it is of another processor. */
    private boolean isPassedOver(String path) {
        return calls.isFile(path);
    }

    /** Where a library of the machine stands, links followed; in folders of the build that may be otherwise by now. */
    private static String real(String path) {
        if (Place.within(path, Place.ROOT) || Place.within(path, Place.TMP)) {
            return path;
        }
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path;
        }
    }

    /** Variables that make the C library use files which nobody tells of. */
    void heed(int process, Image image) {
        for (String variable : image.environment()) {
            String name = variable.substring(0, Math.max(0, variable.indexOf('=')));
            if (UNFOLLOWED.contains(name)) {
                teller.escaped(process, "ran with " + name + " set, which is not followed");
            }
            if (name.equals(LoaderSearch.VARIABLE) && LoaderSearch.isRelative(variable.substring(name.length() + 1))) {
                image.searchesRelatively();
            }
            if (name.equals(LoaderSearch.VARIABLE) && LoaderSearch.isUnknown(variable)) {
                teller.escaped(process, "ran with a search path that depends on the processor");
            }
            if (name.equals(PRELOAD)) {
                // Those that were found are told as loaded.
                for (String library : variable.substring(name.length() + 1).split("[: ]")) {
                    if (library.contains("/")) {
                        teller.asks(process, library.startsWith("/") ? library : image.folder() + "/" + library);
                    } else if (!library.isEmpty()) {
                        search.of(image.environment(), image.origin(), image.folder(), Set.of(), library)
                                .forEach(path -> teller.asks(process, path));
                    }
                }
            }
        }
    }
}
