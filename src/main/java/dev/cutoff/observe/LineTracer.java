package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows the processes of one build line: which process runs which step in which folder, and what each event means for
 * the paths that it names.
 */
final class LineTracer implements Consumer<Event> {

    /** Ends a path that was written with a slash at its end, until it is noted. */
    private static final String AS_FOLDER = "/.";

    /** Paths that lead through a process's folder or descriptors. */
    static final Pattern THROUGH_PROCESS =
            Pattern.compile("(/proc/(self|thread-self|\\d+)(/task/\\d+)?/(cwd|root|fd/\\d+)|/dev/fd/\\d+)/.+");

    /** A process or thread. */
    private static final class Task {
        final Folder folder;

        @Nullable
        ObservedStep step;

        String output;
        String messages;

        Task(Folder folder, @Nullable ObservedStep step, String output, String messages) {
            this.folder = folder;
            this.step = step;
            this.output = output;
            this.messages = messages;
        }
    }

    /** A working folder; threads (CLONE_FS) share one. */
    private static final class Folder {
        String path;

        Folder(String path) {
            this.path = path;
        }
    }

    private final Trace trace;
    private final int line;
    private final String firstFolder;
    private final Map<Integer, Task> tasks = new HashMap<>();
    /** Events of processes whose start has not been reported yet: their parent's call has not returned. */
    private final Map<Integer, List<Event>> early = new HashMap<>();

    private final Set<Integer> earlyExits = new LinkedHashSet<>();
    private boolean begun;
    private int running;

    /** @param folder the working folder that the line begins in */
    LineTracer(Trace trace, int line, String folder) {
        this.trace = trace;
        this.line = line;
        this.firstFolder = folder;
    }

