package dev.cutoff.abi.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Tool;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule on changed types, both ways: what was built against the one on the other, and the other way round. */
class TypeDiffTest {

    /**
     * A change.
     *
     * @param old C, or C++ where it says class or template
     * @param there the verdict works for old to new; {@code none} for no change at all
     * @param back the same for new to old
     * @param text a part of what is said of old to new
     */
    record Row(String old, String now, String there, String back, String text) {
        @Override
        public String toString() {
            return old + " => " + now;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                // Functions.
                new Row("int f(int a) {return a;}", "int f(int b) {return b;}", "none", "none", ""),
                new Row("int f(int a) {return a;}", "int f(const int a) {return a;}", "none", "none", ""),
                new Row(
                        "int f(int a) {return a;}",
                        "int f(int a, int b) {return a+b;}",
                        "no",
                        "no",
                        "f: parameter 2 (int) added"),
                new Row(
                        "int f(int a) {return a;}",
                        "long f(int a) {return a;}",
                        "no",
                        "no",
                        "return type: int -> long"),
                new Row(
                        "int f(int a) {return a;}",
                        "int f(unsigned a) {return a;}",
                        "unknown",
                        "unknown",
                        "parameter 1: int -> unsigned int"),
                new Row(
                        "int f(int a) {return a;}",
                        "int f(float a) {return a;}",
                        "no",
                        "no",
                        "parameter 1: int -> float"),
                new Row(
                        "int f(char *a) {return *a;}",
                        "int f(const char *a) {return *a;}",
                        "yes",
                        "yes",
                        "char * -> const char *"),
                new Row("int f(void *a) {return !a;}", "int f(int *a) {return !a;}", "yes", "yes", "void * -> int *"),
                new Row("int f(int *a) {return !a;}", "int f(long *a) {return !a;}", "no", "no", "int * -> long *"),
                new Row(
                        "int f(int a) {return a;}",
                        "int f(int a, ...) {return a;}",
                        "no",
                        "no",
                        "takes more arguments now"),
                new Row(
                        "typedef int t; t f(t a) {return a;}",
                        "typedef int u; u f(int a) {return a;}",
                        "none",
                        "none",
                        ""),
                new Row(
                        "int f(int a) {return a;}",
                        "int f(int a) {return a;} int g(void) {return 0;}",
                        "yes",
                        "no",
                        "g added"),
                // Structs, reached by pointer and by value.
                struct(
                        "int a;",
                        "int a; int b;",
                        "unknown",
                        "no",
                        "struct s: size 4 -> 8 bytes; member 'b' added at offset 4; reached from f (parameter 1)"),
                value("int a;", "int a; int b;", "no", "no", "size 4 -> 8 bytes"),
                struct("int a; int b;", "int b; int a;", "no", "no", "member 'a' moved from offset 0 to 4 bytes"),
                struct("int a; int b;", "int a; int c;", "yes", "yes", "member 'b' is named 'c' now"),
                struct("int a; void *p;", "int a; int *p;", "yes", "yes", "member 'p': void * -> int *"),
                struct("int a; long p;", "int a; int x; long p;", "unknown", "no", "member 'x' added at offset 4"),
                struct(
                        "int a : 3; int b : 3;",
                        "int a : 4; int b : 3;",
                        "no",
                        "no",
                        "member 'a' moved from bit 0:3 to bit 0:4"),
                struct("int a;", "union { int a; char c; };", "yes", "no", "member 'c' added at offset 0"),
                struct("int a[2];", "int a[3];", "no", "no", "int [2] -> int [3]"),
                struct(
                        "int a; struct o *p;",
                        "int a; struct o { int x; } *p;",
                        "yes",
                        "unknown",
                        "struct o: was opaque and is defined now"),
                struct("char c; int a;", "char c; _Alignas(16) int a;", "no", "no", "moved from offset 4 to 16 bytes"),
                new Row(
                        "union u {int a;}; int f(union u *u) {return u->a;}",
                        "union u {int a; char c;}; int f(union u *u) {return u->a;}",
                        "yes",
                        "no",
                        "member 'c' added at offset 0"),
                new Row(
                        "struct s {struct s *n; int a;}; int f(struct s *s) {return s->n->a;}",
                        "struct s {struct s *n; long a;}; int f(struct s *s) {return s->n->a;}",
                        "no",
                        "no",
                        "member 'a': int -> long"),
                // Enumerations.
                enumeration("A, B", "A, B, C", "yes", "no", "enumerator 'C' = 2 added"),
                enumeration("A, B", "B, A", "no", "no", "enumerator 'A': 0 -> 1"),
                enumeration("A, B", "A, C", "yes", "yes", "enumerator 'B' = 1 is named 'C' now"),
                enumeration("A, B", "A, B = 0x7fffffffffff", "no", "no", "representation"),
                // Data.
                new Row("int v;", "int *v;", "no", "no", "v: data of 4 bytes, now of 8"),
                new Row("int v;", "unsigned v;", "unknown", "unknown", "v: type: int -> unsigned int"),
                // C++.
                new Row(
                        "class c {public: virtual int f(); virtual int g();}; int c::f() {return 1;} int c::g() {return 2;}",
                        "class c {public: virtual int g(); virtual int f();}; int c::f() {return 1;} int c::g() {return 2;}",
                        "no",
                        "no",
                        "virtual function _ZN1c1fEv moved from slot 0 to slot 1"),
                new Row(
                        "class c {public: virtual int f(); int x;}; int c::f() {return x;}",
                        "class c {public: virtual int f(); virtual int g(); int x;}; int c::f() {return x;} int c::g() {return x;}",
                        "no",
                        "no",
                        "virtual function _ZN1c1gEv added at slot 1"),
                new Row(
                        "class c {public: int x;}; int f(c c) {return c.x;}",
                        "class c {public: int x; ~c();}; c::~c() {} int f(c c) {return c.x;}",
                        "no",
                        "no",
                        "how it is copied and passed"),
                new Row(
                        "class b {public: int x;}; class c : public b {public: int y;}; int f(c *c) {return c->y;}",
                        "class b {public: int x;}; class c {public: int y;}; int f(c *c) {return c->y;}",
                        "no",
                        "no",
                        "base b removed"),
                new Row(
                        "class c {public: int x;}; int f(c *c) {return c->x;}",
                        "class c {int x; friend int f(c *);}; int f(c *c) {return c->x;}",
                        "none",
                        "none",
                        ""),
                new Row(
                        "namespace n {int f(int a) {return a;}} class c;",
                        "namespace n {long f(int a) {return a;}} class c;",
                        "no",
                        "no",
                        "return type: int -> long"));
    }

