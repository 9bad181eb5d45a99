package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the processes of one build line: which process runs which step in which folder, and what each event means for
 * the paths that it names.
 */
final class LineTracer implements Consumer<Event> {

    /** A process or thread. */
    private static final class Task {
        final Folder folder;

        /** Of the build that it is of. */
        Trace trace;

        @Nullable
        ObservedStep step;

        String output;
        String messages;

        Task(Folder folder, Trace trace, @Nullable ObservedStep step, String output, String messages) {
            this.folder = folder;
            this.trace = trace;
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
    private final Deeds deeds;
    private final int line;
    private final String firstFolder;
    private final Builds builds;
    private final Map<Integer, Task> tasks = new HashMap<>();
    /** Events of processes whose start has not been reported yet: their parent's call has not returned. */
    private final Map<Integer, List<Event>> early = new HashMap<>();

    private final Set<Integer> earlyExits = new LinkedHashSet<>();
    private boolean begun;
    private int running;

    /**
     * A tracer.
     *
     * @param trace takes in what is of none of the builds
     * @param folder the working folder that the line begins in
     */
    LineTracer(Trace trace, int line, String folder, Builds builds) {
        this.builds = builds;
        this.trace = trace;
        this.deeds = new Deeds(trace);
        this.line = line;
        this.firstFolder = folder;
    }

    void end() {
        if (!begun) {
            trace.miss("the trace of a build line is empty");
        } else if (running > 0) {
            trace.gap("the trace ends before " + running + " of the build's processes did");
        }
        for (Task task : tasks.values()) {
            if (task.trace != trace) {
                task.trace.gap("a process of " + program(task) + " had not ended when the trace did");
            }
        }
        if (!early.isEmpty()) {
            trace.miss("processes whose start was not seen");
        }
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Missed missed -> trace.miss(missed.what());
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
                    task = new Task(new Folder(firstFolder), trace, null, "", "");
                    tasks.put(event.process(), task);
                }
                interpret(event, task);
            }
        }
    }

    /** Makes deeds of events that are the same whoever they are of. */
    Deeds deeds() {
        return deeds;
    }

    /**
     * The same deed as before, of another process.
     *
     * @return false if nothing is known of the process yet, and nothing was taken in
     */
    boolean repeat(int process, Deed deed) {
        Task task = tasks.get(process);
        if (task != null) {
            take(task, deed);
        }
        return task != null;
    }

    /** Whether anybody has written to a path. */
    boolean isWritten(String path) {
        return trace.accesses().find(new Access(Access.Kind.WRITE, path)) >= 0;
    }

    private void take(Task task, Deed deed) {
        if (task.step == null) {
            return;
        }
        if (deed.through() != null) {
            task.trace.gap(task.step.program() + " looked at " + deed.through() + ", whose meaning is not known");
        }
        task.step.take(deed);
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
            task.step.spoke |= event.how() == Event.Ended.How.KILLED;
            task.step.endedWell = event.how() == Event.Ended.How.WELL;
        }
    }

    private void started(Event.Started event, Task parent) {
        Folder folder = event.sharesFolder() ? parent.folder : new Folder(parent.folder.path);
        tasks.put(event.child(), new Task(folder, parent.trace, parent.step, parent.output, parent.messages));
        running++;
        List<Event> waiting = early.remove(event.child());
        if (waiting != null) {
            waiting.forEach(this);
        }
        if (earlyExits.remove(event.child())) {
            ended(new Event.Ended(event.child(), event.seconds(), Event.Ended.How.SOMEHOW));
        }
    }

    private void interpret(Event event, Task task) {
        switch (event) {
            case Event.Started started -> started(started, task);
            case Event.Executed executed -> execute(executed, task);
            case Event.Entered entered -> enter(entered, task);
            case Event.Opened opened -> open(opened, task);
            case Event.Passed passed -> note(task, Access.Kind.PASSED, resolve(task, passed.path()));
            case Event.Asked asked ->
                note(task, asked.link() ? Access.Kind.LOOK_AT_LINK : Access.Kind.LOOK, resolve(task, asked.path()));
            case Event.Listed listed -> note(task, Access.Kind.LIST, resolve(task, listed.folder()));
            case Event.Changed changed -> {
                if (!changed.outcome().succeeded() && isNowhere(changed.path())) {
                    return;
                }
                String path = resolve(task, changed.path());
                write(changed.outcome(), task, path);
                if (path != null && changed.outcome().succeeded() && changed.what() != Event.Changed.What.ATTRIBUTES) {
                    // Made or removed: it may be a folder by now.
                    task.trace.forgetPlain(path);
                }
                if (changed.what() == Event.Changed.What.FOLDER) {
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
            case Event.UsedNetwork network -> task.trace.usesNetwork();
            case Event.Spoke spoke -> {
                if (task.step != null) {
                    task.step.spoke = true;
                }
            }
            case Event.Taken taken -> {
                if (task.step != null) {
                    task.step.taken = taken.step();
                }
            }
            case Event.AskedKernel asked -> {
                if (task.step != null) {
                    task.step.askedKernel = true;
                }
            }
            case Event.Escaped escaped -> {
                if (task.step != null) {
                    task.trace.gap(task.step.program() + " " + escaped.what());
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
            task.folder.path = path.endsWith(Deeds.AS_FOLDER) ? path.substring(0, path.length() - 2) : path;
        }
    }

    private void execute(Event.Executed event, Task task) {
        String path = resolve(task, event.program());
        if (!event.outcome().succeeded()) {
            note(task, Access.Kind.LOOK, path);
            if (event.outcome().is("ENOENT") || event.outcome().is("EACCES")) {
                note(task, Access.Kind.EXECUTE_FAILED, path);
            } else {
                // It was opened, and was no program.
                note(task, Access.Kind.READ, path);
            }
            return;
        }
        int parent = task.step == null ? -1 : task.step.number;
        if (isDriver(event.command())) {
            return;
        }
        if (task.trace == trace) {
            Trace of = builds.of(task.folder.path, event.command(), event.environment());
            if (of != null) {
                task.trace = of;
                parent = -1;
            }
        }
        ObservedStep step = new ObservedStep(
                task.trace.steps().size(),
                parent,
                line,
                task.trace.command(event.command()),
                task.folder.path,
                event.environment(),
                event.seconds(),
                task.trace.accesses());
        if (task.step != null) {
            task.step.ended = Math.max(task.step.ended, event.seconds());
        }
        step.output = task.output;
        step.messages = task.messages;
        task.trace.steps().add(step);
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
                task.trace.madePlain(path);
            }
            if (done && flags.reads() && !flags.truncates()) {
                read(event, task, path);
            }
            return;
        }
        Access.Kind kind = Deeds.kindOf(event);
        if (kind == Access.Kind.READ) {
            read(event, task, path);
        } else {
            note(task, kind, path);
        }
    }

    private void read(Event.Opened event, Task task, @Nullable String path) {
        if (path == null) {
            note(task, Access.Kind.READ, null);
        } else {
            take(task, deeds.of(Access.Kind.READ, path, event.real()));
        }
    }

    private void move(Event.Moved event, Task task) {
        String from = resolve(task, event.from());
        String to = resolve(task, event.to());
        boolean links = event.way() == Event.Moved.Way.LINK;
        boolean done = event.outcome().succeeded();
        if (done && from != null && task.step != null && Deeds.isDescriptor(from)) {
            task.trace.gap(task.step.program() + " gave a name to the file behind " + from + ", which is not known");
        }
        note(task, done ? Access.Kind.READ : Access.Kind.LOOK_AT_LINK, from);
        if (!links) {
            write(event.outcome(), task, from);
        }
        if (done && from != null && to != null && task.step != null) {
            boolean exchange = event.way() == Event.Moved.Way.EXCHANGE;
            boolean plain = task.trace.isPlain(from);
            task.trace.renamings().add(new Trace.Renaming.Moved(task.step.number, from, to, plain));
            if (exchange) {
                note(task, Access.Kind.READ, to);
                task.trace
                        .renamings()
                        .add(new Trace.Renaming.Moved(task.step.number, to, from, task.trace.isPlain(to)));
            }
            task.trace.forgetPlain(to);
            if (!links) {
                task.trace.forgetPlain(from);
            }
            if (plain && !exchange) {
                task.trace.madePlain(to);
            }
        }
        write(event.outcome(), task, to);
        if (!links && isAboutEmptiness(event.outcome())) {
            note(task, Access.Kind.EMPTY, to);
        } else if (!links && done) {
            note(task, Access.Kind.REPLACED, to);
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
            task.trace.forgetPlain(path);
            if (event.target() == null) {
                task.trace.gap(task.step.program() + " made a link whose target can't be read from the trace");
            } else {
                task.trace
                        .renamings()
                        .add(new Trace.Renaming.Linked(task.step.number, path, trace.seen(event.target())));
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
            note(task, Access.Kind.WRITE_FAILED, path);
            if (path != null && path.lastIndexOf('/') > 0) {
                note(task, Access.Kind.LOOK, path.substring(0, path.lastIndexOf('/')));
            }
        }
    }

    private void connect(Event.Connected event, Task task) {
        String path = event.path() == null ? null : resolve(task, event.path());
        if (path == null || (!Place.within(path, Place.ROOT) && !Place.within(path, Place.TMP))) {
            task.trace.gap(program(task) + " talked to another process over " + event.printed());
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
            task.trace.gap(task.step.program() + " used a path that can't be read from the trace");
            return;
        }
        if (kind == Access.Kind.WRITE) {
            task.step.writes();
        }
        take(task, deeds.of(kind, path, null));
    }

    private @Nullable String resolve(Task task, Event.Where where) {
        return deeds.resolve(task.folder.path, where);
    }
}
