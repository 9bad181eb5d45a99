package dev.cutoff.observe;

import dev.cutoff.model.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic loader's cache says of a soname: the paths it gives for it, in the cache's order.
 *
 * <p>The format is glibc's since 2.2 ({@code glibc-ld.so.cache1.1}, sysdeps/generic/dl-cache.h): 20 bytes of magic and
 * version, number of libraries, length of the strings, 20 bytes more; then 24 bytes a library: flags, offset of the
 * soname, offset of the path (both from the start of this part), OS version, hardware capabilities. Since glibc 2.32
 * nothing stands before it.
 */
final class LoaderCache {

    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 48;
    private static final int ENTRY = 24;

    private final Path file;
    private @Nullable Map<String, List<String>> paths;

    LoaderCache(Path file) {
        this.file = file;
    }

    synchronized void forget() {
        paths = null;
    }

    /** The paths for a soname, joined by spaces; {@code absent} if it has none. */
    synchronized String paths(String soname) {
        if (paths == null) {
            paths = read(file);
        }
        List<String> found = paths.get(soname);
        return found == null ? Fact.ABSENT : String.join(" ", found);
    }

    /** All of the cache; one entry under the name "" where its form is not known, so that nothing seems equal to it. */
    private static Map<String, List<String>> read(Path file) {
        Map<String, List<String>> paths = new HashMap<>();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            return paths;
        }
        int start = indexOf(bytes, MAGIC);
        if (start < 0) {
            return paths;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        try {
            int count = in.getInt(start + MAGIC.length);
            for (int i = 0; i < count; i++) {
                int entry = start + HEADER + i * ENTRY;
                String soname = string(bytes, start + in.getInt(entry + 4));
                String path = string(bytes, start + in.getInt(entry + 8));
                paths.computeIfAbsent(soname, s -> new ArrayList<>()).add(path);
            }
        } catch (IndexOutOfBoundsException e) {
            // A damaged cache: the loader would not use it either.
            return new HashMap<>();
        }
        return paths;
    }

    private static String string(byte[] bytes, int from) {
        int end = from;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        outer:
        for (int i = 0; i + part.length <= bytes.length; i++) {
            for (int j = 0; j < part.length; j++) {
                if (bytes[i + j] != part[j]) {
                    continue outer;
                }
            }
            return i;
        }
        return -1;
    }
}
