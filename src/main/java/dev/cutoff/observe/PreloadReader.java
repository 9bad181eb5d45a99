package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.observe.Event.Flags;
import dev.cutoff.observe.Event.Outcome;
import dev.cutoff.observe.Event.Where;
import dev.cutoff.observe.PreloadRecords.Entry;
import dev.cutoff.observe.PreloadRecords.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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

    /** Folders, files and servers that the C library and its loader are given by variables. */
    private static final Set<String> UNFOLLOWED = Set.of(
            "TZDIR",
            "LOCPATH",
            "GCONV_PATH",
            "NLSPATH",
            "LD_AUDIT",
            "LD_PROFILE",
            "LD_PROFILE_OUTPUT",
            "LD_DEBUG_OUTPUT",
            "LD_ORIGIN_PATH",
            "HOSTALIASES",
            "LOCALDOMAIN",
            "RES_OPTIONS",
            "MALLOC_TRACE",
            "GETCONF_DIR");

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

    private final Consumer<Event> to;
    private final DirectCalls calls;
    private final LoaderSearch search = new LoaderSearch(new LoaderCache(Path.of("/etc/ld.so.cache")));
    private final List<Entry> entries;
    private final Map<Integer, Pending> pending = new HashMap<>();
    /** By parent, programs that the C library itself started in a child whose number nobody knows yet. */
    private final Map<Integer, Pending> unnamed = new HashMap<>();

    private final Map<Integer, List<Entry>> early = new HashMap<>();
    private final Map<Integer, List<String>> environments = new HashMap<>();
    private final Map<Integer, String> folders = new HashMap<>();
    private final Map<Integer, String> origins = new HashMap<>();
    private final Map<Integer, Set<String>> runPaths = new HashMap<>();
    private final Map<String, String> reals = new HashMap<>();
    /** By process, what parts of the C library have used. */
    private final Map<Integer, Set<String>> used = new HashMap<>();

    private final Map<Integer, Languages> languages = new HashMap<>();
    private final Set<Integer> known = new HashSet<>();

    private PreloadReader(List<Entry> entries, DirectCalls calls, Consumer<Event> to) {
        this.entries = entries;
        this.calls = calls;
        this.to = to;
    }

    static void read(PreloadRecords records, DirectCalls calls, Consumer<Event> to) {
        records.gaps().forEach(gap -> to.accept(new Event.Missed(gap)));
        new PreloadReader(records.entries(), calls, to).read();
    }

    private void read() {
        Map<Integer, Integer> lastEnds = new HashMap<>();
        Set<Integer> ends = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            // A number may be given again: what counts is the last sign of the end before that.
            Entry entry = entries.get(i);
            switch (entry.kind()) {
                case FORK -> flush(entry.result(), lastEnds, ends);
                case SPAWN -> flush(entry.result(), lastEnds, ends);
                case END -> lastEnds.put(entry.process(), i);
                case REAPED -> lastEnds.put(entry.result(), i);
                default -> {}
            }
        }
        ends.addAll(lastEnds.values());
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.kind() != Kind.END && entry.kind() != Kind.REAPED) {
                tell(entry);
            } else if (ends.contains(i)) {
                boolean reaped = entry.kind() == Kind.REAPED;
                boolean killed = reaped && (entry.extra() & 0x7f) != 0;
                int process = reaped ? entry.result() : entry.process();
                known.remove(process);
                to.accept(new Event.Ended(process, entry.seconds(), killed));
                unreported(process);
            }
        }
        List.copyOf(pending.keySet()).forEach(this::unreported);
        unnamed.values().forEach(this::unreported);
        if (!early.isEmpty()) {
            to.accept(new Event.Missed("processes whose start was not seen"));
        }
        // They ran until their line ended, which takes all its processes with it.
        double last = entries.isEmpty() ? 0 : entries.getLast().seconds();
        known.forEach(process -> to.accept(new Event.Ended(process, last, true)));
    }

    private static void flush(int process, Map<Integer, Integer> lastEnds, Set<Integer> ends) {
        Integer last = lastEnds.remove(process);
        if (last != null) {
            ends.add(last);
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
        to.accept(new Event.Missed(Trace.plain(program.program()) + " did not load the observing library"));
    }

    private void tell(Entry entry) {
        int process = entry.process();
        if (entry.kind() != Kind.START && (pending.containsKey(process) || isUnnamed(process))) {
            // Of other libraries' beginnings, before the observing one's.
            early.computeIfAbsent(process, p -> new ArrayList<>()).add(entry);
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
            case OPEN -> open(entry);
            case LOOK, LOOK_LINK -> to.accept(new Event.Asked(process, path(entry, 0), entry.kind() == Kind.LOOK_LINK));
            case LIST -> to.accept(new Event.Listed(process, path(entry, 0)));
            case CHANGE -> to.accept(new Event.Changed(process, path(entry, 0), entry.flags() == 1, outcome(entry)));
            case MOVE -> {
                Event.Moved.Way way = (entry.flags() & 1) != 0
                        ? Event.Moved.Way.LINK
                        : (entry.flags() & 2) != 0 ? Event.Moved.Way.EXCHANGE : Event.Moved.Way.RENAME;
                to.accept(new Event.Moved(process, path(entry, 0), path(entry, 1), way, outcome(entry)));
                cut(entry);
            }
            case SYMLINK -> {
                to.accept(new Event.Linked(process, entry.texts().get(0), path(entry, 1), outcome(entry)));
                cut(entry);
            }
            case CHDIR -> to.accept(new Event.Entered(process, path(entry, 0), entry.flags() == 1, outcome(entry)));
            case KERNEL -> to.accept(new Event.AskedKernel(process));
            case NETWORK -> to.accept(new Event.UsedNetwork(process));
            case CONNECT -> {
                String address = entry.texts().get(0);
                boolean named = address != null && !address.isEmpty();
                to.accept(new Event.Connected(process, named ? path(entry, 0) : null, named ? address : "a socket"));
            }
            case SPOKE -> to.accept(new Event.Spoke(process));
            case ESCAPE ->
                to.accept(
                        new Event.Escaped(process, String.valueOf(entry.texts().get(0))));
            case LIBRARY -> loaded(entry);
            case NOTE -> noted(entry);
            case NONE, END, REAPED -> {}
        }
    }

    private boolean isUnnamed(int process) {
        return !known.contains(process) && !known.isEmpty();
    }

    /** Killed within a call that changes what paths mean: whether it was done is not known. */
    private void cut(Entry entry) {
        if (!entry.done()) {
            to.accept(new Event.Missed("a process was killed while it renamed or linked "
                    + entry.texts().get(0)));
        }
    }

    private void born(Entry parent, int child) {
        known.add(child);
        inherit(environments, parent.process(), child);
        inherit(folders, parent.process(), child);
        inherit(origins, parent.process(), child);
        inherit(runPaths, parent.process(), child);
        languages.remove(child);
        used.remove(child);
        to.accept(new Event.Started(parent.process(), child, parent.seconds(), false));
    }

    /** Numbers of processes are given again. */
    private static <T> void inherit(Map<Integer, T> all, int parent, int child) {
        T own = all.get(parent);
        if (own == null) {
            all.remove(child);
        } else {
            all.put(child, own);
        }
    }

    private void execute(Entry entry) {
        if (entry.done()) {
            to.accept(new Event.Executed(
                    entry.process(), entry.seconds(), path(entry, 0), List.of(), List.of(), outcome(entry)));
        } else {
            unreported(entry.process());
            pending.put(entry.process(), program(entry));
        }
    }

    private void spawned(Entry entry) {
        if (entry.result() < 0) {
            Outcome outcome = new Outcome(name(-entry.result()));
            to.accept(new Event.Executed(
                    entry.process(), entry.seconds(), path(entry, 0), List.of(), List.of(), outcome));
        } else if (entry.result() == 0) {
            Pending before = unnamed.put(entry.process(), program(entry));
            if (before != null) {
                unreported(before);
            }
        } else {
            born(entry, entry.result());
            pending.put(entry.result(), program(entry));
        }
    }

    private static Pending program(Entry entry) {
        List<String> texts = new ArrayList<>();
        entry.texts().forEach(text -> texts.add(text == null ? "?" : text));
        return new Pending(texts.get(0), List.copyOf(texts.subList(1, texts.size())));
    }

    /** A program has the library: its folder, what its output leads to, its words and its environment are known. */
    private void started(Entry entry) {
        int process = entry.process();
        Pending program = pending.remove(process);
        if (program == null && !known.contains(process)) {
            program = unnamed.remove(entry.result());
            if (program != null) {
                to.accept(new Event.Started(entry.result(), process, entry.seconds(), false));
            }
        }
        known.add(process);
        List<String> texts = new ArrayList<>();
        entry.texts().forEach(text -> texts.add(text == null ? "?" : text));
        int words = texts.size() - entry.extra();
        // The first words alone; the first program of a line is known by them.
        List<String> command = program == null ? List.copyOf(texts.subList(3, words)) : program.command();
        List<String> environment = List.copyOf(texts.subList(words, texts.size()));
        environments.put(process, environment);
        folders.put(process, texts.get(0));
        origins.remove(process);
        runPaths.remove(process);
        used.remove(process);
        languages.remove(process);
        to.accept(new Event.Entered(process, path(entry, 0), false, Outcome.DONE));
        to.accept(new Event.Redirected(process, 1, texts.get(1)));
        to.accept(new Event.Redirected(process, 2, texts.get(2)));
        Where path = Where.absolute(program == null ? null : program.program());
        to.accept(new Event.Executed(process, entry.seconds(), path, command, environment, Outcome.DONE));
        to.accept(new Event.Asked(process, Where.absolute("/etc/ld.so.preload"), false));
        reads(process, "/etc/ld.so.cache");
        heed(process, environment);
        List<Entry> before = early.remove(process);
        if (before != null) {
            before.forEach(this::tell);
        }
    }

    private void open(Entry entry) {
        int bits = entry.extra();
        boolean only = (bits & ACCESS_MODE) == WRITE_ONLY;
        boolean writes = (bits & ACCESS_MODE) != 0 || (bits & (CREATE | TRUNCATE)) != 0;
        boolean second = entry.texts().size() > 1;
        String real = second ? entry.texts().get(1) : null;
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
        to.accept(new Event.Opened(entry.process(), path(entry, 0), flags, outcome(entry), named ? real : null));
    }

    /** What the loader loaded, where it had looked for it before, and whether it could act out of sight. */
    private void loaded(Entry entry) {
        int process = entry.process();
        List<LoaderSearch.Loaded> libraries = new ArrayList<>();
        for (int i = 0; i + 2 < entry.texts().size(); i += 3) {
            String told = entry.texts().get(i);
            String runPath = entry.texts().get(i + 1);
            if (told == null || runPath == null || !told.startsWith("/") || LoaderSearch.isUnknown(runPath)) {
                to.accept(new Event.Escaped(process, "loaded a library whose path can't be told"));
                continue;
            }
            String path = Trace.plain(told);
            // The program comes first.
            String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
            origins.putIfAbsent(process, folder);
            libraries.add(new LoaderSearch.Loaded(path, runPath));
            Where where = Where.absolute(path);
            String real = reals.computeIfAbsent(path, this::real);
            to.accept(new Event.Opened(process, where, Flags.READ, Outcome.DONE, real));
            if (!runPath.isEmpty()) {
                LoaderSearch.folders(
                        runPath,
                        folder,
                        folder(process),
                        runPaths.computeIfAbsent(process, p -> new LinkedHashSet<>()));
            }
            calls.escape(path, String.valueOf(entry.texts().get(i + 2)), entry.seconds(), environment(process))
                    .ifPresent(what -> to.accept(new Event.Escaped(process, what)));
        }
        Set<String> own = runPaths.getOrDefault(process, Set.of());
        search.before(environment(process), origin(process), folder(process), own, libraries)
                .forEach(path -> asks(process, path));
    }

    private String origin(int process) {
        return origins.getOrDefault(process, "/");
    }

    /** Variables that make the C library use files which nobody tells of. */
    private void heed(int process, List<String> environment) {
        for (String variable : environment) {
            String name = variable.substring(0, Math.max(0, variable.indexOf('=')));
            if (UNFOLLOWED.contains(name)) {
                to.accept(new Event.Escaped(process, "ran with " + name + " set, which is not followed"));
            }
            if (name.equals("LD_PRELOAD")) {
                // Those that were found are told as loaded.
                for (String library : variable.substring(name.length() + 1).split("[: ]")) {
                    if (library.contains("/")) {
                        asks(process, library.startsWith("/") ? library : folder(process) + "/" + library);
                    } else if (!library.isEmpty()) {
                        search.of(environment, origin(process), folder(process), Set.of(), library)
                                .forEach(path -> asks(process, path));
                    }
                }
            }
        }
    }

    /** Where a library of the machine stands, links followed; in folders of the build that may be otherwise by now. */
    private String real(String path) {
        if (Place.within(path, Place.ROOT) || Place.within(path, Place.TMP)) {
            return path;
        }
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path;
        }
    }

    private String folder(int process) {
        return folders.getOrDefault(process, "/");
    }

    private void reads(int process, @Nullable String path) {
        to.accept(new Event.Opened(process, Where.absolute(path), Flags.READ, Outcome.DONE, null));
    }

    private void asks(int process, String path) {
        to.accept(new Event.Asked(process, Where.absolute(path), false));
    }

    /** Parts of the C library that use files out of sight. */
    private void noted(Entry entry) {
        int process = entry.process();
        String with = entry.texts().get(1);
        switch (String.valueOf(entry.texts().get(0))) {
            case "passwd" -> names(process, "/etc/passwd");
            case "group" -> names(process, "/etc/group");
            case "shadow" -> names(process, "/etc/shadow");
            case "services" -> names(process, "/etc/services");
            case "protocols" -> names(process, "/etc/protocols");
            case "networks" -> names(process, "/etc/networks");
            case "rpc" -> names(process, "/etc/rpc");
            case "hosts" -> {
                names(process, "/etc/hosts");
                names(process, "/etc/services");
                List.of("/etc/host.conf", "/etc/resolv.conf", "/etc/gai.conf").forEach(path -> optional(process, path));
            }
            case "login" -> optional(process, "/var/run/utmp");
            case "hostid" -> optional(process, "/etc/hostid");
            case "kernel" -> to.accept(new Event.AskedKernel(process));
            case "open" -> optional(process, String.valueOf(with));
            case "locale" -> {
                Languages languages = asked(process, String.valueOf(with));
                languages.files().forEach(path -> optional(process, path));
                // Messages of the C library itself.
                languages.messages("libc").forEach(path -> optional(process, path));
            }
            case "folder of messages" -> {
                if (with != null && !with.isEmpty() && !with.equals("/usr/share/locale")) {
                    to.accept(new Event.Escaped(process, "has messages in " + with + ", which is not followed"));
                }
            }
            case "messages" -> languages(process).messages(with).forEach(path -> optional(process, path));
            case "zone" -> zone(process, String.valueOf(with));
            case "iconv" -> optional(process, Languages.CHARACTER_SETS);
            case "dlopen" -> {
                Set<String> own = runPaths.getOrDefault(process, Set.of());
                search.of(environment(process), origin(process), folder(process), own, String.valueOf(with))
                        .forEach(path -> asks(process, path));
            }
            default ->
                to.accept(new Event.Escaped(process, "used " + entry.texts().get(0) + ", which is not known"));
        }
    }

    /** The name service: which sources it has, and the file. */
    private void names(int process, String file) {
        asks(process, "/");
        asks(process, "/var/run/nscd/socket");
        asks(process, "/etc/nsswitch.conf");
        optional(process, "/etc/nsswitch.conf");
        optional(process, file);
    }

    /** A file that may be missing: a use either way. */
    private void optional(int process, String path) {
        if (!used.computeIfAbsent(process, p -> new HashSet<>()).add(path)) {
            // Once: read again after the process has written something it would seem to be an input.
            return;
        }
        if (Files.exists(Path.of(path))) {
            reads(process, path);
        } else {
            asks(process, path);
        }
    }

    private List<String> environment(int process) {
        return environments.getOrDefault(process, List.of());
    }

    private Languages languages(int process) {
        return languages.computeIfAbsent(process, p -> Languages.of(environment(process)));
    }

    /** The locales that the environment asks for, and one that was asked for by its name. */
    private Languages asked(int process, String name) {
        if (name.isEmpty() || name.equals("C") || name.equals("POSIX")) {
            return languages(process);
        }
        if (name.contains("/")) {
            to.accept(new Event.Escaped(process, "uses the locale " + name + ", which is not followed"));
        }
        List<String> all = new ArrayList<>(environment(process));
        for (String part : name.split(";")) {
            all.add("LC_ALL=" + part.substring(part.indexOf('=') + 1));
        }
        return Languages.of(all);
    }

    /** @param variable TZ=VALUE as it was when the zone was used; "" where it was not set */
    private void zone(int process, String variable) {
        if (variable.isEmpty()) {
            optional(process, "/etc/localtime");
            return;
        }
        String name = variable.substring(variable.startsWith("TZ=:") ? 4 : 3);
        if (name.startsWith("/") && !Place.within(name, "/usr")) {
            to.accept(new Event.Escaped(process, "uses the time zone " + name + ", which is not followed"));
        } else {
            optional(
                    process,
                    name.startsWith("/") ? name : "/usr/share/zoneinfo/" + (name.isEmpty() ? "Universal" : name));
        }
    }

    private static Where path(Entry entry, int text) {
        String path = entry.texts().get(text);
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
