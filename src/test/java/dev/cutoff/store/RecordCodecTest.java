package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import dev.cutoff.testing.Gen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

    static BuildRecord random(long seed) {
        Gen gen = new Gen(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < gen.below(6); i++) {
            steps.add(new Step(
                    i,
                    gen.below(i + 1) - 1,
                    gen.below(3),
                    List.of("/usr/bin/" + gen.name(), gen.path()),
                    "/cutoff/build/" + gen.name(),
                    gen.digest(),
                    List.of(gen.path()),
                    List.of(gen.path(), gen.path()),
                    gen.below(100) / 8.0,
                    gen.oneIn(2) ? gen.name() : ""));
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
    void recordsComeBackAsTheyWere() throws IOException {
        for (long seed = 0; seed < 500; seed++) {
            BuildRecord record = random(seed);
            BuildRecord back = RecordCodec.decode(RecordCodec.encode(record)).orElseThrow();
            assertThat(back.uses()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(record.uses());
            assertThat(without(back)).as("seed %d", seed).isEqualTo(without(record));
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
        byte[] whole = RecordCodec.encode(random(7));
        for (int i = 0; i < whole.length; i++) {
            byte[] cut = java.util.Arrays.copyOf(whole, i);
            assertThat(RecordCodec.decode(cut)).as("cut at %d", i).isEmpty();
        }
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(whole)).readAllBytes();
        Gen gen = new Gen(1);
        for (int i = 0; i < 5000; i++) {
            byte[] flipped = plain.clone();
            flipped[gen.below(flipped.length)] ^= (byte) (1 << gen.below(8));
            // Whatever comes out, it is a record or nothing: no other error.
            RecordCodec.decode(zipped(flipped));
        }
    }

    @Test
    void anUnknownSchemaIsIgnored() throws IOException {
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(RecordCodec.encode(random(3)))).readAllBytes();
        assertThat(plain[0]).isEqualTo((byte) 0x08);
        plain[1] = RecordCodec.SCHEMA + 1;
        assertThat(RecordCodec.decode(zipped(plain))).isEmpty();
    }

    private static byte[] zipped(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }
}
