package dev.cutoff.frontend.fromager;

import static dev.cutoff.model.Policy.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policy compatible: ext was compiled with dep's headers, Cython code, sources and archives; then dep is another one. Each rule by
 * which ext is kept has a test in which its condition does not hold.
 */
class CompatibleWheelsTest {

    private static final String MODULE = "ext.cpython-312-x86_64-linux-gnu.so";
    private static final String INIT = "void *PyInit_ext(void) { return 0; }\n";

    private static final String HEADER = """
            #ifndef DEP_H
            #define DEP_H
            #define DEP_MAX 64
            struct dep { int a; };
            int dep_f(struct dep *);
            static inline int dep_g(struct dep *d) { return d->a; }
            #ifdef DEP_WIDE
            struct dep_wide { int b; };
            #endif
            #endif
            """;

    @TempDir
    static Path compiled;

    private static Path plain;
    private static Path cython;

    @TempDir
    Path folder;

    private Fleet fleet;

    @BeforeAll
    static void compile() throws IOException {
        Skips.unlessInstalled("cc");
        Fleet fleet = new Fleet(compiled);
        // It takes capsules, and Cython has not written it.
        plain = fleet.compile(
                "plain.so",
                "",
                "void *PyCapsule_Import(const char *, int);\nstatic int helper(void) { return 1; }\n"
                        + "int (*keep)(void) = helper;\nvoid *PyInit_ext(void) { return PyCapsule_Import(\"none\", 0); }\n");
        cython = fleet.compile(
                "cython.so",
                "",
                "void *PyCapsule_Import(const char *, int);\nconst char *const name = \"cython_runtime\";\n"
                        + "void *PyInit_ext(void) { return PyCapsule_Import(name, 0); }\n");
    }

    @BeforeEach
    void fleet() throws IOException {
        fleet = new Fleet(folder);
    }

    private Fleet.Said after(Path module, UnaryOperator<Fleet.Wheel> was, UnaryOperator<Fleet.Wheel> is)
            throws IOException {
        return after(fleet.wheel("ext", "1.0").binary("ext/" + MODULE, module), was, is);
    }

    private Fleet.Said after(Fleet.Wheel consumer, UnaryOperator<Fleet.Wheel> was, UnaryOperator<Fleet.Wheel> is)
            throws IOException {
        Path dep = was.apply(fleet.wheel("dep", "1.0")).write();
        Path ext = consumer.write();
        fleet.record(dep);
        fleet.record(ext, dep);
        fleet.graph("dep 1.0", "ext 1.0: build dep 1.0");
        assertThat(fleet.plan(COMPATIBLE).work()).isEmpty();
        fleet.record(is.apply(fleet.wheel("dep", "1.1")).write());
        fleet.graph("dep 1.1", "ext 1.0: build dep 1.1");
        return fleet.plan(COMPATIBLE);
    }

    private Fleet.Said header(String old, String now) throws IOException {
        return after(
                plain,
                dep -> dep.file("dep/include/dep.h", HEADER),
                dep -> dep.file("dep/include/dep.h", HEADER.replace(old, now)));
    }

    private static void kept(Fleet.Said said) {
        assertThat(said.work()).isEmpty();
    }

    private static void rebuilt(Fleet.Said said, String why) {
        assertThat(said.work()).isEqualTo(Map.of("ext", "rebuild"));
        assertThat(said.why("ext")).contains(why);
    }

    // Headers

    @Test
    void whatHeadersDefineIsTheSame() throws IOException {
        Fleet.Said said = header("struct dep { int a; };", "struct dep { /* one */ int a; };\nint dep_new(void);");
        kept(said);
        assertThat(said.why("ext")).startsWith("dep 1.0 -> 1.1: nothing that it uses or holds code of is another");
    }

    @Test
    void aStructureIsLarger() throws IOException {
        rebuilt(header("int a; };", "long a; long b; };"), "struct dep");
    }

    @Test
    void aMacroHasAnotherValue() throws IOException {
        rebuilt(header("64", "32"), "DEP_MAX: 64 -> 32");
    }

    @Test
    void aFunctionTakesSomethingElse() throws IOException {
        rebuilt(header("dep_f(struct dep *)", "dep_f(struct dep *, int)"), "dep_f");
    }

    @Test
    void somethingIsGone() throws IOException {
        rebuilt(header("int dep_f(struct dep *);\n", ""), "dep_f removed from the headers");
    }

    @Test
    void underAConditionThatTheProbeDoesNotMeet() throws IOException {
        rebuilt(
                header("int b;", "long b;"),
                "dep/include/dep.h: what stands under conditions that do not hold here changed");
    }

    @Test
    void anInlineFunctionIsCopied() throws IOException {
        Fleet.Said said = header("return d->a;", "return d->a + 1;");
        rebuilt(said, "dep_g: code that is compiled into consumers changed");
        fleet.allowOldInline = true;
        kept(fleet.plan(COMPATIBLE));
        assertThat(fleet.plan(COMPATIBLE).plan().warnings())
                .singleElement()
                .asString()
                .contains("ext==1.0 is kept with older code")
                .contains("dep_g");
    }

