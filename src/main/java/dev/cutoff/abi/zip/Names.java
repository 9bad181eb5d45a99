package dev.cutoff.abi.zip;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of a zip's entries: which are refused. */
final class Names {

    private final Set<String> files = new HashSet<>();
    private final Set<String> folders = new HashSet<>();

    /**
     * Takes the next name, which ends in {@code /} for a folder.
     *
     * @return what is wrong with it, null where nothing is
     */
    @Nullable
    String add(String name) {
        boolean folder = name.endsWith("/");
        String path = folder ? name.substring(0, name.length() - 1) : name;
        String wrong = wrong(path);
        if (wrong != null) {
            return wrong;
        }
        if (!folder && !files.add(path)) {
            return "is there twice";
        }
        if (folder ? files.contains(path) : folders.contains(path)) {
            return "is a file and a folder";
        }
        if (folder) {
            folders.add(path);
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String above = path.substring(0, slash);
            if (files.contains(above)) {
                return "is below a file";
            }
            if (!folders.add(above)) {
                break;
            }
        }
        return null;
    }

    private static @Nullable String wrong(String path) {
        if (path.isEmpty()) {
            return "has no name";
        }
        if (path.charAt(0) == '/' || (path.length() > 1 && path.charAt(1) == ':')) {
            return "has an absolute name";
        }
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            char c = i == path.length() ? '/' : path.charAt(i);
            if (c == '\\' || c < ' ' || c == 0x7f) {
                return "has a name with a backslash or a control character";
            }
            if (c == '/') {
                int length = i - start;
                if (length == 2 && path.startsWith("..", start)) {
                    return "has a name that leads out of the folder";
                }
                if (length == 0 || (length == 1 && path.charAt(start) == '.')) {
                    return "has a name with an empty part";
                }
                start = i + 1;
            }
        }
        return null;
    }
}
