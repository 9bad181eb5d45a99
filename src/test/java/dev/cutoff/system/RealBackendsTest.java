package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wheels by the backends that people use, from the index as pip is configured; how often was compiled the logs say. */
@Tag("long")
class RealBackendsTest {

    private static final Pattern COMPILES = Pattern.compile(
            "(?m)^(\\[\\d+/\\d+\\] (Building|Compiling) C\\S* object .*|\\S*(gcc|cc|g\\+\\+) .* -c .*)$");

    private static final String PYTHON_MODULE = """
            #include <pybind11/pybind11.h>
            int a();
            PYBIND11_MODULE(demo, m) { m.def("a", a); }
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() throws IOException {
        Skips.unlessInstalled("bwrap", "g++", "python3", "cmake", "ninja");
        Path trial = Files.createTempDirectory("cutoff-index");
        Cutoff.Run pip = Cutoff.runAny(
                trial,
                System.getenv(),
                List.of("python3", "-m", "pip", "download", "-q", "--no-deps", "-d", trial.toString(), "flit_core"));
        Skips.unless(pip.exitCode() == 0, "pip reaches no index");
        Cutoff.run(Path.of("/"), Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve("demo").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Cutoff.Run cutoff(String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CUTOFF_STORE", folder.resolve("store").toString());
        environment.put("PYTHONPATH", "");
        return Cutoff.run(folder, environment, arguments);
    }

    /** Builds, and says how many compile steps ran and what the module's a() gives. */
    private String built() throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        Path log;
        Cutoff.shell(folder, "rm -f store/projects/*/.cutoff/log/demo.log");
        Cutoff.Run run = cutoff("wheel", "demo", "--out", out.toString());
        assertThat(run.exitCode()).as(run.all()).isZero();
        try (Stream<Path> projects = Files.list(folder.resolve("store/projects"))) {
            log = projects.findFirst().orElseThrow().resolve(".cutoff/log/demo.log");
        }
        long compiles = Files.exists(log)
                ? COMPILES.matcher(Files.readString(log)).results().count()
                : 0;
        String value = Cutoff.shell(
                        out, "python3 -m zipfile -e *.whl u && cd u && python3 -c 'import demo; print(demo.a())'")
                .strip();
        return compiles + " compiled, value " + value;
    }

    private void scikitBuildCore(String pybind) throws IOException {
        write("pyproject.toml", """
                [build-system]
                requires = ["scikit-build-core", "%s"]
                build-backend = "scikit_build_core.build"
                [project]
                name = "demo"
                version = "1.0"
                """.formatted(pybind));
    }

    @Test
    void scikitBuildCoreCompilesWhatChanged() throws IOException {
        scikitBuildCore("pybind11");
        write("CMakeLists.txt", """
                cmake_minimum_required(VERSION 3.18)
                project(demo CXX)
                find_package(pybind11 CONFIG REQUIRED)
                add_library(core STATIC src/a.cpp src/b.cpp)
                set_target_properties(core PROPERTIES POSITION_INDEPENDENT_CODE ON)
                pybind11_add_module(demo NO_EXTRAS src/m.cpp)
                target_link_libraries(demo PRIVATE core)
                install(TARGETS demo DESTINATION .)
                """);
        write("src/m.cpp", PYTHON_MODULE);
        write("src/a.cpp", "int b(); int a() { return b() + 1; }\n");
        write("src/b.cpp", "int b() { return 1; }\n");
        assertThat(built()).isEqualTo("3 compiled, value 2");
        assertThat(built()).isEqualTo("0 compiled, value 2");
        scikitBuildCore("pybind11<3");
        assertThat(built()).as("only what includes it").isEqualTo("1 compiled, value 2");
        scikitBuildCore("pybind11");
        assertThat(built()).as("back").isEqualTo("0 compiled, value 2");
        write("src/b.cpp", "int b() { return 20; }\n");
        assertThat(built()).isEqualTo("1 compiled, value 21");
    }

    @Test
    void mesonPythonKeepsWhatStands() throws IOException {
        Skips.unlessInstalled("meson");
        write("pyproject.toml", """
                [build-system]
                requires = ["meson-python", "pybind11"]
                build-backend = "mesonpy"
                [project]
                name = "demo"
                version = "1.0"
                """);
        write("meson.build", """
                project('demo', 'cpp', version: '1.0')
                py = import('python').find_installation(pure: false)
                plain = static_library('plain', 'src/a.cpp', pic: true)
                py.extension_module('demo', 'src/m.cpp', dependencies: dependency('pybind11'), link_with: plain, install: true)
                """);
        write("src/m.cpp", PYTHON_MODULE);
        write("src/a.cpp", "int a() { return 1; }\n");
        assertThat(built()).isEqualTo("2 compiled, value 1");
        assertThat(built()).isEqualTo("0 compiled, value 1");
        write("src/a.cpp", "int a() { return 2; }\n");
        assertThat(built()).endsWith("value 2");
    }

    @Test
    void setuptoolsWithCython() throws IOException {
        write("pyproject.toml", """
                [build-system]
                requires = ["setuptools", "Cython"]
                [project]
                name = "demo"
                version = "1.0"
                """);
        write("setup.py", """
                from setuptools import setup, Extension
                from Cython.Build import cythonize
                setup(ext_modules=cythonize([Extension("demo", ["demo.pyx"])]))
                """);
        write("demo.pyx", "def a():\n    return 1\n");
        assertThat(built()).isEqualTo("1 compiled, value 1");
        assertThat(built()).isEqualTo("0 compiled, value 1");
        write("demo.pyx", "def a():\n    return 22\n");
        assertThat(built()).isEqualTo("1 compiled, value 22");
    }

    @Test
    void pureOnes() throws IOException {
        for (String backend : List.of("hatchling:hatchling.build", "flit_core>=3:flit_core.buildapi")) {
            write("pyproject.toml", """
                    [build-system]
                    requires = ["%s"]
                    build-backend = "%s"
                    [project]
                    name = "demo"
                    version = "1.0"
                    description = "a demo"
                    """.formatted((Object[]) backend.split(":")));
            write("demo/__init__.py", "def a():\n    return 1\n");
            assertThat(built()).isEqualTo("0 compiled, value 1");
            assertThat(cutoff("wheel", "demo", "--offline").out()).contains("kept     demo\n");
            write("demo/__init__.py", "def a():\n    return 2\n");
            assertThat(built()).isEqualTo("0 compiled, value 2");
        }
    }

    @Test
    void anEditableInstallRebuildsItselfOnImport() throws Exception {
        scikitBuildCore("pybind11");
        write(
                "pyproject.toml",
                Files.readString(folder.resolve("demo/pyproject.toml"))
                        + "[tool.scikit-build]\nbuild-dir = \"build\"\neditable.rebuild = true\n");
        write("CMakeLists.txt", """
                cmake_minimum_required(VERSION 3.18)
                project(demo CXX)
                find_package(pybind11 CONFIG REQUIRED)
                pybind11_add_module(demo NO_EXTRAS src/m.cpp src/a.cpp)
                install(TARGETS demo DESTINATION .)
                """);
        write("src/m.cpp", PYTHON_MODULE);
        write("src/a.cpp", "int a() { return 1; }\n");
        assertThat(Cutoff.runAny(folder, System.getenv(), List.of("python3", "-m", "venv", "v"))
                        .exitCode())
                .isZero();
        Cutoff.Run installed = cutoff("install", "-e", "demo", "--python", "v");
        assertThat(installed.exitCode()).as(installed.all()).isZero();
        assertThat(Cutoff.shell(folder, "v/bin/python -c 'import demo; print(demo.a())'"))
                .endsWith("1\n");
        // CMake takes what it installs for installed where times differ by less than a second.
        Thread.sleep(1100);
        write("src/a.cpp", "int a() { return 2; }\n");
        String second = Cutoff.shell(folder, "v/bin/python -c 'import demo; print(demo.a())' 2>&1");
        assertThat(second).endsWith("2\n");
        cutoff("env", "gc");
        assertThat(cutoff("env", "list").out()).contains("editable");
    }
}
