package dev.cutoff.observe;

import org.jspecify.annotations.Nullable;

/**
 * What looking at, listing or reading a path comes to, whichever step does it.
 *
 * @param access by number in {@link Accesses}: the path as it was asked for
 * @param realAccess the reading of the file that a path which was read led to; the same number where it led over no links
 *     or that is not known
 * @param path that was read, null if none was
 * @param real of the file that it led to, null if that is not known
 * @param through the path, if it leads through a process's folder or descriptors, so that its meaning is not known; else
 *     null
 */
record Deed(
        int access,
        int realAccess,
        @Nullable String path,
        @Nullable String real,
        @Nullable String through) {}
