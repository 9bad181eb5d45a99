package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The patches of fromager: {@code NAME[-VERSION]/[VARIANT/]*.patch}, NAME with underscores. Those of a version and those of
 * all are applied in the order of their file names.
 */
final class Patches {

    private final String variant;
    private final Map<String, List<Path>> byPrefix = new HashMap<>();
    private final Map<Path, String> digests = new ConcurrentHashMap<>();

    /** @param folder null where there are no patches */
    Patches(@Nullable Path folder, String variant) {
        this.variant = variant;
        if (folder != null) {
            for (Path entry : Folders.in(folder)) {
                if (Files.isDirectory(entry)) {
                    String name = String.valueOf(entry.getFileName());
                    int hyphen = name.indexOf('-');
                    byPrefix.computeIfAbsent(hyphen < 0 ? name : name.substring(0, hyphen), n -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
    }

    /**
     * The patches that apply to a version: {@code patch 003-fix.patch} to its digest. Where two have one name, the digests in
     * the order in which they are applied.
     *
     * @param name canonical
     * @throws Failure of kind INPUT for a folder whose name has no version, or two folders for one
     */
    SortedMap<String, String> inputs(String name, Version version) {
        SortedMap<String, String> inputs = new TreeMap<>();
        String prefix = name.replace('-', '_');
        Path own = null;
        List<Path> folders = new ArrayList<>();
        for (Path folder : byPrefix.getOrDefault(prefix, List.of())) {
            String rest = String.valueOf(folder.getFileName()).substring(prefix.length());
            if (rest.isEmpty()) {
                folders.addFirst(folder);
                continue;
            }
            Version of = Version.parse(rest.substring(1))
                    .orElseThrow(() -> Failure.input(
                            folder + ": '" + rest.substring(1) + "' is no version (PEP 440), as patches of " + name));
            if (of.isSameAs(version.publicVersion())) {
                if (own != null) {
                    throw Failure.input(folder + ": is a second folder for that version, beside " + own
                            + "; fromager applies the patches of one of them");
                }
                own = folder;
                folders.add(folder);
            }
        }
        for (Path folder : folders) {
            add(folder, inputs);
            if (Files.isDirectory(folder.resolve(variant))) {
                add(folder.resolve(variant), inputs);
            }
        }
        return inputs;
    }

    private void add(Path folder, SortedMap<String, String> inputs) {
        for (Path patch : Folders.filesIn(folder, ".patch")) {
            String digest = digests.computeIfAbsent(
                    patch, file -> Digest.of(Folders.bytes(file)).hex());
            inputs.merge("patch " + patch.getFileName(), digest, (first, second) -> first + " " + second);
        }
    }
}
