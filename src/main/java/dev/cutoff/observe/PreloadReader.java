package dev.cutoff.observe;

import dev.cutoff.observe.Event.Flags;
import dev.cutoff.observe.Event.Outcome;
import dev.cutoff.observe.Event.Where;
import dev.cutoff.observe.PreloadRecords.Entry;
import dev.cutoff.observe.PreloadRecords.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the records of the observing library mean, as {@link Event}s.
 *
 * <p>Complete only if each program that was started reported itself: one that has no C library of the usual kind, or did
 * not load the library, is a gap.
 */
final class PreloadReader {

    private static final int WRITE_ONLY = 1;
    private static final int ACCESS_MODE = 3;
    private static final int CREATE = 0100;
    private static final int TRUNCATE = 01000;
    private static final int DIRECTORY = 0200000;
    private static final int NO_FOLLOW = 0400000;
    private static final int PATH_ONLY = 010000000;

    /** Names of the errors that make a difference (errno(3), Linux). */
    private static final Map<Integer, String> ERRORS = Map.of(
            1,
            "EPERM",
            2,
            "ENOENT",
            13,
            "EACCES",
            17,
            "EEXIST",
            20,
            "ENOTDIR",
            30,
            "EROFS",
            39,
            "ENOTEMPTY",
            40,
            "ELOOP");

    /** A program that a process is about to be. */
    private record Pending(String program, List<String> command) {}

    private final LineTracer to;
    private final String artifact;
    private final PreloadRecords records;
    private final DeedMemo deeds = new DeedMemo();
    private final LoadedFiles loaded;
    private final LibraryParts parts;
    private final Map<Integer, Pending> pending = new HashMap<>();
    /** By parent, programs that the C library itself started in a child whose number nobody knows yet. */
    private final Map<Integer, List<Pending>> unnamed = new HashMap<>();

    /** Processes that called what may load libraries and have not told yet which. */
    private final Set<Integer> loading = new HashSet<>();

    private final Map<Integer, List<Entry>> early = new HashMap<>();
    private final Map<Integer, Image> images = new HashMap<>();
    private final Map<List<Integer>, List<String>> environments = new HashMap<>();
    private final Set<Integer> known = new HashSet<>();

    private PreloadReader(PreloadRecords records, DirectCalls calls, String artifact, LineTracer to) {
        this.records = records;
        this.artifact = artifact;
        this.to = to;
        LoaderSearch search = new LoaderSearch(new LoaderCache(Path.of("/etc/ld.so.cache")));
        Teller teller = new Teller(to);
        this.loaded = new LoadedFiles(search, calls, teller, artifact);
        this.parts = new LibraryParts(search, calls, teller);
    }

    /** @param artifact the folder into which the unit installs, as the build sees it; "" where there is none */
    static void read(PreloadRecords records, DirectCalls calls, String artifact, LineTracer to) {
        records.gaps().forEach(gap -> to.accept(new Event.Missed(gap)));
        new PreloadReader(records, calls, artifact, to).read();
    }

    /** Which signs of a process's end count: its number may be given again, and the last sign before that is the end. */
    private static final class Ends {
        private final Map<Integer, Integer> last = new HashMap<>();
        private final Set<Integer> all = new HashSet<>();
        private int index;

        void take(Entry entry) {
            switch (entry.kind()) {
                case FORK, SPAWN -> flush(entry.result());
                case END -> last.put(entry.process(), index);
                case REAPED -> last.put(entry.result(), index);
                default -> {}
            }
            index++;
        }

        private void flush(int process) {
            Integer end = last.remove(process);
            if (end != null) {
                all.add(end);
            }
        }

        Set<Integer> all() {
            all.addAll(last.values());
            return all;
        }
    }

