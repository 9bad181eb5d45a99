package dev.cutoff.frontend.fromager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Digest;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files and settings are inputs of which package, by name. */
class PackageInputsTest {

    @TempDir
    Path folder;

    private final Map<String, String> process = new HashMap<>(Map.of("PATH", "/usr/bin", "HOME", "/root"));
    private Told told = Told.NOTHING;

    @BeforeEach
    void settings() throws IOException {
        write("o/settings.yaml", "changelog:\n  cpu: [a]\n  gpu: [a, b]\nsbom:\n  supplier: x\n");
        write("o/settings/Meson_Python.yaml", """
                env:
                  CFLAGS: "${CFLAGS:-} -O2"
                  N: 010
                config_settings:
                  setup-args: ["-Da=b"]
                build_options:
                  cpu_cores_per_job: 2
                changelog:
                  "0.18.0": [one, two]
                variants:
                  cpu:
                    env: { CFLAGS: "$CFLAGS -g0", JOBS: "-j${MAX_JOBS}", PATH: "/opt:$PATH" }
                  gpu:
                    env: { CUDA: "1" }
                    pre_built: true
                """);
        write("o/patches/meson_python/001-all.patch", "all");
        write("o/patches/meson_python-0.18/002-one.patch", "one");
        write("o/patches/meson_python-0.18/cpu/003-cpu.patch", "cpu");
        write("o/patches/meson_python-0.18/gpu/003-gpu.patch", "gpu");
        write("o/patches/meson_python-0.19/004-other.patch", "other");
        write("o/patches/meson/001-all.patch", "not of meson-python");
        write("site/plug-1.dist-info/entry_points.txt", """
                [fromager.hooks]
                post_build = plug:post
                [fromager.project_overrides]
                meson_python = plug.meson
                other = plug.other
                """);
        write("site/plug/__init__.py", "");
        write("site/plug/meson.py", "import os\nfrom . import common, more as m\nfrom .deep import (x,\n  y)\n");
        write("site/plug/common.py", "A = 1\n");
        write("site/plug/more.py", "import plug.last\n");
        write("site/plug/last.py", "");
        write("site/plug/deep/__init__.py", "");
        write("site/plug/other.py", "");
    }

    private Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private SortedMap<String, String> inputs(String name, String version, String variant) {
        Places places = Places.of(folder.resolve("o/settings"), null, null, List.of(folder.resolve("site")));
        PackageInputs inputs = new PackageInputs(places, variant, "linux_x86_64", process);
        return inputs.of(name, Version.parse(version).orElseThrow(), 3, told).values();
    }

    private SortedMap<String, String> mesonPython() {
        return inputs("meson-python", "0.18.0", "cpu");
    }

    @Test
    void eachHasANameOfItsOwn() {
        SortedMap<String, String> inputs = mesonPython();
        assertThat(inputs)
                .containsEntry("variant", "cpu")
                .containsEntry("platform", "linux_x86_64")
                .containsEntry("build tag", "3")
                .containsEntry("global setting sbom.supplier", "\"x\"")
                .containsEntry("setting config_settings.setup-args", "[\"-Da=b\"]")
                .containsEntry("env CFLAGS", " -O2 -g0")
                .containsEntry("env N", "8")
                .containsEntry("env JOBS", "-j${MAX_JOBS}")
                .containsEntry("env PATH", "/opt:${PATH}")
                .containsEntry("patch 001-all.patch", Digest.ofText("all").hex())
                .containsEntry("patch 002-one.patch", Digest.ofText("one").hex())
                .containsEntry("patch 003-cpu.patch", Digest.ofText("cpu").hex())
                .containsEntry(
                        "override plug/common.py", Digest.ofText("A = 1\n").hex());
        assertThat(inputs.keySet().stream().filter(name -> name.startsWith("override")))
                .as("the module, what it imports of its package, and the packages that these are in")
                .containsExactly(
                        "override plug/__init__.py",
                        "override plug/common.py",
                        "override plug/deep/__init__.py",
                        "override plug/last.py",
                        "override plug/meson.py",
                        "override plug/more.py");
        assertThat(inputs.keySet().stream().filter(name -> name.startsWith("patch")))
                .hasSize(3);
        assertThat(inputs.keySet().stream().filter(name -> name.startsWith("setting")))
                .as("numbers of jobs change no wheel")
                .hasSize(1);
    }

    @Test
    void othersHaveNoneOfThem() {
        assertThat(inputs("numpy", "1.0", "cpu").keySet())
                .containsExactly("build tag", "global setting sbom.supplier", "platform", "variant");
        assertThat(inputs("meson-python", "0.18.0", "gpu").keySet())
                .contains("patch 003-gpu.patch", "env CUDA")
                .doesNotContain("patch 003-cpu.patch", "env JOBS");
        assertThat(inputs("meson-python", "0.19", "cpu").keySet())
                .contains("patch 004-other.patch", "patch 001-all.patch")
                .doesNotContain("patch 002-one.patch");
        assertThat(inputs("meson-python", "0.18.0+local", "cpu").keySet())
                .as("local versions have the patches of their public one")
                .contains("patch 002-one.patch");
    }

