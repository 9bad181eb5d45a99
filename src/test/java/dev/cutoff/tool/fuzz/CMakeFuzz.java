package dev.cutoff.tool.fuzz;

import dev.cutoff.tool.CMakeNames;
import dev.cutoff.tool.NameScope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CMake's scripts: whatever the text, a scope that can be written and read, or none. */
public final class CMakeFuzz {

    private CMakeFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        CMakeNames.of(Map.of("/cutoff/build/a/CMakeLists.txt", text), List.of("cmake", "."), Set.of("z"))
                .ifPresent(scope -> {
                    if (!NameScope.parse(scope.text()).equals(scope)) {
                        throw new AssertionError("read again, it is another: " + scope);
                    }
                });
    }
}
