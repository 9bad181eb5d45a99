package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.decide.Candidate;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import dev.cutoff.testing.Gen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordCodecTest {

    @TempDir
    Path folder;

    static BuildRecord random(long seed) {
        Gen gen = new Gen(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < gen.below(6); i++) {
            Step step = new Step(
                    i,
                    gen.below(i + 1) - 1,
                    gen.below(3),
                    List.of("/usr/bin/" + gen.name(), gen.path()),
                    "/cutoff/build/" + gen.name(),
                    gen.digest(),
                    List.of(gen.path()),
                    List.of(gen.path(), gen.path()),
                    gen.below(100) / 8.0,
                    gen.oneIn(2) ? gen.name() : "");
            // By its number, so that records of given seeds stay what they are.
            steps.add(step.seeing(i % 3 == 0 ? List.of("/cutoff/build/seen " + i) : List.of())
                    .repeatableBy(i % 2 == 0 ? "/usr/bin/gcc-" + i : ""));
        }
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < gen.below(30); i++) {
            Set<Integer> by = new LinkedHashSet<>();
            for (int j = 0; j < gen.below(4); j++) {
                by.add(gen.below(300));
            }
            FactKind kind = gen.of(List.of(FactKind.values()));
            String entity = kind.isPath() ? "/" + gen.path() : gen.name();
            String state = gen.oneIn(2) ? gen.digest().hex() : gen.name();
            String scope = gen.oneIn(3) ? gen.path() : "";
            String content = gen.oneIn(3) ? gen.digest().hex() + (gen.oneIn(2) ? "+x" : "") : "";
            uses.add(new Use(
                    new Fact(kind, entity, scope, content, state),
                    gen.of(List.of(Evidence.values())),
                    List.copyOf(by)));
        }
        // A record's uses are grouped by folder when written.
        uses.sort(Comparator.comparing((Use u) -> u.fact().kind())
                .thenComparing(u -> u.fact().entity()));
        TreeMap<String, String> inputs = new TreeMap<>();
        TreeMap<String, Digest> needs = new TreeMap<>();
        for (int i = 0; i < gen.below(5); i++) {
            inputs.put(gen.name(), gen.path());
            needs.put(gen.name(), gen.digest());
        }
        return new BuildRecord(
                gen.name(),
                new Inputs(inputs),
                gen.digest(),
                needs,
                steps,
                uses,
                new Observation(
                        "strace",
                        gen.oneIn(2) ? List.of() : List.of(gen.name()),
                        List.of(gen.name()),
                        gen.oneIn(2) ? "" : gen.name()),
                gen.digest(),
                gen.of(List.of(Trust.values())),
                gen.below(1000) / 16.0,
                gen.below(1000) / 16.0,
                gen.below(1 << 30));
    }

    @Test
    void recordsComeBackAsTheyWere() {
        try (Store store = Store.open(folder)) {
            for (long seed = 0; seed < 150; seed++) {
                BuildRecord record = random(seed);
                store.commit(record, true);
                BuildRecord back = back(store, record);
                assertThat(without(back)).as("seed %d", seed).isEqualTo(without(record));
                assertThat(back.uses())
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(record.uses())
                        .hasSize(back.uses().size());
                assertThat(Totals.of(back.uses())).as("seed %d", seed).isEqualTo(Totals.of(record.uses()));
                assertThat(UseList.beyondTrees(back.uses()))
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(UseList.beyondTrees(record.uses()));
                assertThat(Store.sameKey(back)).as("seed %d", seed).isEqualTo(Store.sameKey(record));
            }
        }
    }

    private static BuildRecord back(Store store, BuildRecord record) {
        return store.candidates(record.unit()).stream()
                .map(Candidate::record)
                .filter(r -> r.artifact().equals(record.artifact()) && r.created() == record.created())
                .findFirst()
                .orElseThrow();
    }

    /** A record of this unit with facts about two folders of the machine, a need and its own sources. */
    static BuildRecord like(String unit, String need, int changed) {
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            uses.add(use("/usr/include/h" + i, i < 198 ? "1" : unit));
            uses.add(use("/usr/include/c++/h" + i, "1"));
            uses.add(use(Place.artifact(need) + "/include/h" + i, "1"));
            uses.add(use(Place.source(unit) + "/h" + i, i == changed ? "2" : "1"));
        }
        uses.add(new Use(new Fact(FactKind.EXISTS, Place.artifact(need), Fact.FOLDER), Evidence.OBSERVED, List.of(0)));
        uses.add(use("/cutoff", "fixed"));
        String all = "*.".repeat(1000);
        uses.add(new Use(new Fact(FactKind.NAMES, "/usr/include", all, "", "1"), Evidence.OBSERVED, List.of(0)));
        uses.add(new Use(new Fact(FactKind.NAMES, Place.source(unit), all, "", "1"), Evidence.OBSERVED, List.of(0)));
        return new BuildRecord(
                unit,
                new Inputs(new TreeMap<>()),
                Digest.ofText(unit),
                new TreeMap<>(Map.of(need, Digest.ofText(need))),
                List.of(),
                uses,
                new Observation("strace", List.of(), List.of(), ""),
                Digest.ofText(unit + changed),
                Trust.CLEAN,
                1,
                1,
                changed);
    }

    private static Use use(String entity, String state) {
        return new Use(
                new Fact(
                        FactKind.BYTES,
                        entity,
                        Digest.ofText(entity.replaceAll(".*/", "") + state).hex()),
                Evidence.OBSERVED,
                List.of(0));
    }

    /** Equal facts of a folder are one blob, whoever relied on them, and whatever need they are of. */
    @Test
    void recordsShareTheirSetsOfFacts() throws IOException {
        Set<Digest> one = RecordCodec.encode(like("a", "x", 0)).parts().keySet();
        Set<Digest> other = RecordCodec.encode(like("b", "y", 0)).parts().keySet();
        assertThat(one).hasSize(5);
        assertThat(other)
                .filteredOn(one::contains)
                .as("c++, the need, the sources, the text")
                .hasSize(4);
        Set<Digest> later = RecordCodec.encode(like("a", "x", 1)).parts().keySet();
        assertThat(later).filteredOn(one::contains).as("all but the sources").hasSize(4);
        try (Store store = Store.open(folder)) {
            store.commit(like("a", "x", 0), false);
            BuildRecord back = back(store, like("a", "x", 0));
            assertThat(back.uses())
                    .containsExactlyInAnyOrderElementsOf(like("a", "x", 0).uses());
            assertThat(UseList.parts(back.uses()).stream()
                            .map(part -> part.tree() + " " + (part.common() != null) + " "
                                    + part.uses().size())
                            .sorted())
                    .containsExactly(
                            " false 1",
                            " false 200",
                            "null false 1",
                            "null true 1",
                            "null true 200",
                            "null true 200",
                            "x false 201");
        }
    }

    /** What is damaged is found when it is asked for; then there is no record, and a new one can be stored. */
    @Test
    void aLostPartIsNoticedAndThenTheRecordIsNone() throws IOException {
        BuildRecord record = like("a", "x", 0);
        for (Digest part : RecordCodec.encode(record).parts().keySet()) {
            for (boolean gone : new boolean[] {true, false}) {
                try (Store store = Store.open(folder.resolve(part.brief() + gone))) {
                    store.commit(record, false);
                    BuildRecord read = back(store, record);
                    Path blob = store.blobs().path(part);
                    Files.delete(blob);
                    if (!gone) {
                        Files.writeString(blob, "damaged");
                    }
                    assertThatThrownBy(() -> read.uses().get(0)).isInstanceOf(LostPart.class);
                    assertThat(store.candidates("a")).isEmpty();
                    store.commit(record, false);
                    assertThat(back(store, record).uses()).hasSize(record.uses().size());
                }
            }
        }
    }

    @Test
    void whatStoodAfterLinesComesBack() {
        BuildRecord r = random(3);
        List<Digest> lines = List.of(Digest.ofText("one"), Digest.ofText("two"));
        BuildRecord record = new BuildRecord(
                r.unit(),
                r.inputs(),
                r.source(),
                r.needs(),
                r.steps(),
                r.uses(),
                r.observation(),
                r.artifact(),
                r.trust(),
                r.cpuSeconds(),
                r.seconds(),
                r.created(),
                r.tree(),
                r.parent(),
                r.tried(),
                lines);
        try (Store store = Store.open(folder)) {
            store.commit(record, true);
            assertThat(back(store, record).lines()).isEqualTo(lines);
        }
    }

    private static BuildRecord without(BuildRecord r) {
        return new BuildRecord(
                r.unit(),
                r.inputs(),
                r.source(),
                r.needs(),
                r.steps(),
                List.of(),
                r.observation(),
                r.artifact(),
                r.trust(),
                r.cpuSeconds(),
                r.seconds(),
                r.created());
    }

    @Test
    void damagedRecordsAreNoRecords() throws IOException {
        byte[] whole = RecordCodec.encode(random(7)).record();
        for (int i = 0; i < whole.length; i++) {
            byte[] cut = java.util.Arrays.copyOf(whole, i);
            assertThat(RecordCodec.decode(cut)).as("cut at %d", i).isEmpty();
        }
        Gen gen = new Gen(1);
        try (Store store = Store.open(folder)) {
            for (int i = 0; i < 5000; i++) {
                byte[] flipped = whole.clone();
                flipped[gen.below(flipped.length)] ^= (byte) (1 << gen.below(8));
                // Whatever comes out, it is a record or nothing: no other error.
                RecordCodec.decode(flipped).map(store.parts()::record).ifPresent(RecordCodecTest::read);
            }
        }
    }

    private static void read(BuildRecord record) {
        try {
            assertThat(record.uses().stream().filter(u -> u.fact().kind() == FactKind.CPU))
                    .hasSizeLessThan(1000);
        } catch (LostPart e) {
            // Then it is no candidate.
        }
    }

    @Test
    void damagedPartsAreNoParts() throws IOException {
        BuildRecord record = like("a", "x", 0);
        Gen gen = new Gen(2);
        for (byte[] part : RecordCodec.encode(record).parts().values()) {
            byte[] plain = new GZIPInputStream(new ByteArrayInputStream(part)).readAllBytes();
            for (int i = 0; i < 2000; i++) {
                byte[] flipped = plain.clone();
                flipped[gen.below(flipped.length)] ^= (byte) (1 << gen.below(8));
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                    zip.write(flipped);
                }
                try {
                    FactSetCodec.decode(out.toByteArray(), "", text -> "");
                    DetailCodec.decode(out.toByteArray(), List.of(), 802);
                } catch (IOException | IllegalArgumentException e) {
                    // What is read for a record turns these into a lost part.
                }
            }
        }
    }

    @Test
    void anUnknownSchemaIsIgnored() throws IOException {
        byte[] plain = RecordCodec.encode(random(3)).record();
        assertThat(plain[0]).isEqualTo((byte) 0x08);
        plain[1] = RecordCodec.SCHEMA + 1;
        assertThat(RecordCodec.decode(plain)).isEmpty();
    }

    /** A record of another schema must not stand in the way of one that can be read. */
    @Test
    void oneOfAnotherSchemaDoesNotWin() throws IOException {
        BuildRecord record = random(3);
        try (Store store = Store.open(folder)) {
            byte[] other = RecordCodec.encode(record).record();
            other[1] = RecordCodec.SCHEMA - 1;
            Digest blob = store.blobs().put(other);
            store.index().add(new Index.Entry(record.unit(), blob, Store.sameKey(record), record.artifact()), false);
            store.commit(record, false);
            assertThat(store.candidates(record.unit())).hasSize(1);
        }
    }
}
