package dev.cutoff.abi.dwarf;

/** Which forms are read: all of them, but for tests of what becomes of one that is not. */
@FunctionalInterface
interface Forms {

    Forms ALL = _ -> true;

    boolean areRead(int form);

    /** All but one. */
    static Forms without(int form) {
        return other -> other != form;
    }
}
