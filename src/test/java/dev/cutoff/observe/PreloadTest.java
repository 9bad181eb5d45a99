package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Skips;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds run under strace and with the observing library at once: what the library tells must hold all that strace saw,
 * step by step.
 */
class PreloadTest {

    /** What the C library asks of the kernel within itself about processors and memory: the machine's load, no facts. */
    private static final Pattern LOAD = Pattern.compile(
            "(READ|LOOK|LIST) (/sys/devices/system/cpu(/online|/possible)?|/proc/(sys/kernel/ngroups_max|meminfo|cpuinfo|stat|self/.*|filesystems|version_signature))|(READ|LOOK) /sys/fs/cgroup/.*|(READ|LOOK) /sys/kernel/mm/.*");

    @TempDir
    Path folder;

    private Path work;

    static Path build(Path folder) throws Exception {
        Path library = folder.resolve(PreloadRecords.LIBRARY);
        List<String> command = new ArrayList<>(List.of("cc", "-std=gnu17", "-O2", "-fPIC", "-shared"));
        command.addAll(List.of(
                "-fvisibility=hidden",
                "-fno-builtin",
                "-fno-delete-null-pointer-checks",
                "-Wl,-z,now",
                "-o",
                library.toString()));
        try (Stream<Path> sources = Files.list(Path.of("src/main/c"))) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".c"))
                    .sorted()
                    .forEach(command::add);
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return library;
    }

    private record Seen(Trace strace, Trace library) {}

    private Seen run(String script) throws Exception {
        Skips.unlessInstalled("strace", "cc");
        Path library = build(folder);
        Path arena = folder.resolve(PreloadRecords.ARENA);
        Files.deleteIfExists(arena);
        try (FileChannel channel = FileChannel.open(arena, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            PreloadRecords.format(channel);
        }
        work = Files.createDirectories(folder.resolve("work"));
        Path traced = folder.resolve("strace");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-q", "-y", "-ttt"));
        command.addAll(List.of("-s", "65535", "-e", "signal=!chld,urg", "-e", "abbrev=!execve,execveat"));
        command.addAll(List.of("-e", "trace=" + Trace.CALLS, "-e", "raw=" + Trace.RAW_CALLS, "-o", traced.toString()));
        command.addAll(List.of("-E", "LD_PRELOAD=" + library));
        command.addAll(List.of("/bin/sh", "-c", "/bin/sh -ec \"$1\"; exit", Trace.DRIVER, script));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", System.getenv().getOrDefault("HOME", "/"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        File log = folder.resolve("log").toFile();
        int code = builder.redirectOutput(log).start().waitFor();
        assertThat(code).as(Files.readString(log.toPath())).isZero();
        return new Seen(read(traced), read(arena));
    }

    private Trace read(Path file) {
        Trace trace = new Trace("/cutoff", "/log", Traces.CALLS);
        trace.add(0, file, work.toString());
        return trace;
    }

    /** All that the steps of a command did, by command. */
    private static Map<String, Set<String>> accesses(Trace trace) {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (ObservedStep step : trace.steps()) {
            Set<String> own =
                    all.computeIfAbsent(step.folder + "$ " + String.join(" ", step.command), c -> new TreeSet<>());
            step.accesses.forEach(access -> own.add(access.kind() + " " + access.path()));
        }
        return all;
    }

    /** What strace saw and the library did not tell; empty if nothing. */
    private Set<String> missing(Seen seen) {
        Map<String, Set<String>> told = accesses(seen.library());
        Set<String> missing = new LinkedHashSet<>();
        Set<String> executed = executed(seen.strace());
        accesses(seen.strace()).forEach((step, all) -> {
            Set<String> known = told.getOrDefault(step, Set.of());
            Set<String> files = new TreeSet<>();
            known.stream().filter(a -> a.startsWith("READ ")).forEach(a -> files.add("READ " + real(a.substring(5))));
            for (String access : all) {
                String path = access.substring(access.indexOf(' ') + 1);
                boolean implied = files.contains(access)
                        || (access.startsWith("LOOK ")
                                && Stream.of("LIST ", "READ ", "EXECUTE ").anyMatch(a -> known.contains(a + path)))
                        // The kernel, or the loader, opens what is executed.
                        || (access.startsWith("READ ") && executed.contains(path));
                if (!known.contains(access)
                        && !implied
                        && !isOurs(access)
                        && !LOAD.matcher(access).matches()) {
                    missing.add(access + " by " + step.substring(0, Math.min(120, step.length())));
                }
            }
        });
        return missing;
    }

    private Set<String> executed(Trace trace) {
        Set<String> paths = new TreeSet<>();
        for (ObservedStep step : trace.steps()) {
            for (Access access : step.accesses) {
                if (access.kind() == Access.Kind.EXECUTE) {
                    paths.add(access.path());
                    paths.add(real(access.path()));
                    // The library looks whether a script's interpreter can load it.
                    Programs.start(Path.of(access.path())).ifPresent(start -> {
                        if (start instanceof Programs.Start.By by) {
                            paths.add(by.interpreter());
                            paths.add(real(by.interpreter()));
                        }
                    });
                }
            }
        }
        return paths;
    }

    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path;
        }
    }

    /** What the library itself does. */
    private boolean isOurs(String access) {
        return access.contains(folder + "/lib")
                || access.contains(folder + "/" + PreloadRecords.ARENA)
                || access.contains(folder + "/taken/steps")
                || access.startsWith("LOOK_AT_LINK /proc/self/fd/")
                || access.equals("LOOK_AT_LINK /proc/self/exe")
                // The C library's way to change what a link leads to, whose path is told too.
                || access.startsWith("WRITE /proc/self/fd/");
    }

    private void holds(String script) throws Exception {
        Seen seen = run(script);
        assertThat(seen.strace().steps()).as("what strace saw").hasSizeGreaterThan(3);
        assertThat(seen.library().gaps()).isEqualTo(seen.strace().gaps()).isEmpty();
        assertThat(missing(seen)).isEmpty();
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("work").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static final String PROGRAM = "#include <stdio.h>\nint main(void) { return puts(\"x\") < 0; }\n";

    @Test
    void make() throws Exception {
        Skips.unlessInstalled("make");
        write(
                "Makefile",
                "all: x\n\t./x >out; ls | sort >list; cp out out2; rm -f out; mkdir -p d; mv out2 d\nx: x.o y.o\n");
        write("x.c", "int y(void);\n" + PROGRAM);
        write("y.c", "int y(void) { return 1; }\n");
        holds("make -j2; test -f d/out2; cd d && cat out2; (cd ..; echo *) >../names; ln -s out2 link; readlink link");
    }

    @Test
    void cmake() throws Exception {
        Skips.unlessInstalled("cmake", "make");
        write(
                "CMakeLists.txt",
                "cmake_minimum_required(VERSION 3.5)\nproject(x C)\nfind_package(ZLIB)\nadd_executable(x x.c)\n");
        write("x.c", PROGRAM);
        holds("cmake -B b .; cmake --build b -j2");
    }

    @Test
    @Tag("long")
    void meson() throws Exception {
        Skips.unlessInstalled("meson", "ninja");
        write(
                "meson.build",
                "project('x', 'c')\nexecutable('x', 'x.c', dependencies: dependency('zlib', required: false), install: true)\n");
        write("x.c", PROGRAM);
        holds("meson setup b; ninja -C b; DESTDIR=$PWD/d ninja -C b install");
    }

    @Test
    @Tag("long")
    void autoconf() throws Exception {
        Skips.unlessInstalled("autoreconf", "automake", "make");
        write(
                "configure.ac",
                "AC_INIT([x],[1])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CHECK_HEADERS([zlib.h])\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n");
        write("Makefile.am", "bin_PROGRAMS = x\nx_SOURCES = x.c\n");
        write("x.c", PROGRAM);
        holds("autoreconf -fi; ./configure; make -j2; make install DESTDIR=$PWD/d");
    }

    @Test
    void python() throws Exception {
        Skips.unlessInstalled("python3");
        write("x.c", "int x(void) { return 1; }\n");
        write("build.py", """
                import ctypes, glob, os, subprocess, tempfile
                subprocess.run(['cc', '-shared', '-fPIC', '-o', 'x.so', 'x.c'], check=True)
                print(ctypes.CDLL('./x.so').x(), os.popen('echo a').read(), os.system('true'), os.listdir('.'))
                os.makedirs('a/b')
                os.rename('x.so', 'a/b/y.so')
                print(glob.glob('**/*', recursive=True), os.stat('a').st_nlink, os.path.exists('nothing'))
                with tempfile.NamedTemporaryFile() as f:
                    f.write(b'1')
                os.chdir('a')
                print(os.getcwd(), open('b/y.so', 'rb').read(4), os.access('b', os.W_OK))
                child = os.fork()
                if child == 0:
                    open('forked', 'w').close()
                    os._exit(0)
                os.waitpid(child, 0)
                os.execv('/bin/cat', ['cat', 'forked'])
                """);
        holds("python3 build.py");
    }

    @Test
    @Tag("long")
    void pythonExtension() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        Skips.unless(Files.exists(python), "/usr/bin/python3 is not installed");
        boolean complete = new ProcessBuilder(
                                python.toString(),
                                "-c",
                                "import setuptools, sysconfig, os; os.stat(sysconfig.get_path('include') + '/Python.h')")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
        Skips.unless(complete, "python3-dev and python3-setuptools are not installed");
        write(
                "setup.py",
                "from setuptools import setup, Extension\nsetup(name='x', version='1', ext_modules=[Extension('x', ['x.c'])])\n");
        write(
                "x.c",
                "#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, \"x\", 0, -1, 0};\n"
                        + "PyMODINIT_FUNC PyInit_x(void) { return PyModule_Create(&m); }\n");
        holds("/usr/bin/python3 setup.py build_ext --inplace; /usr/bin/python3 -c 'import x'");
    }

    /** rustc and cargo enter the kernel by themselves here and there: that is found, and the build is strace's. */
    @Test
    void cargo() throws Exception {
        Skips.unlessCargoWorks();
        write("Cargo.toml", "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n");
        write("build.rs", "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n");
        write("src/main.rs", "fn main() { println!(\"x\"); }\n");
        Seen seen = run("cargo build --offline; ./target/debug/x");
        assertThat(seen.strace().steps()).hasSizeGreaterThan(3);
        if (seen.library().gaps().isEmpty()) {
            assertThat(missing(seen)).isEmpty();
        } else {
            assertThat(seen.library().gaps()).allMatch(gap -> gap.contains("may enter the kernel by itself"));
        }
    }

    /** What is told once must not be taken for something else that was told. */
    @Test
    void aFileThatWasLookedAtAndThenReadIsRead() throws Exception {
        write("x", "1");
        Seen seen = run("test -e x; exec cat x");
        assertThat(missing(seen)).isEmpty();
        assertThat(accesses(seen.library()).get(work + "$ cat x")).contains("READ " + work + "/x");
        seen = run("exec sh -c 'test -e x; . ./x || read a <x; test -d x || true'");
        assertThat(missing(seen)).isEmpty();
    }

    @Test
    void whatCanNotLoadTheLibraryIsAGap() throws Exception {
        write("x.c", "int main(void) { return 0; }\n");
        Seen seen = run("cc -static -o x x.c; ./x");
        assertThat(seen.library().gaps())
                .containsExactly(work + "/x did not load the observing library, or was killed before it had");
    }

    @Test
    void whatEntersTheKernelByItselfIsAGap() throws Exception {
        write(
                "x.c",
                "int main(void) { long r; __asm__ volatile(\"syscall\" : \"=a\"(r) : \"a\"(21), \"D\"(\"/etc/passwd\"), \"S\"(0) : \"rcx\", \"r11\"); return 0; }\n");
        Seen seen = run("cc -o x x.c; ./x; rm x");
        assertThat(seen.library().gaps()).hasSize(1).allMatch(gap -> gap.contains("may enter the kernel by itself"));
    }

    @Test
    void whatTakesItsFunctionsOutOfTheLibraryIsAGap() throws Exception {
        Skips.unlessInstalled("python3");
        Seen seen = run("python3 -c 'import ctypes; ctypes.CDLL(\"libc.so.6\").open'");
        assertThat(seen.library().gaps()).hasSize(1).allMatch(gap -> gap.contains("by itself"));
    }

    @Test
    void systemCallsByTheirNumbersAreFollowedOrAGap() throws Exception {
        write(
                "x.c",
                "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n"
                        + "int main(int c, char **v) { return c > 1 ? syscall(SYS_mkdir, \"d\", 0777) : syscall(SYS_openat, AT_FDCWD, \"x.c\", 0) < 0; }\n");
        holds("cc -o x x.c; ./x; true; true");
        Seen seen = run("./x 1");
        assertThat(seen.library().gaps()).hasSize(1).allMatch(gap -> gap.contains("by its number"));
    }

    /** A process that is killed has told what it did; one that outlives its line has ended with it. */
    @Test
    void whatIsKilledHasTold() throws Exception {
        holds("sh -c 'cat /etc/hostname; test -e missing; kill -9 $$' || true; sh -c 'ls; true'; exit 0");
    }

    /** The smallest stacks that threads may have, and arguments that are none. */
    @Test
    void smallStacksAndNullPointers() throws Exception {
        write("x.c", """
                #include <fcntl.h>
                #include <limits.h>
                #include <pthread.h>
                #include <stdio.h>
                #include <stdlib.h>
                #include <unistd.h>
                static void *f(void *a) {
                  char *path = realpath("./../work/x.c", NULL);
                  rename("none", "other");
                  return path && open("x.c", O_RDONLY) >= 0 ? a : NULL;
                }
                int main(void) {
                  pthread_attr_t small;
                  pthread_t thread;
                  void *result = NULL;
                  pthread_attr_init(&small);
                  pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
                  if (pthread_create(&thread, &small, f, &small) || pthread_join(thread, &result) || !result) return 1;
                  char *volatile none = NULL;
                  char *words[] = {NULL};
                  return open(none, O_RDONLY) >= 0 || chdir(none) == 0 || execv(none, words) == 0 || rename(none, "x") == 0;
                }
                """);
        Seen seen = run("cc -w -o x x.c -lpthread; ./x");
        assertThat(missing(seen)).isEmpty();
    }

    /** The loader opens what is called like a library, sees that it is of another processor, and goes on. */
    @Test
    void aLibraryThatTheLoaderPassesOverIsRead() throws Exception {
        write("y.c", "int y(void) { return 0; }\n");
        write("x.c", "int y(void);\nint main(void) { return y(); }\n");
        Seen seen = run("cc -shared -fPIC -o liby.so y.c; cc -o x x.c -L. -ly; mkdir a; cp liby.so a;"
                + " printf '\\001' | dd of=a/liby.so bs=1 seek=4 conv=notrunc 2>/dev/null;"
                + " export LD_LIBRARY_PATH=$PWD/a:$PWD; ./x; true");
        assertThat(missing(seen)).isEmpty();
        assertThat(accesses(seen.library()).get(work + "$ ./x")).contains("READ " + work + "/a/liby.so");
    }

    /** A program that says what it loads, in folder work. */
    private void loader(String body) throws IOException {
        write("x.c", """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <signal.h>
                #include <stdlib.h>
                #include <unistd.h>
                int main(void) {
                %s
                }
                """.formatted(body));
    }

    /** Either all that strace saw, or a gap that says why not. */
    private void holdsOrIsAGap(String script, String gap) throws Exception {
        Seen seen = run(script);
        assertThat(seen.library().gaps())
                .as("what is missing: %s", missing(seen))
                .anyMatch(g -> g.contains(gap));
    }

    private static final String NEEDY =
            "echo 'int y;' >y.c; mkdir a; cc -shared -fPIC -o a/liby.so y.c; echo 'extern int y; int z(void) { return y; }' >z.c;"
                    + " cc -shared -fPIC -o libz.so z.c -La -ly; cc -o x x.c; rm a/liby.so;";

    @Test
    void aLibraryThatCanNotBeLoadedIsAGap() throws Exception {
        loader("return dlopen(\"./libz.so\", RTLD_NOW) != NULL;");
        holdsOrIsAGap(NEEDY + " ./x", "could not load");
        loader("return dlopen(\"libz.so\", RTLD_NOW) != NULL;");
        holdsOrIsAGap("rm -rf a;" + NEEDY + " LD_LIBRARY_PATH=$PWD ./x", "could not load");
    }

    @Test
    void aLibraryThatIsNowhereIsLookedFor() throws Exception {
        loader("return dlopen(\"libnowhere.so\", RTLD_NOW) != NULL || dlopen(\"./nowhere.so\", RTLD_NOW) != NULL;");
        holds("cc -o x x.c; ./x; true; true");
    }

    @Test
    void aLibraryOfOnesOwnIsLoaded() throws Exception {
        loader("return !dlopen(\"./a/liby.so\", RTLD_NOW) || !dlopen(\"libm.so.6\", RTLD_NOW);");
        holds("echo 'int y;' >y.c; mkdir a; cc -shared -fPIC -o a/liby.so y.c; cc -o x x.c; ./x");
    }

    @Test
    void pathsThatDependOnWhereOneIsAreAGap() throws Exception {
        loader("return dlopen(\"$ORIGIN/a/liby.so\", RTLD_NOW) == NULL;");
        String build = "mkdir -p a; echo 'int y;' >y.c; cc -shared -fPIC -o a/liby.so y.c; cc -o x x.c;";
        holdsOrIsAGap(build + " ./x", "depends on where it stands");
        loader("return chdir(\"a\") || dlopen(\"liby.so\", RTLD_NOW) == NULL;");
        holdsOrIsAGap(build + " LD_LIBRARY_PATH=. ./x", "in folders that depend on the one it is in");
    }

    @Test
    void whoDiesWhileItLoadsIsAGap() throws Exception {
        loader("return dlopen(\"./liby.so\", RTLD_NOW) == NULL;");
        holdsOrIsAGap(
                "echo '#include <signal.h>' >y.c; echo '__attribute__((constructor)) void f(void) { raise(SIGKILL); }' >>y.c;"
                        + " cc -shared -fPIC -o liby.so y.c; cc -o x x.c; ./x || true",
                "before it could tell which");
    }

    @Test
    void aLibraryThatWasJustLoadedIsToldByWhoeverLeaves() throws Exception {
        loader("if (!dlopen(\"./liby.so\", RTLD_NOW)) return 1; _exit(0);");
        String build = "echo 'int y;' >y.c; cc -shared -fPIC -o liby.so y.c; cc -o x x.c; ./x;";
        holds(build);
        loader("if (!dlopen(\"./liby.so\", RTLD_NOW)) return 1; execl(\"/bin/true\", \"true\", NULL); return 1;");
        holds(build);
    }

    @Test
    void whatFiltersOthersIsAGap() throws Exception {
        loader("return 0;");
        holdsOrIsAGap(
                "echo 'int y;' >y.c; cc -shared -fPIC -Wl,--auxiliary=libmissing.so -o liby.so y.c;"
                        + " cc -o x x.c -Wl,--no-as-needed -L. -ly; LD_LIBRARY_PATH=. ./x",
                "filter");
    }

    @Test
    void programsThatTheCLibraryStartsInARow() throws Exception {
        write("x.c", """
                #include <stdio.h>
                int main(void) {
                  FILE *all[8];
                  for (int i = 0; i < 8; i++) {
                    char command[32];
                    snprintf(command, sizeof command, "cat x.c; echo %d", i);
                    if (!(all[i] = popen(command, "r"))) return 1;
                  }
                  for (int i = 0; i < 8; i++) {
                    while (getc(all[i]) >= 0) {}
                    pclose(all[i]);
                  }
                  return 0;
                }
                """);
        holds("cc -o x x.c; ./x");
    }

    @Test
    void foldersThatAreListedByTheirDescriptor() throws Exception {
        write("x.c", """
                #include <dirent.h>
                #include <fcntl.h>
                #include <stdio.h>
                int main(void) {
                  struct dirent **names;
                  char path[64];
                  int d = open("d", O_RDONLY | O_DIRECTORY);
                  snprintf(path, sizeof path, "../proc/self/fd/%d", d);
                  int up = open("/usr", O_RDONLY | O_DIRECTORY);
                  return scandirat(up, path, &names, NULL, NULL) < 0;
                }
                """);
        write("d/f", "1");
        Seen seen = run("cc -D_GNU_SOURCE -o x x.c; ./x");
        assertThat(accesses(seen.library()).get(work + "$ ./x")).contains("LIST " + work + "/d");
    }

    /** Variables that a program sets itself, after it began. */
    @Test
    void foldersThatAProgramSendsTheCLibraryToAreAGap() throws Exception {
        write("x.c", """
                #include <iconv.h>
                #include <netdb.h>
                #include <pwd.h>
                #include <stdlib.h>
                #include <time.h>
                int main(int c, char **v) {
                  time_t now = 0;
                  switch (c) {
                  case 1: setenv("GCONV_PATH", "/cutoff", 1); return iconv_open("UTF-8", "KOI8-R") == NULL;
                  case 2: setenv("HOSTALIASES", "/cutoff", 1); return gethostbyname("localhost") == (void *)v;
                  case 3: setenv("TZ", "../x", 1); return localtime(&now) == NULL;
                  default: setenv("TZDIR", "/cutoff", 1); setenv("TZ", "x", 1); return gmtime(&now) == NULL;
                  }
                }
                """);
        holdsOrIsAGap("cc -o x x.c; ./x", "other folders");
        holdsOrIsAGap("./x 1", "other folders");
        holdsOrIsAGap("./x 1 2", "time zone");
        holdsOrIsAGap("./x 1 2 3", "other folders");
    }

    @Test
    void libraryFunctionsThatUseFilesOutOfSight() throws Exception {
        write("x.c", """
                #define _GNU_SOURCE
                #include <glob.h>
                #include <iconv.h>
                #include <pwd.h>
                #include <stdlib.h>
                #include <time.h>
                #include <unistd.h>
                int main(void) {
                  time_t now = 0;
                  glob_t found;
                  gmtime(&now);
                  glob("~root/none*", GLOB_TILDE, NULL, &found);
                  setenv("TZ", "XYZ5ABC", 1);
                  tzset();
                  if (iconv_open("UTF-8", "KOI8-R") == (iconv_t)-1 || iconv_open("UTF-8", "ISO-8859-2") == (iconv_t)-1) return 1;
                  _exit(0);
                }
                """);
        holds("cc -o x x.c; env -u TZ ./x; true");
    }

    /** Languages that a program gives itself, by variables or by name. */
    @Test
    void languagesThatAProgramChooses() throws Exception {
        write("x.c", """
                #include <libintl.h>
                #include <locale.h>
                #include <stdlib.h>
                int main(int c, char **v) {
                  (void)v;
                  if (c > 1) {
                    setlocale(LC_ALL, "nl_NL.UTF-8");
                  } else {
                    setenv("LC_ALL", "nl_NL.UTF-8", 1);
                    setenv("LANGUAGE", "nl", 1);
                    setlocale(LC_ALL, "");
                  }
                  textdomain("coreutils");
                  return gettext("x") == NULL;
                }
                """);
        Seen seen = run("cc -o x x.c; ./x; ./x by its name; true");
        assertThat(missing(seen)).isEmpty();
        assertThat(accesses(seen.library()).get(work + "$ ./x"))
                .anyMatch(access -> access.contains("/usr/lib/locale/nl_NL.UTF-8/LC_CTYPE"))
                .anyMatch(access -> access.contains("/usr/share/locale/nl/LC_MESSAGES/coreutils.mo"));
        assertThat(accesses(seen.library()).get(work + "$ ./x by its name"))
                .anyMatch(access -> access.contains("/usr/share/locale/nl/LC_MESSAGES/coreutils.mo"));
    }

    /** One name for two files, one after the other. */
    @Test
    void aNameThatLeadsToAnotherFileEachTime() throws Exception {
        Skips.unlessInstalled("python3");
        write("a", "1");
        write("b", "2");
        write("r.py", """
                import os
                for name in 'ab':
                    path = os.open(name, os.O_PATH)
                    with open('/proc/self/fd/%d' % path) as f:
                        f.read()
                    os.close(path)
                """);
        Seen seen = run("python3 r.py; true");
        assertThat(missing(seen)).isEmpty();
        for (String name : List.of("/a", "/b")) {
            assertThat(seen.library().steps())
                    .anyMatch(step -> step.accesses.contains(new Access(Access.Kind.READ, work + name)));
        }
    }

    /** What can't be loaded was read to find that out. */
    @Test
    void aLibraryThatCanNotBeLoadedIsRead() throws Exception {
        Skips.unlessInstalled("python3");
        write("no.so", "no library");
        Seen seen = run("python3 -c 'import ctypes\ntry: ctypes.CDLL(\"./no.so\")\nexcept OSError: pass'; true");
        assertThat(missing(seen)).isEmpty();
        assertThat(seen.library().steps())
                .anyMatch(step -> step.accesses.contains(new Access(Access.Kind.READ, work + "/no.so")));
    }

    /** A socket that is not there, and may be one day. */
    @Test
    void aSocketThatIsNotThere() throws Exception {
        Skips.unlessInstalled("python3");
        Seen seen = run(
                "python3 -c 'import socket\ntry: socket.socket(socket.AF_UNIX).connect(\"none\")\nexcept OSError: pass'; true");
        assertThat(missing(seen)).isEmpty();
    }
}
