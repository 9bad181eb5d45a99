package dev.cutoff.cli;

import dev.cutoff.frontend.fromager.Places;
import dev.cutoff.model.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where fromager's inputs and the records of its wheels are: what {@code plan} and {@code record} have in common. */
final class FromagerOptions {

    @Option(
            names = "--settings",
            paramLabel = "DIR",
            description = "The folder of settings by package (fromager's --settings-dir).")
    @Nullable
    Path settings;

    @Option(
            names = "--settings-file",
            paramLabel = "FILE",
            description = "Global settings (default: settings.yaml beside that folder, if it is there).")
    @Nullable
    Path settingsFile;

    @Option(
            names = "--patches-dir",
            paramLabel = "DIR",
            description = "The folder of patches (default: patches beside the folder of settings, if it is there).")
    @Nullable
    Path patches;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Where override plugins are installed (site-packages), or a plugin's sources; may be repeated. Without it there are none.")
    List<Path> plugins = new ArrayList<>();

    @Option(
            names = "--platform",
            paramLabel = "TAG",
            description = "What wheels are to run on, as in linux_x86_64 (default: this machine).")
    @Nullable
    String platform;

    @Option(
            names = "--records",
            paramLabel = "DIR",
            description = "The folder of records (default: fromager in the store).")
    @Nullable
    Path records;

    Places places() {
        if (settings == null) {
            throw Failure.input("--settings DIR is missing: fromager's folder of settings by package, as in"
                    + " --settings overrides/settings");
        }
        return Places.of(settings, settingsFile, patches, plugins);
    }

    String platform() {
        if (platform != null) {
            if (!platform.matches("[a-z0-9.]+_[a-z0-9_]+")) {
                throw Failure.input("--platform must be as in linux_x86_64, and is '" + platform + "'");
            }
            return platform;
        }
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return "linux_" + (machine.equals("amd64") ? "x86_64" : machine);
    }

    Path records(StoreOption store) {
        return records == null ? store.folder().resolve("fromager") : records.toAbsolutePath();
    }
}
