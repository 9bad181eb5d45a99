package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Trust;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.store.StatCache.Stat;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.StatLog.Look;
import dev.cutoff.store.StatLog.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpToDateFileTest {

    private static final Digest DIGEST = Digest.ofText("content");
    private static final List<Scope> SCOPES = List.of(Scope.values());

    private static Outcome outcome(Action action, Reason reason) {
        Decision decision = new Decision(
                "unit",
                action,
                List.of(reason),
                new Decision.RecordId(7, DIGEST),
                "3 facts hold (3 bytes), of record 7");
        return new Outcome(decision, Optional.of(Trust.CLEAN), 0, 0, 12.5, "");
    }

    private static UpToDateFile.Content content(int looks) {
        List<Look> seen = new ArrayList<>();
        for (int i = 0; i < looks; i++) {
            Stat stat = new Stat(0100644 + i, i, -i, Long.MAX_VALUE - i, i * 1_000_000_007L, Long.MIN_VALUE + i);
            String path = "/ws/" + (i % 3 == 0 ? "äöü/" : "src/") + "f".repeat(i % 300) + i;
            seen.add(new Look(path, SCOPES.get(i % 4), i % 5 == 0 ? Optional.empty() : Optional.of(stat)));
        }
        return new UpToDateFile.Content(
                "key\nof it",
                1,
                2,
                UpToDateFile.blocks(seen),
                List.of(new StatLog.Hashed("/usr/bin/cc", new Stat(1, 2, 3, 4, 5, 6), DIGEST)),
                List.of(new HostFiles.Answer(FactKind.BYTES, "/usr/bin/cc", DIGEST.hex() + "+x")),
                List.of(outcome(Action.KEEP, Reason.of(Reason.Kind.HOLDS, "all holds"))));
    }

    private static List<Look> looks(UpToDateFile.Content content) throws IOException {
        List<Look> looks = new ArrayList<>();
        for (ByteBuffer block : content.blocks()) {
            assertThat(UpToDateFile.looks(block, looks::add)).isTrue();
        }
        return looks;
    }

    @Test
    void comesBackAsItWas() throws Exception {
        UpToDateFile.Content content = content(1500);
        UpToDateFile.Content read =
                UpToDateFile.decode(UpToDateFile.encode(content)).orElseThrow();
        assertThat(read.key()).isEqualTo(content.key());
        assertThat(read.made()).isEqualTo(1);
        assertThat(read.until()).isEqualTo(2);
        assertThat(read.blocks()).hasSize(3);
        assertThat(looks(read)).hasSize(1500).isEqualTo(looks(content));
        assertThat(read.hashes()).isEqualTo(content.hashes());
        assertThat(read.answers()).isEqualTo(content.answers());
        assertThat(read.outcomes()).isEqualTo(content.outcomes());
    }

    @Test
    void aLookThatDiffersEndsIt() throws Exception {
        int[] seen = new int[1];
        assertThat(UpToDateFile.looks(content(10).blocks().get(0), look -> ++seen[0] < 4))
                .isFalse();
        assertThat(seen[0]).isEqualTo(4);
    }

    @Test
    void oneBitAnywhereAndEveryCut() {
        byte[] bytes = UpToDateFile.encode(content(20));
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= (byte) (1 << bit);
                assertThat(UpToDateFile.decode(damaged)).isEmpty();
            }
            assertThat(UpToDateFile.decode(Arrays.copyOf(bytes, i))).isEmpty();
        }
        assertThat(UpToDateFile.decode(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
    }

    @Test
    void keepsForNoOtherReasonAlone() {
        assertThat(UpToDateFile.isPlain(outcome(Action.KEEP, Reason.of(Reason.Kind.HOLDS, "all holds"))))
                .isTrue();
        assertThat(UpToDateFile.isPlain(outcome(Action.KEEP, Reason.of(Reason.Kind.CHECK, "if its check passes"))))
                .isFalse();
        assertThat(UpToDateFile.isPlain(outcome(Action.REBUILD, Reason.of(Reason.Kind.HOLDS, "all holds"))))
                .isFalse();
    }
}
