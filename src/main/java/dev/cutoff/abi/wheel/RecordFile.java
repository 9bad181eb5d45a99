package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.zip.Entry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file RECORD of a wheel: for each of its files a digest and a size (PEP 376, PEP 427). It must tell of each file that is
 * there, of none that is not, and truly.
 */
final class RecordFile {

    private static final Set<String> ALGORITHMS = Set.of("sha256", "sha384", "sha512");

    /** What RECORD says of a file; {@code algorithm} as RECORD spells it. */
    @SuppressWarnings("ArrayRecordComponent")
    record Line(String algorithm, byte[] digest, @Nullable Long size) {}

    private final String file;
    private final Map<String, @Nullable Line> lines = new HashMap<>();

    private RecordFile(String file) {
        this.file = file;
    }

    /**
     * Reads RECORD.
     *
     * @param file for messages: the wheel and the path in it
     */
    static RecordFile read(byte[] bytes, String file) throws FormatException {
        RecordFile record = new RecordFile(file);
        int number = 0;
        for (String line : Cursor.text(bytes).split("\r?\n", -1)) {
            number++;
            if (!line.isBlank()) {
                record.add(fields(line), number);
            }
        }
        return record;
    }

    private void add(List<String> fields, int number) throws FormatException {
        if (fields.size() != 3 || fields.getFirst().isEmpty()) {
            throw wrong(number, "has not the three fields path, digest and size");
        }
        String path = fields.get(0);
        Line line = null;
        if (!fields.get(1).isEmpty()) {
            int equals = fields.get(1).indexOf('=');
            String algorithm = equals < 0 ? "" : fields.get(1).substring(0, equals);
            if (!ALGORITHMS.contains(algorithm)) {
                throw wrong(number, path + ": has no digest by SHA-256 or better");
            }
            try {
                byte[] digest = Base64.getUrlDecoder().decode(fields.get(1).substring(equals + 1));
                Long size = fields.get(2).isEmpty() ? null : Long.valueOf(fields.get(2));
                line = new Line(algorithm, digest, size);
            } catch (IllegalArgumentException e) {
                throw wrong(number, path + ": its digest or size can't be read");
            }
        }
        if (lines.containsKey(path)) {
            throw wrong(number, path + ": is there twice");
        }
        lines.put(path, line);
    }

    private FormatException wrong(int line, String sentence) {
        return FormatException.inText(file, line, 0, sentence);
    }

    /** Fields of comma-separated values; a field with a comma or a quote in it stands in quotes (RFC 4180). */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** Whether the files that it tells of are those that are there. */
    void check(List<Entry> entries, String distInfo) throws FormatException {
        Set<String> free = Set.of(distInfo + "/RECORD", distInfo + "/RECORD.jws", distInfo + "/RECORD.p7s");
        int found = 0;
        for (Entry entry : entries) {
            String path = entry.name();
            boolean known = lines.containsKey(path);
            Line line = lines.get(path);
            if (!free.contains(path) && line == null) {
                throw new FormatException(
                        file, 0, path + (known ? ": has no digest" : ": is in the wheel and not in RECORD"));
            }
            if (line != null && line.size() != null && line.size() != entry.size()) {
                throw new FormatException(
                        file, 0, path + ": has " + entry.size() + " bytes, and by RECORD " + line.size());
            }
            found += known ? 1 : 0;
        }
        if (found != lines.size()) {
            Set<String> missing = new java.util.TreeSet<>(lines.keySet());
            entries.forEach(entry -> missing.remove(entry.name()));
            // Old tools list folders.
            missing.removeIf(path -> path.endsWith("/"));
            if (!missing.isEmpty()) {
                throw new FormatException(file, 0, missing.iterator().next() + ": is in RECORD and not in the wheel");
            }
        }
    }

    /** What it says of a file; null for the few that it need not say anything of. */
    @Nullable
    Line of(String path) {
        return lines.get(path);
    }
}
