package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {

    private static final String DRIVER =
            "execve(\"/bin/sh\", [\"sh\", \"-c\", \"x\", \"cutoff-driver\", \"make\", \"t\"], [\"A=1\"]) = 0";
    private static final String SHELL = "execve(\"/bin/sh\", [\"/bin/sh\", \"-ec\", \"make\"], [\"A=1\"]) = 0";

    @TempDir
    Path folder;

    private Trace trace(String root, String... calls) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String call : calls) {
            int space = call.indexOf(' ');
            text.append(call, 0, space)
                    .append(" 1795306055.100000")
                    .append(call.substring(space))
                    .append('\n');
        }
        Trace trace = new Trace(root, "/log", Traces.CALLS);
        trace.add(0, Files.writeString(folder.resolve("trace"), text), "/cutoff/build/app");
        return trace;
    }

    private static List<String> accesses(ObservedStep step) {
        return step.accesses.stream().map(a -> a.kind() + " " + a.path()).toList();
    }

    private static final String[] ENDS = {"9 +++ exited with 0 +++", "5 +++ exited with 0 +++"};

    private static String[] line(String... calls) {
        return java.util.stream.Stream.of(
                        List.of("5 " + DRIVER, "5 vfork() = 9", "9 " + SHELL), List.of(calls), List.of(ENDS))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    @Test
    void theDriverIsNoStepAndWhatForksBelongsToItsParent() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 clone(child_stack=NULL, flags=SIGCHLD) = 10",
                        "10 openat(AT_FDCWD</cutoff/build/app>, \"a.c\", O_RDONLY) = 3</cutoff/build/app/a.c>",
                        "10 execve(\"/usr/bin/cc\", [\"cc\", \"-c\"], [\"B=2\"]) = 0",
                        "10 openat(AT_FDCWD</cutoff/build/app>, \"b.c\", O_RDONLY) = 3</cutoff/build/app/b.c>",
                        "10 +++ exited with 0 +++"));
        assertThat(trace.gaps()).isEmpty();
        assertThat(trace.steps()).hasSize(2);
        assertThat(accesses(trace.steps().get(0))).containsExactly("EXECUTE /bin/sh", "READ /cutoff/build/app/a.c");
        assertThat(accesses(trace.steps().get(1))).containsExactly("EXECUTE /usr/bin/cc", "READ /cutoff/build/app/b.c");
        assertThat(trace.steps().get(1).parent).isZero();
        assertThat(trace.steps().get(1).variable("B")).isEqualTo("2");
    }

    @Test
    void relativePathsFollowTheProcesssFolder() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 chdir(\"src\") = 0",
                        "9 access(\"x\", R_OK) = -1 ENOENT (No such file or directory)",
                        "9 clone(child_stack=NULL, flags=SIGCHLD) = 10",
                        "10 chdir(\"..\") = 0",
                        "10 stat(\"y\", 0x7ffd) = -1 ENOENT (No such file or directory)",
                        "9 stat(\"./z/\", 0x7ffd) = 0",
                        "9 fchdir(3</usr/lib>) = 0",
                        "9 readlink(\"l\", \"t\", 10) = 1",
                        "10 +++ exited with 0 +++"));
        assertThat(accesses(trace.steps().get(0)))
                .containsExactly(
                        "EXECUTE /bin/sh",
                        "LOOK /cutoff/build/app/src",
                        "LOOK /cutoff/build/app/src/x",
                        "LOOK /cutoff/build/app/src/..",
                        "LOOK /cutoff/build/app/src/../y",
                        "LOOK /cutoff/build/app/src/z",
                        "LOOK_AT_LINK /usr/lib/l");
    }

    @Test
    void onlyWhoRemovesAFolderAsksWhetherItIsEmpty() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 mkdir(\"/w/a\", 0777) = -1 EEXIST (File exists)",
                        "9 unlinkat(AT_FDCWD</w>, \"/w/b\", AT_REMOVEDIR) = -1 ENOTEMPTY (Directory not empty)",
                        "9 rename(\"/w/c\", \"/w/d\") = -1 ENOTEMPTY (Directory not empty)"));
        assertThat(accesses(trace.steps().get(0)))
                .filteredOn(access -> access.startsWith("EMPTY"))
                .containsExactly("EMPTY /w/b", "EMPTY /w/d");
    }

    @Test
    void eachKindOfCallIsItsAccess() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 openat(3</usr/include>, \"a.h\", O_RDONLY) = 4</usr/include/a.h>",
                        "9 openat(AT_FDCWD</w>, \"o\", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4</w/o>",
                        "9 openat(AT_FDCWD</w>, \"rw\", O_RDWR|O_CREAT, 0666) = 4</w/rw>",
                        "9 openat(AT_FDCWD</w>, \"/usr/x\", O_WRONLY|O_CREAT, 0666) = -1 EROFS (Read-only file system)",
                        "9 newfstatat(AT_FDCWD</w>, \"/n\", 0x7ff, AT_SYMLINK_NOFOLLOW) = -1 ENOENT (No such file or directory)",
                        "9 newfstatat(4</w/o>, \"\", {st_mode=S_IFREG}, AT_EMPTY_PATH) = 0",
                        "9 getdents64(5</usr/include>, 0x55 /* 9 entries */, 32768) = 264",
                        "9 rename(\"/w/o\", \"/w/p\") = 0",
                        "9 symlink(\"p\", \"/w/l\") = 0",
                        "9 unlinkat(AT_FDCWD</w>, \"/w/q\", 0) = -1 ENOENT (No such file or directory)",
                        "9 execve(\"/usr/local/bin/cc\", [\"cc\"], []) = -1 ENOENT (No such file or directory)",
                        "9 utimensat(4</w/o>, NULL, NULL, 0) = 0"));
        assertThat(trace.gaps()).isEmpty();
        assertThat(accesses(trace.steps().get(0)))
                .containsExactly(
                        "EXECUTE /bin/sh",
                        "READ /usr/include/a.h",
                        "WRITE /w/o",
                        "WRITE /w/rw",
                        "READ /w/rw",
                        "WRITE_REFUSED /usr/x",
                        "LOOK_AT_LINK /usr/x",
                        "LOOK_AT_LINK /n",
                        "LIST /usr/include",
                        "READ /w/o",
                        "WRITE /w/p",
                        "REPLACED /w/p",
                        "WRITE /w/l",
                        "LOOK_AT_LINK /w/q",
                        "WRITE_FAILED /w/q",
                        "LOOK /w",
                        "LOOK /usr/local/bin/cc",
                        "EXECUTE_FAILED /usr/local/bin/cc");
        assertThat(trace.renamings())
                .containsExactly(
                        new Trace.Renaming.Moved(0, "/w/o", "/w/p", true), new Trace.Renaming.Linked(0, "/w/l", "p"));
    }

    /** What was opened in the end, behind links and names of descriptors, is read too. */
    @Test
    void theRealFileOfAnOpenIsRead() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 openat(AT_FDCWD</cutoff/build/app>, \"inc/a.h\", O_RDONLY) = 4</cutoff/build/app/include/a.h>"));
        assertThat(accesses(trace.steps().get(0)))
                .contains("READ /cutoff/build/app/inc/a.h", "READ /cutoff/build/app/include/a.h");
    }

    @Test
    void withoutASandboxPathsAreTranslated() throws IOException {
        Trace trace = trace(
                "/ws/.cutoff/root",
                line(
                        "9 openat(AT_FDCWD</ws/.cutoff/root/build/app>, \"/ws/.cutoff/root/deps/z/z.h\", O_RDONLY) = 4</ws/.cutoff/root/deps/z/z.h>"));
        assertThat(accesses(trace.steps().get(0))).contains("READ /cutoff/deps/z/z.h");
    }

    /** Each of these makes the record license nothing. */
    @Test
    void whatCantBeFollowedIsAGap() throws IOException {
        for (String call : new String[] {
            "9 io_uring_setup(8, {flags=0}) = 3<anon_inode:[io_uring]>",
            "9 mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = 0",
            "9 chroot(\"/b\") = 0",
            "9 unshare(CLONE_NEWNS) = 0",
            "9 open_by_handle_at(3, {}, 0) = 4",
            "9 connect(3<socket:[1]>, {sa_family=AF_UNIX, sun_path=\"/var/lib/daemon\"}, 110) = 0",
            "9 connect(3<socket:[1]>, {sa_family=AF_UNIX, sun_path=@\"abstract\"}, 20) = 0",
            "9 openat(AT_FDCWD</w>, \"\\377\", O_RDONLY) = 3</w/x>",
            "9 newcall(\"/x\") = 0",
            "9 openat(AT_FDCWD</w>, \"cut",
        }) {
            assertThat(trace("/cutoff", line(call)).gaps()).as(call).isNotEmpty();
        }
        for (String call : new String[] {
            "9 mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = -1 EPERM (Operation not permitted)",
            "9 io_uring_setup(256, {flags=0x10000 /* IORING_SETUP_??? */, sq_thread_cpu=0, sq_thread_idle=0}) = -1 ENOSYS (Function not implemented) (INJECTED)",
            "9 connect(3<socket:[1]>, {sa_family=AF_UNIX, sun_path=\"/var/run/nscd/socket\"}, 110) = -1 ENOENT (No such file or directory)",
            "9 connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0",
        }) {
            Trace trace = trace("/cutoff", line(call));
            assertThat(trace.gaps()).as(call).isEmpty();
            assertThat(trace.usedNetwork()).isFalse();
        }
    }

    /** Threads share their working folder; processes do not. */
    @Test
    void threadsChangeTheFolderOfAll() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD, exit_signal=0}, 88) = 10",
                        "9 chdir(\"sub\") = 0",
                        "10 access(\"x\", F_OK) = 0",
                        "10 +++ exited with 0 +++"));
        assertThat(accesses(trace.steps().get(0))).contains("LOOK /cutoff/build/app/sub/x");
    }

    @Test
    void foldersThatMustBeEmptyAreSeen() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 rmdir(\"d\") = -1 ENOTEMPTY (Directory not empty)",
                        "9 unlinkat(AT_FDCWD</cutoff/build/app>, \"e\", AT_REMOVEDIR) = 0",
                        "9 unlinkat(AT_FDCWD</cutoff/build/app>, \"f\", 0) = 0"));
        assertThat(accesses(trace.steps().get(0)))
                .contains("EMPTY /cutoff/build/app/d", "EMPTY /cutoff/build/app/e")
                .doesNotContain("LIST /cutoff/build/app/f");
    }

    @Test
    void networkIsNoticed() throws IOException {
        assertThat(trace("/cutoff", line("9 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 3<socket:[1]>"))
                        .usedNetwork())
                .isTrue();
    }

    @Test
    void aTraceThatIsCutShortIsAGap() throws IOException {
        assertThat(trace("/cutoff", "5 " + DRIVER, "5 vfork() = 9", "9 " + SHELL)
                        .gaps())
                .isNotEmpty();
        assertThat(trace("/cutoff").gaps()).isNotEmpty();
    }

    /** A child may begin, work and end before the call that started it returns to its parent. */
    @Test
    void childrenThatAreFasterThanTheirParents() throws IOException {
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 chdir(\"sub\") = 0",
                        "9 vfork( <unfinished ...>",
                        "10 access(\"x\", F_OK) = 0",
                        "10 +++ exited with 0 +++",
                        "9 <... vfork resumed>) = 10",
                        "9 vfork( <unfinished ...>",
                        "11 +++ exited with 0 +++",
                        "9 <... vfork resumed>) = 11"));
        assertThat(trace.gaps()).isEmpty();
        assertThat(accesses(trace.steps().get(0))).contains("LOOK /cutoff/build/app/sub/x");
    }

    /** A linker loads its own libraries before it creates its output, and opens its inputs after that. */
    @Test
    void readsBeforeAndSinceTheFirstWrite() throws IOException {
        String home = "AT_FDCWD</cutoff/build/app>";
        Trace trace = trace(
                "/cutoff",
                line(
                        "9 openat(" + home + ", \"/lib/libc.so.6\", O_RDONLY|O_CLOEXEC) = 3</usr/lib/libc.so.6>",
                        "9 openat(" + home + ", \"/usr/lib/libown.so\", O_RDONLY|O_CLOEXEC) = 3</usr/lib/libown.so>",
                        "9 openat(" + home + ", \"l.so\", O_RDONLY) = 3</cutoff/build/app/l.so>",
                        "9 openat(" + home + ", \"out\", O_RDWR|O_CREAT|O_TRUNC, 0666) = 3</cutoff/build/app/out>",
                        "9 openat(" + home + ", \"a.o\", O_RDONLY) = 4</cutoff/build/app/a.o>",
                        "9 openat(" + home + ", \"a.o\", O_RDONLY) = 4</cutoff/build/app/a.o>",
                        "9 openat(" + home + ", \"l.so\", O_RDONLY) = 4</cutoff/build/app/l.so.1>",
                        "9 openat(" + home + ", \"/lib/libc.so.6\", O_RDONLY) = 4</usr/lib/libc.so.6>"));
        ObservedStep step = trace.steps().get(0);
        assertThat(step.readsBeforeWriting())
                .containsExactly(
                        "/lib/libc.so.6", "/usr/lib/libc.so.6", "/usr/lib/libown.so", "/cutoff/build/app/l.so");
        assertThat(step.readsSinceWriting())
                .containsExactlyInAnyOrder(
                        "/cutoff/build/app/a.o",
                        "/cutoff/build/app/l.so",
                        "/cutoff/build/app/l.so.1",
                        "/lib/libc.so.6",
                        "/usr/lib/libc.so.6");
        assertThat(step.reals("/lib/libc.so.6")).containsExactly("/usr/lib/libc.so.6");
        assertThat(step.reals("/cutoff/build/app/a.o")).containsExactly("/cutoff/build/app/a.o");
        assertThat(step.reals("/cutoff/build/app/l.so"))
                .containsExactlyInAnyOrder("/cutoff/build/app/l.so", "/cutoff/build/app/l.so.1");
    }
}
