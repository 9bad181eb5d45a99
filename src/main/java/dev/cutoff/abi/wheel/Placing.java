package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Header;
import java.util.Locale;
import java.util.Set;

/** Which facet a file of a wheel belongs to, by its path. */
enum Placing {
    /** A header: by its tokens. */
    HEADER,
    /** What else is read by compilers, linkers and generators of a consumer: by its bytes. */
    BUILD,
    /** What can be run, imported or read. */
    TOOL,
    /** What no build sees, or what tells of this build alone. */
    LEFT_OUT;

    /** Where metadata and the parts of {@code .data} folders (PEP 491) stand in fingerprints, whatever the version. */
    static final String DIST_INFO = ".dist-info";

    static final String DATA = ".data";

    /** Sources too: some packages (nanobind) have theirs compiled into their consumers. */
    private static final Set<String> BUILD_SUFFIXES = Set.of(
            "a", "o", "lib", "obj", "pxd", "pxi", "pc", "cmake", "c", "cc", "cpp", "cxx", "c++", "cu", "cuh", "f",
            "for", "f77", "f90", "f95", "mod", "i", "swg", "m4", "mk", "def", "gir", "inc");

    private static final Set<String> NEVER_BUILD = Set.of("py", "pyc", "pyi", "so");

    /** Of this build or of an installation; WHEEL and METADATA are read by themselves. */
    private static final Set<String> OF_THIS_BUILD =
            Set.of("RECORD", "RECORD.jws", "RECORD.p7s", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json");

    /** The path in the fingerprint: without name and version in the folders that carry them. */
    static String path(String entry, String base) {
        for (String folder : new String[] {DIST_INFO, DATA}) {
            if (entry.startsWith(base) && entry.startsWith(folder + "/", base.length())) {
                return entry.substring(base.length());
            }
        }
        return entry;
    }

    /** The place of a {@link #path}. */
    static Placing of(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (path.startsWith(DIST_INFO + "/")) {
            String within = path.substring(DIST_INFO.length() + 1);
            // fromager notes settings and requirements of the build beside the metadata, and fingerprints may stand
            // there.
            return OF_THIS_BUILD.contains(within) || within.startsWith("sboms/") || within.startsWith("fromager-")
                    ? LEFT_OUT
                    : TOOL;
        }
        if (Header.isNamedSo(name)) {
            return HEADER;
        }
        int dot = name.lastIndexOf('.');
        String suffix = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        boolean included = path.startsWith(DATA + "/headers/") || ("/" + path).contains("/include/");
        return BUILD_SUFFIXES.contains(suffix) || (included && !NEVER_BUILD.contains(suffix)) ? BUILD : TOOL;
    }
}
