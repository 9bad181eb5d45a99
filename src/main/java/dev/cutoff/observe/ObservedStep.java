package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A step while its trace is read. */
final class ObservedStep {

    final int number;
    final int parent;
    final int line;
    final List<String> command;
    final String folder;
    final List<String> environment;
    final double started;
    final AccessSet accesses;

    /** Paths that it read more than once, the last time when it had written something. */
    final Set<String> readAgain = new LinkedHashSet<>();

    private final Accesses all;
    private boolean hasWritten;

    /** Where paths that it read led through links, each time. */
    private final Map<String, Set<String>> reals = new HashMap<>();

    /** Paths that the build had made and this step read. */
    final Set<String> madeReads = new LinkedHashSet<>();

    /** Of these, the paths that it opened: a program that is only run is not looked into but by the kernel. */
    final Set<String> madeOpened = new LinkedHashSet<>();

    /** Paths below {@code /cutoff} that it asked about: whether they are there, how large, of what kind. */
    final Set<String> looked = new LinkedHashSet<>();

    /** Paths that it made, wrote, renamed or deleted, links on the way followed. */
    final Set<String> madeWrites = new LinkedHashSet<>();

    /** Whether it read something in a folder that is empty at the start of each build, and gone at its end. */
    boolean readsPrivately;

    /** What it read there, as it was named, beside its own. */
    final Set<String> privateReads = new LinkedHashSet<>();

    /**
     * Where what it says goes, standard output and standard error, as strace names a descriptor's file; "" where that of
     * the build line itself.
     */
    String output = "";

    String messages = "";

    /** Whether it wrote anything to standard output or standard error. */
    boolean spoke;

    /** Whether its last process is known to have ended with status 0. */
    boolean endedWell;

    /** The earlier build's step whose results it put down; -1 if it did its own work. */
    int taken = -1;

    /** Whether it removed, replaced or moved folders: whatever was in them counts then, not what it listed. */
    boolean emptiesFolders;

    /** Paths by which it read files that are called otherwise: through a link at the end of the path. */
    final Set<String> readsByOtherNames = new LinkedHashSet<>();

    /** Whether it asked the kernel who it is (uname). */
    boolean askedKernel;

    double ended;

    ObservedStep(
            int number,
            int parent,
            int line,
            List<String> command,
            String folder,
            List<String> environment,
            double started,
            Accesses all) {
        this.all = all;
        this.accesses = new AccessSet(all);
        this.number = number;
        this.parent = parent;
        this.line = line;
        this.command = command;
        this.folder = folder;
        this.environment = environment;
        this.started = started;
        this.ended = started;
    }

    /** Takes in that it wrote somewhere, before the writing is noted. */
    void writes() {
        hasWritten = true;
    }

    /** A path, and the file that was opened in the end: through links, or a name such as /dev/fd/3. */
    void take(Deed deed) {
        boolean again = !accesses.add(deed.access());
        if (deed.path() == null) {
            return;
        }
        if (again && hasWritten) {
            readAgain.add(all.get(deed.access()).path());
        }
        if (deed.real() == null) {
            return;
        }
        if (deed.realAccess() != deed.access() && !accesses.add(deed.realAccess()) && hasWritten) {
            readAgain.add(all.get(deed.realAccess()).path());
        }
        noteReal(deed.path(), deed.real(), again);
    }

    /**
     * Takes in which file a path that was read led to, which is noted as read itself.
     *
     * @param again whether the path was read before
     */
    private void noteReal(String path, String real, boolean again) {
        if (real.equals(path) && !reals.containsKey(path)) {
            return;
        }
        Set<String> all = reals.computeIfAbsent(path, p -> new LinkedHashSet<>());
        if (again && all.isEmpty()) {
            // It led nowhere else before.
            all.add(path);
        }
        all.add(real);
    }

    /** The files that a path led to when it was read; the path itself where it led over no links. */
    Set<String> reals(String path) {
        return reals.getOrDefault(path, Set.of(path));
    }

    /** Paths that it read before it first wrote something. */
    Set<String> readsBeforeWriting() {
        Set<String> reads = new LinkedHashSet<>();
        for (Access access : accesses) {
            if (access.kind() == Access.Kind.WRITE) {
                break;
            }
            if (access.kind() == Access.Kind.READ) {
                reads.add(access.path());
            }
        }
        return reads;
    }

    /** Paths that it read, be it again, after it had first written something. */
    Set<String> readsSinceWriting() {
        Set<String> reads = new LinkedHashSet<>();
        Set<String> before = readsBeforeWriting();
        for (Access access : accesses) {
            if (access.kind() == Access.Kind.READ && !before.contains(access.path())) {
                reads.add(access.path());
            }
        }
        reads.addAll(readAgain);
        return reads;
    }

    /** The path by which its program was started; empty where that was not seen. */
    Optional<String> executed() {
        return accesses.stream()
                .filter(access -> access.kind() == Access.Kind.EXECUTE)
                .findFirst()
                .map(Access::path);
    }

    String program() {
        String first = command.isEmpty() ? "?" : command.get(0);
        return Place.name(first);
    }

    /** Value of a variable in its environment; "" where it has none. */
    String variable(String name) {
        String prefix = name + "=";
        for (String variable : environment) {
            if (variable.startsWith(prefix)) {
                return variable.substring(prefix.length());
            }
        }
        return "";
    }
}
