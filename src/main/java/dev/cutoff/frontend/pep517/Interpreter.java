package dev.cutoff.frontend.pep517;

import java.nio.file.Path;

/**
 * A Python interpreter.
 *
 * @param command what starts it where wheels are to be installed: of a virtual environment its own
 * @param base the program that virtual environments of it lead to, without links
 * @param prefix the folder of its installation or virtual environment
 * @param version {@code 3.11.7}
 * @param site where a virtual environment has its modules, from its root: {@code lib/python3.11/site-packages}
 * @param headers where it has headers of distributions: {@code include/site/python3.11}
 * @param identity implementation, version, build, platform and C library, which decide what is resolved for it
 * @param pip version of the pip that it has; "" for none
 */
public record Interpreter(
        Path command,
        Path base,
        Path prefix,
        String version,
        String site,
        String headers,
        String identity,
        String pip) {

    /** {@code python3.11} */
    public String name() {
        String[] parts = version.split("\\.", 3);
        return "python" + parts[0] + "." + (parts.length > 1 ? parts[1] : "");
    }
}
