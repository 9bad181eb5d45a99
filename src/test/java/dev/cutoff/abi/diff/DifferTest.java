package dev.cutoff.abi.diff;

import static dev.cutoff.abi.fingerprint.Sample.library;
import static dev.cutoff.abi.fingerprint.Sample.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.model.Digest;
import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verdicts on small interfaces. */
class DifferTest {

    private static final String SONAME = "libx.so.1";

    private static Diff diff(Fingerprint old, Fingerprint now, @Nullable Binary usedBy) {
        Differ differ = new Differ(usedBy);
        differ.compare(old, now, (a, b) -> Optional.of("line 1: " + a + " -> " + b));
        return differ.judge();
    }

    /** The change's word with both verdicts on it. */
    private static List<String> words(Diff diff) {
        return diff.changes().stream()
                .map(c -> c.what().word() + " " + c.same().word() + " "
                        + c.works().word() + (c.used() ? "" : " unused"))
                .toList();
    }

    /** Notation: see Sample; the third column is what changed, whether a rebuild sees the same, whether it works. */
    @ParameterizedTest
    @CsvSource({
        "f g,          f,             symbol-removed no no",
        "f,            f g,           symbol-added unknown yes",
        "d:8,          d:16,          symbol-size no no",
        "d:16,         d:8,           symbol-size no no",
        "d:0,          d:8,           symbol-size no unknown",
        "t:8:tls,      t:16:tls,      symbol-size no no",
        "f,            f:8,           symbol-kind no no",
        "t:8:tls,      t:8,           symbol-kind no no",
        "f,            f::ifunc,      symbol-kind unknown yes",
        "c:8:common,   c:8,           symbol-kind unknown yes",
        "f,            f::notype,     symbol-kind no unknown",
        "f,            f:::weak,      symbol-binding unknown yes",
        "f@@V1 g@@V1,  f@@V2 g@@V1 h@@V2, symbol-version no no",
        "f,            f@@V1,         symbol-version no yes",
        "f@@V1 g@@V1,  f g,           symbol-version no yes",
        "f@@V1,        f@V1,          symbol-version no yes",
        "f,            f@V1,          symbol-version no no",
    })
    void oneSymbol(String old, String now, String expected) {
        Diff diff = diff(library(SONAME, old), library(SONAME, now), null);
        assertThat(words(diff)).contains(expected);
        assertThat(diff.works().verdict().word()).isEqualTo(expected.substring(expected.lastIndexOf(' ') + 1));
        assertThat(diff.isChanged()).isTrue();
    }

    @Test
    void theLoadersNames() {
        assertThat(words(diff(library("a.1", "f"), library("a.2", "f"), null))).containsExactly("soname no no");
        assertThat(words(diff(library(null, "f"), library("a.2", "f"), null))).containsExactly("soname no yes");
        assertThat(words(diff(library("a.1", "f"), library(null, "f"), null))).containsExactly("soname no unknown");
        assertThat(words(diff(library("a", "f", "l", "m"), library("a", "f", "m"), null)))
                .containsExactly("needed unknown unknown");
        assertThat(words(diff(library("a", "f", "m"), library("a", "f", "l", "m"), null)))
                .containsExactly("needed unknown yes");
        assertThat(words(diff(library("a", "f", "m", "l"), library("a", "f", "l", "m"), null)))
                .containsExactly("needed unknown unknown");
        assertThat(words(diff(library("a", "f@@V1 g@@V2"), library("a", "f@@V1"), null)))
                .containsExactly("version no no", "symbol-removed no no");
    }

    @Test
    void symbolsAloneNeverShowThatARebuildSeesTheSame() {
        Diff diff = diff(library(SONAME, "f"), library(SONAME, "f"), null);
        assertThat(diff.isChanged()).isFalse();
        assertThat(diff.same()).isEqualTo(new Judgement(Verdict.UNKNOWN, List.of("no headers were compared")));
        assertThat(diff.works())
                .isEqualTo(new Judgement(Verdict.YES, List.of("as far as symbols say", "types were not compared")));
    }

