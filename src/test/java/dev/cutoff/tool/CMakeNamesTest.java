package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CMakeNamesTest {

    private static final List<String> CONFIGURE = List.of("cmake", "-S", ".", "-B", "b");

    private static Optional<NameScope> scope(String... scripts) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("/cutoff/src/a/CMakeLists.txt", scripts[0]);
        for (int i = 1; i < scripts.length; i++) {
            texts.put("/cutoff/src/a/part" + i + ".cmake", scripts[i]);
        }
        return CMakeNames.of(texts, CONFIGURE, Set.of());
    }

    private static boolean counts(Optional<NameScope> scope, String name) {
        NameScope again = NameScope.parse(scope.orElseThrow().text());
        assertThat(again).isEqualTo(scope.orElseThrow());
        SortedMap<String, Character> names = new TreeMap<>(Map.of(name, 'f'));
        return again.of(names).containsKey(name);
    }

    @Test
    void aLibraryCountsWithPrefixAndSuffixes() {
        Optional<NameScope> scope = scope("project(x C)\nfind_library(Z NAMES z zlib-ng HINTS ${ANYTHING})\n");
        assertThat(counts(scope, "libz.so")).isTrue();
        assertThat(counts(scope, "libz.a")).isTrue();
        assertThat(counts(scope, "libzlib-ng.so.1")).isTrue();
        assertThat(counts(scope, "libzstd.so")).isFalse();
        assertThat(counts(scope, "other")).isFalse();
    }

    @Test
    void aLibraryByItsOldForm() {
        assertThat(counts(scope("find_library(Z z /usr/lib /opt)"), "libz.so")).isTrue();
    }

    @Test
    void aPackageCountsByTheStartOfItsNameInAnyCase() {
        Optional<NameScope> scope = scope("FIND_PACKAGE(Foo 1.2 REQUIRED COMPONENTS bar NAMES Baz)\n");
        assertThat(counts(scope, "foo-1.3")).isTrue();
        assertThat(counts(scope, "FooConfig.cmake")).isTrue();
        assertThat(counts(scope, "baz")).isTrue();
        assertThat(counts(scope, "cmake")).isTrue();
        assertThat(counts(scope, "bar")).isFalse();
    }

    @Test
    void variablesStandForAllThatTheyAreEverSetTo() {
        Optional<NameScope> scope = scope(
                "set(NAMES_ one two)\nlist(APPEND NAMES_ three)\nfind_library(X NAMES ${NAMES_})\n",
                "set(NAMES_ four)\n");
        for (String name : List.of("one", "two", "three", "four")) {
            assertThat(counts(scope, "lib" + name + ".so")).as(name).isTrue();
        }
        assertThat(counts(scope, "libfive.so")).isFalse();
    }

    @Test
    void namesPutTogetherCount() {
        Optional<NameScope> scope = scope(
                "foreach(v 16 15)\n  list(APPEND all png${v} png_${CMAKE_X}_${v})\nendforeach()\nfind_library(X NAMES ${all})\n");
        assertThat(counts(scope, "libpng16.so")).isTrue();
        assertThat(counts(scope, "libpng_any_15.so")).isTrue();
        assertThat(counts(scope, "libpng14.so")).isFalse();
    }

    @Test
    void namesGoThroughFunctionsAndMacros() {
        Optional<NameScope> scope = scope("""
                function(give what)
                  set(RESULT_NAMES ${what} PARENT_SCOPE)
                endfunction()
                macro(look what)
                  find_library(LIB NAMES ${what} ${ARGN})
                endmacro()
                give(deep)
                look(first second)
                look(${RESULT_NAMES})
                """);
        for (String name : List.of("first", "second", "deep")) {
            assertThat(counts(scope, "lib" + name + ".so")).as(name).isTrue();
        }
        assertThat(counts(scope, "libother.so")).isFalse();
    }

    @Test
    void whatTheCommandLineOrTheCacheSetsCounts() {
        Map<String, String> texts = Map.of(
                "/cutoff/src/a/CMakeLists.txt", "find_library(X NAMES ${A} ${B})",
                "/cutoff/src/a/b/CMakeCache.txt", "# This\n//doc\nB:STRING=beta;gamma\n");
        Optional<NameScope> scope = CMakeNames.of(texts, List.of("cmake", "-DA:STRING=alpha", "."), Set.of());
        for (String name : List.of("alpha", "beta", "gamma")) {
            assertThat(counts(scope, "lib" + name + ".so")).as(name).isTrue();
        }
    }

    @Test
    void functionsThatNobodyCallsDoNotCount() {
        String body = "function(unused)\n  find_library(X NAMES ${CMAKE_MATCH_1})\nendfunction()\n";
        assertThat(scope(body)).isPresent();
        assertThat(scope(body + "Unused()\n")).isEmpty();
        assertThat(scope(body + "set(CALLBACK unused)\n")).isEmpty();
        assertThat(scope(body + "cmake_language(CALL ${x})\n")).isEmpty();
    }

    @Test
    void patternsOfGlobCount() {
        Optional<NameScope> scope = scope("file(GLOB s CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.c t?.h)");
        assertThat(counts(scope, "new.c")).isTrue();
        assertThat(counts(scope, "tx.h")).isTrue();
        assertThat(counts(scope, "new.txt")).isFalse();
    }

    @Test
    void anotherEndOfLibrariesCounts() {
        String find = "find_library(X NAMES foo)\n";
        assertThat(counts(scope(find), "foobar.lib")).isFalse();
        assertThat(counts(scope(find + "set(CMAKE_FIND_LIBRARY_SUFFIXES bar.lib)\n"), "foobar.lib"))
                .isTrue();
    }

    @Test
    void aNameGoesOnBehindABackslashAtTheEndOfALine() {
        assertThat(counts(scope("find_library(R NAMES \"qui\\\nck\")"), "libquick.so"))
                .isTrue();
    }

    @Test
    void endsOfLibrariesMayBeSetByAnyCommand() {
        for (String command : List.of(
                "string(REPLACE a x CMAKE_FIND_LIBRARY_PREFIXES y)", "list(GET L 0 CMAKE_FIND_LIBRARY_PREFIXES)")) {
            assertThat(counts(scope(command + "\nfind_library(R NAMES quick)"), "xxquick.so"))
                    .as(command)
                    .isTrue();
        }
    }

    @Test
    void frameworksAreFoundByFindPath() {
        assertThat(counts(scope("find_path(R foo.h)"), "Weird.framework")).isTrue();
    }

    @Test
    void namesAreReadInTheirOwnLetters() {
        assertThat(counts(scope("find_library(R NAMES gr\u00f6\u00dfe)"), "libgr\u00f6\u00dfe.so"))
                .isTrue();
    }

    @Test
    void librariesOfThePkgConfigModuleAreThoseOfItsAnswers() {
        String module = "/usr/share/cmake-3.25/Modules/FindPkgConfig.cmake";
        String text = "find_library(p NAMES ${_pkg_search})\nset(_pkg_search \"${CMAKE_MATCH_1}\")\n";
        Optional<NameScope> scope = CMakeNames.of(Map.of(module, text), CONFIGURE, Set.of("z"));
        assertThat(counts(scope, "libz.so")).isTrue();
        assertThat(counts(scope, "libm.so")).isFalse();
        assertThat(CMakeNames.of(Map.of(module, text), CONFIGURE, null)).isEmpty();
        assertThat(CMakeNames.of(Map.of("/cutoff/src/a/FindPkgConfig.cmake", text), CONFIGURE, Set.of("z")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "find_library(X NAMES ${CMAKE_PROJECT_NAME})",
                "find_library(X NAMES $ENV{NAME})",
                "string(REPLACE a b N ${M})\nfind_library(X NAMES ${N})",
                "execute_process(COMMAND x OUTPUT_VARIABLE N)\nfind_library(X NAMES ${N})",
                "file(READ x N)\nfind_package(${N})",
                "file(STRINGS x ${Y})\nset(Y N)\nfind_library(X NAMES ${N})",
                "unknown_command(N)\nfind_library(X NAMES ${N})",
                "set(M N)\nunknown_command(${M})\nfind_library(X NAMES ${N})",
                "file(READ f A)\ncmake_parse_arguments(P \"\" \"NAME\" \"\" ${A})\nfind_library(X NAMES ${P_NAME})",
                "set_property(CACHE N PROPERTY VALUE x)\nfind_library(X NAMES ${N})",
                "foreach(N RANGE 1 5)\nendforeach()\nfind_library(X NAMES ${N})",
                "set(N a)\nset(N \"${N}x\")\nfind_library(X NAMES ${N}${N}${CMAKE_A})\nfind_library(X NAMES ${${CMAKE_B}})",
                "file(GLOB x *)",
                "cmake_language(CALL find_library R NAMES quick)",
                "macro(find_library V N)\n_find_library(${V} NAMES qu${N})\nendmacro()\nfind_library(R ick)",
                "function(lo N)\nendfunction()\nfunction(lo N)\n_lo(qu${N})\nendfunction()\nlo(ick)",
                "file(GLOB R \"a/libquick.[]s]o\")",
                "file(GLOB R \"a/libquick.[s;t]o\")",
                "project(foo DESCRIPTION quick)\nfind_library(R NAMES ${foo_DESCRIPTION})",
                "cmake_host_system_information(RESULT D QUERY DISTRIB_INFO)\nfind_library(R NAMES q-${D_ID} ${D_X})",
                "set(out a)\nset(v out)\nlist(POP_FRONT L ${v})\nfind_library(R NAMES ${out})",
                "function(f)\nfind_library(R NAMES ${ARGC})\nendfunction()\nf(a b)",
                "variable_watch(zz cb)",
                "function(\"my::f\" N)\nendfunction()",
                "file(INSTALL dir DESTINATION o PATTERN FILE EXCLUDE)",
                "install_programs(/x \"quick\\\\.so$\")",
                "file(GLOB x ${DIR_OF}/*.c)\nfile(READ f DIR_OF)",
                "set(MY_SOURCE_DIR sub/*)\nfile(GLOB x ${MY_SOURCE_DIR}/x.c)",
                "file(GLOB_RECURSE x *.c)",
                "file(COPY a DESTINATION b)",
                "file(INSTALL DESTINATION d TYPE DIRECTORY FILES a)",
                "aux_source_directory(. x)",
                "file(WRITE x.cmake \"find_library(Y NAMES y)\")\ninclude(x.cmake)",
                "cmake_language(EVAL CODE \"x\")",
                "macro(my)\nfind_library(${ARGN})\nendmacro()\nmy(R NAMES weird)",
                "macro(my)\nfile(GLOB ${ARGN})\nendmacro()\nmy(R weird*)",
                "set(kv N weird)\nset(${kv})\nfile(GLOB R ${N})",
                "macro(my)\nset(${ARGV})\nendmacro()\nmy(N weird)",
                "set(kv N weird)\nforeach(${kv})\nendforeach()",
                "set(kv N weird)\nlist(APPEND ${kv})",
                "set(o LISTS Q)\nforeach(N IN ${o})\nendforeach()",
                "function(f)\nlist(APPEND ARGN weird)\nendfunction()\nf()",
                "function(f)\nset(ARGV0 weird)\nendfunction()\nf()",
                "foreach(v ${CMAKE_A})\nset(${v} _x.so)\nendforeach()",
                "if(NOT PROJECT_NAME)\nset(PROJECT_NAME other)\nendif()\nfind_library(R NAMES ${PROJECT_NAME})",
                "set(CMAKE_MATCH_1 x)\nfind_library(R NAMES ${CMAKE_MATCH_1})",
                "set(C main weird)\nfind_library(R NAMES my_${C} ${D})\nset(D ${CMAKE_X})",
                "macro(m p)\nforeach(x IN LISTS p)\nendforeach()\nendmacro()\nm(a)",
                "macro(m)\nforeach(x IN LISTS ARGN)\nendforeach()\nendmacro()\nm(a)",
                "macro(m lib)\nfunction(f)\nfind_library(R NAMES ${lib})\nendfunction()\nendmacro()\nm(a)\nf()",
                "function(g)\nset(p weird)\nreturn(PROPAGATE p)\nendfunction()\ng()",
                "string(REPLACE a b o c)\nfind_package(Foo ${o})",
                "string(REPLACE a b o c)\nfind_library(R NAMES z HINTS ${o})",
                "macro(dep)\nfind_package(Foo ${ARGN})\nendmacro()\nset(S \"NAMES w\")\nseparate_arguments(S)\ndep(${S})",
                "find_library(R NAMES z VALIDATOR ${P}_check)",
                "macro(m n)\nfind_library(R NAMES ${n})\nendmacro()\nm(\\${N})",
                "find_library(R NAMES w@X@1)",
                "file(\"GL\\\nOB\" R weird*)",
                "find_library(X NAMES z",
                "set(x \"a",
            })
    void whereNamesCanBeAnythingAllCount(String script) {
        assertThat(scope(script)).isEmpty();
    }

    @Test
    void otherModesOfTheProgramLeaveAllNamesCounting() {
        for (List<String> command :
                List.of(List.of("cmake", "-E", "copy_directory", "a", "b"), List.of("cmake", "--preset", "x"))) {
            assertThat(CMakeNames.of(Map.of(), command, Set.of())).isEmpty();
        }
        assertThat(CMakeNames.of(Map.of("/x/CMakePresets.json", "{}"), CONFIGURE, Set.of()))
                .isEmpty();
    }

    @Test
    void commentsBracketsAndQuotesAreRead() {
        assertThat(counts(
                        scope(
                                "#[[ find_library(X NAMES ${CMAKE_A}) ]] find_library(X # comment )\n NAMES [=[\nfoo]=] \"bar\")"),
                        "libfoo.so"))
                .isTrue();
        assertThat(scope("if((A) AND (B))\n add_definitions(-DX=\"a b\")\nendif()\n"))
                .isPresent();
        assertThat(scope("int main(void) { return 0; }")).isEmpty();
    }

    @Test
    void otherTextsMayBeScriptsToo() {
        Map<String, String> texts = Map.of(
                "/cutoff/src/a/CMakeLists.txt", "include(names.txt)\nfind_library(X NAMES ${N})",
                "/cutoff/src/a/names.txt", "set(N foo)",
                "/cutoff/src/a/main.c", "int main(void) { return 0; }");
        assertThat(counts(CMakeNames.of(texts, CONFIGURE, Set.of()), "libfoo.so"))
                .isTrue();
    }
}
