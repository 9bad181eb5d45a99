package dev.cutoff.abi.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * libabigail's pairs, types and symbols together, against abidiff's verdicts; the table stands in target/corpus-types.tsv.
 * What abidiff does not look at is left out: bytes of objects, weak and global, what files need themselves.
 */
class TypeCorpusTest {

    private static final Path CORPUS =
            Cutoff.root().resolve("../shared/corpus/libabigail").normalize();

    /** Rows that abidiff calls changed and that come out as no change here, each with the reason. */
    private static final Map<String, String> EXPLAINED = Map.of();

    private record Row(String name, String verdict, String ours, List<Change> changes) {}

    private static Row row(String[] fields, List<String> columns) throws Exception {
        Differ differ = new Differ(null);
        differ.compare(
                Fingerprinter.read(CORPUS.resolve(fields[0])),
                Fingerprinter.read(CORPUS.resolve(fields[1])),
                (a, b) -> Optional.empty());
        List<Change> changes = differ.judge().changes().stream()
                .filter(change -> change.what() != Change.What.CONTENT
                        && change.what() != Change.What.SYMBOL_BINDING
                        && change.what() != Change.What.NEED_ADDED
                        && change.what() != Change.What.NEED_REMOVED)
                .toList();
        boolean broken = changes.stream().anyMatch(change -> change.works() == Verdict.NO);
        return new Row(
                fields[1],
                fields[columns.indexOf("verdict")],
                broken ? "incompatible" : changes.isEmpty() ? "none" : "changed",
                changes);
    }

    @Test
    void verdictsAgreeWithAbidiff() throws Exception {
        Path verdicts = CORPUS.resolve("verdicts.tsv");
        Skips.unless(
                Files.exists(verdicts),
                "the corpus of libabigail is not beside the project (shared/corpus/libabigail)");
        List<String> lines = Files.readAllLines(verdicts);
        List<String> columns = Arrays.asList(lines.getFirst().split("\t", -1));
        List<Row> rows = new ArrayList<>();
        Map<String, Integer> table = new TreeMap<>();
        List<String> written = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Row row = row(line.split("\t", -1), columns);
            rows.add(row);
            table.merge(row.verdict + " -> " + row.ours, 1, Integer::sum);
            String first = row.changes.isEmpty() ? "" : row.changes.getFirst().text();
            written.add(String.join("\t", row.name, row.verdict, row.ours, first));
        }
        Files.write(Cutoff.root().resolve("target/corpus-types.tsv"), written);
        System.out.println("abidiff -> ours: " + table);
        assertThat(rows.stream().filter(r -> r.verdict.equals("none") && !r.ours.equals("none")))
                .as("rows without a change")
                .isEmpty();
        assertThat(rows.stream().filter(r -> r.verdict.equals("incompatible") && r.ours.equals("none")))
                .as("incompatible rows that would be missed")
                .isEmpty();
        List<Row> changed =
                rows.stream().filter(r -> r.verdict.equals("changed")).toList();
        List<Row> missed = changed.stream().filter(r -> r.ours.equals("none")).toList();
        assertThat(missed).extracting(Row::name).containsExactlyInAnyOrderElementsOf(EXPLAINED.keySet());
        assertThat(20 * missed.size()).isLessThanOrEqualTo(changed.size());
    }
}
