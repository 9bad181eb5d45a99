package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void makefilesThatMakeFindsByItselfCount() {
        for (String text : List.of("x:\n\ttrue", "x:\n\t$(MAKE) -C d")) {
            assertThat(counts(make(text), "GNUmakefile")).as(text).isTrue();
            assertThat(counts(make(text), "makefile")).as(text).isTrue();
            assertThat(counts(make(text), "Makefile")).as(text).isTrue();
            assertThat(counts(make(text), "Makefile.sh")).as("an implicit rule").isTrue();
            assertThat(counts(make(text), "README")).as(text).isFalse();
        }
    }

    /** Each text asks for libk.o, so that libk.c and libk.y beside libk.cpp are another program. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r: lib$(N).o\nN = k",
                "r: $(patsubst %,lib%.o,$(N))\nN = k",
                "r: $(N:%=lib%.o)\nN = k",
                "r: $(addprefix lib,$(N))\nN = k.o",
                "r: $(addprefix $(P),k.o)\nP = lib",
                "r: $(addprefix a lib,k.o)",
                "r: $(addsuffix bk.o,li)",
                "r: $(addsuffix $(S),li)\nS = bk.o",
                "r: $(P:=bk.o)\nP = li",
                "r: $(P:.x=bk.o)\nP = li.x",
                "r: $(P:.x=$(S))\nP = li.x\nS = bk.o",
                "define Y\nlib%.o\nendef\nr: $(patsubst %,$(strip $(Y)),$(N))\nN = k",
                "define Y\n\t$(A)$(B)\nendef\nr: $(Y)\nA = lib\nB = k.o",
                "A = lib\n\tC = $(A)$(B)\nB = k.o\nr: $(C)",
                "r: $(strip $(P))k.o\nP = lib",
                "r: lib$(strip $(N)).o\nN = k",
                "r: $(if x,lib)$(N).o\nN = k",
                "r: $(P)%\nP = lib",
                "r: $(patsubst %,$(P)%.o,$(N))\nN = k\nP = lib",
                "r: $(patsubst $(A),lib%.o,k)\nA = %",
                "r: $(N:$(A)=lib%.o)\nN = k\nA = %",
                "r: $(call patsubst,x%,%,xlibk.o)",
                "r: $(call $(F),x,,xlixbk.o)\nF = subst",
                "r: $(foreach n,$(N),lib$(n).o)\nN = k",
                "f = lib$(1).o\nr: $(call f,k)",
                "r: libk.a\nlibk.a: libk.a(libk.o)",
                "xlibk.a: \nx%.a: %.o",
                "T = x%.a\n$(T): $(P)\nP = %.o\nr: xlibk.a",
                "r: libk.tar.gz\n%.tar.gz: %.o",
                "r: xlibk.o\n.SECONDEXPANSION:\nxlibk.o: $$(patsubst xl%,l%,$$@)",
                "r: $(words 1 2)libk.o"
            })
    void namesThatArePutTogetherHaveImplicitRulesToo(String text) {
        MakeNames.of(List.of("make", text)).ifPresent(scope -> {
            assertThat(counts(scope, "libk.c")).as("libk.c").isTrue();
            assertThat(counts(scope, "libk.y")).as("libk.y").isTrue();
        });
    }

    @Test
    void versionsCount() {
        NameScope scope = make("r: k\n\tcp k r");
        for (String name : List.of("k,v", "k.c,v", "s.k", "s.k.c", "RCS", "SCCS", "Makefile,v")) {
            assertThat(counts(scope, name)).as(name).isTrue();
        }
        assertThat(counts(scope, "other.c")).isFalse();
    }

    @Test
    void unusualCharactersArePartsOfNames() {
        assertThat(counts(make("r: c++.o"), "c++.c")).isTrue();
        assertThat(counts(make("r: x+y.o"), "x+y.c")).isTrue();
        assertThat(counts(make("r: a,b.o"), "a,b.c")).isTrue();
        assertThat(counts(make("r: a@b.o"), "a@b.c")).isTrue();
        assertThat(MakeNames.of(List.of("r: a\\ b.o"))).isEmpty();
    }

    @Test
    void librariesAndSuffixesOfOnesOwn() {
        assertThat(counts(make("L = -\nr: $(L)lfoo"), "libfoo.so")).isTrue();
        assertThat(MakeNames.of(List.of(".LIBPATTERNS = %.lib\nr: -lfoo"))).isEmpty();
        assertThat(MakeNames.of(List.of(".SUFFIXES: x y\nyx:\n\tcp $< $@\nr: kx")))
                .isEmpty();
        assertThat(counts(make(".SUFFIXES: .x .y\n.y.x:\n\tcp $< $@\nr: k.x"), "k.y"))
                .isTrue();
        assertThat(MakeNames.of(List.of(".RECIPEPREFIX = >\nr: k"))).isEmpty();
    }

    @Test
    void usualMakefilesHaveScopes() {
        for (String text : List.of(
                "OBJDIR = o\nSRC = $(wildcard src/*.c)\nOBJ = $(patsubst src/%.c,$(OBJDIR)/%.o,$(SRC))\n"
                        + "app: $(OBJ)\n\t$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)$(MORE)\n"
                        + "$(OBJDIR)/%.o: src/%.c | $(OBJDIR)\n\t$(CC) $(CFLAGS) -c -o $@ $<\n-include $(OBJ:.o=.d)\n",
                "prefix = /usr/local\ninstall: libz.a\n\tcp libz.a $(DESTDIR)$(prefix)/lib\nlibz.a: a.o b.o\n"
                        + "\tar rcs $@ $^\n# an open $(X\n",
                "test_%: test_%.c\n\t$(CC) -o $@ $<\nall: $(addprefix bin/,$(PROGS))\nPROGS = a b\n")) {
            assertThat(counts(make(text), "notes.txt")).as(text).isFalse();
        }
    }

    @Test
    void anotherFormIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NameScope.parse("names 1\n*.pc"));
    }
}
