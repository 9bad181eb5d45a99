package dev.cutoff.tool.fuzz;

import dev.cutoff.tool.PythonCode;

/** Python's sources and compiled files: whatever the bytes, an answer or none, and no failure. */
public final class PythonFuzz {

    private PythonFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        PythonCode.ofCompiled(data);
        PythonCode.ofSource(data);
        PythonCode.ofPth(data);
    }
}
