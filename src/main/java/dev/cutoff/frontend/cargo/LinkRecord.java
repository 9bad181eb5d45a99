package dev.cutoff.frontend.cargo;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A link command as the compiler gave it, with objects that were kept of it.
 *
 * @param path the value of PATH that the linker had
 * @param command the linker and its arguments
 */
record LinkRecord(Path folder, String path, List<String> command) {

    /**
     * Reads what the client noted. Empty where the link can't be repeated: it used further files of the compiler's that are
     * gone, or takes its arguments from a file.
     *
     * @param place the folder of the notes
     */
    static Optional<LinkRecord> read(Path place, RustcCall call) throws IOException {
        Path file = place.resolve("command");
        if (!Files.isRegularFile(file) || Files.exists(place.resolve("failed"))) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (in.available() > 0) {
                byte[] word = new byte[in.readInt()];
                in.readFully(word);
                words.add(new String(word, StandardCharsets.UTF_8));
            }
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (words.size() < 4) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(words.get(1)));
        command.addAll(words.subList(3, words.size()));
        LinkRecord record = new LinkRecord(Path.of(words.get(0)), words.get(2), command);
        return record.isComplete(place, call) ? Optional.of(record) : Optional.empty();
    }

    private boolean isComplete(Path place, RustcCall call) {
        boolean output = false;
        String temporary = call.out().resolve("rustc").toString();
        String system = Path.of(System.getProperty("java.io.tmpdir"), "rustc").toString();
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            boolean kept = Path.of(word).startsWith(place);
            boolean gone = word.contains(temporary) || word.contains(system);
            // A folder that the compiler makes for libraries of Windows alone, empty here.
            boolean empty = gone && word.endsWith("/raw-dylibs");
            boolean undefined = word.contains("unresolved-symbols") || word.contains("undefs");
            if (word.startsWith("@") || (gone && !kept && !empty) || undefined) {
                return false;
            }
            if (word.endsWith(".o") && !kept && Path.of(word).startsWith(call.out())) {
                return false;
            }
            output |= word.equals(call.program().toString());
        }
        return output;
    }

    /** The kept objects, by name in the unit's folder. */
    List<String> kept(Path unit) {
        return command.stream()
                .filter(word -> word.startsWith("/") && Path.of(word).startsWith(unit))
                .map(word -> unit.relativize(Path.of(word)).toString())
                .toList();
    }

    /** Links again. The output is made anew: other names of the old one keep their bytes. */
    Said run(RustcCall call) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(Environments.forCompiler(call.environment()));
        environment.put("PATH", path);
        environment.put("LC_ALL", "C");
        Path made = call.program().resolveSibling(call.program().getFileName() + ".cutoff");
        List<String> words = new ArrayList<>(command);
        words.replaceAll(word -> word.equals(call.program().toString()) ? made.toString() : word);
        Said said = Said.by(words, folder, environment);
        if (said.code() == 0) {
            Files.move(
                    made,
                    call.program(),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(made);
        }
        return said;
    }
}
