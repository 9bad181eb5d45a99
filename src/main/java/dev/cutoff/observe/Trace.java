package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a build, from the traces of its lines.
 *
 * <p>A step is a program image: it begins at a successful execve and takes in what its process forks without one. The
 * first image of a line is Cutoff's own driver shell; what it does is not the build's.
 */
public final class Trace {

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

    /** The calls to be traced, for strace's {@code -e trace=}. */
    public static final String CALLS = "%file,clone,?clone3,?fork,?vfork,execve,execveat,fchdir,getdents,getdents64,"
            + "?io_uring_setup,?open_by_handle_at,mount,umount2,pivot_root,chroot,setns,unshare,connect,uname,"
            + "fchmod,fchown,ftruncate";

    /** A change of names, after which a path leads to something else than it did at the build's start. */
    sealed interface Renaming {
        /** The build made a symbolic link. */
        record Linked(int step, String path, String target) implements Renaming {}

        /** The build moved a file or folder. */
        record Moved(int step, String from, String to) implements Renaming {}
    }

    private final String physicalRoot;
    private final List<Renaming> renamings = new ArrayList<>();
    private final List<ObservedStep> steps = new ArrayList<>();
    private final Set<String> gaps = new LinkedHashSet<>();
    private boolean usedNetwork;

    /**
     * An empty trace.
     *
     * @param physicalRoot the path that stands for {@code /cutoff} in this build; {@code /cutoff} itself in a sandbox
     */
    public Trace(String physicalRoot) {
        this.physicalRoot = physicalRoot;
    }

    List<ObservedStep> steps() {
        return steps;
    }

    /** All changes of names, in the order of the trace. */
    List<Renaming> renamings() {
        return renamings;
    }

    /** Why the trace may have missed something; empty if it has not. */
    public Set<String> gaps() {
        return gaps;
    }

    /** Whether anything was said to another machine. */
    public boolean usedNetwork() {
        return usedNetwork;
    }

    /** Notes a gap that was found elsewhere. */
    public void gap(String what) {
        gaps.add(what);
    }

    /**
     * Adds what one line of the recipe did.
     *
     * @param line its index
     * @param folder the working folder it began in, as the build sees it
     */
    public void add(int line, Path trace, String folder) {
        LineReader reader = new LineReader(line, folder);
        new StraceReader(reader).read(trace);
        reader.end();
    }

    /** Replaces the physical root by {@code /cutoff}. */
    private String seen(String path) {
        return !physicalRoot.equals(Place.ROOT) && Place.within(path, physicalRoot)
                ? Place.ROOT + path.substring(physicalRoot.length())
                : path;
    }

    /** A process or thread. */
    private static final class Task {
        String folder;

        @Nullable
        ObservedStep step;

        Task(String folder, @Nullable ObservedStep step) {
            this.folder = folder;
            this.step = step;
        }
    }

    /** Follows the processes of one line. */
    private final class LineReader implements StraceReader.Listener {
        private final int line;
        private final String firstFolder;
        private final Map<Integer, Task> tasks = new HashMap<>();
        /** Calls of processes whose start has not been reported yet: their parent's call has not returned. */
        private final Map<Integer, List<Call>> early = new HashMap<>();

        private final Set<Integer> earlyExits = new LinkedHashSet<>();
        private boolean begun;
        private int running;

        LineReader(int line, String folder) {
            this.line = line;
            this.firstFolder = folder;
        }

        @Override
        public void gap(String what) {
            gaps.add(what);
        }

        @Override
        public void exited(int process, double seconds) {
            Task task = tasks.remove(process);
            if (task == null) {
                // It ended before the call that started it returned to its parent.
                earlyExits.add(process);
                return;
            }
            running--;
            if (task.step != null) {
                task.step.ended = Math.max(task.step.ended, seconds);
            }
        }

        void end() {
            if (!begun) {
                gaps.add("the trace of a build line is empty");
            } else if (running > 0) {
                gaps.add("the trace ends before " + running + " of the build's processes did");
            }
            if (!early.isEmpty()) {
                gaps.add("processes whose start was not seen");
            }
        }

