package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Binary;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
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
 *     _import_array}), other macros ({@code #define PyArray_DIMS}), C++ headers as a whole ({@code header pybind11/cast.h})
 * @param gaps headers that could not be compiled, by path, and why: C++ headers all
 */
public record Layouts(
        String environment,
        @Nullable Binary types,
        SortedMap<String, String> constants,
        SortedMap<String, String> bodies,
        SortedMap<String, String> gaps) {

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
            if (!digest.equals(is) && !(gone && promised) && !Extractors.ALL.stubs.contains(name)) {
                changed.add(name);
            }
        });
        return changed;
    }
}
