package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Skips;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The observing library stands before each function of this machine's C library that can get to the kernel with a file's
 * name, or start a process. Which those are is read out of its code: from each function by its calls, jumps and the
 * addresses that it takes, to the instructions that enter the kernel and the number that they are given.
 */
class LibraryReachTest {

    /** By number (asm/unistd_64.h), calls that name files, list folders, start processes or speak to other ones. */
    private static final Map<Integer, String> CALLS = Map.ofEntries(
            Map.entry(2, "open"),
            Map.entry(257, "openat"),
            Map.entry(437, "openat2"),
            Map.entry(85, "creat"),
            Map.entry(4, "stat"),
            Map.entry(6, "lstat"),
            Map.entry(262, "newfstatat"),
            Map.entry(332, "statx"),
            Map.entry(21, "access"),
            Map.entry(269, "faccessat"),
            Map.entry(439, "faccessat2"),
            Map.entry(89, "readlink"),
            Map.entry(267, "readlinkat"),
            Map.entry(59, "execve"),
            Map.entry(322, "execveat"),
            Map.entry(83, "mkdir"),
            Map.entry(258, "mkdirat"),
            Map.entry(82, "rename"),
            Map.entry(264, "renameat"),
            Map.entry(316, "renameat2"),
            Map.entry(86, "link"),
            Map.entry(265, "linkat"),
            Map.entry(88, "symlink"),
            Map.entry(266, "symlinkat"),
            Map.entry(87, "unlink"),
            Map.entry(263, "unlinkat"),
            Map.entry(84, "rmdir"),
            Map.entry(80, "chdir"),
            Map.entry(81, "fchdir"),
            Map.entry(78, "getdents"),
            Map.entry(217, "getdents64"),
            Map.entry(56, "clone"),
            Map.entry(57, "fork"),
            Map.entry(58, "vfork"),
            Map.entry(435, "clone3"),
            Map.entry(161, "chroot"),
            Map.entry(165, "mount"),
            Map.entry(166, "umount2"),
            Map.entry(155, "pivot_root"),
            Map.entry(42, "connect"),
            Map.entry(76, "truncate"),
            Map.entry(90, "chmod"),
            Map.entry(268, "fchmodat"),
            Map.entry(92, "chown"),
            Map.entry(94, "lchown"),
            Map.entry(260, "fchownat"),
            Map.entry(132, "utime"),
            Map.entry(235, "utimes"),
            Map.entry(261, "futimesat"),
            Map.entry(280, "utimensat"),
            Map.entry(133, "mknod"),
            Map.entry(259, "mknodat"),
            Map.entry(137, "statfs"),
            Map.entry(188, "setxattr"),
            Map.entry(189, "lsetxattr"),
            Map.entry(190, "fsetxattr"),
            Map.entry(191, "getxattr"),
            Map.entry(192, "lgetxattr"),
            Map.entry(194, "listxattr"),
            Map.entry(195, "llistxattr"),
            Map.entry(197, "removexattr"),
            Map.entry(198, "lremovexattr"),
            Map.entry(199, "fremovexattr"),
            Map.entry(254, "inotify_add_watch"),
            Map.entry(134, "uselib"),
            Map.entry(303, "name_to_handle_at"),
            Map.entry(304, "open_by_handle_at"),
            Map.entry(167, "swapon"),
            Map.entry(168, "swapoff"),
            Map.entry(163, "acct"),
            Map.entry(179, "quotactl"),
            Map.entry(240, "mq_open"),
            Map.entry(241, "mq_unlink"),
            Map.entry(272, "unshare"),
            Map.entry(308, "setns"),
            Map.entry(428, "open_tree"),
            Map.entry(429, "move_mount"),
            Map.entry(430, "fsopen"),
            Map.entry(431, "fsconfig"),
            Map.entry(432, "fsmount"),
            Map.entry(433, "fspick"),
            Map.entry(442, "mount_setattr"),
            Map.entry(101, "ptrace"),
            Map.entry(425, "io_uring_setup"));

    /** Functions that are called by nearly all others, and where what they get to is no fact or is told otherwise. */
    private static final Set<String> NOT_THROUGH = Set.of(
            // How many processors there are (/sys/devices/system/cpu): the machine's load.
            "malloc",
            "free",
            "calloc",
            "realloc",
            "memalign",
            "valloc",
            "pvalloc",
            "mallopt",
            "mallinfo2",
            "malloc_info",
            "malloc_stats",
            "malloc_trim",
            "posix_memalign",
            "sysconf",
            // A message before the end, in the language that setlocale told of.
            "abort",
            "__assert_fail",
            "dcgettext",
            // Asks the kernel; walks by itself only where the kernel can't tell.
            "getcwd",
            // Of a descriptor.
            "fstat");

