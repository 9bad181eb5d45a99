package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.model.Failure;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphFileTest {

    private static final Path FILE = Path.of("graph.json");

    /** app builds with tool, which needs base installed; base and other need each other installed. */
    static final String GOOD = """
            {"": {"download_url": "", "pre_built": false, "version": "0", "canonicalized_name": "", "constraint": null,
              "edges": [{"key": "app==1.0", "req_type": "toplevel", "req": "app"}]},
             "app==1.0": {"download_url": "https://example.com/app-1.0.tar.gz#sha256=%s", "pre_built": false,
              "version": "1.0", "canonicalized_name": "app", "edges": [
               {"key": "tool==2.0", "req_type": "build-system", "req": "tool>=1"},
               {"key": "tool==2.0", "req_type": "build-system", "req": "tool>=1"},
               {"key": "other==3.0", "req_type": "install", "req": "other[x]"}]},
             "tool==2.0": {"download_url": "", "pre_built": true, "version": "2.0", "canonicalized_name": "tool",
              "edges": [{"key": "base==1.0", "req_type": "install", "req": "base"}]},
             "base==1.0": {"download_url": "", "pre_built": false, "version": "1.0", "canonicalized_name": "base",
              "edges": [{"key": "other==3.0", "req_type": "install", "req": "other"}]},
             "other==3.0": {"download_url": "", "pre_built": false, "version": "3.0", "canonicalized_name": "other",
              "edges": [{"key": "base==1.0", "req_type": "install", "req": "base"}]},
             "lost==1.0": {"download_url": "", "pre_built": false, "version": "1.0", "canonicalized_name": "lost",
              "edges": []}}
            """.formatted("a".repeat(64));

    static FromagerGraph parse(String text) {
        return GraphFile.parse(FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenThereIsRead() {
        FromagerGraph graph = parse(GOOD);
        FromagerGraph.Node app = graph.node("app==1.0");
        assertThat(app.edges()).as("each edge once").hasSize(2);
        assertThat(app.fileName()).isEqualTo("app-1.0.tar.gz");
        assertThat(app.digest()).isEqualTo("a".repeat(64));
        assertThat(graph.nodes()).as("nothing leads to lost").doesNotContainKey("lost==1.0");
        assertThat(graph.buildEnvironment(app))
                .extracting(sight -> sight.node().key())
                .as("the tool and all that it needs installed")
                .containsExactly("tool==2.0", "base==1.0", "other==3.0");
        assertThat(graph.buildEnvironment(app).get(1).words())
                .isEqualTo("build-system requirement tool>=1, of which tool==2.0 requires base");
        assertThat(graph.installed(graph.node("base==1.0")))
                .extracting(sight -> sight.node().key())
                .as("a cycle of installs leads not to itself")
                .containsExactly("other==3.0");
        assertThat(List.copyOf(graph.nodes().keySet()).indexOf("app==1.0"))
                .as("after all that builds it")
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"pre_built\": true, |  | 'tool==2.0': 'pre_built' is missing",
                "\"version\": \"2.0\", | | 'tool==2.0': 'version' is missing",
                ", \"canonicalized_name\": \"tool\" | | 'tool==2.0': 'canonicalized_name' is missing",
                "\"canonicalized_name\": \"tool\" | \"canonicalized_name\": \"Tool\" | 'Tool' is no canonical name",
                "\"canonicalized_name\": \"tool\" | \"canonicalized_name\": \"tool2\" | its key is not its name and version, tool2==2.0",
                "\"version\": \"2.0\" | \"version\": \"x\" | 'tool==2.0', version: 'x' is no version",
                "\"version\": \"2.0\" | \"version\": 2 | 'tool==2.0', version: is no text",
                "\"key\": \"other==3.0\", \"req_type\": \"install\", \"req\": \"other\" | \"key\": \"gone==1\", \"req_type\": \"install\", \"req\": \"other\" | 'base==1.0', edges[0], key: 'gone==1' is no node of this graph",
                "\"req_type\": \"toplevel\" | \"req_type\": \"wish\" | '', edges[0], req_type: 'wish' is no type of requirement",
                "\"req\": \"tool>=1\" | \"rek\": \"tool>=1\" | 'app==1.0', edges[0]: 'req' is missing",
                "\"edges\": [{\"key\": \"app==1.0\" | \"edgs\": [{\"key\": \"app==1.0\" | '': 'edges' is missing",
                "\"\": { | \"x\": { | has no node \"\", the root",
                "{\"\": { | [{\"\": { | graph.json: is no JSON object",
                "\"pre_built\": true, | \"pre_built\": tru, | graph.json: line",
                "\"tool==2.0\": { | \"app==1.0\": { | line 8: a second 'app==1.0'",
            })
    void errorsSayWhereAndWhat(String old, String text, String error) {
        String broken =
                GOOD.replace(old.strip(), text == null ? "" : text.strip()).replace(", ,", ",");
        assertThat(broken).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> parse(broken))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.INPUT))
                .hasMessageContaining("graph.json")
                .hasMessageContaining(error.strip());
    }

    @Test
    void aCycleOfBuildsIsShown() {
        String cycle = GOOD.replace(
                "\"req_type\": \"install\", \"req\": \"base\"}]},\n \"base",
                "\"req_type\": \"install\", \"req\": \"base\"}, {\"key\": \"app==1.0\", \"req_type\": \"build-backend\", \"req\": \"app\"}]},\n \"base");
        assertThatThrownBy(() -> parse(cycle)).hasMessageContaining("form a cycle: app==1.0 -> tool==2.0 -> app==1.0");
    }

    /** Nothing comes out of a damaged file but a graph or a failure that names the file. */
    @Test
    void damagedFilesAreToldOf() {
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(1);
        List<String> words =
                List.of("\"\"", "{", "}", "[", ",", "null", "\"key\":", "\"app==1.0\"", "-1", "\\u0000", "1e999");
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] file = good.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                int at = random.nextInt(file.length);
                switch (random.nextInt(4)) {
                    case 0 -> file[at] = (byte) random.nextInt();
                    case 1 -> file = Arrays.copyOf(file, 1 + random.nextInt(file.length));
                    case 2 -> {
                        int size = Math.min(20, file.length - at);
                        System.arraycopy(file, random.nextInt(file.length - size + 1), file, at, size);
                    }
                    default -> {
                        byte[] word = words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
                        byte[] longer = Arrays.copyOf(file, file.length + word.length);
                        System.arraycopy(file, at, longer, at + word.length, file.length - at);
                        System.arraycopy(word, 0, longer, at, word.length);
                        file = longer;
                    }
                }
            }
            try {
                GraphFile.parse(FILE, file);
                read++;
            } catch (Failure failure) {
                assertThat(failure.kind()).isEqualTo(Failure.Kind.INPUT);
                assertThat(failure.getMessage()).startsWith("graph.json: ");
            }
        }
        assertThat(read).as("some damages leave a graph").isBetween(100, 15_000);
    }

    @Test
    void deepAndLongFilesDoNotOverflow() {
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000))).isInstanceOf(Failure.class);
        StringBuilder chain = new StringBuilder(
                "{\"\": {\"edges\": [{\"key\": \"p0==1\", \"req_type\": \"toplevel\", \"req\": \"p0\"}]}");
        int length = 5_000;
        for (int i = 0; i < length; i++) {
            String edges = i + 1 == length
                    ? ""
                    : "{\"key\": \"p%d==1\", \"req_type\": \"build-system\", \"req\": \"p\"}".formatted(i + 1);
            chain.append(
                    ", \"p%d==1\": {\"download_url\": \"\", \"pre_built\": false, \"version\": \"1\", \"canonicalized_name\": \"p%d\", \"edges\": [%s]}"
                            .formatted(i, i, edges));
        }
        assertThat(parse(chain + "}").nodes().keySet().iterator().next()).isEqualTo("p4999==1");
    }

    /** The real graphs, if the samples are there. */
    @Test
    void realGraphsAreRead() throws IOException {
        Path samples = Cutoff.root().getParent().resolve("shared/samples/fromager");
        Skips.unless(Files.isDirectory(samples), "the samples of fromager runs are not here");
        List<Path> graphs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(samples)) {
            files.filter(file -> file.toString().endsWith("graph.json")).forEach(graphs::add);
        }
        assertThat(graphs).hasSizeGreaterThan(5);
        for (Path file : graphs) {
            FromagerGraph graph = GraphFile.read(file);
            assertThat(graph.nodes()).as(file.toString()).isNotEmpty();
        }
        FromagerGraph largest = GraphFile.read(samples.resolve("run2/graph.json"));
        assertThat(largest.nodes()).hasSize(23);
        FromagerGraph.Node scm = largest.nodes().values().stream()
                .filter(node -> node.name().equals("setuptools-scm"))
                .findFirst()
                .orElseThrow();
        assertThat(scm.edges()).as("edges that fromager wrote twice are one").doesNotHaveDuplicates();
    }
}
