package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticProgramsTest {

    private static final String ARTIFACT = "/cutoff/deps/png";

    @BeforeAll
    static void ldconfig() {
        Assumptions.assumeTrue(Files.exists(Path.of("/sbin/ldconfig")), "no ldconfig");
    }

    private static boolean isKnown(String program, String command, String artifact) {
        return StaticPrograms.isKnown(program, List.of(command.split(" ")), artifact);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldconfig",
                "ldconfig -n /cutoff/deps/png/lib",
                "ldconfig -n /cutoff/deps/png /cutoff/deps/png//lib64/"
            })
    void ldconfigOfWhatIsInstalled(String command) {
        assertThat(isKnown("/sbin/ldconfig", command, ARTIFACT)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldconfig -p",
                "ldconfig -n",
                "ldconfig -N /cutoff/deps/png/lib",
                "ldconfig /cutoff/deps/png/lib",
                "ldconfig -n lib",
                "ldconfig -n /cutoff/deps/zlib/lib",
                "ldconfig -n /cutoff/deps/png/lib /cutoff/deps/pngs",
                "ldconfig -n /cutoff/deps/png/../zlib",
                "ldconfig -n -f /cutoff/deps/png/conf /cutoff/deps/png",
            })
    void whatReadsElse(String command) {
        assertThat(isKnown("/sbin/ldconfig", command, ARTIFACT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cutoff/build/png/ldconfig", "/usr/bin/ldconfig", "/sbin/none/ldconfig", "ldconfig"})
    void otherPrograms(String program) {
        assertThat(isKnown(program, "ldconfig", ARTIFACT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldconfig -n /cutoff/deps/png/lib", "ldconfig -n /"})
    void whereNothingIsInstalled(String command) {
        assertThat(isKnown("/sbin/ldconfig", command, "")).isFalse();
    }

    private static boolean isLedAway(String path, String target) {
        return StaticPrograms.mayBeLedAway(
                List.of(
                        new Trace.Renaming.Linked(0, "/cutoff/build/png/a", "b"),
                        new Trace.Renaming.Linked(0, path, target)),
                ARTIFACT);
    }

    @Test
    void linksToNamesBesideThemLeadNowhereElse() {
        assertThat(isLedAway("/cutoff/deps/png/lib/libpng.so", "libpng.so.16.39.0"))
                .isFalse();
        // As libpng's makefile makes them.
        assertThat(isLedAway("/cutoff/deps/png/include/png.h", "libpng16/png.h"))
                .isFalse();
        // As libtool makes them.
        assertThat(isLedAway("/cutoff/build/png/.libs/libpng16.la", "../libpng16.la"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/cutoff/deps/png/lib/libz.so, /cutoff/deps/zlib/lib/libz.so.1.2",
        "/cutoff/deps/png/lib, ../../build/png",
        "/cutoff/deps/png/lib, ..",
        "/cutoff/deps/png/lib/libz.so, sub/../../../zlib/libz.so",
        "/cutoff/deps/png/lib/libz.so, sub/..",
        "/cutoff/build/png/here, /cutoff/deps/png/lib",
        "/cutoff/build/png/up/deps/png/lib/libz.so, ../x"
    })
    void othersMay(String path, String target) {
        assertThat(isLedAway(path, target)).isTrue();
    }

    /** A link may be made elsewhere, and be moved to where it leads away. */
    @Test
    void linksThatAreMovedMay() {
        Trace.Renaming link = new Trace.Renaming.Linked(0, "/cutoff/build/png/here/libz.so", "/usr/lib/libz.so.1");
        Trace.Renaming aside = new Trace.Renaming.Moved(0, "/cutoff/build/png/here", "/cutoff/build/png/there", false);
        Trace.Renaming in =
                new Trace.Renaming.Moved(0, "/cutoff/build/png/there/libz.so", "/cutoff/deps/png/lib/libz.so", false);
        Trace.Renaming other = new Trace.Renaming.Moved(0, "/cutoff/build/png/a", "/cutoff/build/png/b", false);
        assertThat(StaticPrograms.mayBeLedAway(List.of(link, aside, in), ARTIFACT))
                .isTrue();
        assertThat(StaticPrograms.mayBeLedAway(List.of(link, aside, other), ARTIFACT))
                .isFalse();
        assertThat(StaticPrograms.mayBeLedAway(List.of(link, in), ARTIFACT)).isFalse();
    }
}
