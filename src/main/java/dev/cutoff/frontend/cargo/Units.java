package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where each unit's state is: a folder each, named by the unit's file name and its place. */
final class Units {

    private final Path root;
    private final Map<Path, Set<Path>> met = new ConcurrentHashMap<>();
    private final Consumer<String> notes;

    /** @param notes is told of broken state, which is ignored */
    Units(Path root, Consumer<String> notes) {
        this.root = root;
        this.notes = notes;
    }

    UnitFolder folder(RustcCall call) throws IOException {
        Path folder = folder(call.crate() + call.extra(), call.out());
        Files.createDirectories(folder);
        return new UnitFolder(folder, notes);
    }

    /** Why a unit has no record, in words. */
    String whyNone(RustcCall call) throws IOException {
        Optional<String> known = folder(call).whyNone();
        if (known.isPresent()) {
            return known.get();
        }
        boolean other = all(name -> name.startsWith(call.crate() + "-")).stream()
                .flatMap(folder -> folder.record().stream())
                .anyMatch(record -> record.unit().equals(call.unit()));
        return other
                ? "no record of an earlier compile with these features, options and dependencies"
                : "no record of an earlier compile";
    }

    private Path folder(String stem, Path out) {
        return root.resolve(stem + "." + Digest.ofText(out.toString()).brief());
    }

    List<UnitFolder> all() throws IOException {
        return all(_ -> true);
    }

    private List<UnitFolder> all(Predicate<String> named) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> named.test(folder.getFileName().toString()))
                    .filter(Files::isDirectory)
                    .map(folder -> new UnitFolder(folder, notes))
                    .toList();
        }
    }

    /** Notes which macros may run where a unit is compiled, for those that come to it before it is recorded. */
    void runs(RustcCall call, Set<Path> macros) {
        met.put(folder(call.crate() + call.extra(), call.out()), Set.copyOf(macros));
    }

    /** The procedural macros that the library in a file may bring along; empty where it is not known. */
    Optional<Set<Path>> macros(Path library) {
        String name = library.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path out = library.getParent();
        if (!name.startsWith("lib") || dot < 0 || out == null) {
            return Optional.empty();
        }
        Path folder = folder(name.substring(3, dot), out);
        Set<Path> known = met.get(folder);
        return known != null
                ? Optional.of(known)
                : new UnitFolder(folder, notes)
                        .record()
                        .map(record -> StateFile.names(record.inputs(), Inputs.MACRO).stream()
                                .map(Path::of)
                                .collect(Collectors.toSet()));
    }
}