    @Test
    void whatAConsumerUsesOfIt() {
        Binary old = library(SONAME, "f g d:8 e:8 v@@V1");
        Binary user = program(SONAME, "f d* e v@V1");
        assertThat(diff(old, library(SONAME, "f d:8 e:8 v@@V1"), user).isChanged())
                .isFalse();
        assertThat(words(diff(old, library(SONAME, "g d:8 e:8 v@@V1"), user))).containsExactly("symbol-removed no no");
        assertThat(words(diff(old, library(SONAME, "f g d:9 e:8 v@@V1"), user))).containsExactly("symbol-size no no");
        assertThat(words(diff(old, library(SONAME, "f g d:8 e:9 v@@V1"), user)))
                .containsExactly("symbol-size no unknown");
        assertThat(words(diff(old, library(SONAME, "f g d:8 e:8 v@@V2"), user)))
                .containsExactly("version no no", "version unknown yes unused", "symbol-version no no");
        assertThat(words(diff(old, library(SONAME, "f g d:8 e:8 v@@V1 h"), user)))
                .containsExactly("symbol-added unknown yes unused");
        assertThat(diff(old, library("libx.so.2", "f"), program("liby.so", "z"))
                        .works()
                        .verdict())
                .isEqualTo(Verdict.YES);
        assertThat(diff(old, library("libx.so.2", "f"), program(SONAME, "z"))
                        .works()
                        .verdict())
                .isEqualTo(Verdict.NO);
        assertThat(diff(old, library(SONAME, "g d:8 e:8 v@@V1"), program(SONAME, "f?"))
                        .works()
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        // The same name and version of another library is not this one's.
        assertThat(diff(old, library(SONAME, "f g d:8 e:8"), program("liby.so", "v@V1"))
                        .isChanged())
                .isFalse();
    }

    private static Header header(String tokens) {
        return new Header(Digest.ofText(tokens), null);
    }

    private static Folder folder(Map<String, ? extends Fingerprint> files) {
        return new Folder(new TreeMap<>(files));
    }

    @Test
    void withHeadersThereIsEvidence() {
        Binary library = library(SONAME, "f");
        Diff same = diff(
                folder(Map.of("x.h", header("a"), "x.so", library)),
                folder(Map.of("x.h", header("a"), "x.so", library)),
                null);
        assertThat(same.same().verdict()).isEqualTo(Verdict.YES);
        assertThat(same.same().reasons().getFirst()).startsWith("symbols of 1 file, tokens of 1 header: all the same");
        Diff changed = diff(
                folder(Map.of("x.h", header("a"), "x.so", library)),
                folder(Map.of("x.h", header("b"), "x.so", library)),
                null);
        assertThat(words(changed)).containsExactly("header no unknown");
        assertThat(changed.same().reasons()).containsExactly("x.h: line 1: x.h -> x.h");
        assertThat(changed.works().reasons()).contains("x.h: line 1: x.h -> x.h", "types were not compared");
        Diff lines = diff(header("a"), new Header(Digest.ofText("a"), Digest.EMPTY), null);
        assertThat(words(lines)).containsExactly("header no unknown");
        Diff program = diff(
                folder(Map.of("x.h", header("a"), "x", program(SONAME, "f"))),
                folder(Map.of("x.h", header("a"), "x", program(SONAME, "f"))),
                null);
        assertThat(program.same().verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void librariesPairBySonameThenByStem() {
        Folder old = folder(Map.of(
                "lib/libx.so",
                new Link("libx.so.1.0"),
                "lib/libx.so.1",
                new Link("libx.so.1.0"),
                "lib/libx.so.1.0",
                library(SONAME, "f"),
                "lib/liby.so.7",
                library("liby.so.7", "g")));
        Folder now = folder(Map.of(
                "lib/libx.so",
                new Link("libx.so.1.2"),
                "lib/libx.so.1",
                new Link("libx.so.1.2"),
                "lib/libx.so.1.2",
                library(SONAME, "f"),
                "lib/liby.so.8",
                library("liby.so.8", "g")));
        Diff diff = diff(old, now, null);
        assertThat(diff.changes().stream().map(c -> c.file() + " " + c.what().word()))
                .containsExactly("lib/libx.so.1.2 renamed", "lib/liby.so.8 renamed", "lib/liby.so.8 soname");
        // A library that became a link to the real one goes on in that.
        Diff moved = diff(
                folder(Map.of("libx.so.1", library(SONAME, "f"))),
                folder(Map.of("libx.so.1", new Link("libx.so.1.2"), "libx.so.1.2", library(SONAME, "f"))),
                null);
        assertThat(moved.works().verdict()).isEqualTo(Verdict.YES);
        assertThat(words(moved)).containsExactly("renamed unknown yes", "file-added unknown yes");
    }

    @Test
    void filesOfAFolder() {
        Folder full = folder(Map.of(
                "a.pc",
                new Data(Digest.EMPTY, false, null),
                "a.h",
                header("a"),
                "a.so",
                library(SONAME, "f"),
                "l",
                new Link("x")));
        assertThat(words(diff(full, folder(Map.of()), null)))
                .containsExactly(
                        "file-removed no unknown",
                        "file-removed no unknown",
                        "file-removed no no",
                        "file-removed no unknown");
        assertThat(words(diff(folder(Map.of()), full, null)))
                .containsOnly("file-added unknown yes")
                .hasSize(4);
        Folder other = folder(Map.of(
                "a.pc",
                new Data(Digest.EMPTY, true, null),
                "a.h",
                new Data(Digest.EMPTY, false, null),
                "a.so",
                library(SONAME, "f"),
                "l",
                new Link("y")));
        assertThat(words(diff(full, other, null))).containsExactly("kind no no", "data no unknown", "link no unknown");
    }

    /** Who links with libx.so gets the same, whether that is the library or a link to it. */
    @Test
    void aLinkIsWhatItLeadsTo() {
        Folder real = folder(Map.of("libx.so", library(SONAME, "f"), "libx.so.1", library(SONAME, "f")));
        Folder linked = folder(Map.of("libx.so", new Link("libx.so.1"), "libx.so.1", library(SONAME, "f")));
        for (Diff diff : List.of(diff(real, linked, null), diff(linked, real, null))) {
            assertThat(words(diff)).containsExactly("link yes yes");
            assertThat(diff.works().verdict()).isEqualTo(Verdict.YES);
        }
        assertThat(diff(real, linked, null).changes().getFirst().text())
                .isEqualTo("leads to libx.so.1, and was no link before: the same");
        Folder deep = folder(Map.of(
                "lib/libx.so",
                new Link("../usr/l"),
                "usr/l",
                new Link("libx.so.1"),
                "usr/libx.so.1",
                library(SONAME, "f")));
        Folder shallow = folder(Map.of(
                "lib/libx.so",
                new Link("../usr/libx.so.1"),
                "usr/l",
                new Link("libx.so.1"),
                "usr/libx.so.1",
                library(SONAME, "f")));
        assertThat(words(diff(deep, shallow, null))).containsExactly("link yes yes");
    }

    @Test
    void aLinkToSomethingElseOrOutOfTheFolderIsNot() {
        Folder real = folder(Map.of("libx.so", library(SONAME, "f"), "libx.so.1", library(SONAME, "f")));
        Folder other = folder(Map.of("libx.so", new Link("libx.so.1"), "libx.so.1", library(SONAME, "g")));
        assertThat(words(diff(real, other, null))).contains("link yes yes", "symbol-removed no no");
        for (String target : List.of("/lib/libx.so.1", "../libx.so.1", "d/../libx.so.1", "libx.so", "nowhere", "")) {
            Folder out = folder(Map.of("libx.so", new Link(target), "libx.so.1", library(SONAME, "f")));
            assertThat(words(diff(real, out, null))).as(target).containsExactly("link no unknown");
        }
    }

    private static StaticArchive archive(boolean indexed, StaticArchive.Part... parts) {
        return new StaticArchive(false, indexed ? Digest.EMPTY : null, 0, List.of(parts));
    }

    private static StaticArchive.Part part(String name, String content, String offers) {
        return new StaticArchive.Part(name, Digest.ofText(content), library(null, offers));
    }

    @Test
    void archives() {
        StaticArchive old = archive(true, part("a.o", "1", "f"), part("b.o", "2", "g"));
        assertThat(words(diff(old, archive(true, part("a.o", "9", "f"), part("b.o", "2", "g")), null)))
                .containsExactly("member no yes");
        assertThat(words(diff(old, archive(true, part("b.o", "2", "g"), part("a.o", "1", "f")), null)))
                .containsExactly("member no yes");
        assertThat(words(diff(old, archive(false, part("a.o", "1", "f"), part("b.o", "2", "g")), null)))
                .containsExactly("index no no");
        // A symbol that moved to another member is not gone.
        assertThat(words(diff(old, archive(true, part("a.o", "9", "f g"), part("b.o", "8", "")), null)))
                .containsExactly("member no yes", "member no yes");
        assertThat(words(diff(old, archive(true, part("a.o", "1", "f")), null)))
                .containsExactly("member no yes", "symbol-removed no no");
        assertThat(words(diff(
                        old, archive(true, part("a.o", "1", "f"), part("b.o", "2", "g"), part("b.o", "3", "")), null)))
                .containsExactly("member unknown yes");
    }

    @Test
    void digestsAreTheSameExactlyWhereNothingChanged() {
        Gen gen = new Gen(7);
        int same = 0;
        for (int i = 0; i < 3000; i++) {
            Binary a = library(gen.of(List.of("a.1", "a.2")), offers(gen), needed(gen));
            Binary b =
                    gen.oneIn(3) ? library(a.soname(), offers(gen), a.needed().toArray(String[]::new)) : a;
            Diff diff = diff(a, b, null);
            assertThat(diff.isChanged()).as(a + " " + b).isEqualTo(!a.digest().equals(b.digest()));
            assertThat(diff.changes()).extracting(Change::what).doesNotContain(Change.What.OTHER);
            same += diff.isChanged() ? 0 : 1;
        }
        assertThat(same).isBetween(300, 2700);
    }

    private static String[] needed(Gen gen) {
        return gen.oneIn(2) ? new String[] {"l"} : new String[] {"l", "m"};
    }

    private static String offers(Gen gen) {
        List<String> offers = new ArrayList<>();
        for (String name : List.of("f", "g")) {
            String version = gen.of(List.of("", "@V1", "@@V1", "@@V2"));
            String rest = gen.of(List.of("", ":8", ":9", ":8:tls", "::ifunc", ":::weak"));
            if (!gen.oneIn(4)) {
                offers.add(name + version + rest);
            }
        }
        return String.join(" ", offers);
    }
}
