package dev.cutoff.frontend.fromager;

import static dev.cutoff.model.Policy.COMPATIBLE;
import static dev.cutoff.model.Policy.IDENTICAL;
import static dev.cutoff.model.Policy.STRICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.build.WheelUses;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A wheel whose build was observed: dep, which has a header, was in its environment, and it read a file of the machine. */
class ObservedRecordTest {

    private static final String HEADER =
            "struct dep { int a; };\nstatic inline int dep_f(struct dep *d) { return d->a; }\n";

    @TempDir
    Path folder;

    private Fleet fleet;
    private Path dep;
    private Path ext;
    private Path machine;

    @BeforeEach
    void fleet() throws IOException {
        Skips.unlessInstalled("cc");
        fleet = new Fleet(folder);
        machine = fleet.write("machine/limits.h", "#define LIMIT 1\n");
        dep = fleet.wheel("dep", "1.0").file("dep/include/dep.h", HEADER).write();
        ext = fleet.wheel("ext", "1.0")
                .binary("ext/ext.so", fleet.compile("ext.so", "", "void *PyInit_ext(void) { return 0; }\n"))
                .write();
        fleet.graph("dep 1.0", "ext 1.0: build dep 1.0");
        fleet.record(dep);
    }

    /** Another version of dep, whose structure has another size. */
    private void update() throws IOException {
        Path newer = fleet.wheel("dep", "1.1")
                .file("dep/include/dep.h", HEADER.replace("int a;", "long a; long b;"))
                .write();
        fleet.record(newer);
        fleet.graph("dep 1.1", "ext 1.0: build dep 1.1");
    }

    private static WheelUses.Used use(WheelUses.Of of, String distribution, String path, String state, int step) {
        List<String> of1 = distribution.isEmpty() ? List.of() : List.of(distribution);
        return new WheelUses.Used(of, of1, new Fact(FactKind.BYTES, path, state), List.of(step));
    }

    private WheelUses uses(List<String> gaps, String readOfDep, int by) throws IOException {
        List<WheelUses.Used> used = new ArrayList<>();
        String limits = Digest.of(Files.readAllBytes(machine)).hex();
        used.add(use(WheelUses.Of.SYSTEM, "", machine.toString(), limits, 1));
        used.add(use(
                WheelUses.Of.DISTRIBUTION, "dep", readOfDep, Digest.ofText("").hex(), by));
        List<Step> steps = new ArrayList<>();
        for (String program : List.of("python3", "cc1")) {
            steps.add(new Step(steps.size(), -1, 0, List.of(program), "/", Digest.EMPTY, List.of(), List.of(), 0, ""));
        }
        return new WheelUses("strace", gaps, steps, used);
    }

    private WheelRecorder.Recorded record(String name, WheelUses uses) throws IOException {
        Path trace = folder.resolve("trace.json");
        new TraceFile(name, "1.0", uses).write(trace);
        return fleet.recorder().record(ext, fleet.buildEnv(ext, "\"trace\": \"" + trace + "\"", dep));
    }

    private List<WheelRecord> records() {
        return new WheelRecords(fleet.records())
                .find("ext", "1.0", Digest.of(Folders.bytes(ext)))
                .usable();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAsItWasIsKept(Policy policy) throws IOException {
        record("ext", uses(List.of(), "dep/include/dep.h", 1));
        assertThat(records()).singleElement().satisfies(record -> {
            assertThat(record.evidence().word()).isEqualTo("observed");
            assertThat(record.observed().untouched()).isEmpty();
            assertThat(record.observed().system()).containsOnlyKeys(machine.toString());
        });
        assertThat(fleet.plan(policy).work()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFileOfTheMachineCounts(Policy policy) throws IOException {
        record("ext", uses(List.of(), "dep/include/dep.h", 1));
        Files.writeString(machine, "#define LIMIT 2\n");
        assertThat(fleet.plan(policy).work()).isEqualTo(Map.of("ext", "rebuild"));
        assertThat(fleet.plan(policy).why("ext")).contains(machine + " changed (bytes)");
        Files.delete(machine);
        assertThat(fleet.plan(policy).why("ext")).contains(machine.toString()).contains("gone");
    }

    @Test
    void ofWhatACompilerReadTheAbiCounts() throws IOException {
        record("ext", uses(List.of(), "dep/include/dep.h", 1));
        update();
        assertThat(fleet.plan(COMPATIBLE).work()).isEqualTo(Map.of("ext", "rebuild"));
    }

    @Test
    void ofWhatOnlyPythonRanItDoesNot() throws IOException {
        record("ext", uses(List.of(), "dep/__init__.py", 0));
        assertThat(records().getFirst().observed().untouched()).containsExactly("dep");
        update();
        assertThat(fleet.plan(COMPATIBLE).work()).isEmpty();
        assertThat(fleet.plan(IDENTICAL).work()).isEqualTo(Map.of("ext", "rebuild"));
        assertThat(fleet.plan(STRICT).work()).isEqualTo(Map.of("ext", "rebuild"));
    }

    @Test
    void aTraceWithAGapIsNoEvidence() throws IOException {
        record("ext", uses(List.of("something escaped"), "dep/__init__.py", 0));
        assertThat(records()).singleElement().satisfies(record -> {
            assertThat(record.evidence().word()).isEqualTo("declared");
            assertThat(record.declared()).containsExactly("what its build read is not known: something escaped");
        });
        update();
        assertThat(fleet.plan(COMPATIBLE).work()).isEqualTo(Map.of("ext", "rebuild"));
    }

    /** Else what is only declared of a build would let it be kept where what was seen of it does not. */
    @Test
    void whatWasDeclaredOfTheSameBuildGoes() throws IOException {
        fleet.record(ext, dep);
        assertThat(records())
                .singleElement()
                .satisfies(r -> assertThat(r.evidence().word()).isEqualTo("declared"));
        record("ext", uses(List.of(), "dep/include/dep.h", 1));
        assertThat(records())
                .singleElement()
                .satisfies(r -> assertThat(r.evidence().word()).isEqualTo("observed"));
        Files.writeString(machine, "#define LIMIT 2\n");
        assertThat(fleet.plan(IDENTICAL).work()).isEqualTo(Map.of("ext", "rebuild"));
    }

    @Test
    void aTraceOfAnotherPackageIsRefused() {
        assertThatThrownBy(() -> record("other", uses(List.of(), "dep/__init__.py", 0)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("is the trace of other 1.0");
    }
}
