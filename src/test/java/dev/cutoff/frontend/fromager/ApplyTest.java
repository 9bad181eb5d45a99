package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.document.Json;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three ways to make fromager do what a plan says. */
class ApplyTest {

    @TempDir
    Path folder;

    private Fleet fleet;
    private Path kept;
    private Path stale;
    private Path waiting;

    @BeforeEach
    void wheels() throws IOException {
        fleet = new Fleet(folder);
        Path cache = folder.resolve("cache");
        kept = fleet.wheel("kept_it", "1.0").write(cache);
        stale = fleet.wheel("stale", "1.0").write(cache);
        waiting = fleet.wheel("waiting", "1.0").build("2_x").write(cache);
        fleet.write("o/settings/waiting.yaml", "# ours\nchangelog:\n  '1.0':\n  - one\n  - two # of it\n");
    }

    private static String unit(
            String name, String version, String action, Path wheel, int entries, boolean reused, boolean preBuilt)
            throws IOException {
        return """
                {"unit": "%s==%s", "action": "%s", "reasons": [{"text": "because  of\\n\\"it\\""}],
                 "fromager": {"name": "%s", "version": "%s", "wheel": "%s", "sha256": "%s", "pre_built": %s,
                  "build_number": %d, "changelog_entries": %d, "would_be_reused": %s}}""".formatted(
                        name,
                        version,
                        action,
                        name,
                        version,
                        wheel,
                        dev.cutoff.model.Digest.of(Files.readAllBytes(wheel)).hex(),
                        preBuilt,
                        entries,
                        entries,
                        reused);
    }

    private PlanFile plan(String... units) throws IOException {
        return PlanFile.read(
                fleet.write("plan.json", """
                {"schema": "cutoff.plan/1", "fromager": {"settings": "%s"}, "units": [%s]}
                """.formatted(folder.resolve("o/settings"), String.join(",", units))));
    }

    private PlanFile plan() throws IOException {
        return plan(
                unit("kept-it", "1.0", "keep", kept, 0, true, false),
                unit("stale", "1.0", "rebuild", stale, 0, true, false),
                unit("waiting", "1.0", "wait", waiting, 2, true, false));
    }

