package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.observe.PreloadRecords.Entry;
import java.io.IOException;
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

    /** All that decides what loading some files comes to. */
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

    LoadedFiles(LoaderSearch search, DirectCalls calls, Teller teller) {
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
        Asked asked =
                new Asked(texts, image.environment(), image.origin(), image.folder(), Set.copyOf(image.runPaths()));
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
        for (String path :
                search.before(image.environment(), image.origin(), image.folder(), image.runPaths(), libraries)) {
            boolean passed = isPassedOver(path);
            files.add(new Teller.File(path, passed, null));
            if (!passed && Teller.isOfBuild(path) && names.contains(Place.name(path))) {
                missing.add(path);
            }
        }
        return new Found(loads, files, missing, escapes);
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
