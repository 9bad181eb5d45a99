package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the machine is, beyond single files: processor, kernel, installed packages. */
final class SystemIdentity {

    /** Lines of /proc/cpuinfo that say what code the processor can run; the others change with time and load. */
    private static final Set<String> CPU_LINES = Set.of(
            "vendor_id",
            "cpu family",
            "model",
            "model name",
            "stepping",
            "flags",
            "cache size",
            "Features",
            "CPU implementer",
            "CPU architecture",
            "CPU variant",
            "CPU part",
            "CPU revision");

    private static final Path DPKG = Path.of("/var/lib/dpkg");

    private @Nullable Map<String, String> owners;

    /** Digest over the distinct processors' models and features. */
    String cpu() {
        Set<String> lines = new TreeSet<>();
        for (String line : lines(Path.of("/proc/cpuinfo"))) {
            int colon = line.indexOf(':');
            if (colon > 0 && CPU_LINES.contains(line.substring(0, colon).strip())) {
                lines.add(line);
            }
        }
        return Digest.ofText(String.join("\n", lines)).hex();
    }

    /** What uname(2) says but for the host's name, which the sandbox sets. */
    String kernel() {
        Path folder = Path.of("/proc/sys/kernel");
        return first(folder.resolve("ostype")) + " " + first(folder.resolve("osrelease")) + " "
                + first(folder.resolve("version")) + " " + System.getProperty("os.arch");
    }

    /** Name, version and architecture of the Debian package that a file belongs to; {@code none} if of none. */
    synchronized String packageOf(String file) {
        if (owners == null) {
            owners = readOwners();
        }
        String owner = owners.get(file);
        if (owner == null && file.matches("/(bin|sbin|lib|lib32|lib64|libx32)/.*")) {
            owner = owners.get("/usr" + file);
        } else if (owner == null && file.startsWith("/usr/")) {
            owner = owners.get(file.substring("/usr".length()));
        }
        return owner == null ? "none" : owner;
    }

    private static Map<String, String> readOwners() {
        Map<String, String> versions = new HashMap<>();
        String name = "";
        String architecture = "";
        for (String line : lines(DPKG.resolve("status"))) {
            if (line.startsWith("Package: ")) {
                name = line.substring(9);
            } else if (line.startsWith("Architecture: ")) {
                architecture = line.substring(14);
            } else if (line.startsWith("Version: ")) {
                String value = name + " " + line.substring(9) + " " + architecture;
                versions.put(name, value);
                versions.put(name + ":" + architecture, value);
            }
        }
        Map<String, String> owners = new HashMap<>();
        try (Stream<Path> lists = Files.list(DPKG.resolve("info"))) {
            for (Path list : lists.filter(p -> p.toString().endsWith(".list")).toList()) {
                String owner = String.valueOf(list.getFileName());
                String version = versions.get(owner.substring(0, owner.length() - ".list".length()));
                if (version != null) {
                    lines(list).forEach(file -> owners.put(file, version));
                }
            }
        } catch (IOException e) {
            // No Debian: no file has an owner, and content is compared.
            return Map.of();
        }
        return owners;
    }

    /** Digest over the system's release and all installed packages. */
    String image() {
        StringBuilder text = new StringBuilder();
        lines(Path.of("/etc/os-release")).forEach(line -> text.append(line).append('\n'));
        lines(DPKG.resolve("status")).stream()
                .filter(l -> l.startsWith("Package: ") || l.startsWith("Version: ") || l.startsWith("Status: "))
                .forEach(line -> text.append(line).append('\n'));
        return Digest.ofText(text.toString()).hex();
    }

    private static String first(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "?" : lines.get(0);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
