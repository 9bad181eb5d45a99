package dev.cutoff.abi.document;

import static dev.cutoff.abi.fingerprint.Sample.library;
import static dev.cutoff.abi.fingerprint.Sample.needing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Golden;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Fingerprints as documents, there and back. */
class InterfaceDocumentTest {

    private static Fingerprint all() {
        Digest digest = Digest.ofText("x");
        Fingerprint library = needing(
                library("libx.so.1", "data:8 f@@V1 old@V1 odd\udc80\u00e9 weak:::weak", "libc.so.6"),
                new Need("read", "GLIBC_2.2.5", "libc.so.6", false, false),
                new Need("table", null, null, true, true));
        StaticArchive archive = new StaticArchive(
                false,
                digest,
                1,
                List.of(
                        new StaticArchive.Part("a.o", digest, library(null, "f")),
                        new StaticArchive.Part("note", digest, null)));
        return new Folder(new TreeMap<>(Map.of(
                "lib/libx.so.1", library,
                "lib/libx.so", new Link("libx.so.1"),
                "lib/libx.a", archive,
                "lib/empty.a", new StaticArchive(true, null, 0, List.of()),
                "include/x.h", new Header(digest, digest),
                "x.pc", new Data(digest, false, "why \"not\""))));
    }

    @Test
    void theFormatOfVersionOne() {
        Golden.check(
                Cutoff.root().resolve("src/test/resources/golden/fingerprint.json"), InterfaceJson.document(all()));
    }

    @Test
    void aDocumentIsReadBackAsItWas() {
        assertThat(InterfaceReader.read(InterfaceJson.document(all()), "x.abi.json"))
                .isEqualTo(all());
    }

    @Test
    void whatWasEditedIsNotRead() {
        String document = InterfaceJson.document(library("libx.so.1", "f g"));
        assertThatThrownBy(() -> InterfaceReader.read(document.replace("\"f\"", "\"h\""), "x.abi.json"))
                .isInstanceOf(Failure.class)
                .hasMessage("x.abi.json: is no fingerprint that can be read: its digest is not that of its content"
                        + " (it was edited, or damaged)");
        assertThatThrownBy(() -> InterfaceReader.read(document.replace("fingerprint/1", "fingerprint/2"), "x"))
                .hasMessageContaining("its schema is cutoff.fingerprint/2; read is cutoff.fingerprint/1");
        assertThatThrownBy(() -> InterfaceReader.read("[]", "x")).hasMessageContaining("no JSON object");
        assertThatThrownBy(() -> InterfaceReader.read("{\n\"a\": }", "x")).hasMessageContaining("line 2");
    }

    @Test
    void damagedDocumentsGiveAFailureAndNothingElse() {
        String document = InterfaceJson.document(all());
        Gen gen = new Gen(11);
        String[] words = {"null", "[]", "{}", "\"", "1", "-1e9", "true", ",", "99999999999999999999", "", "x"};
        int read = 0;
        for (int i = 0; i < 5000; i++) {
            int from = gen.below(document.length());
            int to = Math.min(document.length(), from + gen.below(12));
            String damaged = document.substring(0, from) + words[gen.below(words.length)] + document.substring(to);
            try {
                InterfaceReader.read(damaged, "x");
                read++;
            } catch (Failure e) {
                assertThat(e.kind()).isEqualTo(Failure.Kind.INPUT);
            }
        }
        assertThat(read).isLessThan(1000);
        assertThatThrownBy(() -> InterfaceReader.read("{\"a\":".repeat(100_000), "x"))
                .isInstanceOf(Failure.class);
    }
}
