package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StraceReaderTest {

    private final List<String> said = new ArrayList<>();
    private final StraceReader reader = new StraceReader(new StraceReader.Listener() {
        @Override
        public void call(Call call) {
            said.add(call.process() + " " + call.name() + call.arguments() + " = " + call.result() + call.error());
        }

        @Override
        public void exited(int process, double seconds, boolean killed) {
            said.add(process + " exited");
        }

        @Override
        public void gap(String what) {
            said.add("gap: " + what);
        }
    });

    private List<String> read(String... lines) {
        for (String line : lines) {
            reader.line(line);
        }
        return said;
    }

    @Test
    void calls() {
        assertThat(
                        read(
                                "6     1795306055.074000 openat(AT_FDCWD</w>, \"a, (b).h\", O_RDONLY|O_CLOEXEC) = 3</w/a, (b).h>",
                                "6     1795306055.074000 access(\"/x\", R_OK) = -1 ENOENT (No such file or directory)",
                                "7     1795306055.074000 newfstatat(3</w>, \"\", {st_mode=S_IFREG|0644, st_size=338, ...}, AT_EMPTY_PATH) = 0",
                                "7     1795306055.074000 execve(\"/bin/sh\", [\"sh\", \"-c\", \"a\\\"b)\"], 0x7ffd /* 20 vars */) = 0"))
                .containsExactly(
                        "6 openat[AT_FDCWD</w>, \"a, (b).h\", O_RDONLY|O_CLOEXEC] = 3",
                        "6 access[\"/x\", R_OK] = -1ENOENT",
                        "7 newfstatat[3</w>, \"\", {st_mode=S_IFREG|0644, st_size=338, ...}, AT_EMPTY_PATH] = 0",
                        "7 execve[\"/bin/sh\", [\"sh\", \"-c\", \"a\\\"b)\"], 0x7ffd /* 20 vars */] = 0");
    }

    @Test
    void callsInTwoHalves() {
        assertThat(read(
                        "6 1.000000 vfork( <unfinished ...>",
                        "7 1.000000 execve(\"/a\", [\"a\"], [] <unfinished ...>",
                        "6 1.000000 <... vfork resumed>) = 7",
                        "7 1.000000 <... execve resumed>) = 0"))
                .containsExactly("6 vfork[] = 7", "7 execve[\"/a\", [\"a\"], []] = 0");
    }

    /** A thread's execve ends under the number of its process. */
    @Test
    void aThreadThatBecomesItsProcess() {
        assertThat(read(
                        "9 1.000000 execve(\"/a\", [\"a\"], [] <unfinished ...>",
                        "9 1.000000 +++ superseded by execve in pid 5 +++",
                        "5 1.000000 <... execve resumed>) = 0"))
                .containsExactly("9 exited", "5 execve[\"/a\", [\"a\"], []] = 0");
    }

    @Test
    void endsAndSignals() {
        assertThat(read(
                        "9 1.000000 +++ exited with 0 +++",
                        "8 1.000000 --- SIGTERM {si_signo=SIGTERM} ---",
                        "8 1.000000 +++ killed by SIGTERM +++"))
                .containsExactly("9 exited", "8 exited");
    }

    @Test
    void whatIsNotUnderstoodIsAGap() {
        assertThat(read("6 1.0 openat(AT_FDCWD, \"a\"", "nonsense", "6 1.0 <... openat resumed>) = 3"))
                .hasSize(3)
                .allMatch(s -> s.startsWith("gap: "));
    }

    @Test
    void escapes() {
        assertThat(Printed.string("\"a\\n\\t\\\"\\\\\\303\\244\\1z\"")).isEqualTo("a\n\t\"\\ä\u0001z");
        assertThat(Printed.string("\"cut\"...")).as("cut short").isNull();
        assertThat(Printed.string("\"\\377\"")).as("not UTF-8").isNull();
        assertThat(Printed.strings("[\"a\", \"b,\\\"c\", \"\"]")).containsExactly("a", "b,\"c", "");
        assertThat(Printed.descriptorPath("3</a b/c>")).isEqualTo("/a b/c");
        assertThat(Printed.descriptorPath("3<pipe:[12]>")).isNull();
    }

    /** Any line is a call, an event or a gap; none is an exception. */
    @Test
    void anyBytes() {
        String[] lines = {
            "6 1.000000 openat(AT_FDCWD</w>, \"a\", O_RDONLY) = 3</w/a>",
            "6 1.000000 execve(\"/a\", [\"a\"], [\"B=1\"]) = -1 ENOENT (No such file or directory)",
            "6 1.000000 <... vfork resumed>) = 7",
            "6 1.000000 +++ killed by SIGKILL +++",
        };
        for (int i = 0; i < 20_000; i++) {
            Gen gen = new Gen(i);
            StringBuilder line = new StringBuilder(lines[i % lines.length]);
            for (int j = 0; j <= gen.below(3); j++) {
                if (line.isEmpty()) {
                    break;
                }
                int at = gen.below(line.length());
                switch (gen.below(3)) {
                    case 0 -> line.setCharAt(at, (char) (32 + gen.below(95)));
                    case 1 -> line.deleteCharAt(at);
                    default -> line.setLength(Math.max(1, at));
                }
            }
            reader.line(line.toString());
        }
    }
}
