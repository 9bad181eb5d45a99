package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Binary;

/**
 * A shared library in a wheel as a link sees it; extension modules are none.
 *
 * @param hashed whether auditwheel has put a hash into its name ({@code libgfortran-040039e1.so.5.0.0}): such a library is the
 *     wheel's own, nobody else asks for it by a name that lasts, and its symbols are not listed
 * @param binary its symbols with versions and sizes, what it needs, and its types where there is debug information
 */
public record LinkFace(boolean hashed, Binary binary) {

    /** The name by which others ask for it: the soname, or the file's name where it has none. */
    public String name(String path) {
        String soname = binary.soname();
        return soname == null ? path.substring(path.lastIndexOf('/') + 1) : soname;
    }
}
