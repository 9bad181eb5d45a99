package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.dwarf.DebugFiles;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the types of a file are read from, beside the file itself.
 *
 * @param files finds separate debug information
 * @param headers names of the public headers, null where they are not known
 */
record TypeSources(DebugFiles files, @Nullable Set<String> headers) {

    static final TypeSources NONE = new TypeSources(DebugFiles.NONE, null);
}
