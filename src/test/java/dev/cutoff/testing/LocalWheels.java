package dev.cutoff.testing;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Real wheels in a folder for pip's --find-links, made by hand. */
public final class LocalWheels {

    private LocalWheels() {}

    /**
     * Writes a wheel for any Python.
     *
     * @param files by their paths in it
     */
    public static Path write(Path folder, String name, String version, Map<String, String> files) {
        Path wheel = folder.resolve(name + "-" + version + "-py3-none-any.whl");
        Map<String, String> all = new LinkedHashMap<>(files);
        String info = name + "-" + version + ".dist-info/";
        all.put(info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n");
        all.put(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        StringBuilder record = new StringBuilder();
        all.forEach((path, text) -> record.append(path.contains(",") ? '"' + path + '"' : path)
                .append(",sha256=")
                .append(hash(text))
                .append(',')
                .append(text.getBytes(StandardCharsets.UTF_8).length)
                .append('\n'));
        all.put(info + "RECORD", record + info + "RECORD,,\n");
        try {
            Files.createDirectories(folder);
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
                for (var file : all.entrySet()) {
                    zip.putNextEntry(new ZipEntry(file.getKey()));
                    zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                    zip.closeEntry();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return wheel;
    }

    private static String hash(String text) {
        byte[] digest = HexFormat.of().parseHex(Digest.ofText(text).hex());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