        @Override
        public void call(Call call) {
            Task task = tasks.get(call.process());
            if (task == null) {
                if (begun) {
                    early.computeIfAbsent(call.process(), p -> new ArrayList<>())
                            .add(call);
                    return;
                }
                begun = true;
                running++;
                task = new Task(firstFolder, null);
                tasks.put(call.process(), task);
            }
            interpret(call, task);
        }

        private void child(Call call, Task parent) {
            if (!call.succeeded() || call.result() <= 0) {
                return;
            }
            int process = (int) call.result();
            tasks.put(process, new Task(parent.folder, parent.step));
            running++;
            List<Call> waiting = early.remove(process);
            if (waiting != null) {
                waiting.forEach(this::call);
            }
            if (earlyExits.remove(process)) {
                exited(process, call.seconds());
            }
        }

        private void interpret(Call call, Task task) {
            switch (call.name()) {
                case "execve" ->
                    execute(call, task, resolve(task, call.argument(0)), call.argument(1), call.argument(2));
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
                        task.folder = path;
                    }
                }
                case "fchdir" -> {
                    String path = Printed.descriptorPath(call.argument(0));
                    if (call.succeeded() && path != null) {
                        task.folder = seen(path);
                    }
                }
                case "open", "openat", "openat2", "creat" -> open(call, task);
                case "getdents", "getdents64" -> {
                    String path = Printed.descriptorPath(call.argument(0));
                    if (call.succeeded() && path != null) {
                        note(task, Access.Kind.LIST, seen(path));
                    }
                }
                case "readlink" -> note(task, Access.Kind.LOOK_AT_LINK, resolve(task, call.argument(0)));
                case "readlinkat" ->
                    note(task, Access.Kind.LOOK_AT_LINK, resolveAt(task, call.argument(0), call.argument(1)));
                case "rename", "link" ->
                    move(call, task, resolve(task, call.argument(0)), resolve(task, call.argument(1)));
                case "renameat", "renameat2", "linkat" ->
                    move(
                            call,
                            task,
                            resolveAt(task, call.argument(0), call.argument(1)),
                            resolveAt(task, call.argument(2), call.argument(3)));
                case "symlink" -> link(call, task, resolve(task, call.argument(1)));
                case "symlinkat" -> link(call, task, resolveAt(task, call.argument(1), call.argument(2)));
                case "unlink",
                        "rmdir",
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
                case "unlinkat",
                        "mkdirat",
                        "mknodat",
                        "fchmodat",
                        "fchmodat2",
                        "fchownat",
                        "futimesat",
                        "utimensat" -> {
                    // futimens(3) is utimensat with a descriptor and no path.
                    String own = call.argument(1).equals("NULL") ? Printed.descriptorPath(call.argument(0)) : null;
                    write(call, task, own != null ? seen(own) : resolveAt(task, call.argument(0), call.argument(1)));
                }
                case "fchmod", "fchown", "ftruncate" -> {
                    String path = Printed.descriptorPath(call.argument(0));
                    write(call, task, path == null ? null : seen(path));
                }
                case "uname" -> {
                    if (task.step != null) {
                        task.step.askedKernel = true;
                    }
                }
                case "connect" -> connect(call, task);
                case "unshare" -> {
                    if (call.succeeded() && call.argument(0).contains("CLONE_NEWNS")) {
                        escape(call, task);
                    }
                }
                case "getcwd", "umask", "exit_group" -> {}
                default -> other(call, task);
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
                gaps.add(task.step.program() + " made the call " + call.name() + ", which is not known here");
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
                return;
            }
            List<String> command = Printed.strings(arguments);
            int parent = task.step == null ? -1 : task.step.number;
            if (isDriver(command)) {
                return;
            }
            ObservedStep step = new ObservedStep(
                    steps.size(), parent, line, command, task.folder, Printed.strings(environment), call.seconds());
            if (task.step != null) {
                task.step.ended = Math.max(task.step.ended, call.seconds());
            }
            steps.add(step);
            task.step = step;
            note(task, Access.Kind.EXECUTE, path);
        }

        private boolean isDriver(List<String> command) {
            return steps.stream().noneMatch(s -> s.line == line) && command.contains(DRIVER);
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
                if (call.succeeded() && flags.contains("O_RDWR") && !flags.contains("O_TRUNC")) {
                    note(task, Access.Kind.READ, path);
                    noteReal(call, task, path);
                }
                return;
            }
            if (call.error().equals("ELOOP") || flags.contains("O_PATH") && flags.contains("O_NOFOLLOW")) {
                note(task, Access.Kind.LOOK_AT_LINK, path);
            } else if (call.succeeded() && !flags.contains("O_DIRECTORY") && !flags.contains("O_PATH")) {
                note(task, Access.Kind.READ, path);
                noteReal(call, task, path);
            } else {
                note(task, Access.Kind.LOOK, path);
            }
        }

        /** The file that was opened in the end: through links that the build made, or a name such as /dev/fd/3. */
        private void noteReal(Call call, Task task, @Nullable String path) {
            String real = Printed.descriptorPath(call.resultText());
            if (real != null
                    && !call.resultText().endsWith("(deleted)")
                    && !seen(real).equals(path)) {
                note(task, Access.Kind.READ, seen(real));
            }
        }

        private void move(Call call, Task task, @Nullable String from, @Nullable String to) {
            note(task, call.succeeded() ? Access.Kind.READ : Access.Kind.LOOK_AT_LINK, from);
            if (!call.name().startsWith("link")) {
                write(call, task, from);
            }
            if (call.succeeded() && from != null && to != null && task.step != null) {
                renamings.add(new Renaming.Moved(task.step.number, from, to));
            }
            write(call, task, to);
        }

        private void link(Call call, Task task, @Nullable String path) {
            String target = Printed.string(call.argument(0));
            if (call.succeeded() && path != null && task.step != null) {
                if (target == null) {
                    gaps.add(program(task) + " made a link whose target can't be read from the trace");
                } else {
                    renamings.add(new Renaming.Linked(task.step.number, path, seen(target)));
                }
            }
            write(call, task, path);
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
            }
        }

        private void connect(Call call, Task task) {
            boolean reached = call.succeeded() || call.error().equals("EINPROGRESS");
            String address = call.argument(1);
            if (!reached) {
                return;
            }
            if (address.contains("AF_INET")) {
                boolean loopback = address.contains("\"127.") || address.contains("\"::1\"");
                usedNetwork |= !loopback;
            } else if (address.contains("sun_path=")) {
                String printed =
                        address.substring(address.indexOf("sun_path=") + "sun_path=".length(), address.length() - 1);
                String path = printed.startsWith("@") ? null : resolve(task, printed);
                if (path == null || !Place.within(path, Place.ROOT) && !Place.within(path, Place.TMP)) {
                    gaps.add(program(task) + " talked to another process over " + printed);
                }
            }
        }

        private void escape(Call call, Task task) {
            gaps.add(program(task) + " called " + call.name() + ", after which its files can't be followed");
        }

        private String program(Task task) {
            return task.step == null ? "the build" : task.step.program();
        }

        private void note(Task task, Access.Kind kind, @Nullable String path) {
            if (task.step == null) {
                return;
            }
            if (path == null) {
                gaps.add(task.step.program() + " used a path that can't be read from the trace");
                return;
            }
            task.step.accesses.add(new Access(kind, path));
        }

        private @Nullable String resolve(Task task, String printed) {
            String path = Printed.string(printed);
            return path == null ? null : join(task.folder, path);
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
                return folder.startsWith("AT_FDCWD") ? join(task.folder, path) : null;
            }
            return join(seen(base), path);
        }

        private String join(String folder, String path) {
            if (path.isEmpty()) {
                return folder;
            }
            String whole = path.startsWith("/") ? seen(path) : folder + "/" + path;
            return whole.contains("//") || whole.contains("/.") || whole.endsWith("/") ? plain(whole) : whole;
        }
    }

    /** Marks the driver's command line, see {@code build.Sandbox}. */
    public static final String DRIVER = "cutoff-driver";

    /** Without empty and {@code .} parts. */
    static String plain(String path) {
        StringBuilder plain = new StringBuilder();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                plain.append('/').append(part);
            }
        }
        return plain.isEmpty() ? "/" : plain.toString();
    }
}