    /** Functions that get there, and why they do no harm. */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("pthread_create", "threads"),
            Map.entry("thrd_create", "threads"),
            Map.entry("timer_create", "threads"),
            Map.entry("mq_notify", "threads"),
            Map.entry("aio_cancel", "threads"),
            Map.entry("aio_cancel64", "threads"),
            Map.entry("aio_fsync", "threads"),
            Map.entry("aio_fsync64", "threads"),
            Map.entry("aio_read", "threads"),
            Map.entry("aio_read64", "threads"),
            Map.entry("aio_write", "threads"),
            Map.entry("aio_write64", "threads"),
            Map.entry("lio_listio", "threads"),
            Map.entry("lio_listio64", "threads"),
            Map.entry("pthread_getattr_np", "/proc/self/maps"),
            Map.entry("pthread_getname_np", "/proc/self"),
            Map.entry("pthread_setname_np", "/proc/self"),
            Map.entry("closefrom", "/proc/self/fd"),
            Map.entry("fts_children", "fts_open is a gap"),
            Map.entry("fts64_children", "fts_open is a gap"),
            Map.entry("fts_close", "fts_open is a gap"),
            Map.entry("fts64_close", "fts_open is a gap"),
            Map.entry("fts_read", "fts_open is a gap"),
            Map.entry("fts64_read", "fts_open is a gap"),
            Map.entry("arc4random", "/dev/urandom"),
            Map.entry("arc4random_buf", "/dev/urandom"),
            Map.entry("arc4random_uniform", "/dev/urandom"),
            Map.entry("sem_open", "/dev/shm, a line's own"),
            Map.entry("sem_unlink", "/dev/shm, a line's own"),
            Map.entry("readdir", "opendir has told"),
            Map.entry("readdir64", "opendir has told"),
            Map.entry("readdir_r", "opendir has told"),
            Map.entry("readdir64_r", "opendir has told"),
            Map.entry("fpathconf", "kinds of the machine's file systems"),
            Map.entry("get_nprocs", "the machine's load"),
            Map.entry("get_nprocs_conf", "the machine's load"),
            Map.entry("getpt", "a device, /dev/ptmx"),
            Map.entry("posix_openpt", "a device, /dev/ptmx"),
            Map.entry("openpty", "a device, /dev/ptmx"));

    private static final Pattern SYMBOL = Pattern.compile(
            "\\s*\\d+: ([0-9a-f]+)\\s+\\d+ (FUNC|IFUNC|NOTYPE)\\s+\\S+\\s+\\S+\\s+(\\S+) (\\S+?)(@\\S+)?");
    private static final Pattern FRAME = Pattern.compile(".* FDE .*pc=([0-9a-f]+)\\.\\.[0-9a-f]+");
    private static final Pattern INSTRUCTION = Pattern.compile("\\s+([0-9a-f]+):\\t(\\S+)\\s*(.*)");
    private static final Pattern TARGET = Pattern.compile("([0-9a-f]+) <.*|.*# ([0-9a-f]+) <.*");
    private static final Pattern NUMBER = Pattern.compile("\\$0x([0-9a-f]+),%[er]ax");

    /** Instructions without a jump between them that a number may be given before it is used. */
    private static final int LOOK_BACK = 24;

    @TempDir
    Path folder;

    private static void read(List<String> command, Consumer<String> line) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(line);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Map<Long, Set<String>> functions(Path library) throws IOException {
        Map<Long, Set<String>> all = new TreeMap<>();
        read(List.of("readelf", "-W", "--dyn-syms", library.toString()), line -> {
            Matcher m = SYMBOL.matcher(line);
            if (m.matches() && !m.group(3).equals("UND")) {
                all.computeIfAbsent(Long.parseLong(m.group(1), 16), a -> new TreeSet<>())
                        .add(m.group(4));
            }
        });
        return all;
    }

    /** A library's functions: where they go, and with which numbers they enter the kernel. */
    private record Code(Map<Long, Set<Long>> goesTo, Map<Long, Set<Integer>> enters) {

        static Code of(Path library, Set<Long> named) throws IOException {
            NavigableSet<Long> starts = new TreeSet<>(named);
            read(List.of("readelf", "-W", "--debug-dump=frames-interp", library.toString()), line -> {
                Matcher m = FRAME.matcher(line);
                if (m.matches()) {
                    starts.add(Long.parseLong(m.group(1), 16));
                }
            });
            Code code = new Code(new HashMap<>(), new HashMap<>());
            Deque<String> before = new ArrayDeque<>();
            Long[] last = new Long[1];
            read(List.of("objdump", "-d", "--no-show-raw-insn", library.toString()), line -> {
                Matcher m = INSTRUCTION.matcher(line);
                if (!m.matches()) {
                    return;
                }
                Long function = starts.floor(Long.parseLong(m.group(1), 16));
                String name = m.group(2);
                String operands = m.group(3);
                if (function == null) {
                    return;
                }
                if (!function.equals(last[0])) {
                    before.clear();
                    last[0] = function;
                }
                boolean jumps = name.startsWith("j") || name.equals("call") || name.equals("bnd");
                if (jumps || name.equals("lea")) {
                    Matcher target = TARGET.matcher(operands);
                    if (target.matches() && !operands.startsWith("*")) {
                        String address = target.group(1) == null ? target.group(2) : target.group(1);
                        Long other = starts.floor(Long.parseLong(address, 16));
                        // An address that is taken is a function's where it begins there; what is jumped to may be a
                        // part.
                        boolean whole = jumps || starts.contains(Long.parseLong(address, 16));
                        if (other != null && whole && !other.equals(function)) {
                            code.goesTo
                                    .computeIfAbsent(function, f -> new HashSet<>())
                                    .add(other);
                        }
                    }
                }
                if (name.equals("syscall")) {
                    for (String earlier : before) {
                        Matcher number = NUMBER.matcher(earlier);
                        if (number.matches()) {
                            code.enters
                                    .computeIfAbsent(function, f -> new HashSet<>())
                                    .add(Integer.parseUnsignedInt(number.group(1), 16));
                            break;
                        }
                    }
                }
                before.addFirst(name.equals("mov") ? operands : "");
                if (before.size() > LOOK_BACK) {
                    before.removeLast();
                }
            });
            return code;
        }

        Set<Long> reached(long from, Set<Long> notThrough) {
            Set<Long> seen = new HashSet<>(Set.of(from));
            Deque<Long> open = new ArrayDeque<>(seen);
            while (!open.isEmpty()) {
                for (long next : goesTo.getOrDefault(open.removeFirst(), Set.of())) {
                    if (!notThrough.contains(next) && seen.add(next)) {
                        open.add(next);
                    }
                }
            }
            return seen;
        }

        /** A way from a function to a call of the kernel; empty if there is none. */
        String way(long from, Set<Long> notThrough) {
            Deque<List<Long>> open = new ArrayDeque<>(List.of(List.of(from)));
            Set<Long> seen = new HashSet<>(notThrough);
            seen.add(from);
            while (!open.isEmpty()) {
                List<Long> way = open.removeFirst();
                long last = way.getLast();
                for (int number : enters.getOrDefault(last, Set.of())) {
                    if (CALLS.containsKey(number)) {
                        return way.stream().map(Long::toHexString).collect(Collectors.joining(" > ")) + " > "
                                + CALLS.get(number);
                    }
                }
                for (long next : goesTo.getOrDefault(last, Set.of())) {
                    if (seen.add(next)) {
                        List<Long> further = new ArrayList<>(way);
                        further.add(next);
                        open.addLast(further);
                    }
                }
            }
            return "";
        }
    }

    private static long address(Map<Long, Set<String>> functions, String name) {
        return functions.entrySet().stream()
                .filter(entry -> entry.getValue().contains(name))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Functions without a name that many others come through, known by who calls them. */
    private static Set<Long> unnamed(Map<Long, Set<String>> functions, Code code, Set<Long> notThrough) {
        Set<Long> all = new HashSet<>();
        // How characters of the current language are turned into others: setlocale told of it, with all its files.
        code.goesTo().get(address(functions, "btowc")).stream()
                .filter(callee -> !code.way(callee, notThrough).isEmpty())
                .forEach(all::add);
        // What printf does for %n: it reads /proc/self/maps to see whether its format can be written to.
        long opens = address(functions, "fopen");
        code.reached(address(functions, "snprintf"), notThrough).stream()
                .filter(f -> code.goesTo().getOrDefault(f, Set.of()).contains(opens))
                .forEach(all::add);
        return all;
    }

    @Test
    void noFunctionOfTheCLibraryGetsToTheKernelUnseen() throws Exception {
        Path libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
        Skips.unlessInstalled("cc", "objdump", "readelf");
        Skips.unless(Files.exists(libc), "the C library is not glibc for x86-64 where Debian has it");
        Path ours = PreloadTest.build(folder);
        Set<String> stoodBefore =
                functions(ours).values().stream().flatMap(Set::stream).collect(Collectors.toCollection(HashSet::new));
        Map<Long, Set<String>> functions = functions(libc);
        Code code = Code.of(libc, functions.keySet());
        Set<Long> notThrough = new HashSet<>();
        functions.forEach((address, names) -> {
            if (names.stream().anyMatch(NOT_THROUGH::contains)) {
                notThrough.add(address);
            }
        });
        Set<Long> hubs = unnamed(functions, code, notThrough);
        assertThat(hubs).hasSizeBetween(2, 6);
        notThrough.addAll(hubs);
        Map<String, String> unseen = new TreeMap<>();
        Map<String, String> seen = new TreeMap<>();
        functions.forEach((address, names) -> {
            String way = notThrough.contains(address) ? "" : code.way(address, notThrough);
            for (String name : names) {
                if (!way.isEmpty() && !HARMLESS.containsKey(name)) {
                    (stoodBefore.contains(name) ? seen : unseen).put(name, way);
                }
            }
        });
        // That it finds them at all: these go there in different ways.
        assertThat(seen)
                .containsKeys("fopen", "realpath", "getaddrinfo", "gmtime", "glob", "popen", "opendir", "execvp");
        assertThat(seen).hasSizeGreaterThan(300);
        assertThat(unseen).isEmpty();
    }
}