    @Test
    void theOldInlineAllowanceIsForBodiesAlone() throws IOException {
        fleet.allowOldInline = true;
        rebuilt(header("int a; };", "long a; long b; };"), "struct dep");
    }

    @Test
    void headersOfCppAreNotCompiled() throws IOException {
        rebuilt(
                after(
                        plain,
                        dep -> dep.file("dep/include/dep.hpp", "namespace dep { struct A { int a; }; }\n"),
                        dep -> dep.file("dep/include/dep.hpp", "namespace dep { struct A { long a; }; }\n")),
                "dep.hpp");
    }

    @Test
    void aHeaderThatDoesNotCompile() throws IOException {
        rebuilt(
                after(
                        plain,
                        dep -> dep.file("dep/include/dep.h", "#include <not/there.h>\nstruct a { int a; };\n"),
                        dep -> dep.file("dep/include/dep.h", "#include <not/there.h>\nstruct a { long a; };\n")),
                "could not be compiled");
    }

    // Cython

    private static final String PXD = "cdef inline int dep_twice(int a):\n    return 2 * a\n";

    private Fleet.Said pxd(Path module) throws IOException {
        return after(
                module,
                dep -> dep.file("dep/__init__.pxd", PXD),
                dep -> dep.file("dep/__init__.pxd", PXD.replace("2 * a", "a + a")));
    }

    @Test
    void codeOfAPxdIsInWhatCythonWrote() throws IOException {
        rebuilt(pxd(cython), "dep/__init__.pxd: code that Cython puts into consumers changed");
    }

    @Test
    void codeOfAPxdIsInNothingElse() throws IOException {
        kept(pxd(plain));
    }

    @Test
    void whoWroteABinaryWithoutCapsulesIsNotKnown() throws IOException {
        rebuilt(pxd(fleet.compile("bare.so", "", INIT)), "code that Cython puts into consumers changed");
    }

    // What is compiled or linked in

    private Fleet.Said source(String path, String text) throws IOException {
        return after(plain, dep -> dep.file(path, text), dep -> dep.file(path, text.replace("1", "2")));
    }

    @Test
    void aShippedSourceThatLeftItsFunctions() throws IOException {
        rebuilt(
                source("dep/src/a.c", "static int helper(void) { return 1; }\n"),
                "a.c changed, and code of it may have been");
    }

    @Test
    void aShippedSourceThatLeftNone() throws IOException {
        kept(source("dep/src/a.c", "int other(void) { return 1; }\n"));
    }

    /** As numpy's table, which its headers and a source of its own define. */
    @Test
    void whatAHeaderDefinesSaysNothingOfASource() throws IOException {
        String header = "static int helper(void) { return 7; }\n";
        kept(after(
                plain,
                dep -> dep.file("dep/include/dep.h", header).file("dep/src/a.c", "int helper(void) { return 1; }\n"),
                dep -> dep.file("dep/include/dep.h", header).file("dep/src/a.c", "int helper(void) { return 2; }\n")));
    }

    private static final String PROCEDURE = "integer FUNCTION Helper(x)\n helper = 1\nend\n";

    /** Under a file of C stands what C defined; what others can bind to stands under none. */
    @Test
    void aShippedSourceOfFortran() throws IOException {
        Path exported = fleet.compile("exported.so", "", INIT + "static int c;\nint helper_(void) { return c++; }\n");
        rebuilt(fortran(exported), "b.f90 changed");
    }

    @Test
    void aHiddenProcedureOfFortran() throws IOException {
        Path hidden = fleet.compile(
                "hidden.so",
                "",
                INIT + "static int c;\n__attribute__((visibility(\"hidden\"))) int helper_(void) { return c++; }\n"
                        + "int (*keep)(void) = helper_;\n");
        rebuilt(fortran(hidden), "b.f90 changed");
    }

    /** As bottleneck's {@code ss}, which is a procedure in a source among numpy's tests, too. */
    @Test
    void aFunctionOfCWithTheNameOfAProcedure() throws IOException {
        kept(fortran(plain));
    }

    private Fleet.Said fortran(Path module) throws IOException {
        return after(
                module,
                dep -> dep.file("dep/src/b.f90", PROCEDURE),
                dep -> dep.file("dep/src/b.f90", PROCEDURE.replace("1", "2")));
    }

    @Test
    void aShippedSourceOfFortranThatLeftNothing() throws IOException {
        kept(source("dep/src/a.f90", "subroutine other(x)\n x = 1\nend subroutine\n"));
    }

    @Test
    void whatLeavesNamesThatCantBeTold() throws IOException {
        rebuilt(source("dep/src/dep.cpp", "int one = 1;\n"), "dep.cpp changed");
    }

    @Test
    void whatOnlySaysHowToCompile() throws IOException {
        kept(source("dep/lib/dep.pc", "Version: 1\n"));
    }

