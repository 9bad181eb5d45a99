package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files in a folder, made by the real assembler, linker and archiver. */
final class Linking {

    private final Path folder;

    Linking(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** The exit code of a command in the folder; what it says is lost. */
    int run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("LC_ALL", "C");
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    boolean run(String... command) throws IOException, InterruptedException {
        return run(List.of(command)) == 0;
    }

    /** An object {@code NAME.o}; whether it could be made. */
    boolean assemble(String name, String assembly) throws IOException, InterruptedException {
        Tool.write(folder, name + ".s", assembly);
        Files.deleteIfExists(folder.resolve(name + ".o"));
        return run("as", name + ".s", "-o", name + ".o");
    }

    /** A shared library {@code NAME}; whether it could be made. */
    boolean library(String name, LibraryModel model) throws IOException, InterruptedException {
        if (!assemble(name, model.assembly())) {
            return false;
        }
        List<String> command = new ArrayList<>(List.of("ld", "-shared", name + ".o", "-o", name + ".new"));
        command.addAll(List.of("-z", "noseparate-code", model.sysvHash ? "--hash-style=sysv" : "--hash-style=gnu"));
        if (!model.soname.isEmpty()) {
            command.addAll(List.of("-soname", model.soname));
        }
        if (model.versioned) {
            Tool.write(folder, name + ".map", model.versionScript());
            command.addAll(List.of("--version-script", name + ".map"));
        }
        if (model.needsOther) {
            command.addAll(List.of("--no-as-needed", "libx.so"));
        }
        return run(command) == 0 && run("mv", name + ".new", name);
    }

    /** An archive of these members, in this order. */
    boolean archive(String name, List<LibraryModel> members) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ar", "rcsD", name + ".new"));
        Files.deleteIfExists(folder.resolve(name + ".new"));
        for (LibraryModel member : members) {
            if (!assemble("m_" + member.soname, member.assembly())) {
                return false;
            }
            command.add("m_" + member.soname + ".o");
        }
        return run(command) == 0 && run("mv", name + ".new", name);
    }

    byte[] bytes(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    Cursor cursor(String name) throws IOException {
        return Cursor.copyOf(bytes(name), name);
    }

    /** The scope of a link that made {@code product}; the objects are those of the command. */
    Optional<LinkScope> scope(List<String> arguments, String product, List<String> inputs) throws Exception {
        Optional<LinkCommand> command = LinkCommand.of(arguments);
        if (command.isEmpty()) {
            return Optional.empty();
        }
        List<LinkInput> first = new ArrayList<>();
        List<LinkInput> others = new ArrayList<>();
        boolean atFirst = true;
        try {
            for (String input : command.get().inputs()) {
                atFirst &= input.endsWith(".o");
                if (input.endsWith(".o") && !inputs.contains(input)) {
                    (atFirst ? first : others).add(LinkInput.read(cursor(input)));
                }
            }
            for (String input : inputs) {
                others.add(LinkInput.read(cursor(input)));
            }
        } catch (FormatException e) {
            return Optional.empty();
        }
        return LinkScope.of(command.get(), ElfFile.open(cursor(product)), first, others);
    }

    /** The arguments of the linker that gcc would start with these of its own. */
    static List<String> gcc(String... arguments) {
        List<String> command = new ArrayList<>(List.of("gcc", "-###"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            process.waitFor();
            String line = output.lines()
                    .filter(text -> text.contains("/collect2") && text.startsWith(" "))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(output));
            List<String> words = new ArrayList<>();
            for (String word : line.strip().split(" ")) {
                words.add(word.replace("\"", ""));
            }
            words.set(0, "ld");
            return words;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Where gcc finds a file. */
    static String found(String name) {
        return Tool.lines("gcc", "-print-file-name=" + name).getFirst();
    }
}
