package dev.cutoff.abi.wheel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.document.WheelJson;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.WheelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wheels that must not be relied on, and what is read of those that may. */
class WheelReaderTest {

    private static final String NAME = "a-1-cp312-cp312-linux_x86_64.whl";

    @TempDir
    Path folder;

    private static WheelFile wheel() {
        return new WheelFile("a", "1").file("a/__init__.py", "ONE = 1\n");
    }

    private static Wheel read(byte[] bytes) throws FormatException {
        return View.of(bytes, file -> WheelReader.read(file, NAME));
    }

    private static void refused(byte[] bytes, String... words) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(FormatException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    // Hostile and damaged zips

    @ParameterizedTest
    @ValueSource(
            strings = {"/etc/passwd", "../a.py", "a/../../b.py", "a/./b.py", "a//b.py", "a\\..\\b.py", "a/\u0001.py"})
    void namesThatLeadElsewhere(String name) {
        refused(wheel().file(name, "").bytes(), "entry");
    }

    @Test
    void twoEntriesOfOneName() {
        byte[] bytes = wheel().file("a/x1.py", "").file("a/x2.py", "").bytes();
        refused(replaced(bytes, "a/x2.py", "a/x1.py"), "a/x1.py", "entry");
    }

    private static byte[] replaced(byte[] bytes, String old, String now) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.replace(old, now).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aBomb() {
        WheelFile bomb = wheel();
        for (int i = 0; i < 5; i++) {
            bomb.file("a/" + i + ".bin", new byte[64 << 20]);
        }
        refused(bomb.bytes(), "bomb");
    }

    @Test
    void anEntryThatUnpacksToMoreThanItSays() {
        byte[] bytes = wheel().file("a/zeros.bin", new byte[100_000]).bytes();
        int directory = directory(bytes, "a/zeros.bin");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 50_000);
        refused(bytes, "a/zeros.bin");
    }

    @Test
    void aDamagedEntry() {
        byte[] bytes = wheel().bytes();
        int directory = directory(bytes, "a/__init__.py");
        bytes[directory + 16] ^= 1;
        refused(bytes, "a/__init__.py");
    }

    @Test
    void anEncryptedEntryAndOneOfAnotherMethod() {
        byte[] encrypted = wheel().bytes();
        encrypted[directory(encrypted, "a/__init__.py") + 8] |= 1;
        refused(encrypted, "a/__init__.py", "encrypted");
        byte[] packed = wheel().bytes();
        packed[directory(packed, "a/__init__.py") + 10] = 12;
        refused(packed, "a/__init__.py", "method 12");
    }

    @Test
    void aFileThatWasCutShort() {
        byte[] bytes = wheel().bytes();
        for (int size : new int[] {0, 3, bytes.length / 2, bytes.length - 1}) {
            refused(Arrays.copyOf(bytes, size), "is no zip file, or was cut short");
        }
    }

