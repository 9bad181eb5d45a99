package dev.cutoff.abi.c;

/** Kinds of tokens. */
public enum TokenKind {
    /** A name or keyword. */
    IDENTIFIER(0),
    /** A preprocessing number. */
    NUMBER(1),
    /** A character literal with its prefix. */
    CHARACTER(2),
    /** A string literal with its prefix, raw ones included. */
    STRING(3),
    /** {@code <stdio.h>} or {@code "x.h"} where a header is named. */
    HEADER_NAME(4),
    PUNCTUATOR(5),
    /** The {@code #} or {@code %:} that begins a directive. */
    DIRECTIVE(6),
    /** The end of a directive's line; its text is empty. */
    DIRECTIVE_END(7),
    /** Anything else, such as a stray {@code @}; a quote without its partner takes the rest of its line with it. */
    OTHER(8);

    private static final TokenKind[] BY_CODE = values();

    private final int code;

    TokenKind(int code) {
        this.code = code;
    }

    /** The number that stands for the kind in digests: kinds may be renamed, not renumbered. */
    int code() {
        return code;
    }

    static TokenKind of(int code) {
        return BY_CODE[code];
    }
}