    private void read() {
        Ends found = new Ends();
        records.forEach(found::take);
        Set<Integer> ends = found.all();
        int[] index = new int[1];
        double[] last = new double[1];
        records.forEach(entry -> {
            int number = index[0]++;
            switch (entry.kind()) {
                case OPEN, LOOK, LOOK_LINK, LIST -> touched(entry);
                case END, REAPED -> {
                    if (ends.contains(number)) {
                        ended(entry);
                    }
                }
                default -> tell(entry);
            }
            last[0] = entry.seconds();
        });
        List.copyOf(pending.keySet()).forEach(this::unreported);
        unnamed.values().forEach(all -> all.forEach(this::unreported));
        List.copyOf(images.keySet()).forEach(this::settle);
        if (!early.isEmpty()) {
            to.accept(new Event.Missed("processes whose start was not seen"));
        }
        // They ran until their line ended, which takes all its processes with it.
        known.forEach(process -> to.accept(new Event.Ended(process, last[0], Event.Ended.How.KILLED)));
    }

    private void ended(Entry entry) {
        boolean reaped = entry.kind() == Kind.REAPED;
        Event.Ended.How how = !reaped
                ? Event.Ended.How.SOMEHOW
                : entry.extra() == 0
                        ? Event.Ended.How.WELL
                        : (entry.extra() & 0x7f) != 0 ? Event.Ended.How.KILLED : Event.Ended.How.SOMEHOW;
        int process = reaped ? entry.result() : entry.process();
        if (!reaped) {
            // It has told before.
            loading.remove(process);
        }
        settle(process);
        known.remove(process);
        silent(process, entry.seconds());
        to.accept(new Event.Ended(process, entry.seconds(), how));
        unreported(process);
    }

    /** What a process has tried to load is known when it ends, or becomes another program. */
    private void settle(int process) {
        Image image = images.get(process);
        if (image != null) {
            parts.settle(process, image);
        }
        if (loading.remove(process)) {
            to.accept(new Event.Escaped(process, "ended while libraries were loaded, before it could tell which"));
        }
    }

    /** Nearly all records are of these kinds, and say what others have said of other processes. */
    private void touched(Entry entry) {
        int process = entry.process();
        if (isWaitedFor(process)) {
            await(entry);
            return;
        }
        Deed deed = deeds.get(entry);
        if (deed == null) {
            Event event = event(entry);
            deed = to.deeds().of(event);
            if (deed == null) {
                to.accept(event);
                return;
            }
            deeds.put(entry, deed);
        }
        if (!to.repeat(process, deed)) {
            to.accept(event(entry));
        }
    }

    private Event event(Entry entry) {
        int process = entry.process();
        return switch (entry.kind()) {
            case LOOK, LOOK_LINK -> new Event.Asked(process, path(entry, 0), entry.kind() == Kind.LOOK_LINK);
            case LIST -> new Event.Listed(process, path(entry, 0));
            default -> opened(entry);
        };
    }

    /** A program that can't say that it was started, and need not. */
    private void silent(int process, double seconds) {
        Pending program = pending.get(process);
        if (program != null
                && !early.containsKey(process)
                && StaticPrograms.isKnown(program.program(), program.command(), artifact)) {
            pending.remove(process);
            Where path = Where.absolute(program.program());
            to.accept(new Event.Executed(process, seconds, path, program.command(), List.of(), Outcome.DONE));
            program.command().stream()
                    .skip(1)
                    .filter(word -> word.startsWith("/"))
                    .forEach(folder -> to.accept(new Event.Listed(process, Where.absolute(folder))));
        }
    }

    /** A program that was started and never said so. */
    private void unreported(int process) {
        Pending program = pending.remove(process);
        if (program != null) {
            unreported(program);
        }
    }

    private void unreported(Pending program) {
        to.accept(new Event.Missed(
                Trace.plain(program.program()) + " did not load the observing library, or was killed before it had"));
    }

    /** Whether a process has not said yet which program it is: other libraries begin before the observing one does. */
    private boolean isWaitedFor(int process) {
        return (!pending.isEmpty() && pending.containsKey(process)) || isUnnamed(process);
    }

    private void await(Entry entry) {
        early.computeIfAbsent(entry.process(), p -> new ArrayList<>()).add(entry);
    }

