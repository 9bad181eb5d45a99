package dev.cutoff.observe;

import dev.cutoff.observe.Event.Flags;
import dev.cutoff.observe.Event.Outcome;
import dev.cutoff.observe.Event.Where;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the calls that strace printed mean, as {@link Event}s. */
final class StraceCalls implements StraceReader.Listener {

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

    private final Consumer<Event> to;

    StraceCalls(Consumer<Event> to) {
        this.to = to;
    }

    @Override
    public void gap(String what) {
        to.accept(new Event.Missed(what));
    }

    @Override
    public void exited(int process, double seconds, boolean killed) {
        to.accept(new Event.Ended(process, seconds, killed ? Event.Ended.How.KILLED : Event.Ended.How.SOMEHOW));
    }

    @Override
    public void call(Call call) {
        int process = call.process();
        switch (call.name()) {
            case "execve" -> execute(call, 0, path(call, 0));
            case "execveat" -> execute(call, 1, pathAt(call, 0));
            case "clone", "clone3", "fork", "vfork" -> {
                if (call.succeeded() && call.result() > 0) {
                    boolean shared = call.arguments().stream().anyMatch(a -> a.contains("CLONE_FS"));
                    to.accept(new Event.Started(process, (int) call.result(), call.seconds(), shared));
                }
            }
            case "chdir" -> to.accept(new Event.Entered(process, path(call, 0), true, outcome(call)));
            case "fchdir" -> to.accept(new Event.Entered(process, ofDescriptor(call), false, outcome(call)));
            case "open", "openat", "openat2", "creat" -> {
                open(call);
                redirected(call);
            }
            case "dup", "dup2", "dup3" -> redirected(call);
            case "getdents", "getdents64" -> {
                Where folder = ofDescriptor(call);
                if (call.succeeded() && folder.path() != null) {
                    to.accept(new Event.Listed(process, folder));
                }
            }
            case "readlink" -> to.accept(new Event.Asked(process, path(call, 0), true));
            case "readlinkat" -> to.accept(new Event.Asked(process, pathAt(call, 0), true));
            case "rename" -> move(call, path(call, 0), path(call, 1), Event.Moved.Way.RENAME);
            case "link" -> move(call, path(call, 0), path(call, 1), Event.Moved.Way.LINK);
            case "renameat", "renameat2" -> {
                boolean exchange = call.argument(4).contains("RENAME_EXCHANGE");
                move(
                        call,
                        pathAt(call, 0),
                        pathAt(call, 2),
                        exchange ? Event.Moved.Way.EXCHANGE : Event.Moved.Way.RENAME);
            }
            case "linkat" -> move(call, pathAt(call, 0), pathAt(call, 2), Event.Moved.Way.LINK);
            case "symlink" -> link(call, path(call, 1));
            case "symlinkat" -> link(call, pathAt(call, 1));
            case "rmdir" ->
                to.accept(new Event.Changed(process, path(call, 0), Event.Changed.What.FOLDER, outcome(call)));
            case "unlink", "mkdir", "mknod" ->
                to.accept(new Event.Changed(process, path(call, 0), Event.Changed.What.NAME, outcome(call)));
            case "truncate",
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
                    "lchown32" ->
                to.accept(new Event.Changed(process, path(call, 0), Event.Changed.What.ATTRIBUTES, outcome(call)));
            case "unlinkat", "mkdirat", "mknodat", "fchmodat", "fchmodat2", "fchownat", "futimesat", "utimensat" -> {
                // futimens(3) is utimensat with a descriptor and no path.
                Where path = call.argument(1).equals("NULL") ? ofDescriptor(call) : pathAt(call, 0);
                to.accept(new Event.Changed(process, path, what(call), outcome(call)));
            }
            case "fchmod", "fchown", "ftruncate" ->
                to.accept(new Event.Changed(process, ofDescriptor(call), Event.Changed.What.ATTRIBUTES, outcome(call)));
            case "write", "writev" -> {
                if (call.argument(0).equals("0x1") || call.argument(0).equals("0x2")) {
                    to.accept(new Event.Spoke(process));
                }
            }
            case "uname" -> to.accept(new Event.AskedKernel(process));
            case "connect" -> connect(call);
            case "bind" -> {
                Where path = socketPath(call.argument(1));
                if (path != null) {
                    to.accept(new Event.Changed(process, path, Event.Changed.What.NAME, outcome(call)));
                }
            }
            case "sendto", "sendmsg" -> {
                if (call.argument(call.name().equals("sendto") ? 4 : 1).contains("sun_path=\"")) {
                    to.accept(new Event.Escaped(process, "sent something to a socket by its path"));
                }
            }
            case "socket" -> {
                if (call.succeeded() && call.argument(0).startsWith("AF_INET")) {
                    to.accept(new Event.UsedNetwork(process));
                }
            }
            case "unshare" -> {
                if (call.succeeded() && call.argument(0).contains("CLONE_NEWNS")) {
                    escape(call);
                }
            }
            case "getcwd", "umask", "exit_group" -> {}
            default -> other(call);
        }
    }

