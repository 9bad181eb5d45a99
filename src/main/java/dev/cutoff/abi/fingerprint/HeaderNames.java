package dev.cutoff.abi.fingerprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The names of the headers beneath a folder, without their folders: headers are installed elsewhere than they are compiled. */
public final class HeaderNames {

    private static final int DEEPEST = 40;

    private HeaderNames() {}

    /**
     * The names, or null where there is no header.
     *
     * @param include whether it is an include folder, in which files without a suffix are headers too
     */
    public static @Nullable Set<String> beneath(Path folder, boolean include) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.find(folder.toRealPath(), DEEPEST, (_, is) -> is.isRegularFile())) {
            files.forEach(file -> {
                String name = String.valueOf(file.getFileName());
                if (Header.isNamedSo(name) || (include && name.indexOf('.') < 0)) {
                    names.add(name);
                }
            });
        }
        return names.isEmpty() ? null : names;
    }
}
