package dev.cutoff.frontend.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.decide.DueCheck;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.testing.Gen;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphReaderTest {

    private static final String A = Plans.digest('a');
    private static final String B = Plans.digest('b');

    private static final String GOOD = """
            cutoff-graph/1
            # two units
            fact|0|bytes|/cutoff/deps/zlib/zlib.h|1

            fact|1|tokens|/cutoff/deps/zlib/a\\tb.h|2|scope|whole
            fact|2|bytes|/usr/bin/cc|3
            fact|3|listing|/cutoff/build/app/src|
            now|2
            artifact|0|zlib|A|0 1
            unit|zlib|
            record|7|0||2
            artifact|1|app|B||open
            unit|app|zlib
            input|build|make\\nmake install
            input|jobs|1
            source|B
            open
            policy|strict
            trust|clean
            force
            check|line 1 failed
            told|1|elsewhere
            sees|1|line 1: ä -> b
            unseen|0
            record|1|1|0|0 1@1,0 2d *0 3
            had|build|make
            lacked|jobs
            from|A
            step|-||/bin/make|all
            step|0|checking for x|cc|-c
            gap|cut short
            vouched|pinned
            incremental
            cpu|1.5
            lost
            """.replace("|A", "|" + A).replace("|B", "|" + B);

    @TempDir
    Path folder;

    @Test
    void everyLineSaysWhatItSays() {
        Plans.Read read = Plans.read(GOOD);
        StoredGraph graph = read.tables();
        assertThat(read.entries().keySet()).containsExactly("zlib", "app");
        assertThat(graph.facts().fact(1))
                .isEqualTo(new Fact(FactKind.TOKENS, "/cutoff/deps/zlib/a\tb.h", "scope", "whole", "2"));
        assertThat(graph.facts().fact(3).state()).isEmpty();
        assertThat(graph.artifacts().offers(0)).hasSize(2);
        assertThat(graph.artifacts().isClosed(0)).isTrue();
        assertThat(graph.artifacts().isClosed(1)).isFalse();
        assertThat(read.now()).containsExactly(new StoredGraph.Now(2));
        StoredGraph.Entry app = read.entries().get("app");
        assertThat(app.needs().size()).isEqualTo(1);
        assertThat(graph.names().name(app.needs().get(0))).isEqualTo("zlib");
        assertThat(app.inputs().values()).containsEntry("build", "make\nmake install");
        assertThat(app.closed()).isFalse();
        assertThat(app.forced()).isTrue();
        assertThat(app.check()).contains(new DueCheck("line 1 failed"));
        assertThat(app.told()).isEqualTo(1);
        assertThat(app.elsewhere()).isTrue();
        assertThat(app.sees()).hasSize(2);
        assertThat(app.sees().values()).extracting(s -> s.difference()).contains("line 1: ä -> b");
        StoredGraph.Stored record = app.records().get(0);
        assertThat(record.inputs().values()).hasSize(1).containsEntry("build", "make");
        assertThat(record.source().hex()).isEqualTo(A);
        assertThat(record.more().gaps()).containsExactly("cut short");
        assertThat(record.more().declared()).containsExactly("pinned");
        assertThat(record.more().lost()).isTrue();
        assertThat(record.more().cpuSeconds()).isEqualTo(1.5);
        assertThat(record.more().steps()).extracting(s -> s.display()).containsExactly("make all", "cc -c");
        StoredUses uses = new StoredUses(graph, record, graph.names().find("app"));
        assertThat(uses)
                .extracting(u -> u.evidence())
                .containsExactly(
                        Evidence.OBSERVED, Evidence.OBSERVED, Evidence.DECLARED, Evidence.ASSUMED, Evidence.OBSERVED);
        assertThat(uses.get(1).steps()).containsExactly(1, 0);
        assertThat(uses.get(3).fact()).isEqualTo(new Fact(FactKind.ARTIFACT, "/cutoff/deps/zlib", A));
        assertThat(uses.parts()).extracting(p -> p.tree()).containsExactly("zlib", null, "zlib", "");
        assertThat(uses.totals().kinds()).containsEntry(FactKind.BYTES, 2);
    }

    @Test
    void aNeedMayStandBehindItsUser() {
        assertThat(Plans.plan("cutoff-graph/1\nunit|c|a b\nunit|b|a\nunit|a\n", Plans.request())
                        .keySet())
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            unit||                       ! a unit has a name
            unit|a/b                     ! a unit has a name
            unit|x y                     ! a unit has a name
            unit|new|zlib zlib           ! named twice
            unit|new|zlib  app           ! a name is missing
            unit|app                     ! a second unit app
            unit|new|zlib|x              ! unit takes 1 to 2 fields
            unit|new\\q                  ! a backslash stands before
            fact|5|bytes|/x|1            ! this is fact 4
            fact|4|odd|/x|1              ! no kind of fact: 'odd'
            fact|4|artifact|/x|1         ! no kind of fact
            fact|4|bytes|/x              ! fact takes 4 to 6 fields
            fact|4|bytes||1              ! a fact is of an entity
            fact|4|bytes|/x\\|1          ! a backslash stands before
            fact|x|bytes|/x|1            ! a number is missing
            fact|99999999999|bytes|/x|1  ! a number is missing
            now|9                        ! no fact 9 before this line
            now|1,2                      ! items of a list are numbers
            now|1  2                     ! a number is missing
            artifact|1|app|xyz           ! this is artifact 2
            artifact|2|app|xyz           ! not a SHA-256 digest
            artifact|2|app|A|0           ! fact 0 is of no path in the artifact of app
            artifact|2|zlib|A|0|ajar     ! may stand 'open'
            artifact|2||A                ! an artifact is of a unit
            artifact|2|none|A            ! an artifact of 'none', which is no unit here
            input|a|b                    ! stands before the unit's records
            record|1|1                   ! a second record 1 of app
            record|2|0                   ! artifact 0 is one of zlib, not of app
            record|2|5                   ! no artifact 5 before
            record|2|1|1                 ! one artifact of each of its needs
            record|2|1|0 0               ! one artifact of each of its needs
            record|2|1||0                ! not among those
            record|2|1||*0               ! with which it was not built
            record|2|1|0|77              ! no fact 77 before
            record|2|1|0|2x              ! items of a list are numbers
            record|2|1|0|2@3             ! no step 3 in this record
            cpu|soon                     ! not a number of seconds
            cpu|-1                       ! not a number of seconds
            step|2||cc                   ! a step is started by one before it
            step|-                       ! step takes 2 to
            lost|x                       ! lost takes 0 fields
            policy|lax                   ! stands before the unit's records
            odd                          ! no line of a graph: 'odd'
            """)
    void aBadLineIsNamed(String line, String why) {
        String text = GOOD + line.strip().replace("|A", "|" + A) + "\n";
        // The line behind the good ones.
        long number = GOOD.lines().count() + 1;
        assertThatThrownBy(() -> Plans.read(text))
                .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.INPUT))
                .hasMessageStartingWith("g:" + number + ": ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            record|1|0          ! record belongs to a unit, and none was named yet
            unit|a;lost        ! lost belongs to a record, and a has none yet
            unit|a;policy|lax  ! no policy: lax
            unit|a;trust|no    ! no trust: no
            unit|a;source|no   ! not a SHA-256 digest
            unit|a;sees|0      ! no fact 0 before this line
            unit|a;input|x|1;input|x|2 ! a second input x
            unit|a|b            ! which is no unit
            unit|a|b;unit|b|c;unit|c|a  ! the needs of these units form a cycle: a -> b -> c -> a
            unit|a|a            ! form a cycle: a -> a
            """)
    void soIsAMisplacedOne(String lines, String why) {
        assertThatThrownBy(
                        () -> Plans.plan("cutoff-graph/1\n" + lines.strip().replace(";", "\n") + "\n", Plans.request()))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("g:")
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNoGraphOrOneOfAnotherVersionIsRefused() {
        for (String text :
                List.of("", "\n", "cutoff-graph/2\n", "cutoff-graph/1 \n", "# x\ncutoff-graph/1\n", "cutoff-graph/1")) {
            assertThatThrownBy(() -> Plans.read(text))
                    .as(text)
                    .isInstanceOf(Failure.class)
                    .hasMessageStartingWith("g:1: ");
        }
        assertThatThrownBy(() -> Plans.read("cutoff-graph/2\n"))
                .hasMessageContaining("this Cutoff reads cutoff-graph/1");
    }

    @Test
    void aFileThatWasCutShortIsRefused() {
        assertThatThrownBy(() -> Plans.read(GOOD.substring(0, GOOD.length() - 1)))
                .hasMessageContaining("cut short");
    }

    private static int planned(Path file) {
        int[] units = new int[1];
        GraphPlan.run(file, Plans.request(), outcome -> units[0]++);
        return units[0];
    }

    @Test
    void gzipIsKnownByItsFirstBytes() throws IOException {
        Path file = folder.resolve("graph");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(GOOD.replace('|', '\t').getBytes(StandardCharsets.UTF_8));
        }
        assertThat(planned(file)).isEqualTo(2);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
        assertThatThrownBy(() -> planned(file)).isInstanceOf(Failure.class).hasMessageContaining("damaged gzip");
        assertThatThrownBy(() -> planned(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> planned(folder.resolve("none"))).hasMessageContaining("there is no file");
    }

    /** Whatever the bytes are: a graph, or a failure that names file and line; a graph can be planned. */
    @Test
    void damagedFilesAreReadOrRefused() {
        byte[] good = GOOD.replace('|', '\t').getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            Gen gen = new Gen(seed);
            byte[] bytes = good.clone();
            for (int n = 1 + gen.below(4); n > 0; n--) {
                int at = gen.below(bytes.length);
                switch (gen.below(4)) {
                    case 0 -> bytes[at] = gen.bytes(1)[0];
                    case 1 ->
                        bytes[at] = (byte) gen.of(List.of('\t', '\n', ' ', '0', '9', '\\', '*', '@'))
                                .charValue();
                    case 2 -> {
                        int from = gen.below(bytes.length);
                        int length = gen.below(1 + Math.min(40, bytes.length - Math.max(from, at)));
                        System.arraycopy(good, Math.min(from, good.length - length), bytes, at, length);
                    }
                    default -> bytes = gen.oneIn(4) ? Arrays.copyOf(bytes, Math.max(1, at)) : bytes;
                }
            }
            try {
                Plans.plan(bytes, Plans.request());
                read++;
            } catch (Failure e) {
                assertThat(e.kind()).isEqualTo(Failure.Kind.INPUT);
                assertThat(e.getMessage()).as("seed " + seed).matches("(?s)g:\\d+: .*");
            }
        }
        assertThat(read).isBetween(100, 3_800);
    }
}