    /** A descriptor that takes the place of 1 or 2: one that was told to, or the next one after these were closed. */
    private void redirected(Call call) {
        if (call.succeeded() && (call.result() == 1 || call.result() == 2)) {
            String file = Printed.descriptor(call.resultText());
            to.accept(new Event.Redirected(call.process(), (int) call.result(), file));
        }
    }

    private void other(Call call) {
        if (ESCAPES.contains(call.name())) {
            if (call.succeeded()) {
                escape(call);
            }
        } else if (LOOKS.contains(call.name())) {
            to.accept(new Event.Asked(call.process(), path(call, 0), false));
        } else if (LOOKS_AT_LINK.contains(call.name())) {
            to.accept(new Event.Asked(call.process(), path(call, 0), true));
        } else if (LOOKS_FROM_FOLDER.contains(call.name())) {
            look(call);
        } else if (call.succeeded()) {
            String what = "made the call " + call.name() + ", which is not known here";
            to.accept(new Event.Escaped(call.process(), what));
        }
    }

    private void look(Call call) {
        if (call.argument(1).equals("\"\"") || call.argument(1).equals("NULL")) {
            // The descriptor's own file: it was noted when it was opened.
            return;
        }
        boolean link = call.arguments().stream().skip(2).anyMatch(a -> a.contains("AT_SYMLINK_NOFOLLOW"));
        to.accept(new Event.Asked(call.process(), pathAt(call, 0), link));
    }

    private void execute(Call call, int from, Where path) {
        to.accept(new Event.Executed(
                call.process(),
                call.seconds(),
                path,
                Printed.strings(call.argument(from + 1)),
                Printed.strings(call.argument(from + 2)),
                outcome(call)));
    }

    private void open(Call call) {
        boolean at = call.name().startsWith("openat");
        String text = call.name().equals("creat") ? "O_WRONLY|O_CREAT|O_TRUNC" : call.argument(at ? 2 : 1);
        boolean creates = text.contains("O_CREAT");
        boolean truncates = text.contains("O_TRUNC");
        boolean only = text.contains("O_WRONLY");
        Flags flags = new Flags(
                !only,
                only || text.contains("O_RDWR") || creates || truncates,
                creates,
                truncates,
                text.contains("O_DIRECTORY"),
                text.contains("O_PATH"),
                text.contains("O_NOFOLLOW"));
        String real = call.resultText().endsWith("(deleted)") ? null : Printed.descriptorPath(call.resultText());
        to.accept(new Event.Opened(call.process(), at ? pathAt(call, 0) : path(call, 0), flags, outcome(call), real));
    }

    private static Event.Changed.What what(Call call) {
        return switch (call.name()) {
            case "mkdirat", "mknodat" -> Event.Changed.What.NAME;
            case "unlinkat" ->
                call.argument(2).contains("AT_REMOVEDIR") ? Event.Changed.What.FOLDER : Event.Changed.What.NAME;
            default -> Event.Changed.What.ATTRIBUTES;
        };
    }

    private void move(Call call, Where from, Where target, Event.Moved.Way way) {
        to.accept(new Event.Moved(call.process(), from, target, way, outcome(call)));
    }

    private void link(Call call, Where path) {
        to.accept(new Event.Linked(call.process(), Printed.string(call.argument(0)), path, outcome(call)));
    }

    private void connect(Call call) {
        String address = call.argument(1);
        boolean reached = call.succeeded() || call.error().equals("EINPROGRESS");
        if (!address.contains("sun_path=")) {
            return;
        }
        String printed = printed(address);
        Where path = socketPath(address);
        if (path != null) {
            to.accept(new Event.Asked(call.process(), path, false));
        }
        if (reached) {
            to.accept(new Event.Connected(call.process(), path, printed));
        }
    }

    private static String printed(String address) {
        return address.substring(address.indexOf("sun_path=") + "sun_path=".length(), address.length() - 1);
    }

    /** Null for an address without one, and for a name that is no path. */
    private static @Nullable Where socketPath(String address) {
        return !address.contains("sun_path=") || printed(address).startsWith("@")
                ? null
                : new Where(null, Printed.string(printed(address)));
    }

    private void escape(Call call) {
        String what = "called " + call.name() + ", after which its files can't be followed";
        to.accept(new Event.Escaped(call.process(), what));
    }

    /** A call that was cut off has no outcome: as if it had failed. */
    private static Outcome outcome(Call call) {
        return call.succeeded() ? Outcome.DONE : new Outcome(call.error().isEmpty() ? "?" : call.error());
    }

    private static Where path(Call call, int argument) {
        return new Where(null, Printed.string(call.argument(argument)));
    }

    private static Where pathAt(Call call, int argument) {
        String path = Printed.string(call.argument(argument + 1));
        String folder = call.argument(argument);
        String base = Printed.descriptorPath(folder);
        if (path == null || path.startsWith("/") || base != null || folder.startsWith("AT_FDCWD")) {
            return new Where(base, path);
        }
        return Where.UNKNOWN;
    }

    private static Where ofDescriptor(Call call) {
        return Where.absolute(Printed.descriptorPath(call.argument(0)));
    }
}