    /** Where the directory has an entry. */
    private static int directory(byte[] bytes, String name) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(name);
        return at - 46;
    }

    // RECORD and metadata

    @Test
    void recordMustFit() {
        String right = new String(wheel().files().get("a-1.dist-info/RECORD"), StandardCharsets.UTF_8);
        String line = right.lines()
                        .filter(l -> l.startsWith("a/__init__.py"))
                        .findFirst()
                        .orElseThrow() + "\n";
        refused(wheel().record("nonsense\n").bytes(), "RECORD", "three fields");
        refused(wheel().record(right.replace(line, "")).bytes(), "a/__init__.py");
        refused(wheel().record(right + line.replace("__init__", "gone")).bytes(), "a/gone.py");
        refused(wheel().record(right + line).bytes(), "is there twice");
        refused(wheel().record(right.replace(line, "a/__init__.py,,\n")).bytes(), "has no digest");
        refused(
                wheel().record(right.replace(line, "a/__init__.py,md5=aaaa,8\n"))
                        .bytes(),
                "no digest by SHA-256 or better");
        refused(
                wheel().record(right.replace(line, "a/__init__.py,sha256=" + "A".repeat(43) + ",8\n"))
                        .bytes(),
                "its digest is another");
        refused(
                wheel().record(right.replace(line, "a/__init__.py,sha256=?,8\n"))
                        .bytes(),
                "can't be read");
    }

    @Test
    void metadataMustFit() {
        Map<String, byte[]> files = wheel().files();
        files.remove("a-1.dist-info/METADATA");
        refused(WheelFile.zip(files), "METADATA");
        refused(new WheelFile("b", "1").file("a.py", "").bytes(), "another name or version");
        refused(wheel().file("c-1.dist-info/METADATA", "").bytes(), "more than one .dist-info folder");
        refused(WheelFile.zip(Map.of("a.py", new byte[0])), "no .dist-info folder");
        assertThatThrownBy(() -> View.of(wheel().bytes(), file -> WheelReader.read(file, "a.whl")))
                .isInstanceOf(FormatException.class);
    }

    // What is read

    @Test
    void whatTellsOfOneBuildAloneIsLeftOut() throws Exception {
        Wheel one = read(wheel().generator("one 1.0")
                .file("a-1.dist-info/sboms/a.json", "1")
                .bytes());
        Wheel two = read(wheel().generator("two 2.0")
                .file("a-1.dist-info/sboms/a.json", "2")
                .bytes());
        assertThat(WheelJson.document(two)).isEqualTo(WheelJson.document(one));
        Wheel other = read(wheel().file("a/__init__.py", "ONE = 2\n").bytes());
        assertThat(other.content()).isNotEqualTo(one.content());
        assertThat(other.abi()).isEqualTo(one.abi());
    }

    @Test
    void aPureWheelCanHaveABuildInterface() throws Exception {
        Wheel wheel = read(wheel().tag("py3-none-any")
                .file("a/include/a.h", "int f(void);\n")
                .bytes());
        assertThat(wheel.build()).containsOnlyKeys("a/include/a.h");
        Wheel comment = read(wheel().tag("py3-none-any")
                .file("a/include/a.h", "/* f */ int f(void);\n")
                .bytes());
        assertThat(comment.build()).isEqualTo(wheel.build());
    }

    private Path built(String place, String flags, String source) throws IOException {
        Path there = Files.createDirectories(folder.resolve(place));
        Files.writeString(there.resolve("m.c"), source);
        Cutoff.shell(there, "cc -g -O1 -shared -fPIC " + flags + " -o m.so " + there.resolve("m.c"));
        return there.resolve("m.so");
    }

    private static final String MODULE = "m.cpython-312-x86_64-linux-gnu.so";

    /** Debug sections name the folder, so the build id is another one; the run path is. */
    @Test
    void twoBuildsInDifferentFoldersAreOne() throws Exception {
        Skips.unlessInstalled("cc");
        String source = "int helper(int a) { return a + 1; }\nvoid *PyInit_m(void) { return 0; }\n";
        Path one = built("one", "-Wl,--build-id=sha1 -Wl,-rpath,/opt/one/lib", source);
        Path two = built("a/longer/place", "-Wl,--build-id=sha1 -Wl,-rpath,/opt/another/lib", source);
        assertThat(Files.mismatch(one, two)).isNotEqualTo(-1);
        Wheel first = read(wheel().file("a/" + MODULE, Files.readAllBytes(one)).bytes());
        Wheel second = read(wheel().file("a/" + MODULE, Files.readAllBytes(two)).bytes());
        assertThat(WheelJson.document(second)).isEqualTo(WheelJson.document(first));
        Path other = built("other", "", source.replace("+ 1", "+ 2"));
        Wheel third =
                read(wheel().file("a/" + MODULE, Files.readAllBytes(other)).bytes());
        assertThat(third.content()).isNotEqualTo(first.content());
    }

    private static final String MAKER = """
            void *PyCapsule_New(void *, const char *, void (*)(void *));
            static int add(int a) { return a; }
            static void *API[] = {(void *) add, (void *) add};
            void *PyInit_m(void) { return PyCapsule_New(API, "a.m._C_API", 0); }
            """;

    private static final String TABLE = """
            extern void **a_API;
            #define a_add (*(int (*)(int)) a_API[0])
            #define a_sub (*(int (*)(int, int)) a_API[1])
            #define A_CAPSULE "a.m._C_API"
            """;

    /** No row of the table of extractors knows this package. */
    @Test
    void aCapsulePackageIsReadByTheGenericExtractor() throws Exception {
        Skips.unlessInstalled("cc");
        byte[] maker = Files.readAllBytes(built("maker", "", MAKER));
        Wheel provider = read(
                wheel().file("a/" + MODULE, maker).file("a/include/a.h", TABLE).bytes());
        assertThat(provider.capi())
                .containsEntry("capsule a.m._C_API", "header a/include/a.h")
                .hasEntrySatisfying(
                        "capsule a.m._C_API slot 0", slot -> assertThat(slot).startsWith("a_add "))
                .hasEntrySatisfying(
                        "capsule a.m._C_API slot 1", slot -> assertThat(slot).startsWith("a_sub "));
        byte[] taker = Files.readAllBytes(built("taker", "", """
                void *PyCapsule_Import(const char *, int);
                void *PyInit_m(void) { return PyCapsule_Import("a.m._C_API", 0); }
                """));
        Wheel consumer = View.of(
                new WheelFile("b", "1").file("b/" + MODULE, taker).bytes(),
                file -> WheelReader.read(file, "b-1-cp312-cp312-linux_x86_64.whl"));
        ModuleNeeds needs = consumer.modules().get("b/" + MODULE);
        assertThat(needs).isNotNull();
        assertThat(needs.uses()).containsKey("name a.m._C_API");
        assertThat(Serving.uses(needs, provider)).isTrue();
        assertThat(Serving.check(needs, provider, provider)).isEmpty();
        Wheel swapped = read(wheel().file("a/" + MODULE, maker)
                .file("a/include/a.h", TABLE.replace("a_API[1]", "a_API[2]").replace("a_API[0]", "a_API[1]"))
                .bytes());
        assertThat(Serving.check(needs, provider, swapped))
                .anySatisfy(lack -> assertThat(lack).contains("slot 1"));
        Wheel gone = read(wheel().file("a/__init__.py", "").bytes());
        assertThat(Serving.check(needs, provider, gone)).isNotEmpty();
    }

    @Test
    void aCapsuleThatNoHeaderDescribesCountsByTheCodeThatMakesIt() throws Exception {
        Skips.unlessInstalled("cc");
        byte[] maker = Files.readAllBytes(built("maker", "", MAKER));
        byte[] other = Files.readAllBytes(built("other", "", MAKER.replace("return a;", "return a + 1;")));
        Wheel provider = read(wheel().file("a/" + MODULE, maker).bytes());
        assertThat(provider.capi().get("capsule a.m._C_API")).startsWith("code ");
        Wheel next = read(wheel().file("a/" + MODULE, other).bytes());
        assertThat(OfferRules.of(
                        "capsule a.m._C_API",
                        String.valueOf(provider.capi().get("capsule a.m._C_API")),
                        next.capi().get("capsule a.m._C_API")))
                .isEqualTo(OfferRules.Effect.UNKNOWN);
    }

    @Test
    void whatCantBeReadIsAGap() throws Exception {
        byte[] machO = {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 0, 0, 0, 0};
        Wheel wheel = read(wheel().file("a/m.so", machO).bytes());
        assertThat(wheel.knows(Wheel.Facet.MODULES)).isFalse();
        assertThat(wheel.gaps()).anySatisfy(gap -> assertThat(gap.file()).isEqualTo("a/m.so"));
        Wheel cut = read(wheel().file("a/m.so", new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .bytes());
        assertThat(cut.knows(Wheel.Facet.MODULES)).isFalse();
    }
}
