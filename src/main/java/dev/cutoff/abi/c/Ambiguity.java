package dev.cutoff.abi.c;

/**
 * Something that compilers or their modes read in different ways, so that what is a comment for one may be code for
 * another. Where a file has one, token facts hold for GNU modes (gnu99, gnu++14 and later) of GCC and Clang; for others
 * the bytes count.
 */
public enum Ambiguity {
    /** {@code 1'0}: one number, or a number and the start of a character literal. It depends on the {@link Dialect}. */
    DIGIT_SEPARATOR,
    /** A raw string literal: strict C99 and C++98 have none. */
    RAW_STRING,
    /** {@code ??/} at the end of a line in a comment: strict modes take it for a splice. */
    TRIGRAPH,
    /** A carriage return without a line feed: the end of a line for Clang, a blank for GCC. */
    CARRIAGE_RETURN,
    /** A NUL character: compilers warn and skip it. */
    NUL
}
