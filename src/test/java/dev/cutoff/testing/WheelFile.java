package dev.cutoff.testing;

import dev.cutoff.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A wheel in the making (PEP 427). */
public final class WheelFile {

    private final String name;
    private final String version;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final StringBuilder metadata = new StringBuilder();
    private String tag = "cp312-cp312-linux_x86_64";
    private String generator = "test";
    private String record = "";

    public WheelFile(String name, String version) {
        this.name = name;
        this.version = version;
        metadata.append("Metadata-Version: 2.1\nName: %s\nVersion: %s\n".formatted(name, version));
    }

    public WheelFile file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public WheelFile file(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    public WheelFile field(String line) {
        metadata.append(line).append('\n');
        return this;
    }

    public WheelFile tag(String other) {
        tag = other;
        return this;
    }

    public WheelFile generator(String other) {
        generator = other;
        return this;
    }

    /** Takes this in place of a right RECORD. */
    public WheelFile record(String text) {
        record = text;
        return this;
    }

    public String fileName() {
        return name + "-" + version + "-" + tag + ".whl";
    }

    /** The files by path, metadata and RECORD with them. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> all = new TreeMap<>(files);
        String info = name + "-" + version + ".dist-info/";
        all.put(info + "METADATA", metadata.toString().getBytes(StandardCharsets.UTF_8));
        all.put(
                info + "WHEEL",
                "Wheel-Version: 1.0\nGenerator: %s\nRoot-Is-Purelib: %s\nTag: %s\n"
                        .formatted(generator, tag.endsWith("any"), tag)
                        .getBytes(StandardCharsets.UTF_8));
        StringBuilder lines = new StringBuilder();
        all.forEach((path, content) -> lines.append("%s,sha256=%s,%d\n"
                .formatted(
                        path,
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(Digest.of(content).bytes()),
                        content.length)));
        lines.append(info).append("RECORD,,\n");
        all.put(info + "RECORD", (record.isEmpty() ? lines.toString() : record).getBytes(StandardCharsets.UTF_8));
        return all;
    }

    public byte[] bytes() {
        return zip(files());
    }

    public Path write(Path folder) throws IOException {
        return Files.write(Files.createDirectories(folder).resolve(fileName()), bytes());
    }

    public static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(1_000_000_000_000L);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
