package dev.cutoff.abi.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.View;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.WheelFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real files, damaged 20,000 times per reader, by a seeded generator: nothing but a FormatException comes out, and what a
 * reader allocates, garbage included, is at most linear in the size of the file.
 */
class MutationTest {

    private static final int MUTATIONS = 20_000;

    @TempDir
    Path folder;

    private static List<Path> smallest(String root, String suffix, int count) throws IOException {
        try (Stream<Path> paths = Files.find(
                Path.of(root),
                20,
                (path, is) ->
                        is.isRegularFile() && is.size() > 200 && path.toString().endsWith(suffix))) {
            return paths.sorted((a, b) ->
                            Long.compare(a.toFile().length(), b.toFile().length()))
                    .limit(count)
                    .toList();
        }
    }

    private static void damage(List<Path> seeds, Mutator mutator, MappedFile.Reader<Integer> reader, long perByte)
            throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (Path seed : seeds) {
            files.add(Files.readAllBytes(seed));
            assertThat(View.of(files.getLast(), reader)).as(seed.toString()).isNotNegative();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double worst = 0;
        int[] read = {0};
        MappedFile.Reader<Integer> counted = bytes -> {
            int result = reader.read(bytes);
            read[0]++;
            return result;
        };
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] file = mutator.damaged(files.get(i % files.size()));
            try {
                double allocated = allocated(threads, file, counted);
                // The first time that a path is taken it may load classes; the second time tells.
                worst = Math.max(worst, allocated < perByte ? allocated : allocated(threads, file, reader));
            } catch (Throwable e) {
                Path kept = Files.write(Path.of("target", "crash-" + i), file);
                throw new AssertionError("mutation " + i + ", kept as " + kept, e);
            }
        }
        System.out.printf(
                "%d of %d mutations were read; at most %.0f bytes allocated per byte%n", read[0], MUTATIONS, worst);
        assertThat(read[0]).isBetween(MUTATIONS / 100, MUTATIONS - MUTATIONS / 100);
        assertThat(worst).isLessThan((double) perByte);
    }

    private static double allocated(ThreadMXBean threads, byte[] file, MappedFile.Reader<Integer> reader) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            View.of(file, reader);
        } catch (FormatException e) {
            assertThat(e.getMessage()).startsWith("fuzz");
        }
        return (threads.getCurrentThreadAllocatedBytes() - before - 100_000.0) / (file.length + 1);
    }

    @Test
    void elfFiles() throws Exception {
        Skips.unlessInstalled("gcc");
        List<Path> seeds = new ArrayList<>();
        for (Path path : smallest("/usr/lib", ".so", 12)) {
            if (MappedFile.<FileKind>read(path, FileKind::of) == FileKind.ELF) {
                seeds.add(path);
            }
        }
        Path source = Tool.write(
                folder,
                "a.c",
                "int d; __thread int t; extern int e; int f(void) { return e + t + d; } int g(void); int h(void) { return g(); }");
        Tool.write(folder, "map", "V1 { global: f; }; V2 { global: *; } V1;");
        Tool.run(folder, "gcc", "-c", source.toString(), "-o", "a.o");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-Wl,--version-script=map", source.toString(), "-o", "v.so");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-Wl,--hash-style=sysv", source.toString(), "-o", "n.so");
        seeds.addAll(List.of(folder.resolve("a.o"), folder.resolve("v.so")));
        byte[] bare = Files.readAllBytes(folder.resolve("v.so"));
        Arrays.fill(bare, 40, 48, (byte) 0);
        Arrays.fill(bare, 60, 64, (byte) 0);
        seeds.add(Files.write(folder.resolve("bare.so"), bare));
        damage(seeds, new Mutator(1), ElfFuzz::read, 400);
    }

    @Test
    void librariesAsALinkSeesThem() throws Exception {
        Skips.unlessInstalled("gcc", "ar");
        Path source = Tool.write(
                folder,
                "a.c",
                "int d; int c3; __thread int t; extern int e; int f(void) { return e + t + d; } int g(void) { return 1; }");
        Tool.write(folder, "map", "V1 { global: f; }; V2 { global: *; } V1;");
        Tool.run(folder, "gcc", "-c", source.toString(), "-o", "a.o");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-Wl,--version-script=map", source.toString(), "-o", "v.so");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-Wl,--hash-style=sysv", source.toString(), "-o", "n.so");
        Tool.run(folder, "ar", "qcs", "a.a", "a.o");
        List<Path> seeds = List.of(folder.resolve("v.so"), folder.resolve("n.so"), folder.resolve("a.a"));
        damage(seeds, new Mutator(5), LinkFuzz::read, 800);
    }

    @Test
    void archives() throws Exception {
        Skips.unlessInstalled("ar", "gcc", "llvm-ar");
        List<Path> seeds = new ArrayList<>();
        for (Path path : smallest("/usr/lib", ".a", 12)) {
            // Some libraries are linker scripts of that name.
            if (MappedFile.<FileKind>read(path, FileKind::of) == FileKind.ARCHIVE) {
                seeds.add(path);
            }
        }
        for (String name : new String[] {"a.o", "a_name_of_more_than_sixteen_characters.o", "b.o"}) {
            Tool.write(folder, name, "no object, and short");
        }
        Tool.write(folder, "c.c", "int c1, c2; int c3(void) { return 1; }");
        Tool.run(folder, "gcc", "-c", "c.c");
        String[] members = {"a.o", "a_name_of_more_than_sixteen_characters.o", "b.o", "c.o"};
        for (String[] form : new String[][] {
            {"ar", "qcs", "gnu.a"},
            {"ar", "qcsT", "thin.a"},
            {"llvm-ar", "--format=bsd", "qcs", "bsd.a"},
            {"llvm-ar", "--format=darwin", "qcs", "darwin.a"}
        }) {
            List<String> command = new ArrayList<>(List.of(form));
            command.addAll(List.of(members));
            Tool.run(folder, command.toArray(String[]::new));
            seeds.add(folder.resolve(form[form.length - 1]));
        }
        String header = "x.o/            0           0     0     644     4         `\nabcd";
        damage(
                seeds,
                new Mutator(2, header, "#1/8", "/0", "//", "/SYM64/", "__.SYMDEF", "`\n", "9999999999"),
                ArchiveFuzz::read,
                400);
    }

    private WheelFile wheel(byte[] module) {
        return new WheelFile("a", "1")
                .file("a/__init__.py", "import a\n")
                .file("a/m.cpython-312-x86_64-linux-gnu.so", module)
                .file("a/a.pxd", "cdef inline int f(int a):\n    return a\n")
                .file("a/include/a.h", "#define A_f (*(int (*)(int)) A_API[2])\n#define A \"a.m._C_API\"\n");
    }

    private byte[] module() throws Exception {
        Path source = Tool.write(
                folder,
                "m.c",
                "void *PyCapsule_New(void *, const char *, void *); static void *API[] = {PyCapsule_New};\n"
                        + "void *PyInit_m(void) { return PyCapsule_New(API, \"a.m._C_API\", 0); }");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-s", "-Wl,-z,noseparate-code", source.toString(), "-o", "m.so");
        return Files.readAllBytes(folder.resolve("m.so"));
    }

    @Test
    void wheels() throws Exception {
        Skips.unlessInstalled("gcc");
        Path seed = Files.write(folder.resolve("seed.whl"), wheel(module()).bytes());
        damage(List.of(seed), new Mutator(7, "PK\1\2", "../", "a/m.so"), WheelFuzz::read, 3000);
    }

    /** What RECORD and checksums vouch for can be anything all the same: whoever packed it may have damaged it. */
    @Test
    void contentsOfWheels() throws Exception {
        Skips.unlessInstalled("gcc");
        byte[] module = module();
        Mutator mutator = new Mutator(8);
        int gaps = 0;
        for (int i = 0; i < MUTATIONS / 10; i++) {
            byte[] damaged = mutator.damaged(module);
            byte[] packed = wheel(damaged).bytes();
            try {
                assertThat(View.of(packed, WheelFuzz::read)).isPositive();
                gaps += View.of(packed, bytes -> WheelReader.read(bytes, "a-1-cp312-cp312-linux_x86_64.whl"))
                                .gaps()
                                .isEmpty()
                        ? 0
                        : 1;
            } catch (RuntimeException e) {
                Path kept = Files.write(Path.of("target", "crash-module-" + i), damaged);
                throw new AssertionError("mutation " + i + ", kept as " + kept, e);
            }
        }
        assertThat(gaps).isPositive();
    }

    @Test
    void headers() throws Exception {
        List<Path> seeds = new ArrayList<>(smallest("/usr/include", ".h", 400));
        seeds.removeIf(path -> path.toFile().length() < 400);
        seeds.add(Tool.write(
                folder,
                "all.h",
                "#define S(x) #x /* c */\n%: if __has_include(<a//b>)\nR\"x(\\\n)y\")x\" u8'c' 1'000e+1 a\\u00e9 <::> \"s\" // l\\\nl\n"
                        .repeat(8)));
        String[] words = {
            "/*",
            "*/",
            "//",
            "\"",
            "'",
            "\\\n",
            "\\",
            "R\"(",
            ")\"",
            "#",
            "%:",
            "#include <",
            ">",
            "\r\n",
            "\r",
            "??/\n",
            "<::",
            "0'1",
            "\\u00e9",
            "\0",
            "\n",
            "u8R\"d(",
            ")d\"",
            "#if __has_include("
        };
        damage(seeds, new Mutator(3, words), LexerFuzz::read, 400);
    }

    @Test
    void fingerprints() throws Exception {
        Skips.unlessInstalled("ar", "gcc");
        Path source = Tool.write(
                folder,
                "a.c",
                "int d; __thread int t; extern int e; int f(void) { return e + t + d; } int g(void); int h(void) { return g(); }");
        Tool.write(folder, "map", "V1 { global: f; }; V2 { global: *; } V1;");
        Tool.write(folder, "l.c", "int e; int g(void) { return 1; } int main(void) { return e; }");
        Tool.run(folder, "gcc", "-c", source.toString(), "-o", "a.o");
        Tool.run(folder, "gcc", "-shared", "-fPIC", "-Wl,--version-script=map", source.toString(), "-o", "v.so");
        Tool.run(folder, "gcc", "l.c", "v.so", "-o", "program");
        Tool.run(folder, "ar", "rcs", "x.a", "a.o", "map");
        List<Path> seeds = new ArrayList<>();
        for (String name : new String[] {"a.o", "v.so", "program", "x.a"}) {
            seeds.add(folder.resolve(name));
        }
        damage(
                seeds,
                new Mutator(4, "x.o/            0           0     0     644     4         `\nabcd"),
                FingerprintFuzz::read,
                800);
    }

    @Test
    void debugInformation() throws Exception {
        Skips.unlessInstalled("gcc", "g++");
        Tool.write(folder, "a.h", "struct o; struct s { struct s *n; int b : 3; union { int i; char c[4]; } u; };");
        Tool.write(
                folder,
                "a.c",
                "#include \"a.h\"\nenum e { A, B = 5 }; int f(struct s *s, enum e e, ...) { return s->b + e; }\n"
                        + "struct s *v[3]; const char *g(const struct o *o) { return o ? \"\" : 0; }");
        Tool.write(
                folder,
                "b.cc",
                "struct b { virtual ~b(); virtual int f(); int x; }; struct d : virtual b { int f() override; };\n"
                        + "b::~b() {} int b::f() { return x; } int d::f() { return x; } template <class T> struct t { T x; }; t<d> w;");
        List<Path> seeds = new ArrayList<>();
        for (String options :
                new String[] {"-gdwarf-2", "-gdwarf-4 -fdebug-types-section", "-gdwarf-5", "-gdwarf-5 -gz", "-gdwarf-4"
                }) {
            for (String source : new String[] {"a.c", "b.cc"}) {
                List<String> command = new ArrayList<>(List.of(source.equals("a.c") ? "gcc" : "g++"));
                command.addAll(List.of(options.split(" ", -1)));
                String name = "seed" + seeds.size() + ".o";
                command.addAll(List.of("-c", source, "-o", name));
                Tool.run(folder, command.toArray(String[]::new));
                seeds.add(folder.resolve(name));
            }
        }
        damage(seeds, new Mutator(5, ".debug_info", ".debug_types"), DwarfFuzz::read, 6000);
    }
}
