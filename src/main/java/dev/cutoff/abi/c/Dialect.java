package dev.cutoff.abi.c;

/**
 * The language that a file is read as. A header that both C and C++ compilers read has tokens in each.
 *
 * @see TokenStream#ambiguities()
 */
public enum Dialect {
    /** C up to C17: no digit separators. */
    C,
    /** C++14 and later, and C23: {@code 1'000} is one number. */
    CPP
}
