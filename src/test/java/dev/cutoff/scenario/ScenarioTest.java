package dev.cutoff.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Golden;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of src/test/scenarios, run; and the table over them in docs/scenarios.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ScenarioTest {

    private static final String NEEDS = "# needs ";

    /** Of a further scenario of its class, or one whose class has smaller tests: it runs with ./test --long, and when it is named. */
    private static final String LONG = "# long";

    /** Asked for by ./test --long. */
    private static final boolean THOROUGH =
            Boolean.getBoolean("scenarios.table") || Boolean.getBoolean("update.golden");

    private final Map<String, List<ScenarioRunner.Row>> rows = new ConcurrentSkipListMap<>();

    @TempDir
    private static Path common;

    private static Path knowing;

    /** A store that knows this machine's tools, which each scenario's store begins as: to look through them takes long. */
    @BeforeAll
    static void tools() throws IOException {
        Skips.unlessInstalled("bwrap", "strace", "cc", "c++", "make", "ar", "objcopy");
        Path workspace = Files.createDirectory(common.resolve("ws"));
        Files.createDirectory(workspace.resolve("tools"));
        knowing = common.resolve("store");
        Files.writeString(workspace.resolve("cutoff.toml"), """
                [unit.tools]
                source = "tools"
                build = ["cc -o a a.c", "c++ -o b b.cc", "cc -c a.c", "ar rc a.a a.o", "install a b a.a $OUT"]
                """);
        Files.writeString(workspace.resolve("tools/a.c"), "int main(void) { return 0; }\n");
        Files.writeString(workspace.resolve("tools/b.cc"), "#include <iostream>\nint main() { std::cout << 1; }\n");
        Cutoff.Run run = Cutoff.run(workspace, Map.of(), "build", "--store", knowing.toString());
        assertThat(run.exitCode()).as(run.all()).isZero();
    }

    static Stream<Arguments> scenarios() throws IOException {
        // -Dscenario=T0,V15 runs those whose names begin so.
        List<String> wanted = List.of(System.getProperty("scenario", "").split(",", -1));
        List<String> observers = THOROUGH ? List.of("", "strace") : List.of("");
        boolean all = THOROUGH || !wanted.equals(List.of(""));
        return ScenarioRunner.all().stream()
                .filter(f -> all || comments(f).noneMatch(LONG::equals))
                .map(f -> f.getFileName().toString())
                .filter(f -> wanted.stream().anyMatch(f::startsWith))
                .flatMap(f -> observers.stream().map(observer -> Arguments.of(f, observer)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("scenarios")
    void scenario(String file, String observer, @TempDir Path folder) throws IOException {
        Path text = Cutoff.root().resolve("src/test/scenarios").resolve(file);
        comments(text)
                .filter(line -> line.startsWith(NEEDS))
                .forEach(line ->
                        Skips.unlessInstalled(line.substring(NEEDS.length()).split(" ")));
        Scenario scenario = Scenario.read(text);
        Cutoff.shell(folder, "cp -a '" + knowing + "' store");
        Path extra = ScenarioRunner.visibleFolder();
        try {
            List<ScenarioRunner.Row> made =
                    new ScenarioRunner(scenario, folder.toRealPath(), extra, observer, THOROUGH).run();
            if (observer.isEmpty()) {
                rows.put(file, made);
            }
        } finally {
            Cutoff.shell(folder, "rm -rf '" + extra + "'");
        }
        // A store's folders are write-protected: the temporary folder could not be removed.
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    /** What stands before the first file. */
    private static Stream<String> comments(Path scenario) {
        try {
            return Files.readAllLines(scenario).stream().takeWhile(line -> !line.startsWith("==="));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void table() throws IOException {
        Cutoff.shell(common, "chmod -R u+w .");
        // Only a run of all scenarios makes the whole table; it holds what units did that a scenario leaves free, too.
        if (THOROUGH && rows.size() == ScenarioRunner.all().size()) {
            Golden.check(Cutoff.root().resolve("docs/scenarios.md"), render());
        }
    }

    private String render() {
        StringBuilder text = new StringBuilder("""
                # Scenarios: what was needed, what was done

                Written by `ScenarioTest` (with `-Dupdate.golden=true`; `./test --long` compares it) from the files of src/test/scenarios: each row
                is a unit after one edit, built by the real command with real compilers. A rebuild is *needed* where a
                clean build gives other bits than before the edit (debug info, build ids and times in archives aside). A
                needed rebuild that is skipped fails the test, so the column of those is not shown: it is empty.

                """);
        int needed = 0;
        int needless = 0;
        int kept = 0;
        Map<String, int[]> classes = new TreeMap<>();
        List<ScenarioRunner.Row> wasted = new ArrayList<>();
        for (ScenarioRunner.Row row :
                rows.values().stream().flatMap(List::stream).toList()) {
            int[] counts = classes.computeIfAbsent(row.scenario(), c -> new int[3]);
            if (row.isNeedless()) {
                needless++;
                counts[1]++;
                wasted.add(row);
            } else if (row.action().equals("rebuild") || row.action().equals("relink")) {
                needed++;
                counts[0]++;
            } else if (row.action().equals("keep")) {
                kept++;
                counts[2]++;
            }
        }
        text.append("Needed rebuilds done: ")
                .append(needed)
                .append(". Needed rebuilds skipped: 0. Needless rebuilds: ")
                .append(needless)
                .append(". Kept: ")
                .append(kept)
                .append(".\n\n");
        text.append("| class | needed, done | needless | kept |\n| --- | ---: | ---: | ---: |\n");
        classes.forEach((id, c) -> text.append("| ")
                .append(id)
                .append(" | ")
                .append(c[0])
                .append(" | ")
                .append(c[1])
                .append(" | ")
                .append(c[2])
                .append(" |\n"));
        text.append("\n## The needless ones\n\n| class | scenario | edit | unit |\n| --- | --- | --- | --- |\n");
        for (ScenarioRunner.Row row : wasted) {
            text.append("| ")
                    .append(row.scenario())
                    .append(" | ")
                    .append(row.title())
                    .append(" | ")
                    .append(row.step())
                    .append(" | ")
                    .append(row.unit())
                    .append(" |\n");
        }
        return text.toString();
    }
}
