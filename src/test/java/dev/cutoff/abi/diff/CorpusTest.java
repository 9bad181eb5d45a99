package dev.cutoff.abi.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** libabigail's test pairs, with abidiff's verdicts on them. */
class CorpusTest {

    private static final Path CORPUS =
            Cutoff.root().resolve("../shared/corpus/libabigail").normalize();

    private static final Set<Change.What> TYPES = Set.of(Change.What.TYPE, Change.What.SIGNATURE, Change.What.VARIABLE);

    @Test
    void symbolsNeverContradictAbidiff() throws Exception {
        Path verdicts = CORPUS.resolve("verdicts.tsv");
        Skips.unless(
                Files.exists(verdicts),
                "the corpus of libabigail is not beside the project (shared/corpus/libabigail)");
        List<String> lines = Files.readAllLines(verdicts);
        List<String> columns = Arrays.asList(lines.getFirst().split("\t", -1));
        SoftAssertions soft = new SoftAssertions();
        List<String> found = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split("\t", -1);
            Fingerprint old = Fingerprinter.read(CORPUS.resolve(row[0]));
            Fingerprint now = Fingerprinter.read(CORPUS.resolve(row[1]));
            Differ differ = new Differ(null);
            differ.compare(old, now, (a, b) -> Optional.empty());
            Diff diff = differ.judge();
            String verdict = row[columns.indexOf("verdict")];
            boolean removed =
                    !row[columns.indexOf("fn_removed")].equals("0") || !row[columns.indexOf("var_removed")].equals("0");
            Verdict works = diff.works().verdict();
            if (verdict.equals("none") || verdict.equals("harmless")) {
                soft.assertThat(works)
                        .as("%s: abidiff finds nothing; %s", row[1], diff.works())
                        .isNotEqualTo(Verdict.NO);
            }
            if (removed) {
                soft.assertThat(works)
                        .as("%s: abidiff finds something removed", row[1])
                        .isEqualTo(Verdict.NO);
            }
            boolean types = diff.changes().stream().anyMatch(change -> TYPES.contains(change.what()));
            soft.assertThat(diff.isChanged())
                    .as(row[1])
                    .isEqualTo(types || !old.digest().equals(now.digest()));
            soft.assertThat(diff.changes()).as(row[1]).extracting(Change::what).doesNotContain(Change.What.OTHER);
            soft.assertThat(diff.same().verdict()).as(row[1]).isNotEqualTo(Verdict.YES);
            if (works == Verdict.NO) {
                found.add(verdict);
            }
        }
        soft.assertAll();
        assertThat(found).hasSizeGreaterThanOrEqualTo(40);
    }
}
