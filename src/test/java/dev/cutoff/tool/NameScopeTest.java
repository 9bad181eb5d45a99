package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NameScopeTest {

    private static boolean counts(NameScope scope, String name, String... others) {
        SortedMap<String, Character> names = new TreeMap<>();
        names.put(name, 'f');
        for (String other : others) {
            names.put(other, 'f');
        }
        NameScope again = NameScope.parse(scope.text());
        assertThat(again).isEqualTo(scope);
        return again.of(names).containsKey(name);
    }

    private static NameScope make(String... texts) {
        return MakeNames.of(List.of(texts)).orElseThrow();
    }

    @Test
    void wordsOfAMakefileCountWithWhateverSuffix() {
        NameScope scope = make("app: app.o lib/util.o\n\tcc -o $@ $^\n");
        assertThat(counts(scope, "app.c")).isTrue();
        assertThat(counts(scope, "util.y")).isTrue();
        assertThat(counts(scope, "lib")).isTrue();
        assertThat(counts(scope, "s.app.o")).isTrue();
        assertThat(counts(scope, "notes.txt")).isFalse();
    }

    @Test
    void patternsOfAMakefileCount() {
        NameScope scope = make("all: $(patsubst %.c,%.o,$(wildcard src/*.c test-?.sh))\n");
        assertThat(counts(scope, "new.c")).isTrue();
        assertThat(counts(scope, "new.o")).isTrue();
        assertThat(counts(scope, "test-1.sh")).isTrue();
        assertThat(counts(scope, "new.h")).isFalse();
        assertThat(counts(scope, "new.h", "new.c"))
                .as("an implicit rule may take it")
                .isTrue();
        assertThat(counts(make("x: $(NAME)-main.cc"), "some-main.cc")).isTrue();
        assertThat(counts(make("OBJ = $(SRC:.c=.o)\nSRC = one.c two.c"), "two.l"))
                .isTrue();
        assertThat(counts(make("x: $(addprefix lib,$(PARTS))\nPARTS = a.c"), "liba.c"))
                .isTrue();
    }

    @Test
    void aMakefileThatMakesNamesLeavesEveryNameCounting() {
        assertThat(MakeNames.of(List.of("x: $(shell ls)"))).isEmpty();
        assertThat(MakeNames.of(List.of("x: $(subst a,b,$(Y))"))).isEmpty();
        assertThat(MakeNames.of(List.of("FILES != ls"))).isEmpty();
        assertThat(MakeNames.of(List.of("x: $(wildcard dir/*)"))).isEmpty();
    }

    @Test
    void scopesOfDifferentListersCanBeOne() {
        NameScope python = new NameScope(
                new java.util.TreeSet<>(List.of("*.pth")),
                false,
                false,
                new java.util.TreeSet<>(List.of("json", "re")));
        NameScope both = make("app: app.o").with(python);
        assertThat(counts(both, "app.c")).isTrue();
        assertThat(counts(both, "json.py")).isTrue();
        assertThat(counts(both, "a.pth")).isTrue();
        assertThat(counts(both, "other.py")).isFalse();
    }

    @Test
    void aScopeOfAnyCaseMakesAnotherOneSuch() {
        NameScope both = make("app: App.o").with(NameScope.ofAnyCase(List.of("Foo*")));
        assertThat(counts(both, "FOO-1")).isTrue();
        assertThat(counts(both, "APP.c")).isTrue();
        assertThat(counts(both, "bar")).isFalse();
    }

    @Test
    void patternsBesideCharactersThatEndWordsAreWider() {
        assertThat(counts(make("x: $(wildcard v?+x.txt)"), "v1+x.txt")).isTrue();
        assertThat(counts(make("x: $(wildcard $(P)/v?.txt)\nP = a b"), "v1.txt", "b"))
                .isTrue();
        assertThat(counts(make("x: y -lweird"), "libweird.so")).isTrue();
    }

    @Test
    void patternsThatArePutTogetherLeaveEveryNameCounting() {
        for (String text : List.of(
                "x: $(wildcard d/$(A)$(B))\nA=fo\nB=o*.c",
                "f=$(wildcard d/$(1)$(2))",
                "x:\n\techo $(wildcard d/$(A)$(B))\nA=fo\nB=o*.c",
                "x: $(wildcard $(addprefix $(P)_?,$(N)))",
                "x: $(wildcard d/[[:alpha:]]x.c)",
                "x: $(wildcard $(strip foo)$(strip b?r.c))",
                "x: $(wildcard $X$Y)\nX = fo\nY = b?r.c",
                "x: $X$Y",
                "x: $X$(Y)",
                "x: $(word 1,$(X))$(word 2,$(X))",
                "x: $(call N)$(basename bar.c.x)",
                "x: $(wildcard $(patsubst x%,%,xfoo*.c))",
                "x: $(patsubst x%,%,xfoo.c)",
                "x: $(X:lib%=%)\nX = libfoo.c",
                "x: $(basename $(basename foo.tar.gz))",
                "x: $(X)\nX = foo*.c",
                "define X\nfoo*.c\nendef\nx: $(wildcard $(X))",
                "x: $(wildcard $(N:=_x?))\nN = a b",
                "x: $(wildcard d/[]a]x)")) {
            assertThat(MakeNames.of(List.of(text))).as(text).isEmpty();
        }
    }

    @Test
    void anotherFormIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NameScope.parse("names 1\n*.pc"));
    }
}
