package dev.cutoff.build;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.stage.BuildFolders;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stood in a build folder at the end, by which a compile step might have met what no step's writes tell of.
 *
 * @param folder the build folder, as the build sees it
 * @param folders in it, by relative path
 * @param unknown files that no step is known to have written, as in folders that were moved, and sources that were taken away
 * @param hasLinksToFolders whether links lead to something else than files of the folder
 */
record LeftByBuild(String folder, Set<String> folders, Set<String> unknown, boolean hasLinksToFolders) {

    static final LeftByBuild NONE = new LeftByBuild("", Set.of(), Set.of(), false);

    static LeftByBuild of(BuildFolders.Stored stored, Tree sources, BuildRecord record) {
        String folder = Place.source(record.unit());
        Set<String> written = new HashSet<>();
        for (Step step : record.steps()) {
            written.addAll(step.writes());
        }
        Set<String> folders = new HashSet<>();
        Set<String> unknown = new TreeSet<>();
        boolean links = false;
        for (Map.Entry<String, Tree.Entry> output : stored.outputs().entries().entrySet()) {
            String path = output.getKey();
            switch (output.getValue()) {
                case Tree.Folder _ -> folders.add(path);
                case Tree.Link link -> links |= !leadsToFile(path, link, stored.outputs(), sources);
                case Tree.File _ -> {
                    if (!written.contains(folder + "/" + path)) {
                        unknown.add(folder + "/" + path);
                    }
                }
            }
        }
        stored.stamps().files().forEach((path, stamp) -> {
            if (stamp.isDeleted()) {
                unknown.add(folder + "/" + path);
            }
        });
        sources.entries().forEach((path, entry) -> {
            if (entry instanceof Tree.Folder) {
                folders.add(path);
            }
        });
        return new LeftByBuild(folder, folders, unknown, links);
    }

    private static boolean leadsToFile(String path, Tree.Link link, Tree outputs, Tree sources) {
        String at = path;
        Tree.Entry entry = link;
        for (int depth = 0; entry instanceof Tree.Link next && depth < 8; depth++) {
            if (next.target().startsWith("/")) {
                return false;
            }
            at = Place.absolute(next.target(), Place.folder("/" + at)).substring(1);
            entry = outputs.at(at) == null ? sources.at(at) : outputs.at(at);
        }
        return entry instanceof Tree.File;
    }

    /** Whether a folder in the build folder is no more. */
    boolean isGone(String path) {
        return !folder.isEmpty()
                && path.startsWith(folder + "/")
                && !folders.contains(path.substring(folder.length() + 1));
    }
}