    private void tell(Entry entry) {
        int process = entry.process();
        if (entry.kind() != Kind.START && isWaitedFor(process)) {
            await(entry);
            return;
        }
        switch (entry.kind()) {
            case START -> started(entry);
            case FORK -> {
                if (entry.result() > 0) {
                    born(entry, entry.result());
                }
            }
            case EXEC -> execute(entry);
            case SPAWN -> spawned(entry);
            case OPEN, LOOK, LOOK_LINK, LIST -> touched(entry);
            case CHANGE -> to.accept(new Event.Changed(process, path(entry, 0), what(entry.flags()), outcome(entry)));
            case MOVE -> {
                Event.Moved.Way way = (entry.flags() & 1) != 0
                        ? Event.Moved.Way.LINK
                        : (entry.flags() & 2) != 0 ? Event.Moved.Way.EXCHANGE : Event.Moved.Way.RENAME;
                to.accept(new Event.Moved(process, path(entry, 0), path(entry, 1), way, outcome(entry)));
                cut(entry);
            }
            case SYMLINK -> {
                to.accept(new Event.Linked(process, entry.text(0), path(entry, 1), outcome(entry)));
                cut(entry);
            }
            case CHDIR -> {
                to.accept(new Event.Entered(process, path(entry, 0), entry.flags() == 1, outcome(entry)));
                image(process).moves();
            }
            case KERNEL -> to.accept(new Event.AskedKernel(process));
            case NETWORK -> to.accept(new Event.UsedNetwork(process));
            case CONNECT -> {
                String address = entry.text(0);
                to.accept(
                        address == null || address.isEmpty()
                                ? new Event.Connected(process, null, "a socket")
                                : new Event.Connected(process, path(entry, 0), address));
            }
            case TAKEN -> to.accept(new Event.Taken(process, entry.result()));
            case SPOKE -> to.accept(new Event.Spoke(process));
            case ESCAPE -> to.accept(new Event.Escaped(process, String.valueOf(entry.text(0))));
            case LIBRARY -> loaded.take(entry, image(process));
            case NOTE -> {
                parts.take(entry, image(process));
                if (!entry.done()) {
                    loading.add(process);
                }
            }
            case NONE, END, REAPED, TEXT -> {}
        }
    }

    private boolean isUnnamed(int process) {
        return !known.contains(process) && !known.isEmpty();
    }

    /** Killed within a call that changes what paths mean: whether it was done is not known. */
    private void cut(Entry entry) {
        if (!entry.done()) {
            to.accept(new Event.Missed("a process was killed while it renamed or linked " + entry.text(0)));
        }
    }

    private void born(Entry parent, int child) {
        known.add(child);
        Image image = images.get(parent.process());
        if (image == null) {
            images.remove(child);
        } else {
            images.put(child, image.forked());
        }
        to.accept(new Event.Started(parent.process(), child, parent.seconds(), false));
    }

    private Image image(int process) {
        return images.computeIfAbsent(process, p -> new Image(List.of(), "/"));
    }

    private void execute(Entry entry) {
        if (entry.done()) {
            to.accept(new Event.Executed(
                    entry.process(), entry.seconds(), path(entry, 0), List.of(), List.of(), outcome(entry)));
        } else {
            unreported(entry.process());
            loading.remove(entry.process());
            settle(entry.process());
            pending.put(entry.process(), program(entry));
        }
    }

    private void spawned(Entry entry) {
        if (entry.result() < 0) {
            Outcome outcome = new Outcome(name(-entry.result()));
            to.accept(new Event.Executed(
                    entry.process(), entry.seconds(), path(entry, 0), List.of(), List.of(), outcome));
        } else if (entry.result() == 0) {
            unnamed.computeIfAbsent(entry.process(), p -> new ArrayList<>()).add(program(entry));
        } else {
            born(entry, entry.result());
            pending.put(entry.result(), program(entry));
        }
    }

    private static Event.Changed.What what(int flags) {
        return switch (flags) {
            case 0 -> Event.Changed.What.NAME;
            case 1 -> Event.Changed.What.FOLDER;
            default -> Event.Changed.What.ATTRIBUTES;
        };
    }

