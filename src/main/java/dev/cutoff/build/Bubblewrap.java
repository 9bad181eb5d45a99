package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.PreloadRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds in bubblewrap: the machine's files read-only, the unit's folders at the paths of {@link Place}, no network, a
 * fixed user and host name, nothing of /tmp, /run, /home's settings or of other processes.
 */
final class Bubblewrap implements Sandbox {

    private static final Set<String> OWN = Set.of("proc", "dev", "tmp", "run", "cutoff", "lost+found");
    private static final String PASSWD = "build:x:1000:1000:build:" + Place.HOME
            + ":/bin/sh\nroot:x:0:0:root:/root:/bin/sh\n" + "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n";
    private static final String GROUP = "build:x:1000:\nroot:x:0:\nnogroup:x:65534:\n";

    private static final String PRELOAD = "LD_PRELOAD";

    private final Path program;
    private final Observers observers;

    private Bubblewrap(Path program, Observers observers) {
        this.program = program;
        this.observers = observers;
    }

    /** The sandbox, if bubblewrap is there and may do its work on this machine. */
    static Optional<Bubblewrap> find(Observers observers) throws IOException, InterruptedException {
        Optional<Path> program = LineRunner.find("bwrap");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(program.get().toString()));
        command.addAll(isolation(Unit.Network.NONE));
        command.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "/bin/true"));
        Process trial = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = trial.waitFor(20, TimeUnit.SECONDS);
        trial.destroyForcibly();
        return ended && trial.exitValue() == 0
                ? Optional.of(new Bubblewrap(program.get(), observers))
                : Optional.empty();
    }

    private static List<String> isolation(Unit.Network network) {
        List<String> options = new ArrayList<>(List.of("--unshare-all"));
        if (network != Unit.Network.NONE) {
            options.add("--share-net");
        }
        options.addAll(List.of(
                "--die-with-parent", "--new-session", "--hostname", "cutoff", "--uid", "1000", "--gid", "1000"));
        return options;
    }

    @Override
    public String describe() {
        return "bubblewrap";
    }

    @Override
    public boolean confines() {
        return true;
    }

    @Override
    public String root() {
        return Place.ROOT;
    }

    @Override
    public BuildEnvironment.Folders folders(String unit) {
        return BuildEnvironment.Folders.SANDBOX;
    }

    @Override
    public Path sourceFolder(Room room) {
        return room.scratch().resolve("src");
    }

    @Override
    public Path artifactFolder(Room room) throws IOException {
        return Files.createDirectories(room.scratch().resolve("out"));
    }

    @Override
    public Optional<Path> physical(Room room, String path) {
        String source = Place.source(room.unit().name());
        if (Place.within(path, source)) {
            return Optional.of(Path.of(room.scratch() + "/src" + path.substring(source.length())));
        }
        String need = Place.dependencyOf(path);
        if (!need.isEmpty()) {
            Path folder = need.equals(room.unit().name())
                    ? room.scratch().resolve("out")
                    : room.needs().get(need);
            return Optional.ofNullable(folder)
                    .map(f -> Path.of(f + path.substring(Place.artifact(need).length())));
        }
        if (Place.within(path, Place.TMP)) {
            return Optional.of(Path.of(room.scratch() + "/tmp" + path.substring(Place.TMP.length())));
        }
        if (Place.within(path, Place.HOME)) {
            return Optional.of(Path.of(room.scratch() + "/home" + path.substring(Place.HOME.length())));
        }
        return Place.within(path, Place.ROOT) ? Optional.empty() : Optional.of(Path.of(path));
    }

    @Override
    public void prepare(Room room) {}

    @Override
    public int run(Room room, Line line) throws IOException, InterruptedException {
        String name = room.unit().name();
        Path scratch = room.scratch();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(isolation(line.network()));
        bindMachine(command, line.network());
        Path passwd = Files.writeString(scratch.resolve("passwd"), PASSWD);
        Path group = Files.writeString(scratch.resolve("group"), GROUP);
        command.addAll(
                List.of("--ro-bind", passwd.toString(), "/etc/passwd", "--ro-bind", group.toString(), "/etc/group"));
        String tmp = folder(scratch, "tmp");
        command.addAll(List.of("--bind", tmp, Place.TMP, "--bind", tmp, "/var/tmp"));
        command.addAll(List.of("--bind", folder(scratch, "home"), Place.HOME));
        command.addAll(List.of("--bind", folder(scratch, "src"), Place.source(name)));
        room.needs()
                .forEach((need, folder) ->
                        command.addAll(List.of("--ro-bind", folder.toString(), Place.artifact(need))));
        if (room.purpose() == Purpose.BUILD) {
            command.addAll(List.of("--bind", folder(scratch, "out"), Place.artifact(name)));
        }
        command.addAll(List.of("--bind", String.valueOf(line.times().getParent()), Place.TRACE));
        Optional<Path> library = observers.library().filter(l -> line.watch() == Watch.PRELOAD);
        String inside = Place.TRACE + "/" + PreloadRecords.LIBRARY;
        library.ifPresent(file -> command.addAll(List.of(
                "--ro-bind",
                file.toString(),
                inside,
                "--bind",
                line.trace().toString(),
                Place.TRACE + "/" + PreloadRecords.ARENA)));
        command.addAll(List.of("--remount-ro", "/", "--chdir", Place.source(name), "--clearenv"));
        line.environment().forEach((variable, value) -> command.addAll(List.of("--setenv", variable, value)));
        library.ifPresent(_ -> command.addAll(List.of(
                "--setenv", PRELOAD, inside + colonBefore(line.environment().get(PRELOAD)))));
        command.add("--");
        command.addAll(LineRunner.command(
                line,
                observers,
                Place.TRACE + "/" + line.trace().getFileName(),
                Place.TRACE + "/" + line.times().getFileName()));
        return LineRunner.run(command, line, scratch, true);
    }

    private static String colonBefore(@Nullable String others) {
        return others == null ? "" : ":" + others;
    }

    private static String folder(Path scratch, String name) throws IOException {
        return Files.createDirectories(scratch.resolve(name)).toString();
    }

    /** Each of the root's entries, so that folders of our own can stand beside them. */
    private static void bindMachine(List<String> command, Unit.Network network) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/"))) {
            for (Path entry : entries.sorted().toList()) {
                if (OWN.contains(String.valueOf(entry.getFileName()))) {
                    continue;
                }
                if (Files.isSymbolicLink(entry)) {
                    command.addAll(
                            List.of("--symlink", Files.readSymbolicLink(entry).toString(), entry.toString()));
                } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) || Files.isReadable(entry)) {
                    command.addAll(List.of("--ro-bind", entry.toString(), entry.toString()));
                }
            }
        }
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        if (network == Unit.Network.NONE) {
            command.addAll(List.of("--dir", "/run"));
        } else {
            // The resolver's configuration often stands there.
            command.addAll(List.of("--ro-bind-try", "/run", "/run"));
        }
    }
}