    @Test
    void valuesInHeadersAreCopied() throws IOException {
        rebuilt(
                source("dep/include/dep.h", "static const int one[] = {1, 3};\n"),
                "variable one: code that is compiled");
    }

    @Test
    void enumeratorsWithoutATypeAreCopied() throws IOException {
        rebuilt(source("dep/include/dep.h", "enum { DEP_ONE = 1 };\n"), "enumerators: code that is compiled");
    }

    @Test
    void enumeratorsOfATypeCountByTheirValues() throws IOException {
        rebuilt(source("dep/include/dep.h", "typedef enum { DEP_ONE = 1 } dep_e;\nint dep_f(dep_e);\n"), "DEP_ONE");
    }

    @Test
    void anArchiveWhoseCodeIsInTheBinary() throws IOException {
        byte[] one = Files.readAllBytes(archive("one", "int helper(void) { return 1; }"));
        byte[] two = Files.readAllBytes(archive("two", "int helper(void) { return 2; }"));
        rebuilt(
                after(plain, dep -> dep.file("dep/lib/libdep.a", one), dep -> dep.file("dep/lib/libdep.a", two)),
                "libdep.a changed, and code of it may have been copied");
    }

    @Test
    void anArchiveThatNothingWasTakenOf() throws IOException {
        byte[] one = Files.readAllBytes(archive("one", "int other(void) { return 1; }"));
        byte[] two = Files.readAllBytes(archive("two", "int other(void) { return 2; }"));
        kept(after(plain, dep -> dep.file("dep/lib/libdep.a", one), dep -> dep.file("dep/lib/libdep.a", two)));
    }

    private Path archive(String name, String source) throws IOException {
        fleet.write("c/" + name + ".c", source);
        Cutoff.shell(folder.resolve("c"), "cc -O1 -fPIC -c " + name + ".c && ar rcsD " + name + ".a " + name + ".o");
        return folder.resolve("c/" + name + ".a");
    }

    // Consumers that can't be read

    @Test
    void aBinaryOfAnotherSystemMayUseAnything() throws IOException {
        byte[] machO = {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 0, 0, 0, 0};
        rebuilt(
                after(
                        fleet.wheel("ext", "1.0")
                                .tag("cp312-cp312-linux_x86_64")
                                .file("ext/ext.so", machO),
                        dep -> dep.file("dep/include/dep.h", HEADER),
                        dep -> dep.file("dep/include/dep.h", HEADER.replace("int a; };", "long a; long b; };"))),
                "dep 1.0 -> 1.1");
    }

    @Test
    void aDamagedBinaryMayAskForAnything() throws IOException {
        byte[] whole = Files.readAllBytes(plain);
        byte[] damaged = Arrays.copyOf(whole, whole.length / 2);
        Path lib = fleet.compile("libdep.so", "-Wl,-soname,libdep.so", "int dep_f(void) { return 1; }\n");
        Path next = fleet.compile("next/libdep.so", "-Wl,-soname,libdep.so", "int dep_h(void) { return 1; }\n");
        byte[] one = Files.readAllBytes(lib);
        byte[] two = Files.readAllBytes(next);
        rebuilt(
                after(
                        fleet.wheel("ext", "1.0")
                                .tag("cp312-cp312-linux_x86_64")
                                .file("ext/" + MODULE, damaged),
                        dep -> dep.file("dep/libdep.so", one),
                        dep -> dep.file("dep/libdep.so", two)),
                "unknown: what it asks for");
    }

    @Test
    void aStaticProgramWasCompiledToo() throws IOException {
        fleet.write("c/static.c", "void _start(void) { for (;;) { } }\n");
        Cutoff.shell(folder.resolve("c"), "cc -nostdlib -static -o static static.c");
        byte[] program = Files.readAllBytes(folder.resolve("c/static"));
        rebuilt(
                after(
                        fleet.wheel("ext", "1.0").tag("py3-none-linux_x86_64").file("ext/bin/static", program),
                        dep -> dep.file("dep/include/dep.h", HEADER),
                        dep -> dep.file("dep/include/dep.h", HEADER.replace("int a; };", "long a; long b; };"))),
                "struct dep");
    }

    @Test
    void objectsInAWheelWereCompiledToo() throws IOException {
        byte[] archive = Files.readAllBytes(archive("shipped", "int shipped(void) { return 1; }"));
        rebuilt(
                after(
                        fleet.wheel("ext", "1.0").tag("py3-none-linux_x86_64").file("ext/libshipped.a", archive),
                        dep -> dep.file("dep/include/dep.h", HEADER),
                        dep -> dep.file("dep/include/dep.h", HEADER.replace("int a; };", "long a; long b; };"))),
                "struct dep");
    }

    @Test
    void nothingCompiledRestsOnNoHeader() throws IOException {
        kept(after(
                fleet.wheel("ext", "1.0").file("ext/more.py", ""),
                dep -> dep.file("dep/include/dep.h", HEADER),
                dep -> dep.file("dep/include/dep.h", HEADER.replace("int a; };", "long a; long b; };"))));
    }
}
