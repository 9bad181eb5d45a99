package dev.cutoff.abi.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What of a {@code .pxd} is asked for by name, and what is put into the code of others. */
class CythonTextTest {

    private static final String PXD = """
            # comment
            cimport numpy as np
            from libc.math cimport sin
            cdef extern from "a.h":
                int f(int)
            cdef extern from *:
                \"\"\"
                static int g(void) { return 1; }
                \"\"\"
                int g()
            cdef class A:  # a class
                cdef int a
            cdef int plain(int a) except -1
            cdef inline int twice(int a):
                return 2 * a
            cdef enum E:
                ONE = 1
            ctypedef struct S:
                int a
            """;

    private static boolean copies(String old, String now) {
        return !CythonText.copied(PXD).equals(CythonText.copied(PXD.replace(old, now)));
    }

    private static boolean declares(String old, String now) {
        return !CythonText.declarations(PXD).equals(CythonText.declarations(PXD.replace(old, now)));
    }

    @Test
    void whatIsCopied() {
        assertThat(copies("2 * a", "a + a")).as("an inline function").isTrue();
        assertThat(copies("ONE = 1", "ONE = 2")).as("an enumerator").isTrue();
        assertThat(copies("struct S:\n    int a", "struct S:\n    long a"))
                .as("a structure")
                .isTrue();
        assertThat(copies("return 1;", "return 2;")).as("code in quotes").isTrue();
        assertThat(copies("# comment", "# another")).isFalse();
        assertThat(copies("cdef int a", "cdef long a"))
                .as("a class is asked for by name")
                .isFalse();
        assertThat(copies("int f(int)", "int f(long)"))
                .as("the C header says so")
                .isFalse();
        assertThat(copies("plain(int a)", "plain(long a)"))
                .as("a function has its type beside it")
                .isFalse();
    }

    @Test
    void whatIsAskedForByName() {
        assertThat(declares("cdef int a", "cdef long a")).isTrue();
        assertThat(declares("plain(int a)", "plain(long a)")).isTrue();
        assertThat(declares("2 * a", "a + a")).isFalse();
        assertThat(declares("# a class", "# A class")).isFalse();
    }
}
