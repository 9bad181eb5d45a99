package dev.cutoff.frontend.fromager;

import java.util.regex.Pattern;

/** Libraries that come with the machine's C and C++ compilers and with Python, and that no distribution provides to others. */
final class SystemLibraries {

    private static final Pattern SONAMES = Pattern.compile(
            "|(?:libc|libm|libdl|libpthread|librt|libutil|libresolv|libnsl|libcrypt|libgcc_s|libstdc\\+\\+)\\.so\\.[0-9]+"
                    + "|ld-linux[^/]*\\.so\\.[0-9]+|ld64\\.so\\.[0-9]+|libpython3[^/]*\\.so[.0-9]*");

    private SystemLibraries() {}

    /** @param soname "" for names that nothing ties to a library: a process has them, or another module */
    static boolean has(String soname) {
        return !soname.isEmpty() && SONAMES.matcher(soname).matches();
    }
}
