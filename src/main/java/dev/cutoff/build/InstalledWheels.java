package dev.cutoff.build;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual environment holds: the files of the wheels that were installed into it (PEP 427), and what was there
 * before. It is made from the wheels, since environments are gone when their builds are judged.
 */
final class InstalledWheels {

    /**
     * Where a file of the environment is from.
     *
     * @param distribution canonical name
     * @param path in the wheel
     */
    record Origin(String distribution, String path) {}

    /** A wheel of a distribution. */
    record Wheel(String distribution, Path file) {}

    /** More than any file of a wheel that a build reads the text of. */
    private static final long LARGEST = 512L << 20;

    private final NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, SortedSet<String>> owners = new HashMap<>();
    private final String site;

    /**
     * An environment.
     *
     * @param site its folder for modules, from its root: {@code lib/python3.12/site-packages}
     * @param base what is in it of no wheel: links to the interpreter, its configuration
     * @throws IOException if a wheel can't be read
     */
    InstalledWheels(String site, List<Wheel> wheels, SortedMap<String, Tree.Entry> base) throws IOException {
        this.site = site;
        base.forEach(this::add);
        for (Wheel wheel : wheels) {
            install(wheel);
        }
    }

    private void add(String path, Tree.Entry entry) {
        entries.put(path, entry);
        for (String at = path; at.contains("/"); ) {
            at = at.substring(0, at.lastIndexOf('/'));
            entries.putIfAbsent(at, Tree.FOLDER);
        }
    }

    private void install(Wheel wheel) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.file().toFile())) {
            Enumeration<? extends ZipEntry> all = zip.entries();
            while (all.hasMoreElements()) {
                ZipEntry entry = all.nextElement();
                String place = entry.isDirectory() ? null : place(entry.getName());
                if (place == null) {
                    continue;
                }
                byte[] bytes = bytes(zip, entry);
                add(place, new Tree.File(Digest.of(bytes), bytes.length, place.startsWith("bin/")));
                own(place, new Origin(wheel.distribution(), entry.getName()));
                files.put(place, wheel.file());
                if (entry.getName().endsWith(".dist-info/entry_points.txt")) {
                    scripts(wheel, entry.getName(), new String(bytes, StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
        if (entry.getSize() > LARGEST) {
            throw new IOException(entry.getName() + " has " + entry.getSize() + " bytes");
        }
        try (var in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    /** Where an installer puts a file; null for what it does not install as it is. */
    private @Nullable String place(String name) {
        String[] parts = name.split("/", 3);
        if (!parts[0].endsWith(".data") || parts.length < 3) {
            return name.endsWith(".dist-info/RECORD") ? null : site + "/" + name;
        }
        String rest = parts[2];
        return switch (parts[1]) {
            case "purelib", "platlib" -> site + "/" + rest;
            case "scripts" -> "bin/" + rest;
            case "data" -> rest;
            case "headers" -> {
                // include/site/python3.12/NAME
                String python = site.replaceFirst("^lib/", "").replaceFirst("/.*", "");
                String distribution = parts[0].substring(0, Math.max(0, parts[0].indexOf('-')));
                yield "include/site/" + python + "/" + distribution + "/" + rest;
            }
            default -> null;
        };
    }

    /** Installers write a script for each entry point of these groups; what it does is told by the entry point. */
    private void scripts(Wheel wheel, String file, String text) {
        boolean ours = false;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("[")) {
                ours = line.equals("[console_scripts]") || line.equals("[gui_scripts]");
            } else if (ours && line.contains("=") && !line.startsWith("#") && !line.startsWith(";")) {
                String name = line.substring(0, line.indexOf('=')).strip();
                add("bin/" + name, new Tree.File(Digest.ofText("script " + line), 0, true));
                own("bin/" + name, new Origin(wheel.distribution(), file));
            }
        }
    }

    Tree tree() {
        StringBuilder text = new StringBuilder();
        entries.forEach(
                (path, entry) -> text.append(path).append('\0').append(entry).append('\n'));
        // Of no store: it is compared with nothing.
        return new Tree(Digest.ofText(text.toString()), entries);
    }

    private void own(String place, Origin origin) {
        origins.put(place, origin);
        for (String at = place; !at.isEmpty(); ) {
            at = at.contains("/") ? at.substring(0, at.lastIndexOf('/')) : "";
            owners.computeIfAbsent(at, folder -> new TreeSet<>()).add(origin.distribution());
        }
    }

    /** The distributions that have files in a folder, or in the nearest one above a path that is there. */
    List<String> near(String path) {
        String at = path;
        while (!at.isEmpty() && !owners.containsKey(at)) {
            at = at.contains("/") ? at.substring(0, at.lastIndexOf('/')) : "";
        }
        return List.copyOf(owners.getOrDefault(at, new TreeSet<>()));
    }

    Optional<Origin> origin(String path) {
        return Optional.ofNullable(origins.get(path));
    }

    /** The bytes at a path; empty where no wheel has them as they are. */
    Optional<byte[]> read(String path) throws IOException {
        Path wheel = files.get(path);
        Origin origin = origins.get(path);
        if (wheel == null || origin == null) {
            return Optional.empty();
        }
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(origin.path());
            return entry == null ? Optional.empty() : Optional.of(bytes(zip, entry));
        }
    }

    /** What a path leads to over the environment's own links; empty where that is not outside of it. */
    Optional<Path> outside(String path) {
        String at = path;
        for (int links = 0; links < 10 && entries.get(at) instanceof Tree.Link link; links++) {
            if (link.target().startsWith("/")) {
                return Optional.of(Path.of(link.target()));
            }
            at = at.contains("/") ? Place.folder("/" + at).substring(1) + "/" + link.target() : link.target();
        }
        return Optional.empty();
    }
}
