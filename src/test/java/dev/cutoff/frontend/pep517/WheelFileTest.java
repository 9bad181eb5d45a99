package dev.cutoff.frontend.pep517;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Failure;
import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.LocalWheels;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wheels as pip installs them, and locks as pip resolves them. */
class WheelFileTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("python3");
        Skips.unless(
                Cutoff.runAny(Path.of("/"), System.getenv(), List.of("python3", "-m", "pip", "--version"))
                                .exitCode()
                        == 0,
                "python3 has no pip");
    }

    private Path wheel() {
        return LocalWheels.write(
                folder.resolve("wheels"),
                "thing",
                "1.0",
                Map.of(
                        "thing/__init__.py",
                        "X = 1\n",
                        "thing/data,1.txt",
                        "text\n",
                        "thing-1.0.data/scripts/tell",
                        "#!python -s\nprint(1)\n",
                        "thing-1.0.data/headers/thing.h",
                        "#define THING 1\n",
                        "thing-1.0.data/data/share/thing/more",
                        "more\n",
                        "thing-1.0.dist-info/entry_points.txt",
                        "[console_scripts]\nthing = thing:main\n[other]\nno = thing:no\n"));
    }

    @Test
    void filesGoWherePipPutsThem() throws IOException {
        Path wheel = wheel();
        Path venv = folder.resolve("venv");
        assertThat(Cutoff.runAny(
                                folder,
                                System.getenv(),
                                List.of("python3", "-m", "venv", "--without-pip", venv.toString()))
                        .exitCode())
                .isZero();
        Cutoff.Run installed = Cutoff.runAny(
                folder,
                System.getenv(),
                List.of(
                        "python3",
                        "-m",
                        "pip",
                        "--python",
                        venv.resolve("bin/python").toString(),
                        "install",
                        "-q",
                        "--no-deps",
                        "--no-compile",
                        "--no-index",
                        wheel.toString()));
        Skips.unless(installed.exitCode() == 0, "this pip can't work for another interpreter: " + installed.err());
        String site;
        try (Stream<Path> found = Files.list(venv.resolve("lib"))) {
            site = "lib/" + found.findFirst().orElseThrow().getFileName() + "/site-packages";
        }
        Path ours = Files.createDirectory(folder.resolve("ours"));
        new WheelFile(wheel, site, "include/site/" + site.split("/")[1], venv + "/bin/python").unpack(ours);
        SortedMap<String, String> pips = files(venv);
        pips.keySet()
                .removeIf(path -> path.matches("pyvenv.cfg|\\.gitignore|bin/(python.*|[Aa]ctivate.*)")
                        || path.matches(".*dist-info/(INSTALLER|REQUESTED|direct_url.json)"));
        SortedMap<String, String> own = files(ours);
        assertThat(own.keySet()).isEqualTo(pips.keySet());
        assertThat(own.get("bin/tell")).isEqualTo(pips.get("bin/tell"));
        String record = site + "/thing-1.0.dist-info/RECORD";
        List<String> lines = own.get(record).lines().toList();
        assertThat(pips.get(record).lines().toList()).containsAll(lines);
        assertThat(lines).noneMatch(line -> line.contains("bin/"));
        assertThat(Files.isExecutable(ours.resolve("bin/thing"))).isTrue();
        assertThat(own.get("bin/thing"))
                .startsWith("#!" + venv + "/bin/python\n")
                .doesNotContain("no(");
    }

    private static SortedMap<String, String> files(Path root) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @Test
    void nothingLeadsOut() throws IOException {
        Path wheel = LocalWheels.write(folder, "bad", "1.0", Map.of("bad-1.0.data/data/../../out", "x"));
        Path target = Files.createDirectory(folder.resolve("t"));
        assertThatThrownBy(() -> new WheelFile(wheel, "lib", "include", "/p").unpack(target))
                .isInstanceOf(Failure.class);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private Resolver resolver(Memory memory, Resolver.Network network) throws InterruptedException {
        return new Resolver(
                memory,
                new Interpreters(memory, System.getenv()).find("python3"),
                new IndexSettings(
                        List.of(
                                "--no-index",
                                "--find-links",
                                folder.resolve("wheels").toString()),
                        List.of()),
                System.getenv(),
                network,
                Duration.ofDays(1),
                InstantSource.system(),
                note -> {});
    }

    private Path scratch() throws IOException {
        return Files.createTempDirectory(folder, "scratch");
    }

    @Test
    void aLockIsRememberedAndItsHashesCount() throws Exception {
        wheel();
        Memory memory = Memory.ofProcess();
        Lock lock = resolver(memory, Resolver.Network.AS_NEEDED).resolve(List.of("thing"), this::scratch);
        assertThat(lock.pins()).extracting(Lock.Pin::name).containsExactly("thing");
        assertThat(Lock.parse(lock.text())).contains(lock);
        LocalWheels.write(folder.resolve("wheels"), "thing", "2.0", Map.of("thing/__init__.py", "X = 2\n"));
        assertThat(resolver(memory, Resolver.Network.AS_NEEDED).resolve(List.of("thing"), this::scratch))
                .isEqualTo(lock);
        assertThat(resolver(memory, Resolver.Network.OFFLINE).resolve(List.of("thing"), this::scratch))
                .isEqualTo(lock);
        Lock anew = resolver(memory, Resolver.Network.REFRESH).resolve(List.of("thing"), this::scratch);
        assertThat(anew.pins().getFirst().version()).isEqualTo("2.0");

        LocalWheels.write(folder.resolve("wheels"), "thing", "2.0", Map.of("thing/__init__.py", "X = 3\n"));
        assertThatThrownBy(() -> resolver(memory, Resolver.Network.AS_NEEDED).fetch(anew.pins(), this::scratch))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> resolver(memory, Resolver.Network.OFFLINE).resolve(List.of("thing<2"), this::scratch))
                .hasMessageContaining("--offline");
        assertThatThrownBy(
                        () -> resolver(memory, Resolver.Network.AS_NEEDED).resolve(List.of("thing>=9"), this::scratch))
                .hasMessageContaining("No matching distribution found");
    }

    @Test
    void scriptsNameTheInterpreterOfTheirPlace() {
        byte[] script = "#!/cutoff/deps/_env/bin/python\nprint(1)\n".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(Scripts.placedAt(script, Path.of("/e")), StandardCharsets.UTF_8))
                .isEqualTo("#!/e/bin/python\nprint(1)\n");
        assertThat(new String(Scripts.placedAt(script, Path.of("/a b")), StandardCharsets.UTF_8))
                .startsWith("#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\" \"$@\"\n' '''\nprint");
        byte[] other = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
        assertThat(Scripts.placedAt(other, Path.of("/e"))).isEqualTo(other);
    }
}
