package dev.cutoff.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A workspace on disk with a store of its own, for tests through the real command. */
public final class Workspace {

    private final Path folder;
    private final Path store;
    private final Map<String, String> environment = new HashMap<>();

    public Workspace(Path folder, Path store) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.store = store;
    }

    public Path folder() {
        return folder;
    }

    public Path out(String path) {
        return folder.resolve(".cutoff/out").resolve(path);
    }

    public Workspace with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Workspace write(String path, String text) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String read(String path) {
        try {
            return Files.readString(folder.resolve(path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Cutoff.Run run(String... arguments) {
        return start(arguments).end(300);
    }

    public Cutoff.Running start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--store", store.toString()));
        return Cutoff.start(folder, environment, all.toArray(String[]::new));
    }

    /** Builds, and expects it to succeed. */
    public BuildResult build(String... arguments) {
        List<String> all = new ArrayList<>(List.of("build", "--json", "-"));
        all.addAll(List.of(arguments));
        Cutoff.Run run = run(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.all()).isZero();
        return BuildResult.parse(run.out());
    }
}
