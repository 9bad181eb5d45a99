package dev.cutoff.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The paths of a build, the same in every workspace and on every machine: sources at {@code /cutoff/build/NAME},
 * artifacts at {@code /cutoff/deps/NAME}, all else where the system has it. Facts, steps and records name paths so;
 * where a build had to run elsewhere (no sandbox), its paths are translated to these.
 */
public final class Place {

    public static final String ROOT = "/cutoff";
    public static final String BUILD = "/cutoff/build/";
    public static final String DEPS = "/cutoff/deps/";

    /** A front end's own program that drives a build; no unit of a workspace can have such a name. */
    public static final String DRIVER = DEPS + "+driver/driver.py";

    public static final String HOME = "/cutoff/home";
    public static final String TRACE = "/cutoff/trace";
    public static final String TMP = "/tmp";

    private Place() {}

    /** Where a unit's sources are staged and it is built. */
    public static String source(String unit) {
        return BUILD + unit;
    }

    /** Where a unit's artifact is seen, by itself while it is built ({@code $OUT}) and by its consumers. */
    public static String artifact(String unit) {
        return DEPS + unit;
    }

    /** The last name of a path. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The folder that an absolute path lies in; {@code /} in itself. */
    public static String folder(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /** A path that may be relative to a folder, without parts that mean nothing ({@code .}, {@code //}) or lead back. */
    public static String absolute(String path, String folder) {
        String whole = path.startsWith("/") ? path : folder + "/" + path;
        Deque<String> names = new ArrayDeque<>();
        for (String name : whole.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }

    /** Whether a path is {@code folder} or beneath it. */
    public static boolean within(String path, String folder) {
        return path.startsWith(folder)
                && (path.length() == folder.length() || folder.endsWith("/") || path.charAt(folder.length()) == '/');
    }

    /** The unit whose artifact a path lies in, or "" if it lies in none. */
    public static String dependencyOf(String path) {
        return firstName(path, DEPS);
    }

    /** The unit whose sources a path lies in, or "" if it lies in none. */
    public static String ownerOf(String path) {
        return firstName(path, BUILD);
    }

    private static String firstName(String path, String prefix) {
        if (!path.startsWith(prefix)) {
            return "";
        }
        int end = path.indexOf('/', prefix.length());
        return end < 0 ? path.substring(prefix.length()) : path.substring(prefix.length(), end);
    }

    /** A path for people: {@code zlib/include/zlib.h} in an artifact, {@code inflate.c} in the unit's own sources. */
    public static String display(String path) {
        if (path.startsWith(DEPS)) {
            return path.substring(DEPS.length());
        }
        String owner = ownerOf(path);
        if (!owner.isEmpty()) {
            String rest = path.substring(Math.min(path.length(), BUILD.length() + owner.length() + 1));
            return rest.isEmpty() ? "the source folder" : rest;
        }
        return path;
    }
}
