package dev.cutoff.abi.wheel;

import java.util.List;
import java.util.SortedSet;

/**
 * What a wheel says it is.
 *
 * @param name canonical (PEP 503): {@code scikit-build-core}
 * @param version as METADATA spells it
 * @param build the build tag of the file's name, {@code 3_deb12}; empty where there is none
 * @param tags compatibility tags (PEP 425), one by one: {@code cp312-cp312-manylinux_2_17_x86_64}
 * @param purelib Root-Is-Purelib. A pure wheel may have a build interface all the same (pybind11)
 * @param requiresDist the Requires-Dist fields, in their order, as they are spelt
 * @param requiresPython the Requires-Python field, empty where there is none
 * @param importNames the top-level names under which its modules are imported, sorted: {@code numpy}
 */
public record Identity(
        String name,
        String version,
        String build,
        SortedSet<String> tags,
        boolean purelib,
        List<String> requiresDist,
        String requiresPython,
        SortedSet<String> importNames) {}