    /** A change of each thing changes the input of its name, and no other. */
    @Test
    void aChangeIsToldByItsName() throws IOException {
        SortedMap<String, String> before = mesonPython();
        assertThat(changed(before, () -> write("o/patches/meson_python-0.18/002-one.patch", "another")))
                .containsExactly("patch 002-one.patch");
        assertThat(changed(before, () -> write("o/patches/meson_python-0.18.0/x", "")))
                .as("never reached: two folders are refused")
                .containsExactly("refused");
        Cutoff.shell(folder, "rm -r o/patches/meson_python-0.18.0");
        settings();
        assertThat(changed(before, () -> write("o/patches/meson_python/cpu/005-new.patch", "new")))
                .containsExactly("patch 005-new.patch");
        assertThat(changed(before, () -> write("site/plug/last.py", "pass"))).contains("override plug/last.py");
        Cutoff.shell(folder, "rm o/patches/meson_python/cpu/005-new.patch");
        settings();
        process.put("CFLAGS", "-Wall");
        assertThat(changed(before, () -> {})).containsExactly("env CFLAGS");
        process.remove("CFLAGS");
        process.put("LDFLAGS", "-s");
        assertThat(changed(before, () -> {}))
                .as("the caller's own, which linkers take up")
                .containsExactly("env LDFLAGS");
        process.remove("LDFLAGS");
        process.put("FROMAGER_BUILD_ENV_SIGN", "image 7");
        assertThat(changed(before, () -> {})).containsExactly("FROMAGER_BUILD_ENV_SIGN");
        process.remove("FROMAGER_BUILD_ENV_SIGN");
        process.put("CI_JOB", "7");
        process.put("MAX_JOBS", "64");
        process.put("PATH", "/elsewhere");
        assertThat(changed(before, () -> {}))
                .as("what no build takes up, and what differs in each run")
                .isEmpty();
    }

    private interface Edit {
        void make() throws IOException;
    }

    private List<String> changed(SortedMap<String, String> before, Edit edit) throws IOException {
        edit.make();
        SortedMap<String, String> after;
        try {
            after = mesonPython();
        } catch (dev.cutoff.model.Failure failure) {
            return List.of("refused");
        }
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> java.util.Objects.equals(before.get(name), after.get(name)));
        return List.copyOf(names);
    }

    @Test
    void whatAPluginMadeOfTheEnvironmentCounts() {
        SortedMap<String, String> environment = new TreeMap<>(
                Map.of("CFLAGS", " -O2 -g0", "JOBS", "-j16", "PATH", "/venv/bin", "UV_PYTHON", "x", "EXTRA", "1"));
        told = new Told(new TreeMap<>(Map.of("hook abihook", "abc")), environment);
        assertThat(mesonPython())
                .as("what the settings say themselves, and what differs in each run, is not told twice")
                .containsEntry("plugin env EXTRA", "1")
                .containsEntry("hook abihook", "abc")
                .doesNotContainKeys("plugin env CFLAGS", "plugin env JOBS", "plugin env PATH", "plugin env UV_PYTHON");
    }

    @Test
    void codeThatNamesFilesAtRunTimeMakesAllOfItsPackageCount() throws IOException {
        write("site/plug/meson.py", "import importlib\n");
        assertThat(mesonPython().keySet()).contains("override plug/other.py");
    }

    @Test
    void aPluginsSourceTreeWillDo() {
        Path plugin = Cutoff.root().getParent().resolve("shared/samples/fromager/hook-plugin");
        Skips.unless(Files.isDirectory(plugin), "the samples of fromager runs are not here");
        assertThat(new Overrides(List.of(plugin)).inputs("bottleneck").keySet())
                .containsExactly("override abihook/__init__.py", "override abihook/bottleneck.py");
    }

    @Test
    void anOverrideWithoutSourceIsRefused() throws IOException {
        Files.delete(folder.resolve("site/plug/meson.py"));
        assertThatThrownBy(this::mesonPython)
                .hasMessageContaining("the override of meson_python is the module plug.meson");
    }

    @Test
    void preBuiltIsWhatTheSettingsOfTheVariantSay() {
        Places places = Places.of(folder.resolve("o/settings"), null, null, List.of());
        assertThat(new Settings(places, "gpu").preBuilt("meson-python")).hasValue("Meson_Python.yaml:15");
        assertThat(new Settings(places, "cpu").preBuilt("meson-python")).isEmpty();
        assertThat(new Settings(places, "cpu")
                        .changelogs("meson-python", Version.parse("0.18").orElseThrow()))
                .isEqualTo(new Settings.Changelogs(1, 2));
        assertThat(new Settings(places, "gpu")
                        .changelogs("numpy", Version.parse("0.18").orElseThrow()))
                .isEqualTo(new Settings.Changelogs(2, 0));
    }

    @Test
    void errorsSayWhere() throws IOException {
        write("o/patches/meson_python-x/a.patch", "");
        assertThatThrownBy(this::mesonPython).hasMessageContaining("meson_python-x: 'x' is no version");
        Cutoff.shell(folder, "rm -r o/patches/meson_python-x");
        write("o/settings/Meson_Python.yaml", "env:\n  A: [1]\n");
        assertThatThrownBy(this::mesonPython)
                .hasMessageContaining("Meson_Python.yaml: line 2: env: the value of A is no text");
        assertThatThrownBy(() -> Places.of(folder.resolve("none"), null, null, List.of()))
                .hasMessageContaining("--settings")
                .hasMessageContaining("no such folder");
        assertThatThrownBy(() -> Places.of(folder.resolve("o/settings"), folder.resolve("none"), null, List.of()))
                .hasMessageContaining("--settings-file");
    }
}