    private List<String> in(String path) throws IOException {
        if (!Files.isDirectory(folder.resolve(path))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve(path))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void seedingPutsWhatIsKeptAndTakesAwayWhatIsNot() throws IOException {
        Path downloads = folder.resolve("run/wheels-repo/downloads");
        Files.createDirectories(downloads);
        Files.copy(stale, downloads.resolve(stale.getFileName()));
        Files.copy(waiting, downloads.resolve(waiting.getFileName()));
        fleet.wheel("stale", "2.0").write(downloads);
        Files.write(downloads.resolve(kept.getFileName()), new byte[] {1});
        Files.createDirectories(folder.resolve("run/wheels-repo/simple/stale"));
        Files.createSymbolicLink(
                folder.resolve("run/wheels-repo/simple/stale").resolve(stale.getFileName()),
                Path.of("../../downloads").resolve(stale.getFileName()));
        Seeding.Result result = Seeding.run(plan(), folder.resolve("run"));
        assertThat(result.seeded()).isEqualTo(1);
        assertThat(in("run/wheels-repo/downloads"))
                .containsExactly("kept_it-1.0-0-py3-none-any.whl", "stale-2.0-0-py3-none-any.whl");
        assertThat(Files.readAllBytes(downloads.resolve(kept.getFileName()))).isEqualTo(Files.readAllBytes(kept));
        assertThat(in("run/wheels-repo/set-aside")).hasSize(3);
        assertThat(in("run/wheels-repo/simple/stale")).isEmpty();
        Seeding.Result again = Seeding.run(plan(), folder.resolve("run"));
        assertThat(again).isEqualTo(new Seeding.Result(0, 1, List.of()));
    }

    @Test
    void seedingStandsByThePlan() throws IOException {
        PlanFile plan = plan();
        Files.write(kept, new byte[] {1});
        assertThatThrownBy(() -> Seeding.run(plan, folder.resolve("run"))).hasMessageContaining("plan again");
        assertThat(folder.resolve("run")).doesNotExist();
        PlanFile preBuilt = plan(unit("stale", "1.0", "keep", stale, 0, false, true));
        assertThat(Seeding.run(preBuilt, folder.resolve("run")).seeded())
                .as("fromager downloads what is pre-built")
                .isZero();
    }

    @Test
    void changelogsGetAnEntryForWhatFromagerWouldReuse() throws IOException {
        ChangelogEdits edits = ChangelogEdits.of(plan());
        assertThat(edits.write())
                .containsExactlyInAnyOrder(
                        folder.resolve("o/settings/waiting.yaml"), folder.resolve("o/settings/stale.yaml"));
        assertThat(Files.readString(folder.resolve("o/settings/waiting.yaml")))
                .isEqualTo(
                        "# ours\nchangelog:\n  '1.0':\n  - one\n  - two # of it\n  - \"rebuild: because of \\\"it\\\"\"\n");
        assertThat(Files.readString(folder.resolve("o/settings/stale.yaml")))
                .isEqualTo("changelog:\n  \"1.0\":\n    - \"rebuild: because of \\\"it\\\"\"\n");
        assertThatThrownBy(() -> ChangelogEdits.of(plan())).hasMessageContaining("when the plan was made; plan again");
        PlanFile others = plan(
                unit("stale", "1.0", "rebuild", stale, 1, false, false),
                unit("kept-it", "1.0", "keep", kept, 0, true, false));
        assertThat(ChangelogEdits.of(others).count())
                .as("it has another build tag, so fromager builds it")
                .isZero();
    }

    @Test
    void theSameAsAPatch() throws IOException {
        Skips.unlessInstalled("patch");
        String before = Files.readString(folder.resolve("o/settings/waiting.yaml"));
        Path patch = fleet.write("changes.patch", ChangelogEdits.of(plan()).patch());
        assertThat(Files.readString(folder.resolve("o/settings/waiting.yaml"))).isEqualTo(before);
        assertThat(folder.resolve("o/settings/stale.yaml")).doesNotExist();
        Cutoff.shell(Path.of("/"), "patch -p1 <'" + patch + "'");
        ChangelogEdits.of(plan(unit("stale", "1.0", "rebuild", stale, 1, false, false)));
        assertThat(Files.readString(folder.resolve("o/settings/waiting.yaml")))
                .isEqualTo(before + "  - \"rebuild: because of \\\"it\\\"\"\n");
        assertThat(folder.resolve("o/settings/stale.yaml")).exists();
    }

    @Test
    void nothingIsWrittenWhereOneFileCantBeEdited() throws IOException {
        fleet.write("o/settings/waiting.yaml", "a: &a\n- one\n- two\nchangelog:\n  '1.0': *a\n");
        assertThatThrownBy(() -> ChangelogEdits.of(plan())).hasMessageContaining("waiting.yaml: line 5");
        assertThat(folder.resolve("o/settings/stale.yaml")).doesNotExist();
    }

    @Test
    void othersAreNoPlans() throws IOException {
        for (Map.Entry<String, String> wrong : Map.of(
                        "{\"schema\": \"cutoff.plan/2\"}", "schema: is 'cutoff.plan/2'; read is cutoff.plan/1",
                        "{\"schema\": \"cutoff.plan/1\", \"units\": []}", "is no plan of cutoff fromager plan",
                        "{}", "'schema' is missing")
                .entrySet()) {
            assertThatThrownBy(
                            () -> PlanFile.read(Json.parse("p", wrong.getKey().getBytes(StandardCharsets.UTF_8))))
                    .hasMessageContaining(wrong.getValue());
        }
    }
}
