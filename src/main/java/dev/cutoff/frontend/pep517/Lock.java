package dev.cutoff.frontend.pep517;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What requirements were resolved to: distributions, each pinned by its archive's hash.
 *
 * @param pins by name
 */
public record Lock(List<Pin> pins) {

    /**
     * One distribution.
     *
     * @param name canonical
     * @param hash SHA-256 of the archive, hexadecimal
     * @param url of the archive where the requirement named it; "" where the index did
     */
    public record Pin(String name, String version, String file, String hash, String url) {

        /** Whether it has to be built before it can be installed. */
        public boolean isSource() {
            return !file.endsWith(".whl");
        }

        /** The name of the file that a URL leads to, as archives are called. */
        static String fileAt(String url) {
            String plain = url.replaceFirst("[#?].*", "");
            return plain.substring(plain.lastIndexOf('/') + 1);
        }

        /** As pip's requirement files have it. */
        String line() {
            return (url.isEmpty() ? name + "==" + version : name + " @ " + url) + " --hash=sha256:" + hash;
        }
    }

    public Lock {
        pins = pins.stream().sorted(Comparator.comparing(Pin::name)).toList();
    }

    /** One line each, fields separated by tabs. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Pin pin : pins) {
            text.append(String.join("\t", pin.name, pin.version, pin.file, pin.hash, pin.url))
                    .append('\n');
        }
        return text.toString();
    }

    /** Reads {@link #text}; empty if it is none. */
    public static Optional<Lock> parse(String text) {
        List<Pin> pins = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 5 || !fields[3].matches("[0-9a-f]{64}")) {
                return Optional.empty();
            }
            pins.add(new Pin(fields[0], fields[1], fields[2], fields[3], fields[4]));
        }
        return Optional.of(new Lock(pins));
    }
}
