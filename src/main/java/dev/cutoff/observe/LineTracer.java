package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the processes of one build line: which process runs which step in which folder, and what each call does with
 * a path.
 */
final class LineTracer implements StraceReader.Listener {

    /** Ends a path that was written with a slash at its end, until it is noted. */
    private static final String AS_FOLDER = "/.";

    /** Calls that only look. Where the path stands differs: see {@link #look}. */
    private static final Set<String> LOOKS =
            Set.of("stat", "stat64", "access", "statfs", "statfs64", "getxattr", "listxattr", "inotify_add_watch");

    private static final Set<String> LOOKS_AT_LINK = Set.of("lstat", "lstat64", "lgetxattr", "llistxattr");
    private static final Set<String> LOOKS_FROM_FOLDER =
            Set.of("newfstatat", "fstatat64", "statx", "faccessat", "faccessat2", "name_to_handle_at");

    /** Calls after which a path means something else, or that open files in ways that no trace shows. */
    private static final Set<String> ESCAPES = Set.of(
            "io_uring_setup",
            "open_by_handle_at",
            "mount",
            "umount",
            "umount2",
            "pivot_root",
            "chroot",
            "setns",
            "fsmount",
            "move_mount",
            "open_tree");

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
    /** Calls of processes whose start has not been reported yet: their parent's call has not returned. */
    private final Map<Integer, List<Call>> early = new HashMap<>();

    private final Set<Integer> earlyExits = new LinkedHashSet<>();
    private boolean begun;
    private int running;

    /** @param folder the working folder that the line begins in */
    LineTracer(Trace trace, int line, String folder) {
        this.trace = trace;
        this.line = line;
        this.firstFolder = folder;
    }

    @Override
    public void gap(String what) {
        trace.gap(what);
    }

