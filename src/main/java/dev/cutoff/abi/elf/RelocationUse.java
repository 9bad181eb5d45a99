package dev.cutoff.abi.elf;

/** How code or data reaches a symbol, as the type of a relocation tells. */
public enum RelocationUse {
    /** It does not: padding, relaxation marks, values that depend on no symbol. */
    NONE,
    /** The program holds a copy of the library's object, of the size it had at link time. */
    COPY,
    /**
     * The address itself, absolute or relative to the code. In a relocatable object: the symbol's address is taken or
     * its object is accessed directly, which in a program that is not position-independent leads to a copy or to a
     * function address fixed in the program. In a linked file: a pointer that the loader fills in.
     */
    ADDRESS,
    /** A branch, which goes through the procedure linkage table where it must. */
    CALL,
    /** Through the global offset table. */
    GOT,
    /** A slot of a global offset table that the loader fills in. */
    SLOT,
    /** A thread-local object. */
    THREAD,
    /** The symbol's size, as a number in the code. */
    SIZE,
    /** A type that the table of this machine does not have. */
    UNKNOWN
}
