package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.LocalWheels;
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

    private static final Pattern TAKEN = Pattern.compile("(?m)^cutoff: taken over: .*\\.o$");

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
        return cutoff(Map.of(), arguments);
    }

    private Cutoff.Run cutoff(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.putIfAbsent("CUTOFF_STORE", folder.resolve("store").toString());
        environment.put("PYTHONPATH", "");
        environment.put(
                "PIP_FIND_LINKS",
                (folder.resolve("wheels") + " " + System.getenv().getOrDefault("PIP_FIND_LINKS", "")).strip());
        return Cutoff.run(folder, environment, arguments);
    }

    /** Builds, and says how many compile steps ran and what the module's a() gives. */
    private String built(String... more) throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        Path log;
        Cutoff.shell(folder, "rm -f store/projects/*/.cutoff/log/demo.log");
        Cutoff.Run run = cutoff(Stream.concat(Stream.of("wheel", "demo", "--out", out.toString()), Stream.of(more))
                .toArray(String[]::new));
        assertThat(run.exitCode()).as(run.all()).isZero();
        try (Stream<Path> projects = Files.list(folder.resolve("store/projects"))) {
            log = projects.findFirst().orElseThrow().resolve(".cutoff/log/demo.log");
        }
        String said = Files.exists(log) ? Files.readString(log) : "";
        long compiles = COMPILES.matcher(said).results().count()
                - TAKEN.matcher(said).results().count();
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

    private void mesonPython(String requirement) throws IOException {
        Skips.unlessInstalled("meson");
        write("pyproject.toml", """
                [build-system]
                requires = ["meson-python", "%s"]
                build-backend = "mesonpy"
                [project]
                name = "demo"
                version = "1.0"
                """.formatted(requirement));
    }

    /** Wheels whose files are years older than any object that was compiled with them. */
    private void headers(String version, Map<String, String> files) {
        Map<String, String> all = new HashMap<>(files);
        all.put("hdrpkg/__init__.py", "");
        LocalWheels.write(folder.resolve("wheels"), "hdrpkg", version, all);
    }

    private static final String PLAIN_MODULE = """
            #include <Python.h>
            #include <hdr.h>
            #ifndef SEEN
            #define SEEN VALUE
            #endif
            static PyObject *a(PyObject *self, PyObject *args) { return PyLong_FromLong(SEEN); }
            static PyMethodDef methods[] = {{"a", a, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
            static struct PyModuleDef demo = {PyModuleDef_HEAD_INIT, "demo", NULL, -1, methods};
            PyMODINIT_FUNC PyInit_demo(void) { return PyModule_Create(&demo); }
            """;

    /** Both of research's traps: what another version brings is older than the objects; what CMake found stays in its cache. */
    @Test
    void cmakeSeesAnOlderHeaderAndFindsAnewWhatMoved() throws IOException {
        headers("1", Map.of("hdrpkg/old/hdr.h", "#define VALUE 1\n"));
        headers("2", Map.of("hdrpkg/old/hdr.h", "#define VALUE 2\n"));
        // What the cache names is still there, and is no longer what a search finds.
        headers("3", Map.of("hdrpkg/old/hdr.h", "#define VALUE 2\n", "hdrpkg/new/hdr.h", "#define VALUE 3\n"));
        write("CMakeLists.txt", """
                cmake_minimum_required(VERSION 3.18)
                project(demo C)
                find_package(Python COMPONENTS Interpreter Development.Module REQUIRED)
                find_path(HDR hdr.h PATHS ${Python_SITELIB}/hdrpkg/new ${Python_SITELIB}/hdrpkg/old NO_DEFAULT_PATH REQUIRED)
                add_library(plain STATIC src/b.c)
                Python_add_library(demo MODULE WITH_SOABI src/m.c)
                target_include_directories(demo PRIVATE ${HDR})
                target_link_libraries(demo PRIVATE plain)
                install(TARGETS demo DESTINATION .)
                """);
        write("src/m.c", PLAIN_MODULE);
        write("src/b.c", "int b(void) { return 1; }\n");
        scikitBuildCore("hdrpkg==1");
        assertThat(built()).isEqualTo("2 compiled, value 1");
        scikitBuildCore("hdrpkg==2");
        assertThat(built()).as("a header").isEqualTo("1 compiled, value 2");
        scikitBuildCore("hdrpkg==3");
        assertThat(built()).as("a place").endsWith("value 3");
        scikitBuildCore("hdrpkg==1");
        assertThat(built()).isEqualTo("0 compiled, value 1");
    }

    /** Meson keeps answers of compilers, and dependencies, in coredata.dat, and asks for neither again. */
    @Test
    void mesonAsksAgainWhatItKeepsInItsCoredata() throws IOException {
        for (String version : List.of("1", "2")) {
            headers(
                    version,
                    Map.of(
                            "hdrpkg/hdr.h",
                            "#define VALUE " + version + "0\n#define OTHER " + version + "\n",
                            "hdrpkg-" + version + ".data/data/share/pkgconfig/hdrpkg.pc",
                            "Name: hdrpkg\nDescription: headers\nVersion: 1\nCflags: -I${pcfiledir}/../../lib/hdr/"
                                    + (version.equals("1") ? "one" : "two") + "\n",
                            "hdrpkg-" + version + ".data/data/lib/hdr/one/place.h",
                            "#define PLACE 100\n",
                            "hdrpkg-" + version + ".data/data/lib/hdr/two/place.h",
                            "#define PLACE 200\n"));
        }
        write("meson.build", """
                project('demo', 'c', version: '1.0')
                py = import('python').find_installation(pure: false)
                at = run_command(py, '-c', 'import hdrpkg, os; print(os.path.dirname(hdrpkg.__file__))', check: true).stdout().strip()
                other = meson.get_compiler('c').get_define('OTHER', prefix: '#include <hdr.h>', args: '-I' + at)
                py.extension_module('demo', 'src/m.c', c_args: ['-I' + at, '-DSEEN=(PLACE+VALUE+' + other + ')'],
                  dependencies: dependency('hdrpkg', method: 'pkg-config'), install: true)
                """);
        write("src/m.c", "#include <place.h>\n" + PLAIN_MODULE);
        String[] found = {"--env", "PKG_CONFIG_PATH=/cutoff/deps/_env/share/pkgconfig"};
        mesonPython("hdrpkg==1");
        assertThat(built(found)).isEqualTo("1 compiled, value 111");
        mesonPython("hdrpkg==2");
        assertThat(built(found)).isEqualTo("1 compiled, value 222");
        mesonPython("hdrpkg==1");
        assertThat(built(found)).isEqualTo("0 compiled, value 111");
    }

    @Test
    void setuptoolsWithTwoExtensionsInC() throws IOException {
        write("pyproject.toml", """
                [build-system]
                requires = ["setuptools"]
                [project]
                name = "demo"
                version = "1.0"
                """);
        write("setup.py", """
                from setuptools import setup, Extension
                setup(ext_modules=[Extension("demo", ["m.c"], include_dirs=["."]), Extension("other", ["o.c"])],
                    packages=[], py_modules=[])
                """);
        write("hdr.h", "#define VALUE 1\n");
        write("m.c", PLAIN_MODULE);
        write("o.c", PLAIN_MODULE.replace("#include <hdr.h>", "#define VALUE 7").replace("demo", "other"));
        assertThat(built()).isEqualTo("2 compiled, value 1");
        assertThat(built()).isEqualTo("0 compiled, value 1");
        write("hdr.h", "#define VALUE 2\n");
        assertThat(built()).as("no depends is declared").isEqualTo("1 compiled, value 2");
        write("hdr.h", "#define VALUE 1\n");
        assertThat(built()).as("back").isEqualTo("0 compiled, value 1");
        write("hdr.h", "#define VALUE 3\n");
        assertThat(built("--refresh")).isEqualTo("1 compiled, value 3");
    }

    @Test
    void mesonPythonKeepsWhatStands() throws IOException {
        mesonPython("pybind11");
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
        write("src/a.cpp", "int a() { return 200; }\n");
        assertThat(built()).as("of another length").isEqualTo("1 compiled, value 200");
        mesonPython("pybind11<3");
        assertThat(built()).endsWith("value 200");
        mesonPython("pybind11");
        assertThat(built()).as("back").isEqualTo("0 compiled, value 200");
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
                setup(ext_modules=cythonize([Extension("other", ["other.pyx"]), Extension("demo", ["demo.pyx"])]))
                """);
        write("demo.pyx", "def a():\n    return 1\n");
        write("other.pyx", "def b():\n    return 7\n");
        assertThat(built()).isEqualTo("2 compiled, value 1");
        assertThat(built()).isEqualTo("0 compiled, value 1");
        write("demo.pyx", "def a():\n    return 22\n");
        assertThat(built()).as("cython makes both files again").isEqualTo("1 compiled, value 22");
    }

    private void maturin(String requirement) throws IOException {
        write("pyproject.toml", """
                [build-system]
                requires = ["maturin>=1,<2"%s]
                build-backend = "maturin"
                [project]
                name = "demo"
                version = "1.0"
                """.formatted(requirement));
    }

    private void crate(int value) throws IOException {
        write("src/lib.rs", """
                use pyo3::prelude::*;
                #[pyfunction]
                fn a() -> u32 { %d }
                #[pymodule]
                fn demo(m: &Bound<'_, PyModule>) -> PyResult<()> { m.add_function(wrap_pyfunction!(a, m)?) }
                """.formatted(value));
    }

    /** A program with one dependency, and a module that starts it: compiled in a second. */
    private void program(int value, String features, String more) throws IOException {
        write("pyproject.toml", """
                [build-system]
                requires = ["maturin>=1,<2"]
                build-backend = "maturin"
                [project]
                name = "demo"
                version = "1.0"
                [tool.maturin]
                bindings = "bin"
                python-source = "python"
                """);
        write("python/demo/__init__.py", """
                import glob, os, subprocess
                def a():
                    program = os.path.abspath(glob.glob("*.data/scripts/demo")[0])
                    os.chmod(program, 0o755)
                    return subprocess.check_output([program], text=True)
                """);
        write("Cargo.toml", """
                [package]
                name = "demo"
                version = "1.0.0"
                edition = "2021"
                [dependencies]
                smallvec = { version = "1", features = [%s] }
                %s""".formatted(features, more));
        write("src/main.rs", """
                use smallvec::SmallVec;
                fn main() { let v: SmallVec<[u8; %d]> = SmallVec::new(); print!("{}", v.inline_size()) }
                """.formatted(value));
    }

    private void lock() {
        Cutoff.Run lock = Cutoff.runAny(folder.resolve("demo"), System.getenv(), List.of("cargo", "generate-lockfile"));
        Skips.unless(lock.exitCode() == 0, "cargo reaches no index");
    }

    /** How often a build of a unit had a package compiled, by its log; 0 where the last run of {@link #built} did not build it. */
    private long compiled(String unit, String crate) throws IOException {
        try (Stream<Path> projects = Files.list(folder.resolve("store/projects"))) {
            Path log = projects.findFirst().orElseThrow().resolve(".cutoff/log/" + unit + ".log");
            return Files.exists(log)
                    ? Pattern.compile("Compiling " + crate + " v")
                            .matcher(Files.readString(log))
                            .results()
                            .count()
                    : 0;
        }
    }

    /** Builds; what was compiled of some packages before the wheel and with it, and what the module gives. */
    private String cargoBuilt(String crate, String... more) throws IOException {
        Cutoff.shell(folder, "rm -f store/projects/*/.cutoff/log/demo+crates.log");
        String value = built(more).replaceFirst(".*, ", "");
        return crate + " before " + compiled("demo+crates", crate) + ", with it " + compiled("demo", crate) + ", demo "
                + compiled("demo", "demo") + ", " + value;
    }

    /** Bytes of the wheel that a store gives which knows nothing. */
    private byte[] wheelOfEmptyStore(String... more) throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        Path store = Files.createTempDirectory(folder, "store");
        return wheel(out, Map.of("CUTOFF_STORE", store.toString()), more);
    }

    private byte[] wheel(Path out, Map<String, String> environment, String... more) throws IOException {
        Cutoff.Run run = cutoff(
                environment,
                Stream.concat(Stream.of("wheel", "demo", "--out", out.toString()), Stream.of(more))
                        .toArray(String[]::new));
        assertThat(run.exitCode()).as(run.all()).isZero();
        try (Stream<Path> wheels = Files.list(out)) {
            return Files.readAllBytes(wheels.findFirst().orElseThrow());
        }
    }

    /** Crates are there before the hook runs, which has no network; what is not of the project is compiled once. */
    @Test
    void maturinWithPyo3() throws IOException {
        Skips.unlessInstalled("cargo", "strace");
        headers("1", Map.of("hdrpkg/hdr.h", ""));
        maturin("");
        write("Cargo.toml", """
                [package]
                name = "demo"
                version = "1.0.0"
                edition = "2021"
                [lib]
                name = "demo"
                crate-type = ["cdylib"]
                [dependencies]
                pyo3 = { version = "0.23", features = ["extension-module"] }
                """);
        crate(1);
        lock();
        assertThat(cargoBuilt("pyo3")).isEqualTo("pyo3 before 1, with it 0, demo 1, value 1");
        assertThat(cutoff("wheel", "demo", "--out", "same").out())
                .as("maturin is a static program, which strace sees")
                .contains("kept     demo+crates\n", "kept     demo\n");
        crate(2);
        assertThat(cargoBuilt("pyo3")).as("an edit").isEqualTo("pyo3 before 0, with it 0, demo 1, value 2");
        assertThat(wheel(folder.resolve("again"), Map.of()))
                .as("that of a build of all crates at once")
                .isEqualTo(wheelOfEmptyStore("--env", "CARGO_TARGET_DIR=/cutoff/home/target"));
        write("src/other.rs", "pub fn b() -> u32 { 3 }\n");
        write(
                "src/lib.rs",
                Files.readString(folder.resolve("demo/src/lib.rs"))
                        .replace("{ 2 }", "{ other::b() }")
                        .concat("mod other;\n"));
        assertThat(cargoBuilt("pyo3")).as("a new file").isEqualTo("pyo3 before 0, with it 0, demo 1, value 3");
        maturin(", \"hdrpkg\"");
        assertThat(built()).as("a requirement that nobody reads").endsWith("value 3");
        maturin("");
        assertThat(cutoff("wheel", "demo", "--out", "same").out()).as("back").contains("kept     demo\n");
    }

    /** What cargo would compile anew is compiled anew. */
    @Test
    void maturinCompilesDependenciesAnewWhereTheyAreOthers() throws IOException {
        Skips.unlessInstalled("cargo", "strace");
        program(1, "", "");
        lock();
        assertThat(cargoBuilt("smallvec")).isEqualTo("smallvec before 1, with it 0, demo 1, value 1");
        program(2, "", "");
        assertThat(cargoBuilt("smallvec")).as("an edit").isEqualTo("smallvec before 0, with it 0, demo 1, value 2");
        // An array of that size takes the feature.
        program(33, "\"const_generics\"", "");
        assertThat(cargoBuilt("smallvec")).as("a feature").isEqualTo("smallvec before 1, with it 0, demo 1, value 33");
        String[] flags = {"--env", "RUSTFLAGS=-C opt-level=1"};
        assertThat(cargoBuilt("smallvec", flags))
                .as("a variable")
                .isEqualTo("smallvec before 1, with it 0, demo 1, value 33");
        assertThat(wheel(folder.resolve("flags"), Map.of(), flags))
                .isEqualTo(wheelOfEmptyStore("--env", flags[1], "--env", "CARGO_TARGET_DIR=/cutoff/home/target"));
        program(33, "\"const_generics\"", "[profile.release]\npanic = \"abort\"\n");
        assertThat(cargoBuilt("smallvec")).as("a profile").isEqualTo("smallvec before 1, with it 0, demo 1, value 33");
        program(33, "\"const_generics\"", "[profile.small]\ninherits = \"release\"\nopt-level = \"s\"\n");
        String[] profile = {"-C", "build-args=--profile small --target " + host()};
        assertThat(cargoBuilt("smallvec", profile))
                .as("a setting")
                .isEqualTo("smallvec before 1, with it 0, demo 1, value 33");
        program(2, "\"const_generics\"", "[profile.small]\ninherits = \"release\"\nopt-level = \"s\"\n");
        assertThat(cargoBuilt("smallvec", profile))
                .as("its edit")
                .isEqualTo("smallvec before 0, with it 0, demo 1, value 2");
    }

    private String host() {
        return Cutoff.shell(folder, "rustc -vV | sed -n 's/^host: //p'").strip();
    }

    /** Where a project can't be compiled without its code, its wheel is what it was, and a sentence says so. */
    @Test
    void maturinWithoutASkeleton() throws IOException {
        Skips.unlessInstalled("cargo", "strace");
        String forbids = "[lints.rust]\nunused_crate_dependencies = \"forbid\"\n";
        program(1, "", forbids);
        lock();
        Cutoff.Run failing = cutoff("wheel", "demo", "--out", "first");
        assertThat(failing.exitCode()).as(failing.all()).isZero();
        assertThat(failing.all())
                .contains(
                        "demo's dependencies are not compiled by themselves, so each edit compiles them again: the backend");
        assertThat(cutoff("wheel", "demo", "--out", "first").all())
                .contains("kept     demo+crates\n", "kept     demo\n")
                .doesNotContain("by themselves");
        program(2, "", forbids);
        assertThat(cargoBuilt("smallvec")).isEqualTo("smallvec before 0, with it 1, demo 1, value 2");
        program(2, "", "");
        write(".cargo/config.toml", "[env]\nHERE = { value = \"x\", relative = true }\n");
        Cutoff.Run objected = cutoff("wheel", "demo", "--out", "second");
        assertThat(objected.exitCode()).as(objected.all()).isZero();
        assertThat(objected.all()).contains("compiles them again: .cargo/config.toml says relative");
        Cutoff.shell(folder, "rm -r demo/.cargo");
        assertThat(cargoBuilt("smallvec", "--env", "CARGO_TARGET_DIR=/cutoff/home/mine"))
                .as("the user's own folder")
                .isEqualTo("smallvec before 0, with it 1, demo 1, value 2");
    }

    /** A crate that the project has itself is compiled from its code, whatever depends on it. */
    @Test
    void maturinWithACrateInPlaceOfTheRegistrys() throws IOException {
        Skips.unlessInstalled("cargo", "strace");
        program(1, "", "[patch.crates-io]\nsmallvec = { path = \"mine\" }\n");
        write("mine/Cargo.toml", "[package]\nname = \"smallvec\"\nversion = \"1.99.0\"\nedition = \"2021\"\n");
        mine("7");
        lock();
        assertThat(built()).endsWith("value 7");
        mine("8");
        assertThat(built()).endsWith("value 8");
    }

    private void mine(String size) throws IOException {
        write("mine/src/lib.rs", """
                pub struct SmallVec<T>(std::marker::PhantomData<T>);
                impl<T> SmallVec<T> {
                    pub fn new() -> Self { SmallVec(std::marker::PhantomData) }
                    pub fn inline_size(&self) -> usize { %s }
                }
                """.formatted(size));
    }

    /** As projects are: Python code beside, a workspace, a build script, texts. */
    @Test
    void maturinInAWorkspace() throws IOException {
        Skips.unlessInstalled("cargo", "strace");
        write("pyproject.toml", """
                [build-system]
                requires = ["maturin>=1,<2"]
                build-backend = "maturin"
                [project]
                name = "demo"
                dynamic = ["version"]
                readme = "README.md"
                license = { file = "LICENSE" }
                [tool.maturin]
                python-source = "python"
                module-name = "demo._native"
                manifest-path = "crates/native/Cargo.toml"
                include = ["data/*"]
                features = ["pyo3/extension-module"]
                """);
        write("README.md", "demo\n");
        write("LICENSE", "none\n");
        write("data/one", "1\n");
        write("python/demo/__init__.py", "from ._native import a\n");
        write("Cargo.toml", """
                [workspace]
                resolver = "2"
                members = ["crates/*"]
                [workspace.package]
                version = "1.5.0"
                readme = "README.md"
                """);
        write("crates/native/Cargo.toml", """
                [package]
                name = "demo"
                version.workspace = true
                readme.workspace = true
                edition = "2021"
                [lib]
                name = "_native"
                crate-type = ["cdylib"]
                [dependencies]
                pyo3 = "0.23"
                inner = { path = "../inner" }
                """);
        write("crates/native/build.rs", "fn main() { println!(\"cargo:rustc-env=VALUE=4\"); }\n");
        write("crates/native/src/lib.rs", """
                use pyo3::prelude::*;
                #[pyfunction]
                fn a() -> u32 { inner::value() + env!("VALUE").parse::<u32>().unwrap() }
                #[pymodule]
                fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> { m.add_function(wrap_pyfunction!(a, m)?) }
                """);
        write("crates/inner/Cargo.toml", """
                [package]
                name = "inner"
                version = "0.1.0"
                edition = "2021"
                [dependencies]
                cfg-if = "1"
                """);
        write("crates/inner/src/lib.rs", "cfg_if::cfg_if! { if #[cfg(unix)] { pub fn value() -> u32 { 10 } } }\n");
        write("crates/inner/tests/one.rs", "#[test] fn one() { assert_eq!(inner::value(), 10) }\n");
        lock();
        assertThat(cargoBuilt("pyo3")).isEqualTo("pyo3 before 1, with it 0, demo 1, value 14");
        assertThat(compiled("demo", "inner")).isOne();
        assertThat(compiled("demo", "cfg-if")).isZero();
        write("crates/inner/src/lib.rs", "cfg_if::cfg_if! { if #[cfg(unix)] { pub fn value() -> u32 { 20 } } }\n");
        assertThat(cargoBuilt("pyo3")).isEqualTo("pyo3 before 0, with it 0, demo 1, value 24");
        write("crates/native/build.rs", "fn main() { println!(\"cargo:rustc-env=VALUE=5\"); }\n");
        write("README.md", "the demo\n");
        write("python/demo/__init__.py", "from ._native import a\nb = a\n");
        assertThat(cargoBuilt("pyo3")).isEqualTo("pyo3 before 0, with it 0, demo 1, value 25");
        assertThat(wheel(folder.resolve("again"), Map.of())).isEqualTo(wheelOfEmptyStore());
    }

    /** The lock is the same, whoever resolves. */
    @Test
    void uvResolvesWhereThereIsOne() throws IOException {
        scikitBuildCore("pybind11<3");
        Cutoff.Run byPip = cutoff("env", "show", "demo", "--refresh");
        assertThat(byPip.exitCode()).as(byPip.all()).isZero();
        Cutoff.shell(folder, "python3 -m pip install -q --target tools uv");
        // What it was called with tells that it was.
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.writeString(
                bin.resolve("uv"),
                "#!/bin/sh\necho \"$@\" >>'" + folder + "/asked'\nexec '" + folder + "/tools/bin/uv' \"$@\"\n");
        Cutoff.shell(folder, "chmod +x bin/uv");
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("UV_CACHE_DIR", folder.resolve("uv").toString());
        Cutoff.Run byUv = cutoff(environment, "env", "show", "demo", "--refresh");
        assertThat(byUv.exitCode()).as(byUv.all()).isZero();
        assertThat(byUv.out()).isEqualTo(byPip.out());
        assertThat(folder.resolve("asked")).content().startsWith("pip compile").contains("--index-strategy");
        // What uv can't be told pip has to find.
        Cutoff.shell(folder, "rm asked");
        environment.put("PIP_ONLY_BINARY", ":all:");
        assertThat(cutoff(environment, "env", "show", "demo", "--refresh").out())
                .isEqualTo(byPip.out());
        assertThat(folder.resolve("asked")).doesNotExist();
        scikitBuildCore("pybind11==0.0.1");
        environment.remove("PIP_ONLY_BINARY");
        Cutoff.Run none = cutoff(environment, "env", "show", "demo");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("No matching distribution found for pybind11==0.0.1");
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

    private String git(String line) {
        return Cutoff.shell(
                        folder.resolve("demo"),
                        "git -c user.name=a -c user.email=a@b -c init.defaultBranch=main -c commit.gpgsign=false -c tag.gpgsign=false "
                                + line)
                .strip();
    }

    private String versionBuilt() throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        Cutoff.Run run = cutoff("wheel", "demo", "--out", out.toString());
        assertThat(run.exitCode()).as(run.all()).isZero();
        try (Stream<Path> wheels = Files.list(out)) {
            return wheels.map(wheel -> wheel.getFileName().toString().split("-")[1])
                    .toList()
                    .getFirst();
        }
    }

    @Test
    void versionsComeFromGit() throws IOException {
        Skips.unlessInstalled("git");
        for (String backend : List.of(
                "\"setuptools\", \"setuptools-scm\"]\nbuild-backend = \"setuptools.build_meta",
                "\"hatchling\", \"hatch-vcs\"]\nbuild-backend = \"hatchling.build")) {
            Cutoff.shell(folder, "rm -rf demo");
            write("pyproject.toml", """
                    [build-system]
                    requires = [%s"
                    [project]
                    name = "demo"
                    dynamic = ["version"]
                    [tool.setuptools_scm]
                    [tool.hatch.version]
                    source = "vcs"
                    """.formatted(backend));
            write("demo/__init__.py", "def a():\n    return 1\n");
            git("init -q && git add .");
            git("commit -qm one");
            git("tag v1.2");
            assertThat(versionBuilt()).isEqualTo("1.2");
            write("demo/__init__.py", "def a():\n    return 2\n");
            assertThat(versionBuilt()).as("not committed").startsWith("1.3.dev1+g");
            git("commit -qam two");
            assertThat(versionBuilt())
                    .isEqualTo("1.3.dev1+g" + git("rev-parse HEAD").substring(0, 9));
        }
    }
}
