package dev.cutoff.abi.wheel;

import dev.cutoff.model.Digest;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one file of a wheel comes to by itself.
 *
 * @param path in the fingerprint
 * @param digest of what counts of it
 * @param face of a shared library
 * @param module of what the loader reads
 * @param header of a header that says something of capsules
 * @param found what the extractors' patterns found in a text, by key
 * @param functions names of the functions of an archive or object, null for all else
 */
record Part(
        String path,
        Placing placing,
        Digest digest,
        @Nullable LinkFace face,
        @Nullable Module module,
        @Nullable HeaderTable header,
        SortedMap<String, String> found,
        @Nullable String functions,
        List<Wheel.Gap> gaps) {}