    private static Row struct(String old, String now, String there, String back, String text) {
        String use = "struct s {%s}; int f(struct s *s) {return !s;}";
        return new Row(use.formatted(old), use.formatted(now), there, back, text);
    }

    private static Row value(String old, String now, String there, String back, String text) {
        String use = "struct s {%s}; int f(struct s s) {return s.a;}";
        return new Row(use.formatted(old), use.formatted(now), there, back, text);
    }

    private static Row enumeration(String old, String now, String there, String back, String text) {
        String use = "enum e {%s}; int f(enum e e) {return e;}";
        return new Row(use.formatted(old), use.formatted(now), there, back, text);
    }

    @TempDir
    Path folder;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("gcc", "g++");
    }

    private Path library(String name, String source, String... more) throws Exception {
        boolean cxx = source.contains("class ");
        Tool.write(folder, name + (cxx ? ".cc" : ".c"), source);
        List<String> command = new ArrayList<>(
                List.of(cxx ? "g++" : "gcc", "-w", "-g", "-shared", "-fPIC", name + (cxx ? ".cc" : ".c"), "-o", name));
        command.addAll(List.of(more));
        Tool.run(folder, command.toArray(String[]::new));
        return folder.resolve(name);
    }

    private static Diff diff(Path old, Path now, Binary user) throws Exception {
        Differ differ = new Differ(user);
        differ.compare(Fingerprinter.read(old), Fingerprinter.read(now), (a, b) -> Optional.empty());
        return differ.judge();
    }

    private static String verdict(Diff diff) {
        return diff.changes().isEmpty() ? "none" : diff.works().verdict().word();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachRuleBothWays(Row row) throws Exception {
        Path old = library("old.so", row.old);
        Path now = library("new.so", row.now);
        Diff there = diff(old, now, null);
        assertThat(verdict(there)).as("%s", there.changes()).isEqualTo(row.there);
        assertThat(String.join("\n", there.changes().stream().map(Change::text).toList()))
                .contains(row.text);
        if (!row.there.equals("none")) {
            assertThat(there.same().verdict()).isEqualTo(row.text.endsWith("g added") ? Verdict.UNKNOWN : Verdict.NO);
        }
        Diff back = diff(now, old, null);
        assertThat(verdict(back)).as("%s", back.changes()).isEqualTo(row.back);
    }

    @Test
    void theWayIsTold() throws Exception {
        String source = "struct row {char c; %s long bytes;}; struct info {int n; struct row *row;};"
                + " void update(int a, struct info *i) {i->row->bytes = a;} void other(struct row *r) {}";
        Diff diff = diff(
                library("old.so", source.formatted("")), library("new.so", source.formatted("long between;")), null);
        assertThat(diff.changes()).singleElement().satisfies(change -> {
            assertThat(change.what()).isEqualTo(Change.What.TYPE);
            assertThat(change.subject()).isEqualTo("struct row");
            assertThat(change.text())
                    .isEqualTo("struct row: member 'bytes' moved from offset 8 to 16 bytes; size 16 -> 24 bytes; member"
                            + " 'between' added at offset 8; reached from other (parameter 1) and 1 other symbol");
        });
        String alone = source.replace(" void other(struct row *r) {}", "");
        assertThat(diff(library("old.so", alone.formatted("")), library("new.so", alone.formatted("long x;")), null)
                        .changes()
                        .getFirst()
                        .text())
                .endsWith("; reached from update (parameter 2 -> row)");
    }

    @Test
    void aConsumerSeesWhatItUses() throws Exception {
        String source = "struct s {%s}; struct t {%s}; int f(struct s *s) {return !s;} int g(struct t *t) {return !t;}";
        Path old = library("old.so", source.formatted("int a;", "int a;"), "-Wl,-soname,libx.so");
        Path now = library("new.so", source.formatted("int a;", "long a;"), "-Wl,-soname,libx.so");
        Tool.write(folder, "f.c", "int f(void *); int main(void) {return f(0);}");
        Tool.write(folder, "g.c", "int g(void *); int main(void) {return g(0);}");
        Tool.run(folder, "gcc", "f.c", "old.so", "-o", "f");
        Tool.run(folder, "gcc", "g.c", "old.so", "-o", "g");
        Diff anybody = diff(old, now, null);
        Diff f = diff(old, now, (Binary) Fingerprinter.read(folder.resolve("f")));
        Diff g = diff(old, now, (Binary) Fingerprinter.read(folder.resolve("g")));
        assertThat(anybody.works().verdict()).isEqualTo(Verdict.NO);
        assertThat(g.works().verdict()).isEqualTo(Verdict.NO);
        assertThat(f.isChanged()).isFalse();
        assertThat(f.works().verdict()).isEqualTo(Verdict.YES);
        assertThat(f.changes()).extracting(Change::used).containsExactly(false);
        Binary before = (Binary) Fingerprinter.read(old);
        Binary after = (Binary) Fingerprinter.read(now);
        Binary user = (Binary) Fingerprinter.read(folder.resolve("f"));
        assertThat(UsedTypes.of(user, before).ids()).containsOnlyKeys("f");
        assertThat(UsedTypes.of(user, before)).isEqualTo(UsedTypes.of(user, after));
        Binary other = (Binary) Fingerprinter.read(folder.resolve("g"));
        assertThat(UsedTypes.of(other, before)).isNotEqualTo(UsedTypes.of(other, after));
    }

    @Test
    void membersOfArchivesHaveTypesToo() throws Exception {
        for (String[] version : new String[][] {{"old.a", "int"}, {"new.a", "long"}}) {
            Tool.write(folder, "s.h", "struct s {int a; " + version[1] + " b;};");
            Tool.write(folder, "x.c", "#include \"s.h\"\nint x(struct s *s) {return s->a;}");
            Tool.write(folder, "y.c", "#include \"s.h\"\nint y(struct s *s) {return s->a;}");
            Tool.run(folder, "gcc", "-g", "-c", "x.c", "y.c");
            Tool.run(folder, "ar", "rcs", version[0], "x.o", "y.o");
        }
        Diff diff = diff(folder.resolve("old.a"), folder.resolve("new.a"), null);
        assertThat(diff.works().verdict()).isEqualTo(Verdict.NO);
        assertThat(diff.changes())
                .filteredOn(change -> change.what() == Change.What.TYPE)
                .isNotEmpty();
    }

    @Test
    void privateHeadersAreBehindTheBorder() throws Exception {
        Files.writeString(
                folder.resolve("public.h"), "struct p; struct seen {int a; struct p *p;}; int f(struct seen *s);");
        String source = "#include \"public.h\"\n#include \"private.h\"\nint f(struct seen *s) {return s->p->x;}";
        Files.writeString(folder.resolve("private.h"), "struct p {int x;};");
        Path old = library("old.so", source);
        Files.writeString(folder.resolve("private.h"), "struct p {long y, x;};");
        Path now = library("new.so", source);
        assertThat(diff(old, now, null).works().verdict()).isEqualTo(Verdict.NO);
        Binary was = (Binary) Fingerprinter.read(old, Set.of("public.h"));
        Binary is = (Binary) Fingerprinter.read(now, Set.of("public.h"));
        assertThat(was.evidence()).isEqualTo("headers");
        assertThat(was.types()).isEqualTo(is.types());
        // Across the border there is a difference all the same, and who asks for it can see it.
        assertThat(was.types().closure()).isNotEqualTo(is.types().closure());
        Differ differ = new Differ(null);
        differ.compare(was, is, (a, b) -> Optional.empty());
        assertThat(differ.judge().isChanged()).isFalse();
    }

    /** As in zlib: only some of the units know what is behind the border; the others' declarations have no file. */
    @Test
    void anotherUnitsDeclarationMakesNothingPublic() throws Exception {
        Files.writeString(
                folder.resolve("public.h"),
                "struct p; struct seen {int a; struct p *p;}; int f(struct seen *s); int g(struct seen *s);");
        Files.writeString(folder.resolve("declared.c"), "#include \"public.h\"\nint g(struct seen *s) {return s->a;}");
        String source = "#include \"public.h\"\n#include \"private.h\"\nint f(struct seen *s) {return s->p->x;}";
        Path[] libraries = new Path[2];
        for (int i = 0; i < 2; i++) {
            Files.writeString(folder.resolve("private.h"), "struct p {" + (i == 0 ? "" : "long y; ") + "int x;};");
            Files.writeString(folder.resolve("defined.c"), source);
            libraries[i] = folder.resolve(i + ".so");
            Tool.run(folder, "gcc", "-g", "-shared", "-fPIC", "-o", i + ".so", "declared.c", "defined.c");
        }
        Binary was = (Binary) Fingerprinter.read(libraries[0], Set.of("public.h"));
        Binary is = (Binary) Fingerprinter.read(libraries[1], Set.of("public.h"));
        assertThat(was.types()).isEqualTo(is.types());
        assertThat(was.types().closure()).isNotEqualTo(is.types().closure());
        // Its definition in a public header still counts, whoever else only declares it.
        Binary seen = (Binary) Fingerprinter.read(libraries[0], Set.of("public.h", "private.h"));
        Binary changed = (Binary) Fingerprinter.read(libraries[1], Set.of("public.h", "private.h"));
        assertThat(seen.types()).isNotEqualTo(changed.types());
    }
}
