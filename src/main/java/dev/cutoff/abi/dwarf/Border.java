package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;

/** Tells the types that stand in public headers from those that do not. */
@FunctionalInterface
interface Border {

    /** No headers are known: all types count as public. */
    Border NONE = _ -> true;

    boolean isPublic(Die type) throws FormatException;
}
