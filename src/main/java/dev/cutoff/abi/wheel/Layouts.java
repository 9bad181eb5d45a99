package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Binary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a wheel's headers say to a compiler.
 *
 * @param environment what compiled them: compiler and Python, with their versions. Layouts of other environments are not to be
 *     compared
 * @param types a library whose symbols stand for types and functions of the C headers, {@code type struct tm}, {@code type
 *     PyArrayObject}, {@code function npy_log}; types are reached by pointers, as consumers reach them. Null where nothing could be
 *     compiled
 * @param constants macros that have a value: {@code NPY_MAXDIMS} -> {@code 64}
 * @param bodies code that is compiled into consumers, with the digest of its tokens: functions with a body ({@code
 *     _import_array}), other macros ({@code #define PyArray_DIMS}), C++ headers as a whole ({@code header pybind11/cast.h}); and what
 *     stands under conditions that did not hold ({@code unseen numpy/npy_common.h})
 * @param gaps headers that could not be compiled, by path, and why: C++ headers all
 */
public record Layouts(
        String environment,
        @Nullable Binary types,
        SortedMap<String, String> constants,
        SortedMap<String, String> bodies,
        SortedMap<String, String> gaps) {

    /** Begins the key of what of a header stands under conditions that did not hold. */
    static final String UNSEEN = "unseen ";

    /**
     * Headers in which something else stands than did under conditions that the probes did not meet, but consumers may have; sorted.
     *
     * @param promised whether {@link OfferRules#promises}: then it does not count
     */
    public List<String> changedUnseen(Layouts now, boolean promised) {
        SortedSet<String> keys = new TreeSet<>(bodies.tailMap(UNSEEN).keySet());
        keys.addAll(now.bodies.tailMap(UNSEEN).keySet());
        List<String> changed = new ArrayList<>();
        for (String key : keys) {
            if (!promised && key.startsWith(UNSEEN) && !Objects.equals(bodies.get(key), now.bodies.get(key))) {
                changed.add(key.substring(UNSEEN.length()));
            }
        }
        return changed;
    }

    /**
     * Code that consumers may have had compiled in, and that is another one now or is gone; sorted. What does nothing but what
     * {@link Serving} checks is not among it.
     *
     * @param promised whether {@link OfferRules#promises}: then what is gone does not count
     */
    public List<String> changedBodies(Layouts now, boolean promised) {
        List<String> changed = new ArrayList<>();
        bodies.forEach((name, digest) -> {
            String is = now.bodies.get(name);
            boolean gone = is == null && !now.constants.containsKey(name.replace("#define ", ""));
            if (!name.startsWith(UNSEEN)
                    && !digest.equals(is)
                    && !(gone && promised)
                    && !Extractors.ALL.stubs.contains(name)) {
                changed.add(name);
            }
        });
        return changed;
    }
}
