package dev.cutoff.abi.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.diff.Change;
import dev.cutoff.abi.diff.Diff;
import dev.cutoff.abi.diff.Differ;
import dev.cutoff.abi.diff.Verdict;
import dev.cutoff.abi.document.WheelJson;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wheels of the package index, at pinned versions for Python 3.11 on x86-64: numpy's come out as its releases are known to be
 * (tables alike within 1.x and within 2.x), others have what they are known to have. Fetched by pip, kept below target.
 */
class RealWheelsTest {

    private static final Path KEPT = Cutoff.root().resolve("target/wheels");
    private static final String ARRAY = "capsule numpy._ARRAY_API";
    private static final String UFUNC = "capsule numpy._UFUNC_API";

    @TempDir
    Path folder;

    private static Path fetch(String name, String version) throws IOException {
        Skips.unlessInstalled("python3");
        Path into = Files.createDirectories(KEPT.resolve(name + "-" + version));
        if (list(into).isEmpty()) {
            Cutoff.Run pip = Cutoff.runAny(
                    into,
                    Map.of(),
                    600,
                    List.of(
                            "python3",
                            "-m",
                            "pip",
                            "download",
                            "-q",
                            "--no-deps",
                            "--only-binary",
                            ":all:",
                            "--python-version",
                            "3.11",
                            "--platform",
                            "manylinux_2_28_x86_64",
                            "--platform",
                            "manylinux2014_x86_64",
                            "--platform",
                            "manylinux_2_17_x86_64",
                            "-d",
                            into.toString(),
                            name + "==" + version));
            Skips.unless(
                    pip.exitCode() == 0,
                    "pip can't fetch " + name + " " + version + ": " + pip.err().strip());
        }
        return list(into).getFirst();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".whl")).toList();
        }
    }

    private static Wheel read(String name, String version) throws Exception {
        return WheelReader.read(fetch(name, version));
    }

    private static SortedMap<String, String> slots(Wheel numpy, String table) {
        SortedMap<String, String> slots = new TreeMap<>(numpy.capi().tailMap(table + " slot "));
        slots.keySet().removeIf(key -> !key.startsWith(table + " slot "));
        return slots;
    }

    private static long gone(SortedMap<String, String> slots) {
        return slots.values().stream().filter("NULL"::equals).count();
    }

    /** How many slots, how many of them empty, and which versions (research of the releases of 2023 to 2024). */
    private static void tables(Wheel numpy, int array, int ufunc, String abi, String api) {
        assertThat(slots(numpy, ARRAY)).hasSize(array);
        assertThat(slots(numpy, UFUNC)).hasSize(ufunc);
        assertThat(OfferRules.number(String.valueOf(numpy.capi().get("constant NPY_ABI_VERSION"))))
                .isEqualTo(Long.decode(abi));
        assertThat(OfferRules.number(String.valueOf(numpy.capi().get("constant NPY_API_VERSION"))))
                .isEqualTo(Long.decode(api));
    }

    @Test
    @Tag("long")
    void numpy() throws Exception {
        Wheel v1252 = read("numpy", "1.25.2");
        Wheel v1260 = read("numpy", "1.26.0");
        Wheel v1264 = read("numpy", "1.26.4");
        Wheel v200 = read("numpy", "2.0.0");
        Wheel v210 = read("numpy", "2.1.0");
        Wheel v220 = read("numpy", "2.2.0");
        for (Wheel one : List.of(v1252, v1260, v1264)) {
            tables(one, 307, 43, "0x01000009", "0x11");
            assertThat(slots(one, ARRAY).keySet()).isEqualTo(slots(v1252, ARRAY).keySet());
        }
        for (Wheel two : List.of(v200, v210, v220)) {
            tables(two, 369, 47, "0x02000000", two.equals(v200) ? "0x12" : "0x13");
            assertThat(gone(slots(two, ARRAY))).isEqualTo(gone(slots(v200, ARRAY)));
        }
        SortedMap<String, String> then = slots(v200, ARRAY);
        assertThat(slots(v1264, ARRAY).entrySet())
                .filteredOn(slot -> !slot.getValue().equals("NULL") && "NULL".equals(then.get(slot.getKey())))
                .as("slots that became empty")
                .hasSize(33);
        assertThat(v200.capi()).containsEntry(ARRAY + " slot 1", "NULL");
    }

    /** What of the headers' types does not work with the next release, and the others that changed. */
    @Test
    @Tag("long")
    void numpysHeaders() throws Exception {
        Skips.unlessInstalled("cc");
        assertThat(types("1.25.2", "1.26.0")).isEmpty();
        assertThat(types("1.26.0", "1.26.4")).isEmpty();
        assertThat(types("2.0.0", "2.1.0"))
                .anySatisfy(text -> assertThat(text).contains("tagPyArrayObject_fields: size 80 -> 88 bytes"));
        assertThat(types("2.1.0", "2.2.0"))
                .anySatisfy(text -> assertThat(text).contains("'reserved2' is named 'dict' now"));
        assertThat(compared("2.0.0", "2.1.0").works().verdict()).isEqualTo(Verdict.YES);
        assertThat(compared("2.1.0", "2.0.0").works().verdict()).isNotEqualTo(Verdict.YES);
        assertThat(compared("1.26.4", "2.0.0").works().verdict()).isEqualTo(Verdict.NO);
    }

    private List<String> types(String old, String now) throws Exception {
        return compared(old, now).changes().stream()
                .filter(change -> change.what() == Change.What.TYPE)
                .map(Change::text)
                .toList();
    }

    private Diff compared(String old, String now) throws Exception {
        Path before = fetch("numpy", old);
        Path after = fetch("numpy", now);
        Differ differ = new Differ(null);
        differ.compareWheels(
                WheelReader.read(before),
                HeaderProbe.read(before, folder, "python3"),
                WheelReader.read(after),
                HeaderProbe.read(after, folder, "python3"));
        return differ.judge();
    }

    @Test
    @Tag("long")
    void scipyTakesNumpysTables() throws Exception {
        Wheel scipy = read("scipy", "1.14.1");
        assertThat(scipy.modules().values())
                .anySatisfy(needs -> assertThat(needs.uses()).containsKeys(ARRAY, "constant NPY_ABI_VERSION"))
                .anySatisfy(needs -> assertThat(needs.uses()).containsKey("domain pybind11-internals"));
        assertThat(scipy.capi()).containsKeys("capsule scipy.linalg.cython_blas.__pyx_capi__");
        assertThat(scipy.libraries().entrySet())
                .filteredOn(library -> !library.getValue().hashed())
                .extracting(library -> library.getValue().name(library.getKey()))
                .containsExactly("libsf_error_state.so");
        Wheel numpy = read("numpy", "2.0.0");
        Wheel next = read("numpy", "2.2.0");
        Wheel former = read("numpy", "1.26.4");
        for (ModuleNeeds needs : scipy.modules().values()) {
            assertThat(Serving.check(needs, numpy, next)).isEmpty();
        }
        assertThat(scipy.modules().values())
                .anySatisfy(
                        needs -> assertThat(Serving.check(needs, numpy, former)).isNotEmpty());
    }

    @Test
    @Tag("long")
    void pandasAndH5pyTakeThemToo() throws Exception {
        for (Wheel wheel : List.of(read("pandas", "2.2.3"), read("h5py", "3.12.1"))) {
            assertThat(wheel.gaps()).isEmpty();
            assertThat(wheel.modules().values())
                    .anySatisfy(needs -> assertThat(needs.uses()).containsKey(ARRAY));
        }
    }

    @Test
    @Tag("long")
    void pyarrowHasLibrariesAndHeaders() throws Exception {
        Wheel pyarrow = read("pyarrow", "18.1.0");
        assertThat(pyarrow.libraries().entrySet())
                .anySatisfy(library ->
                        assertThat(library.getValue().name(library.getKey())).isEqualTo("libarrow.so.1801"));
        assertThat(pyarrow.build()).containsKey("pyarrow/include/arrow/api.h");
        assertThat(WheelJson.document(pyarrow)).isEqualTo(WheelJson.document(read("pyarrow", "18.1.0")));
    }

    @Test
    @Tag("long")
    void cryptographyIsOfTheStableAbi() throws Exception {
        Wheel wheel = read("cryptography", "44.0.0");
        assertThat(wheel.identity().tags()).allSatisfy(tag -> assertThat(tag).startsWith("cp39-abi3-"));
        assertThat(wheel.modules().values())
                .allSatisfy(needs -> assertThat(needs.stableAbi()).isNotNull());
        assertThat(read("pandas", "2.2.3").modules().values())
                .anySatisfy(needs -> assertThat(needs.stableAbi()).isNull());
    }

    /** A pure wheel that is all headers. */
    @Test
    void pybind11() throws Exception {
        Wheel wheel = read("pybind11", "2.13.6");
        assertThat(wheel.identity().purelib()).isTrue();
        assertThat(wheel.build()).containsKey("pybind11/include/pybind11/pybind11.h");
        assertThat(wheel.capi()).containsKey("constant PYBIND11_INTERNALS_VERSION");
        assertThat(wheel.modules()).isEmpty();
    }

    /** From source, in two folders. */
    @Test
    @Tag("long")
    void cffiBuiltTwiceIsOne() throws Exception {
        Skips.unlessInstalled("python3", "cc");
        Path one = built("one");
        Path two = built("another/place");
        assertThat(Files.mismatch(one, two)).as("byte for byte they are two").isNotEqualTo(-1);
        assertThat(WheelJson.document(WheelReader.read(two))).isEqualTo(WheelJson.document(WheelReader.read(one)));
    }

    private Path built(String place) throws IOException {
        Path there = Files.createDirectories(folder.resolve(place));
        Cutoff.Run venv = Cutoff.runAny(there, Map.of(), 300, List.of("python3", "-m", "venv", "v"));
        Skips.unless(venv.exitCode() == 0, "python3 has no venv");
        Cutoff.Run pip = Cutoff.runAny(
                there,
                Map.of("CFLAGS", "-g", "TMPDIR", there.toString()),
                900,
                List.of(
                        "v/bin/pip",
                        "wheel",
                        "-q",
                        "--no-deps",
                        "--no-cache-dir",
                        "--no-binary",
                        "cffi",
                        "cffi==1.17.1"));
        Skips.unless(
                pip.exitCode() == 0,
                "pip can't build cffi: "
                        + pip.err().strip().lines().reduce((a, b) -> b).orElse(""));
        return list(there).getFirst();
    }
}
