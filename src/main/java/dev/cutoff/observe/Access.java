package dev.cutoff.observe;

/**
 * Something that a step did with a path.
 *
 * @param path absolute, as the build sees it, without {@code .} and empty parts; {@code ..} may remain
 */
record Access(Kind kind, String path) {

    enum Kind {
        /** Opened for reading, or moved its content elsewhere by a link or rename. */
        READ,
        /** Started as a program. */
        EXECUTE,
        /** Could not be started as a program; it, or what would have run it, may be missing. */
        EXECUTE_FAILED,
        /** Perhaps opened by the loader and passed over; gone since. */
        PASSED,
        /** Asked what is there, links followed; found or not. */
        LOOK,
        /** Asked what stands there itself, links not followed. */
        LOOK_AT_LINK,
        /** Listed. */
        LIST,
        /** Removed or replaced a folder, or tried to, which can be done only while it is empty. */
        EMPTY,
        /** Put in the place of what was there, which worked: of a folder that is so only if it was empty. */
        REPLACED,
        /** Could not be written, made or changed, links followed: what is there, or its folder, may be missing. */
        WRITE_FAILED,
        /** Made, written, renamed over, deleted or changed in its attributes. */
        WRITE,
        /** Tried to write and was refused by the sandbox. */
        WRITE_REFUSED
    }
}
