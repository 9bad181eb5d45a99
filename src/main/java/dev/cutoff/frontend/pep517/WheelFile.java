package dev.cutoff.frontend.pep517;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.abi.zip.ZipArchive;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A wheel, unpacked to where an installer puts its files (PEP 427, "Installing a wheel"), without what depends on the place
 * or on who installs: no .pyc, no INSTALLER, no direct_url.json, and no line of RECORD about scripts.
 *
 * <p>Scripts start an interpreter that is named: the one where builds see their environment.
 */
final class WheelFile {

    /** More than a header or a script needs; larger files are written in pieces. */
    private static final int PIECE = 1 << 20;

    private final Path wheel;
    private final String site;
    private final String headers;
    private final String python;
    private final Map<String, String> record = new TreeMap<>();

    /**
     * A wheel to unpack.
     *
     * @param site the folder of modules, from the environment's root; headers likewise
     * @param python the interpreter that scripts start
     */
    WheelFile(Path wheel, String site, String headers, String python) {
        this.wheel = wheel;
        this.site = site;
        this.headers = headers;
        this.python = python;
    }

    /**
     * Unpacks it.
     *
     * @param target an empty folder, the environment's root
     * @throws Failure of kind ENVIRONMENT where the file is no sound wheel
     */
    void unpack(Path target) throws IOException {
        try {
            MappedFile.read(wheel, bytes -> {
                ZipArchive zip = ZipArchive.open(bytes);
                try (Inflation inflation = new Inflation(zip)) {
                    for (Entry entry : zip.entries()) {
                        place(entry, inflation, target);
                    }
                }
                return zip;
            });
        } catch (FormatException e) {
            throw Failure.environment(wheel.getFileName() + " is no sound wheel: " + e.getMessage());
        }
        writeRecord(target);
    }

    private void place(Entry entry, Inflation inflation, Path target) throws IOException, FormatException {
        String name = entry.name();
        String place = place(name);
        if (place == null) {
            return;
        }
        Path to = target.resolve(place).normalize();
        if (!to.startsWith(target)) {
            throw Failure.environment(wheel.getFileName() + " holds " + name + ", which leads out of it");
        }
        Files.createDirectories(to.getParent());
        Cursor content = inflation.content(entry);
        boolean script = place.startsWith("bin/") && name.contains(".data/scripts/");
        byte[] head = content.bytesAt(0, Math.min(content.size(), PIECE));
        if (script && content.size() <= PIECE) {
            head = Scripts.starting(head, python);
            Files.write(to, head);
        } else {
            write(content, head, to);
        }
        if (script || entry.executable()) {
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (!place.startsWith("bin/")) {
            note(to, place);
        }
        if (name.endsWith(".dist-info/entry_points.txt") && name.indexOf('/') == name.lastIndexOf('/')) {
            Scripts.write(new String(head, StandardCharsets.UTF_8), python, target.resolve("bin"));
        }
    }

    private static void write(Cursor content, byte[] head, Path to) throws IOException, FormatException {
        try (OutputStream out = Files.newOutputStream(to)) {
            out.write(head);
            for (long at = head.length; at < content.size(); at += PIECE) {
                out.write(content.bytesAt(at, Math.min(PIECE, content.size() - at)));
            }
        }
    }

    /** Where an installer puts a file, from the environment's root; null for what is not put anywhere. */
    private @Nullable String place(String name) {
        String[] parts = name.split("/", 3);
        if (!parts[0].endsWith(".data") || parts.length < 3) {
            return isOfInstaller(name) ? null : site + "/" + name;
        }
        return switch (parts[1]) {
            case "purelib", "platlib" -> site + "/" + parts[2];
            case "scripts" -> "bin/" + parts[2];
            case "data" -> parts[2];
            case "headers" ->
                headers + "/" + parts[0].substring(0, Math.max(0, parts[0].indexOf('-'))) + "/" + parts[2];
            default ->
                throw Failure.environment(
                        wheel.getFileName() + " holds " + name + ", in a category that no installer knows");
        };
    }

    private static boolean isOfInstaller(String name) {
        String[] parts = name.split("/", -1);
        return (parts.length == 2
                        && parts[0].endsWith(".dist-info")
                        && switch (parts[1]) {
                            case "RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json" ->
                                true;
                            default -> false;
                        })
                || (name.endsWith(".pyc") && name.contains("__pycache__/"));
    }

    private void note(Path file, String place) throws IOException {
        Digest digest = Environments.digest(file);
        String hash = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(digest.hex()));
        String from = place.startsWith(site + "/")
                ? place.substring(site.length() + 1)
                : "../".repeat(site.split("/").length) + place;
        String quoted = from.contains(",") || from.contains("\"") ? "\"" + from.replace("\"", "\"\"") + "\"" : from;
        record.put(from, quoted + ",sha256=" + hash + "," + Files.size(file));
    }

    private void writeRecord(Path target) throws IOException {
        String info = record.keySet().stream()
                .filter(path -> path.endsWith(".dist-info/METADATA") && path.indexOf('/') == path.lastIndexOf('/'))
                .findFirst()
                .map(path -> path.substring(0, path.indexOf('/')))
                .orElseThrow(() -> Failure.environment(wheel.getFileName() + " is no wheel: it has no METADATA"));
        String own = info + "/RECORD";
        record.put(own, own + ",,");
        Files.write(target.resolve(site).resolve(own), record.values());
    }
}
