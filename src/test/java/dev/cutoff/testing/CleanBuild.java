package dev.cutoff.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.build.Engine;
import dev.cutoff.build.Outcome;
import dev.cutoff.build.Project;
import dev.cutoff.build.Request;
import dev.cutoff.build.Session;
import dev.cutoff.build.Watch;
import dev.cutoff.build.Workspace;
import dev.cutoff.frontend.workspace.WorkspaceReader;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Probing;
import dev.cutoff.report.SilentProgress;
import dev.cutoff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The truth about a workspace: a copy of it elsewhere, all of which is built in empty folders, and observed by nothing. It is built by
 * this very process: to start the program takes longer than most of these builds, and there is one to each build that is tested.
 */
public final class CleanBuild {

    private final Path workspace;
    private final Path store;

    /** @param folder an empty one, or one that does not exist */
    public CleanBuild(Path folder) throws IOException {
        this.workspace = Files.createDirectories(folder.resolve("ws")).toRealPath();
        this.store = folder.resolve("store");
    }

    public Path workspace() {
        return workspace;
    }

    public Path out(String path) {
        return workspace.resolve(".cutoff/out").resolve(path);
    }

    /** Builds all units of a workspace, and expects that to succeed. */
    public CleanBuild mustBuild(Path original) {
        assertThat(build(original)).as("exit code of the clean build").isZero();
        return this;
    }

    /**
     * Builds all units of a workspace.
     *
     * @return the exit code that the program would end with
     */
    public int build(Path original) {
        Cutoff.shell(
                workspace,
                "find . -mindepth 1 -maxdepth 1 ! -name .cutoff -exec rm -rf {} +; (cd '" + original
                        + "' && tar cf - --exclude=./.cutoff .) | tar xf -");
        try (Store opened = Store.open(store)) {
            Project project = WorkspaceReader.read(workspace);
            try (Workspace.Hold _ = new Workspace(project.root()).hold(holder -> {})) {
                Engine engine = new Engine(new Session(project, opened), ALL, new SilentProgress());
                List<Outcome> outcomes = engine.build();
                return engine.exitCode(outcomes);
            }
        } catch (Failure e) {
            return e.kind().exitCode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Request ALL = new Request(
            List.of(),
            Set.of(Request.ALL),
            Optional.empty(),
            Optional.empty(),
            false,
            Probing.NEVER,
            Optional.of(Watch.NONE),
            Runtime.getRuntime().availableProcessors(),
            true,
            false);
}
