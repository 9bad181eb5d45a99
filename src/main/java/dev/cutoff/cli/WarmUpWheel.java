package dev.cutoff.cli;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel with a bit of everything that wheels have, and a project that makes one of nothing, for {@link WarmUpCommand}. */
final class WarmUpWheel {

    private static final String MODULE = """
            #include <stddef.h>
            void *PyCapsule_New(void *, const char *, void *); void PyErr_Format(void *, const char *, ...);
            static void *API[] = {PyCapsule_New, NULL}; const char *strings[] = {"_ARRAY_API", "numpy._core._multiarray_umath"};
            void *PyInit__multiarray_umath(void) { PyErr_Format(0, "module compiled against ABI version 0x%x but", 0x2000000);
              return PyCapsule_New(API, "a._C_API", NULL); }
            """;

    private WarmUpWheel() {}

    /** Writes it; without a C compiler its module is a library of the JDK's. */
    static Path write(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Path library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
        files.put("a/_multiarray_umath.cpython-312-x86_64-linux-gnu.so", Files.readAllBytes(module(folder, library)));
        files.put("a/libjava.so", Files.readAllBytes(library));
        files.put("a/__init__.py", bytes("import a\n"));
        files.put("a/__init__.pxd", bytes("cdef class A: # one\n    cdef int a\n"));
        files.put(
                "a/include/a.h",
                bytes(
                        "#define A_f (*(int (*)(int)) A_API[2])\n#define A \"a._C_API\"\nstatic int f(void) { return 1; }\n"));
        files.put("a/include/numpy/_numpyconfig.h", bytes("#define NPY_ABI_VERSION 0x02000000\n"));
        files.put(
                "a-1.dist-info/METADATA", bytes("Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b\n\na\n"));
        files.put("a-1.dist-info/WHEEL", bytes("Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp312-cp312-any\n"));
        StringBuilder record = new StringBuilder("a-1.dist-info/RECORD,,\n");
        files.forEach((name, content) -> record.append(name)
                .append(",sha256=")
                .append(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Digest.of(content).bytes()))
                .append(',')
                .append(content.length)
                .append('\n'));
        files.put("a-1.dist-info/RECORD", bytes(record.toString()));
        Path wheel = folder.resolve("a-1-cp312-cp312-any.whl");
        try (OutputStream out = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return wheel;
    }

    /** What needs no index: a project without requirements, whose backend is its own. */
    static void build(Path folder, String store) throws IOException {
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(project.resolve("pyproject.toml"), """
                [build-system]
                requires = []
                build-backend = "backend"
                backend-path = ["."]
                """);
        Files.writeString(project.resolve("backend.py"), """
                import os
                def build_wheel(out, settings=None, metadata=None):
                    with open(os.path.join(out, "project-1-py3-none-any.whl"), "w"):
                        return "project-1-py3-none-any.whl"
                """);
        String out = folder.resolve("wheels-made").toString();
        Runnable wheel = () -> Main.run("wheel", project.toString(), "--store", store, "--out", out);
        wheel.run();
        WarmUpCommand.upToDate(wheel);
        for (int i = 0; i < 2; i++) {
            Main.run("env", "shell", project.toString(), "--store", store, "--command", "true");
        }
    }

    private static Path module(Path folder, Path otherwise) throws IOException {
        Path source = folder.resolve("module.c");
        Path module = folder.resolve("module.so");
        Files.writeString(source, MODULE);
        try {
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-w", "-o", module.toString(), source.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("module.log").toFile())
                    .start();
            boolean done = compiler.waitFor(30, TimeUnit.SECONDS) && compiler.exitValue() == 0;
            compiler.destroyForcibly();
            return done ? module : otherwise;
        } catch (IOException e) {
            return otherwise;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
