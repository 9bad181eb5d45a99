package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Named values in a file: a line each, name and value apart by a tab, the file's own digest in the last line. It appears
 * whole, by rename; one that is not whole or of another version is as if it were not there.
 */
final class StateFile {

    private static final String VERSION = "cutoff.cargo/1";
    private static final String END = "sha256\t";

    private StateFile() {}

    static void write(Path file, Map<String, String> values) throws IOException {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        values.forEach((name, value) ->
                text.append(escaped(name)).append('\t').append(escaped(value)).append('\n'));
        String body = text.toString();
        Path made = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
        Files.writeString(made, body + END + Digest.ofText(body).hex() + "\n");
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Empty where there is none. Throws an IOException, with a message for people, where it is broken. */
    static Optional<Map<String, String>> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IOException(file + " is damaged", e);
        }
        int end = text.lastIndexOf(END);
        if (end < 0
                || !text.startsWith(VERSION + "\n")
                || !text.substring(end + END.length())
                        .strip()
                        .equals(Digest.ofText(text.substring(0, end)).hex())) {
            throw new IOException(file + " is damaged, or of another version");
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> lines = List.of(text.substring(0, end).split("\n"));
        for (String line : lines.subList(1, lines.size())) {
            int tab = line.indexOf('\t');
            values.put(plain(line.substring(0, tab)), plain(line.substring(tab + 1)));
        }
        return Optional.of(values);
    }

    /** The names with a prefix, which is taken off, in order. */
    static List<String> names(Map<String, String> values, String prefix) {
        List<String> names = new ArrayList<>();
        for (String name : values.keySet()) {
            if (name.startsWith(prefix)) {
                names.add(name.substring(prefix.length()));
            }
        }
        return names;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r");
    }

    private static String plain(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                plain.append(next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
