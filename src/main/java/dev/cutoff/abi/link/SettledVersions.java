package dev.cutoff.abi.link;

import dev.cutoff.abi.FormatException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Versions that libraries of a link define and whose names are settled: the C library's and GCC's, which a release adds
 * once and never changes. What a library asks for of such a version is there; of other projects' versions nobody knows.
 *
 * @param pairs sonames and versions
 */
record SettledVersions(Set<String> pairs) {

    /** Neither GLIBC_PRIVATE nor the markers of GLIBC_ABI_. */
    private static final Pattern SETTLED = Pattern.compile("(GLIBC|GCC|GLIBCXX|CXXABI)_\\d+(\\.\\d+)*");

    /** Others name versions alike: libxcrypt's are GLIBC_2.2.5 and XCRYPT_2.0. */
    private static final Pattern LIBRARIES = Pattern.compile(
            "(ld-linux[\\w-]*|libc|libm|libmvec|libpthread|libdl|librt|libutil|libresolv|libgcc_s|libstdc\\+\\+)\\.so\\.\\d+");

    SettledVersions {
        pairs = Set.copyOf(pairs);
    }

    static SettledVersions of(SharedLibrary library) throws FormatException {
        Set<String> pairs = new TreeSet<>();
        String soname = library.dynamic().soname();
        if (soname != null && LIBRARIES.matcher(soname).matches()) {
            for (String version : library.elf().definedVersions()) {
                if (SETTLED.matcher(version).matches()) {
                    pairs.add(soname + ":" + version);
                }
            }
        }
        return new SettledVersions(pairs);
    }

    boolean has(String soname, String version) {
        return SETTLED.matcher(version).matches() && pairs.contains(soname + ":" + version);
    }

    /** One line that {@link #parse} reads. */
    @Override
    public String toString() {
        return String.join(" ", new TreeSet<>(pairs));
    }

    static SettledVersions parse(String line) {
        return new SettledVersions(line.isEmpty() ? Set.of() : Set.of(line.split(" ")));
    }
}
