package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;

/** Words for what could not be read. */
final class Gaps {

    private Gaps() {}

    /** What is wrong and where, without the file's path: the same file elsewhere has the same gaps. */
    static String of(FormatException e) {
        String message = e.getMessage();
        return message.startsWith(e.file() + ": ") ? message.substring(e.file().length() + 2) : message;
    }
}
