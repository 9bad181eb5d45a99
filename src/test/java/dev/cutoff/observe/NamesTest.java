package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

    private static final String B = "/cutoff/build/app";

    private static Names names(Trace.Renaming... renamings) {
        Names names = new Names();
        names.learn(List.of(renamings));
        return names;
    }

    private static Trace.Renaming link(String path, String target) {
        return new Trace.Renaming.Linked(0, path, target);
    }

    private static Trace.Renaming move(String from, String to) {
        return new Trace.Renaming.Moved(0, from, to);
    }

    @Test
    void linksToFilesAndFolders() {
        Names names = names(link(B + "/inc", "include"), link("/tmp/z", "/cutoff/deps/z"));
        assertThat(names.others(B + "/inc/a.h")).containsExactly(B + "/include/a.h");
        assertThat(names.others("/tmp/z/lib/libz.a")).containsExactly("/cutoff/deps/z/lib/libz.a");
        assertThat(names.others(B + "/include/a.h")).isEmpty();
    }

    @Test
    void linksToLinksAndLinksThatMove() {
        Names names = names(
                link(B + "/one", "two"),
                link(B + "/two", "src"),
                link(B + "/gen/l", "../include"),
                move(B + "/gen", B + "/gen2"));
        assertThat(names.others(B + "/one/x")).containsExactly(B + "/two/x", B + "/src/x");
        assertThat(names.others(B + "/gen2/l/x")).anyMatch(p -> p.endsWith("/include/x"));
    }

    @Test
    void movedFoldersAreReadAtTheirNewPlace() {
        assertThat(names(move(B + "/a", B + "/b")).others(B + "/b/f")).contains(B + "/a/f");
    }

    @Test
    void bothTargetsOfALinkThatWasMadeAnewCount() {
        Names names = names(link(B + "/l", "a"), link(B + "/l", "b"));
        assertThat(names.others(B + "/l/f")).containsExactlyInAnyOrder(B + "/a/f", B + "/b/f");
    }

    @Test
    void loopsEnd() {
        assertThat(names(link(B + "/a", "b"), link(B + "/b", "a/x"))
                        .others(B + "/a/f")
                        .size())
                .isLessThanOrEqualTo(64);
    }
}
