package dev.cutoff.cli;

import dev.cutoff.store.Scratch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;

/** What the launcher runs once after the program was built, so that the JVM can keep the classes ready to use. */
@Command(name = "warm-up", hidden = true, description = "Use each part once, in a folder that is removed again.")
final class WarmUpCommand implements Callable<Integer> {

    /** Types of each kind, in circles and not, as debug information is to tell them. */
    private static final String TYPES = """
            #include <stdio.h>
            #include <stdarg.h>
            enum colour { red, green = 7 };
            struct hidden;
            typedef struct { unsigned on : 1, mode : 3; char name[16]; } flags;
            union word { long number; double real; void *at; };
            struct node { struct node *next, *last; union word word; enum colour colour; const flags *flags; int (*call)(struct node *, ...); };
            struct node first; const char *const names[2][3]; _Thread_local int own;
            struct node *walk(struct node *from, struct hidden *to) { return from->next; }
            flags turn(flags f, volatile int *v, double d, FILE *file) { f.on = *v > d; return f; }
            int say(const char *format, va_list more, int (*each)(const void *, _Bool)) { return vprintf(format, more) + each(format, 1); }
            """;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("cutoff-warm-up");
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        System.setOut(nowhere);
        System.setErr(nowhere);
        try {
            Files.writeString(
                    folder.resolve("cutoff.toml"),
                    "[unit.a]\nsource = \"a\"\nbuild = [\"cp a.* $OUT\"]\n[unit.b]\nneeds = [\"a\"]\nbuild = [\"cat $DEPS/a/a.txt >$OUT/b\","
                            // Where there is a compiler: most of what is observed is compiled.
                            + " \"cc -c -include stdio.h -x c $DEPS/a/a.h -o $OUT/a.o || true\","
                            + " \"cc -g -O1 -shared -fPIC $DEPS/a/a.c -o $OUT/types.so || true\"]\n");
            Files.createDirectory(folder.resolve("a"));
            Files.writeString(folder.resolve("a/a.txt"), "1");
            Files.writeString(folder.resolve("a/a.h"), "#include <stdlib.h>\nint a(int b);\n");
            Files.writeString(folder.resolve("a/a.c"), TYPES);
            String store = folder.resolve("store").toString();
            for (int i = 0; i < 3; i++) {
                Files.writeString(folder.resolve("a/a.txt"), Integer.toString(i / 2));
                Main.run(
                        "build",
                        "-C",
                        folder.toString(),
                        "--store",
                        store,
                        "--json",
                        folder.resolve("json").toString());
            }
            upToDate(() -> Main.run("build", "-C", folder.toString(), "--store", store));
            String graph = folder.resolve("graph").toString();
            Main.run("plan", "-C", folder.toString(), "--store", store, "--write-graph", graph);
            Main.run("plan", "--graph", graph);
            Main.run("explain", "b", "-C", folder.toString(), "--store", store);
            Main.run("store", "stats", "--store", store);
            interfaces(folder);
            fleet(folder, store);
            WarmUpCrates.build(folder);
            WarmUpWheel.build(folder, store);
        } finally {
            System.setOut(out);
            System.setErr(err);
            Scratch.delete(folder);
        }
        return 0;
    }

    /** What was built has to settle before a run is taken over by the next. */
    static void upToDate(Runnable run) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2100));
        for (int i = 0; i < 3; i++) {
            run.run();
        }
    }

    /** A library that every JDK has, a header, and where there is a compiler a library with debug information. */
    private static void interfaces(Path folder) throws IOException {
        String library =
                Path.of(System.getProperty("java.home"), "lib", "libjava.so").toString();
        String json = folder.resolve("libjava.abi.json").toString();
        Path header = folder.resolve("a.h");
        Files.writeString(header, "#define A 1 // one\nint a(int *b);\n");
        String wheel = WarmUpWheel.write(folder).toString();
        String wheelJson = folder.resolve("wheel.abi.json").toString();
        for (int i = 0; i < 3; i++) {
            Main.run("fingerprint", wheel, "--json", wheelJson);
            Main.run("fingerprint", wheel);
            Main.run("diff", wheelJson, wheel);
            Main.run("fingerprint", library, header.toString());
            Main.run("fingerprint", library, "--json", json);
            Main.run("diff", json, library);
        }
        Path types = folder.resolve(".cutoff/out/b/types.so");
        if (Files.exists(types)) {
            String old = folder.resolve("types.abi.json").toString();
            Main.run("fingerprint", types.toString(), "--json", old);
            for (int i = 0; i < 3; i++) {
                Main.run("fingerprint", types.toString());
                Main.run(
                        "fingerprint",
                        types.toString(),
                        "--headers",
                        folder.resolve("a").toString());
                Main.run("diff", old, types.toString());
            }
        }
    }

    /** A package without anything in it, of whose kind a fleet has thousands. */
    private static void fleet(Path folder, String store) throws IOException {
        Path settings = Files.createDirectories(folder.resolve("overrides/settings"));
        Files.writeString(settings.resolve("a.yaml"), "env:\n  A: \"${B:-} c\"\n");
        Path wheels = Files.createDirectories(folder.resolve("wheels"));
        Map<String, String> files = new TreeMap<>(Map.of(
                "a/__init__.py", "",
                "a-1.0.dist-info/METADATA",
                        "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nRequires-Dist: a>=1,<2; extra == 'x'\n",
                "a-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
        StringBuilder record = new StringBuilder();
        files.keySet().forEach(name -> record.append(name).append(",,\n"));
        files.put("a-1.0.dist-info/RECORD", record + "a-1.0.dist-info/RECORD,,\n");
        try (ZipOutputStream zip =
                new ZipOutputStream(Files.newOutputStream(wheels.resolve("a-1.0-py3-none-any.whl")))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        Path graph = folder.resolve("graph.json");
        String node =
                "{\"download_url\": \"%s\", \"pre_built\": false, \"version\": \"%s\", \"canonicalized_name\": \"%s\", \"edges\": [%s]}";
        Files.writeString(
                graph,
                "{\"\": "
                        + node.formatted(
                                "", "0", "", "{\"key\": \"a==1.0\", \"req_type\": \"toplevel\", \"req\": \"a\"}")
                        + ", \"a==1.0\": " + node.formatted("a-1.0.tar.gz", "1.0", "a", "") + "}");
        List<String> options =
                List.of("--settings", settings.toString(), "--wheels", wheels.toString(), "--store", store);
        run(List.of("record", "--import", graph.toString(), "--built-with-graph"), options);
        for (String policy : List.of("strict", "compatible", "identical")) {
            run(List.of("plan", graph.toString(), "--policy", policy), options);
        }
    }

    private static void run(List<String> command, List<String> options) {
        List<String> words = new ArrayList<>(List.of("fromager"));
        words.addAll(command);
        words.addAll(options);
        Main.run(words.toArray(String[]::new));
    }
}
