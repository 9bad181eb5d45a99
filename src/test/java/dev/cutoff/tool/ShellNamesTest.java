package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellNamesTest {

    private static final List<String> ENVIRONMENT =
            List.of("OUT=/cutoff/deps/a", "P=lib", "GLOB=*.x", "TWO=a b", "PWD=/cutoff/build");

    private static Optional<NameScope> scope(String text) {
        return ShellNames.of(List.of("/bin/sh", "-ec", text), ENVIRONMENT);
    }

    private static boolean counts(String text, String name) {
        SortedMap<String, Character> names = new TreeMap<>(Map.of(name, 'f'));
        return scope(text).orElseThrow().of(names).containsKey(name);
    }

    @Test
    void patternsOfTheTextCount() {
        assertThat(counts("cp *.h $OUT/include", "a.h")).isTrue();
        assertThat(counts("cp *.h $OUT/include", "a.o")).isFalse();
        assertThat(counts("cd src && cp ./include/*.h \"$OUT\"/include; ls lib?.a", "lib1.a"))
                .isTrue();
        assertThat(counts("ls '*.o' *.h", "a.c")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ls \"a b\"*.h, a b1.h",
        "ls $P*.a, libz.a",
        "ls $GLOB, a.x",
        "ls $TWO*.h, b1.h",
        "ls $UNKNOWN*, anything",
        "X=*.c; ls $X, a.c",
        "for f in *.h; do cp $f $f.bak*; done, a.h.bak1",
        "cd /; ls $PWD*, anything",
        "ls lib?.a, libé.a",
        "ls sub*/x.h, sub1"
    })
    void whatAVariableOrQuotesMakeOfAPatternCountsToo(String text, String name) {
        assertThat(counts(text, name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls $(cat list)",
                "ls `cat list`",
                "eval ls $P",
                "ls ${P%b}*",
                "ls [ab]*.h",
                "ls {a,b}*.h",
                "ls \\\\*.h",
                "while read x; do ls $x; done <list *",
                "ls '$P'*",
                "set -- *.h; ls \"$@\"",
                "shopt -s nocaseglob; ls *.h",
                "IFS=,; ls $P*",
                "ls \"*.h",
                "cat <<E\n*\nE",
                "echo"
            })
    void whatBringsWordsFromElsewhereMayMatchAnything(String text) {
        assertThat(scope(text)).isEmpty();
    }

    @Test
    void scriptsAndSettingsOfTheShellMayMatchAnything() {
        assertThat(ShellNames.of(List.of("sh", "script.sh"), List.of())).isEmpty();
        assertThat(ShellNames.of(List.of("sh", "-c", "ls $1*", "x", "a"), List.of()))
                .isEmpty();
        assertThat(ShellNames.of(List.of("sh", "-c", "ls *.h"), List.of("BASHOPTS=nocaseglob")))
                .isEmpty();
        assertThat(ShellNames.of(List.of("sh", "-c", "ls *.h"), List.of("A=b"))).isPresent();
    }
}
