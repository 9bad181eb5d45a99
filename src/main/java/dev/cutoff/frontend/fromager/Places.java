package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where fromager's inputs are.
 *
 * @param settings the folder of settings by package
 * @param settingsFile global settings; null where there are none
 * @param patches the folder of patches; null where there is none
 * @param plugins folders that override plugins are installed in, or their source trees
 */
public record Places(
        Path settings,
        @Nullable Path settingsFile,
        @Nullable Path patches,
        List<Path> plugins) {

    public Places {
        plugins = List.copyOf(plugins);
    }

    /**
     * The places as they were named, else where fromager has them by default: beside the folder of settings.
     *
     * @throws Failure of kind INPUT where one that was named is not there
     */
    public static Places of(Path settings, @Nullable Path settingsFile, @Nullable Path patches, List<Path> plugins) {
        folder(settings, "--settings");
        Path beside = settings.toAbsolutePath().normalize();
        Path file = settingsFile == null ? beside.resolveSibling("settings.yaml") : settingsFile;
        if (settingsFile != null && !Files.isRegularFile(settingsFile)) {
            throw Failure.input("--settings-file " + settingsFile + ": there is no such file");
        }
        Path folder = patches == null ? beside.resolveSibling("patches") : patches;
        if (patches != null) {
            folder(patches, "--patches-dir");
        }
        plugins.forEach(plugin -> folder(plugin, "--plugins"));
        return new Places(
                settings, Files.isRegularFile(file) ? file : null, Files.isDirectory(folder) ? folder : null, plugins);
    }

    private static void folder(Path folder, String option) {
        if (!Files.isDirectory(folder)) {
            throw Failure.input(option + " " + folder + ": there is no such folder");
        }
    }
}