    void end() {
        if (!begun) {
            trace.gap("the trace of a build line is empty");
        } else if (running > 0) {
            trace.gap("the trace ends before " + running + " of the build's processes did");
        }
        if (!early.isEmpty()) {
            trace.gap("processes whose start was not seen");
        }
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Missed missed -> trace.gap(missed.what());
            case Event.Ended ended -> ended(ended);
            default -> {
                Task task = tasks.get(event.process());
                if (task == null) {
                    if (begun) {
                        early.computeIfAbsent(event.process(), p -> new ArrayList<>())
                                .add(event);
                        return;
                    }
                    begun = true;
                    running++;
                    task = new Task(new Folder(firstFolder), null, "", "");
                    tasks.put(event.process(), task);
                }
                interpret(event, task);
            }
        }
    }

    private void ended(Event.Ended event) {
        Task task = tasks.remove(event.process());
        if (task == null) {
            // It ended before the call that started it returned to its parent.
            earlyExits.add(event.process());
            return;
        }
        running--;
        if (task.step != null) {
            task.step.ended = Math.max(task.step.ended, event.seconds());
            task.step.spoke |= event.killed();
        }
    }

    private void started(Event.Started event, Task parent) {
        Folder folder = event.sharesFolder() ? parent.folder : new Folder(parent.folder.path);
        tasks.put(event.child(), new Task(folder, parent.step, parent.output, parent.messages));
        running++;
        List<Event> waiting = early.remove(event.child());
        if (waiting != null) {
            waiting.forEach(this);
        }
        if (earlyExits.remove(event.child())) {
            ended(new Event.Ended(event.child(), event.seconds(), false));
        }
    }

    private void interpret(Event event, Task task) {
        switch (event) {
            case Event.Started started -> started(started, task);
            case Event.Executed executed -> execute(executed, task);
            case Event.Entered entered -> enter(entered, task);
            case Event.Opened opened -> open(opened, task);
            case Event.Asked asked ->
                note(task, asked.link() ? Access.Kind.LOOK_AT_LINK : Access.Kind.LOOK, resolve(task, asked.path()));
            case Event.Listed listed -> note(task, Access.Kind.LIST, resolve(task, listed.folder()));
            case Event.Changed changed -> {
                if (!changed.outcome().succeeded() && isNowhere(changed.path())) {
                    return;
                }
                String path = resolve(task, changed.path());
                write(changed.outcome(), task, path);
                if (changed.folder()) {
                    note(task, Access.Kind.EMPTY, path);
                }
            }
            case Event.Moved moved -> move(moved, task);
            case Event.Linked linked -> link(linked, task);
            case Event.Redirected redirected -> {
                if (redirected.descriptor() == 1) {
                    task.output = redirected.to();
                } else {
                    task.messages = redirected.to();
                }
            }
            case Event.Connected connected -> connect(connected, task);
            case Event.UsedNetwork network -> trace.usesNetwork();
            case Event.Spoke spoke -> {
                if (task.step != null) {
                    task.step.spoke = true;
                }
            }
            case Event.AskedKernel asked -> {
                if (task.step != null) {
                    task.step.askedKernel = true;
                }
            }
            case Event.Escaped escaped -> {
                if (task.step != null) {
                    trace.gap(task.step.program() + " " + escaped.what());
                }
            }
            case Event.Ended ended -> throw new IllegalStateException("told before");
            case Event.Missed missed -> throw new IllegalStateException("told before");
        }
    }

    private void enter(Event.Entered event, Task task) {
        String path = resolve(task, event.folder());
        if (event.looked()) {
            note(task, Access.Kind.LOOK, path);
        }
        if (event.outcome().succeeded() && path != null) {
            task.folder.path = path.endsWith(AS_FOLDER) ? path.substring(0, path.length() - 2) : path;
        }
    }

    private void execute(Event.Executed event, Task task) {
        String path = resolve(task, event.program());
        if (!event.outcome().succeeded()) {
            note(task, Access.Kind.LOOK, path);
            if (event.outcome().is("ENOENT") || event.outcome().is("EACCES")) {
                note(task, Access.Kind.EXECUTE_FAILED, path);
            }
            return;
        }
        int parent = task.step == null ? -1 : task.step.number;
        if (isDriver(event.command())) {
            return;
        }
        ObservedStep step = new ObservedStep(
                trace.steps().size(),
                parent,
                line,
                event.command(),
                task.folder.path,
                event.environment(),
                event.seconds());
        if (task.step != null) {
            task.step.ended = Math.max(task.step.ended, event.seconds());
        }
        step.output = task.output;
        step.messages = task.messages;
        trace.steps().add(step);
        task.step = step;
        note(task, Access.Kind.EXECUTE, path);
    }

    private boolean isDriver(List<String> command) {
        return trace.steps().stream().noneMatch(s -> s.line == line) && command.contains(Trace.DRIVER);
    }

    private void open(Event.Opened event, Task task) {
        String path = resolve(task, event.path());
        Event.Flags flags = event.flags();
        boolean done = event.outcome().succeeded();
        if (flags.writes()) {
            write(event.outcome(), task, path);
            if (done && path != null && flags.creates()) {
                trace.plainFiles().add(path);
            }
            if (done && flags.reads() && !flags.truncates()) {
                read(event, task, path);
            }
            return;
        }
        if (event.outcome().is("ELOOP") || (flags.pathOnly() && flags.noFollow())) {
            note(task, Access.Kind.LOOK_AT_LINK, path);
        } else if (done && !flags.folder() && !flags.pathOnly()) {
            read(event, task, path);
        } else {
            note(task, Access.Kind.LOOK, path);
        }
    }

    /** A path, and the file that was opened in the end: through links, or a name such as /dev/fd/3. */
    private void read(Event.Opened event, Task task, @Nullable String path) {
        boolean again =
                task.step != null && path != null && task.step.accesses.contains(new Access(Access.Kind.READ, path));
        note(task, Access.Kind.READ, path);
        if (event.real() == null) {
            return;
        }
        String real = trace.seen(event.real());
        if (!real.equals(path)) {
            note(task, Access.Kind.READ, real);
        }
        if (task.step != null && path != null) {
            task.step.noteReal(path, real, again);
        }
    }

    private void move(Event.Moved event, Task task) {
        String from = resolve(task, event.from());
        String to = resolve(task, event.to());
        boolean links = event.way() == Event.Moved.Way.LINK;
        boolean done = event.outcome().succeeded();
        note(task, done ? Access.Kind.READ : Access.Kind.LOOK_AT_LINK, from);
        if (!links) {
            write(event.outcome(), task, from);
        }
        if (done && from != null && to != null && task.step != null) {
            trace.renamings().add(new Trace.Renaming.Moved(task.step.number, from, to));
            if (event.way() == Event.Moved.Way.EXCHANGE) {
                note(task, Access.Kind.READ, to);
                trace.renamings().add(new Trace.Renaming.Moved(task.step.number, to, from));
            }
        }
        write(event.outcome(), task, to);
        if (!links && isAboutEmptiness(event.outcome())) {
            note(task, Access.Kind.EMPTY, to);
        }
    }

    /** An empty name, whatever is there. */
    private static boolean isNowhere(Event.Where where) {
        return "".equals(where.path());
    }

    private void link(Event.Linked event, Task task) {
        if (!event.outcome().succeeded() && isNowhere(event.path())) {
            return;
        }
        String path = resolve(task, event.path());
        if (event.outcome().succeeded() && path != null && task.step != null) {
            if (event.target() == null) {
                trace.gap(task.step.program() + " made a link whose target can't be read from the trace");
            } else {
                trace.renamings().add(new Trace.Renaming.Linked(task.step.number, path, trace.seen(event.target())));
            }
        }
        write(event.outcome(), task, path);
    }

    /** A folder can be removed or replaced only while it is empty: that was asked of it. */
    private static boolean isAboutEmptiness(Event.Outcome outcome) {
        return outcome.is("ENOTEMPTY") || outcome.is("EEXIST");
    }

    private void write(Event.Outcome outcome, Task task, @Nullable String path) {
        if (outcome.succeeded()) {
            note(task, Access.Kind.WRITE, path);
        } else if (outcome.is("EROFS") || outcome.is("EACCES") || outcome.is("EPERM")) {
            note(task, Access.Kind.WRITE_REFUSED, path);
            note(task, Access.Kind.LOOK_AT_LINK, path);
        } else {
            note(task, Access.Kind.LOOK_AT_LINK, path);
            if (path != null && path.lastIndexOf('/') > 0) {
                note(task, Access.Kind.LOOK, path.substring(0, path.lastIndexOf('/')));
            }
        }
    }

    private void connect(Event.Connected event, Task task) {
        String path = event.path() == null ? null : resolve(task, event.path());
        if (path == null || (!Place.within(path, Place.ROOT) && !Place.within(path, Place.TMP))) {
            trace.gap(program(task) + " talked to another process over " + event.printed());
        }
    }

    private String program(Task task) {
        return task.step == null ? "the build" : task.step.program();
    }

    private void note(Task task, Access.Kind kind, @Nullable String path) {
        if (task.step == null) {
            return;
        }
        if (path == null) {
            trace.gap(task.step.program() + " used a path that can't be read from the trace");
            return;
        }
        boolean folder = path.endsWith(AS_FOLDER);
        String plain = folder ? path.substring(0, path.length() - AS_FOLDER.length()) : path;
        Access.Kind asked = folder && kind == Access.Kind.LOOK_AT_LINK ? Access.Kind.LOOK : kind;
        if (asked != Access.Kind.READ
                && (plain.startsWith("/proc/") || plain.startsWith("/dev/fd/"))
                && THROUGH_PROCESS.matcher(plain).matches()) {
            trace.gap(task.step.program() + " looked at " + plain + ", whose meaning is not known");
        }
        task.step.note(new Access(asked, plain));
    }

    private @Nullable String resolve(Task task, Event.Where where) {
        if (where.path() == null) {
            return null;
        }
        return join(where.folder() == null ? task.folder.path : trace.seen(where.folder()), where.path());
    }

    private String join(String base, String path) {
        if (path.isEmpty()) {
            return base;
        }
        String whole = trace.seen(path.startsWith("/") ? path : base + "/" + path);
        if (!whole.contains("//") && !whole.contains("/.") && !whole.endsWith("/")) {
            return whole;
        }
        // A slash at the end asks for what a link leads to.
        boolean folder = whole.length() > 1 && (path.endsWith("/") || path.endsWith("/."));
        return Trace.plain(whole) + (folder ? AS_FOLDER : "");
    }
}
