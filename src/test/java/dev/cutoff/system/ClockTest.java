package dev.cutoff.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import dev.cutoff.testing.Workspace;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times of files decide nothing: they may lie anywhere, and come back. */
class ClockTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void tools() {
        Skips.unlessInstalled("bwrap", "strace");
        Cutoff.run(Path.of("/"), java.util.Map.of(), "--version");
    }

    @AfterEach
    void unlock() {
        Cutoff.shell(folder, "chmod -R u+w .");
    }

    @Test
    void sourcesFromThePastAndTheFuture() throws Exception {
        Workspace ws = new Workspace(folder.resolve("ws"), folder.resolve("store"));
        ws.write("cutoff.toml", "[unit.a]\nsource = \"a\"\nbuild = [\"cat *.txt >$OUT/all\"]\n");
        for (String time : new String[] {"1971-01-01", "2038-02-03", "2020-01-01"}) {
            // Sources as another machine, whose clock is wrong, may have left them.
            ws.write("a/a.txt", "one " + time);
            touch(ws, time);
            ws.build();
            // The digest can be remembered now, where its stamps are believed.
            Thread.sleep(2100);
            assertThat(ws.build().action("a")).as(time).isEqualTo("keep");
            // The same size and the same time: what a restored copy, or a clock that was set back, can give.
            ws.write("a/a.txt", "two " + time);
            touch(ws, time);
            assertThat(ws.build().action("a")).as(time).isEqualTo("rebuild");
            assertThat(ws.out("a/all")).as(time).content().isEqualTo("two " + time);
            // Older than what was built: it counts all the same.
            ws.write("a/a.txt", "six " + time);
            touch(ws, "1970-02-01");
            assertThat(ws.build().action("a")).as(time).isEqualTo("rebuild");
            assertThat(ws.out("a/all")).as(time).content().isEqualTo("six " + time);
        }
    }

    private static void touch(Workspace ws, String time) {
        Cutoff.shell(ws.folder(), "touch -d " + time + " a/a.txt a");
    }
}
