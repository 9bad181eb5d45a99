package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Unit;
import dev.cutoff.model.Unit.SystemEvidence;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which facts an access to a path of the machine stands for. Most are facts of that path; the exceptions, each with its
 * reason, are the rows of the table in docs/evidence.md.
 */
final class SystemRules {

    /**
     * Files of /proc and /sys whose content is the machine's load or size, or the process itself. A build can only use
     * them to choose how many processes it runs or how much memory it takes.
     */
    private static final List<String> LOAD = List.of(
            "/proc/self",
            "/proc/thread-self",
            "/proc/meminfo",
            "/proc/loadavg",
            "/proc/stat",
            "/proc/uptime",
            "/proc/mounts",
            "/proc/filesystems",
            "/proc/sys/vm",
            "/proc/sys/fs",
            "/proc/sys/kernel/random",
            "/proc/sys/kernel/pid_max",
            "/proc/sys/kernel/threads-max",
            "/proc/sys/kernel/ngroups_max",
            "/proc/sys/kernel/cap_last_cap",
            "/proc/sys/kernel/seccomp",
            "/sys/fs/cgroup",
            "/sys/fs/selinux",
            "/sys/kernel/mm/transparent_hugepage",
            "/sys/kernel/security",
            "/sys/devices/system/cpu/online",
            "/sys/devices/system/cpu/possible",
            "/sys/devices/system/cpu/present",
            "/sys/devices/system/cpu",
            "/sys/devices/system/node");

    private static final List<String> KERNEL = List.of(
            "/proc/version", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/version", "/proc/sys/kernel/ostype");

    /** Programs whose whole effect is what they do with files that are facts of their own. */
    private static final Set<String> PLAIN = Set.of(
            "sh",
            "bash",
            "dash",
            "make",
            "gmake",
            "ninja",
            "sed",
            "grep",
            "egrep",
            "fgrep",
            "awk",
            "gawk",
            "mawk",
            "find",
            "xargs",
            "tar",
            "gzip",
            "bzip2",
            "xz",
            "zstd",
            "cat",
            "cp",
            "mv",
            "rm",
            "ln",
            "ls",
            "mkdir",
            "rmdir",
            "touch",
            "install",
            "chmod",
            "chown",
            "env",
            "expr",
            "test",
            "[",
            "true",
            "false",
            "echo",
            "printf",
            "sort",
            "uniq",
            "cut",
            "tr",
            "head",
            "tail",
            "wc",
            "tee",
            "basename",
            "dirname",
            "readlink",
            "realpath",
            "mktemp",
            "id",
            "uname",
            "hostname",
            "date",
            "sleep",
            "nproc",
            "cmp",
            "diff",
            "patch",
            "pwd",
            "seq",
            "stat",
            "od",
            "which");

    private final boolean sandboxed;
    private final boolean offline;
    private final SystemEvidence system;
    private final HostFiles host;

    /** @param sandboxed whether /etc/passwd, /etc/group, /dev and, without network, /run are the sandbox's own */
    SystemRules(boolean sandboxed, Unit.Options options, HostFiles host) {
        this.sandboxed = sandboxed;
        this.offline = options.network() == Unit.Network.NONE;
        this.system = options.system();
        this.host = host;
    }

    /** Whether the same access, but of the loader's cache, stands for the same facts whichever step it is of. */
    boolean areAlike() {
        return system == SystemEvidence.CONTENT;
    }

    /** The facts, as kind and entity, that the access stands for. */
    void facts(ObservedStep step, Access access, FactKind usual, BiConsumer<FactKind, String> to) {
        String path = access.path();
        if (Place.within(path, "/proc") || Place.within(path, "/sys")) {
            kernelFile(path, usual, to);
        } else if (Place.within(path, "/dev")) {
            // The sandbox's devices are the same few everywhere; outside of it their presence counts, not their bytes.
            if (!sandboxed
                    && !path.matches("/dev(/(null|zero|full|u?random|tty|ptmx|pts|shm|fd|std(in|out|err))(/.*)?)?")) {
                to.accept(FactKind.EXISTS, path);
            }
        } else if (path.equals("/etc/ld.so.cache")) {
            // The loader looks sonames up in it: see loaderFact. ldconfig -p shows all of it to its reader.
            if (step.program().equals("ldconfig")) {
                to.accept(FactKind.BYTES, path);
            }
        } else if (sandboxed && isSandboxs(path)) {
            return;
        } else if (system != SystemEvidence.CONTENT && usual == FactKind.BYTES && PLAIN.contains(step.program())) {
            weaker(path, to);
        } else {
            to.accept(usual, path);
        }
    }

    /** Whether the sandbox shows something of its own there, the same in every build. */
    private boolean isSandboxs(String path) {
        return path.equals("/etc/passwd") || path.equals("/etc/group") || (offline && Place.within(path, "/run"));
    }

    private static void kernelFile(String path, FactKind usual, BiConsumer<FactKind, String> to) {
        if (path.equals("/proc/cpuinfo") || path.startsWith("/sys/devices/system/cpu/cpu")) {
            to.accept(FactKind.CPU, "cpu");
        } else if (KERNEL.contains(path)) {
            to.accept(FactKind.KERNEL, "kernel");
        } else if (!isLoad(path)
                && !path.matches("/proc/\\d+(/.*)?")
                && !path.equals("/proc")
                && !path.equals("/sys")) {
            to.accept(usual, path);
        }
    }

    private static boolean isLoad(String path) {
        return LOAD.stream().anyMatch(prefix -> Place.within(path, prefix));
    }

    private void weaker(String path, BiConsumer<FactKind, String> to) {
        if (host.state(FactKind.PACKAGE, path).equals("none")) {
            to.accept(FactKind.BYTES, path);
        } else if (system == SystemEvidence.IMAGE) {
            to.accept(FactKind.IMAGE, "image");
        } else {
            to.accept(FactKind.PACKAGE, path);
        }
    }

    /** The loader's choice for a library that a step which uses the loader's cache loaded or looked for. */
    static void loaderFact(Access access, BiConsumer<FactKind, String> to) {
        String name = access.path().substring(access.path().lastIndexOf('/') + 1);
        if (name.contains(".so") && !name.startsWith("ld.so")) {
            to.accept(FactKind.LOADER, name);
        }
    }

    /** Whether a command asks the compiler for code of the processor that it runs on. */
    static boolean isNative(List<String> command) {
        return command.stream()
                .anyMatch(a -> a.equals("-march=native")
                        || a.equals("-mtune=native")
                        || a.equals("-mcpu=native")
                        || a.endsWith("target-cpu=native")
                        // A file of arguments, which may hold any of these.
                        || (a.startsWith("@") && a.length() > 1));
    }
}
