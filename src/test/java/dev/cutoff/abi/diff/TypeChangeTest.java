package dev.cutoff.abi.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.testing.Skips;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What explanations say of types, by the debug information of libraries and of objects. */
class TypeChangeTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("gcc", "g++");
    }

    private Surface library(String name, String source) throws Exception {
        Tool.write(folder, name + ".c", source);
        Tool.run(folder, "gcc", "-g", "-shared", "-fPIC", "-o", name + ".so", name + ".c");
        return ((Binary) Fingerprinter.read(folder.resolve(name + ".so"))).types();
    }

    private Surface object(String name, String compiler, String source) throws Exception {
        Tool.write(folder, name, source);
        Tool.run(folder, compiler, "-g", "-c", "-o", name + ".o", name);
        return MappedFile.read(folder.resolve(name + ".o"), Fingerprinter::namedTypes);
    }

    private static List<String> texts(Surface old, Surface now) {
        return TypeChange.between(old, now).stream().map(TypeChange::text).toList();
    }

    @Test
    void ofALibraryWhatItsSymbolsReach() throws Exception {
        Surface old = library("old", """
                struct inner { int a, b; };
                struct outer { struct inner *in; int c; };
                enum kind { ONE, TWO };
                int use(struct outer *o, enum kind k) { return o->in->a + k; }
                int same(void) { return 1; }
                int half(int x) { return x / 2; }
                """);
        Surface now = library("now", """
                struct inner { int b, a; };
                struct outer { struct inner *in; int c; };
                enum kind { ONE, TWO, THREE };
                int use(struct outer *o, enum kind k) { return o->in->a + k; }
                int same(void) { return 2; }
                long half(int x) { return x / 2; }
                """);
        assertThat(texts(old, now))
                .containsExactly(
                        "half: return type: int -> long",
                        "struct inner: member 'a' moved from offset 0 to 4 bytes; member 'b' moved from offset 4 to 0 bytes",
                        "enum kind: enumerator 'THREE' = 2 added");
        assertThat(TypeChange.between(old, now).getFirst().name()).isEqualTo("half");
        assertThat(TypeChange.between(old, now).get(1).name()).isEqualTo("inner");
        assertThat(texts(old, old)).isEmpty();
    }

    /** A program's object reaches types in its functions' bodies alone. */
    @Test
    void ofAnObjectAllThatItsSourceUses() throws Exception {
        String source = "int main(void) { struct p q = {0}; return q.y + (int)sizeof(struct p *); }\n";
        Surface old = object("old.c", "gcc", "struct p { int x, y; };\nstruct unused { int x; };\n" + source);
        Surface now = object("now.c", "gcc", "struct p { long x; int y; };\nstruct unused { long x; };\n" + source);
        assertThat(texts(old, now))
                .singleElement()
                .asString()
                .startsWith("struct p: ")
                .contains("member 'y' moved");
        Surface none = object("plain.c", "gcc", "int main(void) { return 0; }\n");
        assertThat(texts(old, none)).isEmpty();
        Tool.run(folder, "gcc", "-c", "-o", "bare.o", "old.c");
        Surface bare = MappedFile.read(folder.resolve("bare.o"), Fingerprinter::namedTypes);
        assertThat(bare.tier()).isEqualTo(Tier.SYMBOLS);
        assertThat(texts(bare, now)).isEmpty();
    }

    @Test
    void ofCPlusPlusClassesByTheirNamesInHeaders() throws Exception {
        String source = "int main() { static a::box<int> b; static a::shape s; return b.value + s.two(); }\n";
        String old = "namespace a { template <class T> struct box { T value; };\n"
                + "struct shape { virtual int one() { return 1; } virtual int two() { return 2; } }; }\n" + source;
        List<TypeChange> changes = TypeChange.between(
                object("old.cc", "g++", old),
                object(
                        "now.cc",
                        "g++",
                        old.replace("T value;", "int before; T value;")
                                .replace("virtual int two()", "virtual int half() { return 3; } virtual int two()")));
        assertThat(changes).extracting(TypeChange::name).contains("box", "shape");
        assertThat(changes).extracting(TypeChange::text).anyMatch(text -> text.startsWith("struct a::box<int>: "));
        assertThat(changes).extracting(TypeChange::works).contains(Verdict.NO);
    }

    /** Two definitions of one name: which one is meant is not known. */
    @Test
    void whatHasTwoDefinitionsIsNotTold() throws Exception {
        Tool.write(folder, "b.c", "struct t { long x; }; struct t two; long other(struct t *t) { return t->x; }\n");
        Tool.write(folder, "a1.c", "struct t { int x; }; int one(struct t *t) { return t->x; }\n");
        Tool.write(folder, "a2.c", "struct t { int y, x; }; int one(struct t *t) { return t->x; }\n");
        Tool.run(folder, "gcc", "-g", "-shared", "-fPIC", "-o", "1.so", "a1.c", "b.c");
        Tool.run(folder, "gcc", "-g", "-shared", "-fPIC", "-o", "2.so", "a2.c", "b.c");
        Surface first = ((Binary) Fingerprinter.read(folder.resolve("1.so"))).types();
        Surface second = ((Binary) Fingerprinter.read(folder.resolve("2.so"))).types();
        assertThat(texts(first, second)).isEmpty();
    }

    @Test
    void damagedDebugInformationTellsNothingAndThrowsNothing() throws Exception {
        Surface good = object("good.c", "gcc", "struct p { int x; } p;\n");
        Cursor bytes = Cursor.copyOf(java.nio.file.Files.readAllBytes(folder.resolve("good.c.o")), "good");
        byte[] damaged = bytes.bytesAt(0, bytes.size());
        for (int at = 64; at < damaged.length; at += 7) {
            damaged[at] ^= 0x55;
            try {
                TypeChange.between(good, Fingerprinter.namedTypes(Cursor.copyOf(damaged, "damaged")));
            } catch (dev.cutoff.abi.FormatException e) {
                // what damaged files are meant to give
            }
            damaged[at] ^= 0x55;
        }
    }
}