    private static Pending program(Entry entry) {
        List<String> texts = entry.texts(0, entry.size());
        return new Pending(texts.get(0), texts.subList(1, texts.size()));
    }

    /** A program has the library: its folder, what its output leads to, its words and its environment are known. */
    private void started(Entry entry) {
        int process = entry.process();
        Pending program = pending.remove(process);
        int words = entry.size() - entry.extra();
        List<String> texts = entry.texts(0, words);
        if (program == null && !known.contains(process)) {
            program = named(entry.result(), texts.subList(3, words));
            if (program != null) {
                to.accept(new Event.Started(entry.result(), process, entry.seconds(), false));
            }
        }
        known.add(process);
        // The first words alone; the first program of a line is known by them.
        List<String> command = program == null ? texts.subList(3, words) : program.command();
        Image image = new Image(environment(entry, words), texts.get(0));
        images.put(process, image);
        to.accept(new Event.Entered(process, path(entry, 0), false, Outcome.DONE));
        to.accept(new Event.Redirected(process, 1, texts.get(1)));
        to.accept(new Event.Redirected(process, 2, texts.get(2)));
        Where path = Where.absolute(program == null ? null : program.program());
        to.accept(new Event.Executed(process, entry.seconds(), path, command, image.environment(), Outcome.DONE));
        to.accept(new Event.Asked(process, Where.absolute("/etc/ld.so.preload"), false));
        to.accept(new Event.Opened(process, Where.absolute("/etc/ld.so.cache"), Flags.READ, Outcome.DONE, null));
        loaded.heed(process, image);
        List<Entry> before = early.remove(process);
        if (before != null) {
            before.forEach(this::tell);
        }
    }

    /**
     * Which of the programs that the C library started for a process this one is: several may have begun in any order.
     *
     * @param words its first ones
     */
    private @Nullable Pending named(int parent, List<String> words) {
        List<Pending> started = unnamed.get(parent);
        if (started == null || started.isEmpty()) {
            return null;
        }
        Pending program = started.getFirst();
        for (Pending other : started) {
            List<String> command = other.command();
            if (command.subList(0, Math.min(words.size(), command.size())).equals(words)) {
                program = other;
                break;
            }
        }
        started.remove(program);
        return program;
    }

    /** The same list for all programs that have the same environment. */
    private List<String> environment(Entry entry, int from) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = from; i < entry.size(); i++) {
            numbers.add(entry.number(i));
        }
        return environments.computeIfAbsent(numbers, n -> entry.texts(from, entry.size()));
    }

    private static Event.Opened opened(Entry entry) {
        int bits = entry.extra();
        boolean only = (bits & ACCESS_MODE) == WRITE_ONLY;
        boolean writes = (bits & ACCESS_MODE) != 0 || (bits & (CREATE | TRUNCATE)) != 0;
        boolean second = entry.size() > 1;
        String real = second ? entry.text(1) : null;
        Flags flags = new Flags(
                // Of a file that is opened to be written and read the second record tells the reading.
                !only && (second || !writes),
                writes && !(second && entry.done() && entry.result() == 0),
                (bits & CREATE) != 0,
                (bits & TRUNCATE) != 0,
                (bits & DIRECTORY) == DIRECTORY,
                (bits & PATH_ONLY) != 0,
                (bits & NO_FOLLOW) != 0);
        boolean named = real != null && real.startsWith("/") && !real.endsWith(" (deleted)");
        return new Event.Opened(entry.process(), path(entry, 0), flags, outcome(entry), named ? real : null);
    }

    private static Where path(Entry entry, int text) {
        String path = entry.text(text);
        // "?" is a folder that the process could not name.
        return path == null || path.startsWith("?") ? Where.UNKNOWN : Where.absolute(path);
    }

    private static Outcome outcome(Entry entry) {
        return !entry.done() || entry.result() == 0 ? Outcome.DONE : new Outcome(name(entry.result()));
    }

    private static String name(int error) {
        return ERRORS.getOrDefault(error, "E" + error);
    }
}
