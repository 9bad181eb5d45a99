package dev.cutoff.frontend.fromager;

import dev.cutoff.build.Request;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Policy;
import dev.cutoff.testing.Cutoff;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A fleet of small wheels with graph, settings and records, as fromager would lay them out. */
final class Fleet {

    final Path folder;
    final Map<String, String> process = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    final Set<String> forced = new TreeSet<>();
    final List<Path> constraints = new ArrayList<>();
    final List<Path> plugins = new ArrayList<>();
    final Memory memory = Memory.ofProcess();
    Optional<Path> previous = Optional.empty();
    Optional<Path> inputs = Optional.empty();
    Optional<Version> python = Optional.of(Version.parse("3.12").orElseThrow());
    boolean allowOldInline;

    Fleet(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("o/settings"));
        Files.createDirectories(wheels());
    }

    Path wheels() {
        return folder.resolve("wheels-repo/downloads");
    }

    Path graph() {
        return folder.resolve("graph.json");
    }

    Path write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** A wheel in the making. */
    final class Wheel {
        private final String name;
        private final String version;
        private final Map<String, byte[]> files = new TreeMap<>();
        private final StringBuilder metadata = new StringBuilder();
        private String build = "0";
        private String tag = "py3-none-any";

        Wheel(String name, String version) {
            this.name = name;
            this.version = version;
            metadata.append("Metadata-Version: 2.1\nName: ")
                    .append(name)
                    .append("\nVersion: ")
                    .append(version)
                    .append('\n');
            file(name + "/__init__.py", "VERSION = '" + version + "'\n");
        }

        Wheel file(String path, String text) {
            return file(path, text.getBytes(StandardCharsets.UTF_8));
        }

        Wheel file(String path, byte[] content) {
            files.put(path, content);
            return this;
        }

        Wheel binary(String path, Path file) throws IOException {
            tag = "cp312-cp312-linux_x86_64";
            return file(path, Files.readAllBytes(file));
        }

        Wheel field(String line) {
            metadata.append(line).append('\n');
            return this;
        }

        Wheel build(String build) {
            this.build = build;
            return this;
        }

        Wheel tag(String tag) {
            this.tag = tag;
            return this;
        }

        String fileName() {
            return name + "-" + version + (build.isEmpty() ? "" : "-" + build) + "-" + tag + ".whl";
        }

        Path write() throws IOException {
            return write(wheels());
        }

        Path write(Path into) throws IOException {
            String info = name + "-" + version + ".dist-info/";
            files.put(info + "METADATA", metadata.toString().getBytes(StandardCharsets.UTF_8));
            files.put(
                    info + "WHEEL",
                    ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: " + tag.endsWith("any") + "\nTag: " + tag
                                    + "\n" + (build.isEmpty() ? "" : "Build: " + build + "\n"))
                            .getBytes(StandardCharsets.UTF_8));
            StringBuilder record = new StringBuilder();
            files.forEach((path, content) -> record.append(path)
                    .append(",sha256=")
                    .append(hash(content))
                    .append(',')
                    .append(content.length)
                    .append('\n'));
            files.put(info + "RECORD", (record + info + "RECORD,,\n").getBytes(StandardCharsets.UTF_8));
            Files.createDirectories(into);
            Path file = into.resolve(fileName());
            Files.write(file, zip(files));
            return file;
        }
    }

    private static String hash(byte[] content) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(1_000_000_000_000L);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    Wheel wheel(String name, String version) {
        return new Wheel(name, version);
    }

    /** Compiles C; the product is in the fleet's folder. */
    Path compile(String product, String arguments, String source) throws IOException {
        write("c/" + product + ".c", source);
        Cutoff.shell(folder.resolve("c"), "cc -O1 -shared -fPIC -o " + product + " " + product + ".c " + arguments);
        return folder.resolve("c").resolve(product);
    }

    /**
     * Writes the graph. A line is {@code name version: build X 1.0, install Y 2.0 as Y>=1}; the last one is the top. With {@code
     * !} behind the version a package is pre-built, from its wheel.
     */
    Path graph(String... lines) throws IOException {
        return graph(graph(), lines);
    }

    Path graph(Path file, String... lines) throws IOException {
        StringBuilder json = new StringBuilder();
        String top = "";
        for (String line : lines) {
            String[] parts = line.split(":", 2);
            String[] head = parts[0].strip().split(" ");
            boolean preBuilt = head[1].endsWith("!");
            String version = head[1].replace("!", "");
            StringBuilder edges = new StringBuilder();
            if (parts.length > 1 && !parts[1].isBlank()) {
                for (String edge : parts[1].split(",")) {
                    String[] words = edge.strip().split(" ", 5);
                    String type = words[0].equals("build") ? "build-system" : words[0];
                    String requirement = words.length > 4 ? words[4] : words[1];
                    edges.append(edges.isEmpty() ? "" : ", ")
                            .append("{\"key\": \"%s==%s\", \"req_type\": \"%s\", \"req\": \"%s\"}"
                                    .formatted(words[1], words[2], type, requirement));
                }
            }
            String url = "https://packages.example/"
                    + (preBuilt
                            ? head[0] + "-" + version + "-0-py3-none-any.whl"
                            : head[0] + "-" + version + ".tar.gz");
            top = "{\"key\": \"%s==%s\", \"req_type\": \"toplevel\", \"req\": \"%s\"}"
                    .formatted(head[0], version, head[0]);
            json.append(
                    ",\n\"%s==%s\": {\"download_url\": \"%s\", \"pre_built\": %s, \"version\": \"%s\", \"canonicalized_name\": \"%s\", \"edges\": [%s]}"
                            .formatted(head[0], version, url, preBuilt, version, head[0], edges));
        }
        Files.writeString(
                file,
                "{\"\": {\"download_url\": \"\", \"pre_built\": false, \"version\": \"0\", \"canonicalized_name\": \"\", \"edges\": ["
                        + top + "]}" + json + "}\n");
        return file;
    }

    Places places() {
        return Places.of(folder.resolve("o/settings"), null, null, plugins);
    }

    Path records() {
        return folder.resolve("records");
    }

    WheelRecorder recorder() {
        return new WheelRecorder(
                new WheelRecorder.Setting(places(), "linux_x86_64", records(), false, process),
                memory,
                InstantSource.system());
    }

    /** Records a wheel as built with these ones. */
    WheelRecorder.Recorded record(Path wheel, Path... environment) throws IOException {
        return recorder().record(wheel, buildEnv(wheel, "", environment));
    }

    /** @param more further fields of the document */
    Path buildEnv(Path wheel, String more, Path... environment) throws IOException {
        var name = WheelRecorder.name(wheel);
        StringBuilder distributions = new StringBuilder();
        for (Path one : environment) {
            var of = WheelRecorder.name(one);
            distributions
                    .append(distributions.isEmpty() ? "" : ", ")
                    .append("{\"name\": \"%s\", \"version\": \"%s\", \"wheel\": \"%s\"}"
                            .formatted(of.distribution(), of.version(), one));
        }
        return write("env-" + name.distribution() + ".json", """
                {"schema": "cutoff.build-env/1", "package": "%s", "version": "%s", "variant": "cpu", "seconds": 36, "cpu_seconds": 72,
                 "distributions": [%s], "source": {"file": "%s-%s.tar.gz"}, "compiler": {"path": "/usr/bin/cc", "version": "cc 1"}%s}
                """.formatted(
                        name.distribution(),
                        name.version(),
                        distributions,
                        name.distribution(),
                        name.version(),
                        more.isEmpty() ? "" : ", " + more));
    }

    FromagerPlan.Question question(Policy policy) {
        return new FromagerPlan.Question(
                graph(),
                previous,
                places(),
                "cpu",
                List.of(wheels()),
                constraints,
                records(),
                new Target(python, "linux_x86_64"),
                inputs,
                new Request(
                        List.of(), forced, Optional.of(policy), Optional.empty(), false, Optional.empty(), 1, false),
                allowOldInline,
                process);
    }

    /** A plan's actions by the name of the package, each with the reasons behind. */
    record Said(FleetPlan plan) {

        private FleetPlan.Unit unit(String name) {
            return plan.units().stream()
                    .filter(unit -> unit.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no package " + name));
        }

        String action(String name) {
            return unit(name).outcome().decision().action().word();
        }

        String why(String name) {
            StringBuilder text = new StringBuilder();
            unit(name)
                    .outcome()
                    .decision()
                    .reasons()
                    .forEach(reason -> text.append(reason.text()).append('\n'));
            return text.toString();
        }

        /** Names of those that are not kept, with what is done. */
        Map<String, String> work() {
            Map<String, String> work = new LinkedHashMap<>();
            plan.units().forEach(unit -> {
                if (!action(unit.name()).equals("keep")) {
                    work.put(unit.name(), action(unit.name()));
                }
            });
            return work;
        }
    }

    Said plan(Policy policy) {
        return new Said(FromagerPlan.of(question(policy), memory));
    }
}