    @Override
    public void exited(int process, double seconds, boolean killed) {
        Task task = tasks.remove(process);
        if (task == null) {
            // It ended before the call that started it returned to its parent.
            earlyExits.add(process);
            return;
        }
        running--;
        if (task.step != null) {
            task.step.ended = Math.max(task.step.ended, seconds);
            task.step.spoke |= killed;
        }
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
    public void call(Call call) {
        Task task = tasks.get(call.process());
        if (task == null) {
            if (begun) {
                early.computeIfAbsent(call.process(), p -> new ArrayList<>()).add(call);
                return;
            }
            begun = true;
            running++;
            task = new Task(new Folder(firstFolder), null, "", "");
            tasks.put(call.process(), task);
        }
        interpret(call, task);
    }

    private void child(Call call, Task parent) {
        if (!call.succeeded() || call.result() <= 0) {
            return;
        }
        int process = (int) call.result();
        boolean shared = call.arguments().stream().anyMatch(a -> a.contains("CLONE_FS"));
        Folder folder = shared ? parent.folder : new Folder(parent.folder.path);
        tasks.put(process, new Task(folder, parent.step, parent.output, parent.messages));
        running++;
        List<Call> waiting = early.remove(process);
        if (waiting != null) {
            waiting.forEach(this::call);
        }
        if (earlyExits.remove(process)) {
            exited(process, call.seconds(), false);
        }
    }

    private void interpret(Call call, Task task) {
        switch (call.name()) {
            case "execve" -> execute(call, task, resolve(task, call.argument(0)), call.argument(1), call.argument(2));
            case "execveat" ->
                execute(
                        call,
                        task,
                        resolveAt(task, call.argument(0), call.argument(1)),
                        call.argument(2),
                        call.argument(3));
            case "clone", "clone3", "fork", "vfork" -> child(call, task);
            case "chdir" -> {
                String path = resolve(task, call.argument(0));
                note(task, Access.Kind.LOOK, path);
                if (call.succeeded() && path != null) {
                    task.folder.path = path.endsWith(AS_FOLDER) ? path.substring(0, path.length() - 2) : path;
                }
            }
            case "fchdir" -> {
                String path = Printed.descriptorPath(call.argument(0));
                if (call.succeeded() && path != null) {
                    task.folder.path = trace.seen(path);
                }
            }
            case "open", "openat", "openat2", "creat" -> {
                open(call, task);
                opened(call, task);
            }
            case "dup", "dup2", "dup3" -> opened(call, task);
            case "getdents", "getdents64" -> {
                String path = Printed.descriptorPath(call.argument(0));
                if (call.succeeded() && path != null) {
                    note(task, Access.Kind.LIST, trace.seen(path));
                }
            }
            case "readlink" -> note(task, Access.Kind.LOOK_AT_LINK, resolve(task, call.argument(0)));
            case "readlinkat" ->
                note(task, Access.Kind.LOOK_AT_LINK, resolveAt(task, call.argument(0), call.argument(1)));
            case "rename", "link" -> move(call, task, resolve(task, call.argument(0)), resolve(task, call.argument(1)));
            case "renameat", "renameat2", "linkat" ->
                move(
                        call,
                        task,
                        resolveAt(task, call.argument(0), call.argument(1)),
                        resolveAt(task, call.argument(2), call.argument(3)));
            case "symlink" -> link(call, task, resolve(task, call.argument(1)));
            case "symlinkat" -> link(call, task, resolveAt(task, call.argument(1), call.argument(2)));
            case "rmdir" -> {
                write(call, task, resolve(task, call.argument(0)));
                note(task, Access.Kind.EMPTY, resolve(task, call.argument(0)));
            }
            case "unlink",
                    "mkdir",
                    "mknod",
                    "truncate",
                    "truncate64",
                    "chmod",
                    "chown",
                    "lchown",
                    "utime",
                    "utimes",
                    "setxattr",
                    "lsetxattr",
                    "removexattr",
                    "lremovexattr",
                    "chown32",
                    "lchown32" -> write(call, task, resolve(task, call.argument(0)));
            case "unlinkat", "mkdirat", "mknodat", "fchmodat", "fchmodat2", "fchownat", "futimesat", "utimensat" -> {
                // futimens(3) is utimensat with a descriptor and no path.
                String own = call.argument(1).equals("NULL") ? Printed.descriptorPath(call.argument(0)) : null;
                String path = own != null ? trace.seen(own) : resolveAt(task, call.argument(0), call.argument(1));
                write(call, task, path);
                if (isAboutEmptiness(call)) {
                    note(task, Access.Kind.EMPTY, path);
                }
            }
            case "fchmod", "fchown", "ftruncate" -> {
                String path = Printed.descriptorPath(call.argument(0));
                write(call, task, path == null ? null : trace.seen(path));
            }
            case "write", "writev" -> {
                String to = call.argument(0);
                if (task.step != null && (to.equals("0x1") || to.equals("0x2"))) {
                    task.step.spoke = true;
                }
            }
            case "uname" -> {
                if (task.step != null) {
                    task.step.askedKernel = true;
                }
            }
            case "connect" -> connect(call, task);
            case "socket" -> {
                if (call.succeeded() && call.argument(0).startsWith("AF_INET")) {
                    trace.usesNetwork();
                }
            }
            case "unshare" -> {
                if (call.succeeded() && call.argument(0).contains("CLONE_NEWNS")) {
                    escape(call, task);
                }
            }
            case "getcwd", "umask", "exit_group" -> {}
            default -> other(call, task);
        }
    }

    /** A descriptor that takes the place of 1 or 2: one that was told to, or the next one after these were closed. */
    private static void opened(Call call, Task task) {
        if (call.succeeded() && call.result() == 1) {
            task.output = Printed.descriptor(call.resultText());
        } else if (call.succeeded() && call.result() == 2) {
            task.messages = Printed.descriptor(call.resultText());
        }
    }

    private void other(Call call, Task task) {
        if (ESCAPES.contains(call.name())) {
            if (call.succeeded()) {
                escape(call, task);
            }
        } else if (LOOKS.contains(call.name())) {
            note(task, Access.Kind.LOOK, resolve(task, call.argument(0)));
        } else if (LOOKS_AT_LINK.contains(call.name())) {
            note(task, Access.Kind.LOOK_AT_LINK, resolve(task, call.argument(0)));
        } else if (LOOKS_FROM_FOLDER.contains(call.name())) {
            look(call, task);
        } else if (call.succeeded() && task.step != null) {
            trace.gap(task.step.program() + " made the call " + call.name() + ", which is not known here");
        }
    }

    private void look(Call call, Task task) {
        if (call.argument(1).equals("\"\"") || call.argument(1).equals("NULL")) {
            // The descriptor's own file: it was noted when it was opened.
            return;
        }
        boolean link = call.arguments().stream().skip(2).anyMatch(a -> a.contains("AT_SYMLINK_NOFOLLOW"));
        note(
                task,
                link ? Access.Kind.LOOK_AT_LINK : Access.Kind.LOOK,
                resolveAt(task, call.argument(0), call.argument(1)));
    }

    private void execute(Call call, Task task, @Nullable String path, String arguments, String environment) {
        if (!call.succeeded()) {
            note(task, Access.Kind.LOOK, path);
            if (call.error().equals("ENOENT") || call.error().equals("EACCES")) {
                note(task, Access.Kind.EXECUTE_FAILED, path);
            }
            return;
        }
        List<String> command = Printed.strings(arguments);
        int parent = task.step == null ? -1 : task.step.number;
        if (isDriver(command)) {
            return;
        }
        ObservedStep step = new ObservedStep(
                trace.steps().size(),
                parent,
                line,
                command,
                task.folder.path,
                Printed.strings(environment),
                call.seconds());
        if (task.step != null) {
            task.step.ended = Math.max(task.step.ended, call.seconds());
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

    private void open(Call call, Task task) {
        boolean at = call.name().startsWith("openat");
        String path = at ? resolveAt(task, call.argument(0), call.argument(1)) : resolve(task, call.argument(0));
        String flags = call.name().equals("creat") ? "O_WRONLY|O_CREAT|O_TRUNC" : call.argument(at ? 2 : 1);
        boolean writes = flags.contains("O_WRONLY")
                || flags.contains("O_RDWR")
                || flags.contains("O_CREAT")
                || flags.contains("O_TRUNC");
        if (writes) {
            write(call, task, path);
            if (call.succeeded() && path != null && flags.contains("O_CREAT")) {
                trace.plainFiles().add(path);
            }
            if (call.succeeded() && !flags.contains("O_WRONLY") && !flags.contains("O_TRUNC")) {
                read(call, task, path);
            }
            return;
        }
        if (call.error().equals("ELOOP") || (flags.contains("O_PATH") && flags.contains("O_NOFOLLOW"))) {
            note(task, Access.Kind.LOOK_AT_LINK, path);
        } else if (call.succeeded() && !flags.contains("O_DIRECTORY") && !flags.contains("O_PATH")) {
            read(call, task, path);
        } else {
            note(task, Access.Kind.LOOK, path);
        }
    }

    /** A path, and the file that was opened in the end: through links, or a name such as /dev/fd/3. */
    private void read(Call call, Task task, @Nullable String path) {
        boolean again =
                task.step != null && path != null && task.step.accesses.contains(new Access(Access.Kind.READ, path));
        note(task, Access.Kind.READ, path);
        String real = Printed.descriptorPath(call.resultText());
        if (real == null || call.resultText().endsWith("(deleted)")) {
            return;
        }
        if (!trace.seen(real).equals(path)) {
            note(task, Access.Kind.READ, trace.seen(real));
        }
        if (task.step != null && path != null) {
            task.step.noteReal(path, trace.seen(real), again);
        }
    }

    private void move(Call call, Task task, @Nullable String from, @Nullable String to) {
        note(task, call.succeeded() ? Access.Kind.READ : Access.Kind.LOOK_AT_LINK, from);
        if (!call.name().startsWith("link")) {
            write(call, task, from);
        }
        if (call.succeeded() && from != null && to != null && task.step != null) {
            trace.renamings().add(new Trace.Renaming.Moved(task.step.number, from, to));
            if (call.argument(4).contains("RENAME_EXCHANGE")) {
                note(task, Access.Kind.READ, to);
                trace.renamings().add(new Trace.Renaming.Moved(task.step.number, to, from));
            }
        }
        write(call, task, to);
        if (!call.name().startsWith("link") && isAboutEmptiness(call)) {
            note(task, Access.Kind.EMPTY, to);
        }
    }

    private void link(Call call, Task task, @Nullable String path) {
        String target = Printed.string(call.argument(0));
        if (call.succeeded() && path != null && task.step != null) {
            if (target == null) {
                trace.gap(program(task) + " made a link whose target can't be read from the trace");
            } else {
                trace.renamings().add(new Trace.Renaming.Linked(task.step.number, path, trace.seen(target)));
            }
        }
        write(call, task, path);
    }

    /** A folder can be removed or replaced only while it is empty: that was asked of it. */
    private static boolean isAboutEmptiness(Call call) {
        return call.error().equals("ENOTEMPTY")
                || call.error().equals("EEXIST")
                || call.name().equals("rmdir")
                || (call.name().equals("unlinkat") && call.argument(2).contains("AT_REMOVEDIR"));
    }

    private void write(Call call, Task task, @Nullable String path) {
        boolean refused = call.error().equals("EROFS")
                || call.error().equals("EACCES")
                || call.error().equals("EPERM");
        if (call.succeeded()) {
            note(task, Access.Kind.WRITE, path);
        } else if (refused) {
            note(task, Access.Kind.WRITE_REFUSED, path);
            note(task, Access.Kind.LOOK_AT_LINK, path);
        } else {
            note(task, Access.Kind.LOOK_AT_LINK, path);
            if (path != null && path.lastIndexOf('/') > 0) {
                note(task, Access.Kind.LOOK, path.substring(0, path.lastIndexOf('/')));
            }
        }
    }

    private void connect(Call call, Task task) {
        boolean reached = call.succeeded() || call.error().equals("EINPROGRESS");
        String address = call.argument(1);
        if (!reached || !address.contains("sun_path=")) {
            return;
        }
        String printed = address.substring(address.indexOf("sun_path=") + "sun_path=".length(), address.length() - 1);
        String path = printed.startsWith("@") ? null : resolve(task, printed);
        if (path == null || (!Place.within(path, Place.ROOT) && !Place.within(path, Place.TMP))) {
            trace.gap(program(task) + " talked to another process over " + printed);
        }
    }

    private void escape(Call call, Task task) {
        trace.gap(program(task) + " called " + call.name() + ", after which its files can't be followed");
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
                && plain.matches("/proc/(self|thread-self|\\d+)(/task/\\d+)?/(cwd|root|fd/\\d+)/.+")) {
            trace.gap(task.step.program() + " looked at " + plain + ", whose meaning is not known");
        }
        task.step.note(new Access(asked, plain));
    }

    private @Nullable String resolve(Task task, String printed) {
        String path = Printed.string(printed);
        return path == null ? null : join(task.folder.path, path);
    }

    private @Nullable String resolveAt(Task task, String folder, String printed) {
        String path = Printed.string(printed);
        if (path == null) {
            return null;
        }
        if (path.startsWith("/")) {
            return join("/", path);
        }
        String base = Printed.descriptorPath(folder);
        if (base == null) {
            return folder.startsWith("AT_FDCWD") ? join(task.folder.path, path) : null;
        }
        return join(trace.seen(base), path);
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
