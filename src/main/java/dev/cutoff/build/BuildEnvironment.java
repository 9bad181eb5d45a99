package dev.cutoff.build;

import dev.cutoff.model.Inputs;
import dev.cutoff.model.Place;
import dev.cutoff.model.Unit;
import dev.cutoff.stage.Staging;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment of a build: what is declared, and a few variables that make builds behave alike everywhere.
 *
 * <p>The search paths name every need's folders whether they exist or not, so that they follow from the graph alone;
 * what of them is really used is observed. A given artifact (an environment) is in none of them: whoever gives it declares
 * the variables that lead there.
 */
final class BuildEnvironment {

    private static final List<String> LIBRARY_FOLDERS = List.of("lib", "lib64", "lib/" + multiarch());
    private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    private BuildEnvironment() {}

    /** Debian's name for this machine's libraries, where Meson and debhelper install them. */
    private static String multiarch() {
        String arch = System.getProperty("os.arch", "");
        return (arch.equals("amd64") ? "x86_64" : arch) + "-linux-gnu";
    }

    /**
     * Variables of a build.
     *
     * @param needs the staged units that are built, nearest first
     * @param folders where the build sees its folders
     */
    static SortedMap<String, String> of(Unit unit, List<String> needs, Folders folders, int jobs) {
        Map<String, String> base = new LinkedHashMap<>();
        base.put("HOME", folders.home());
        base.put("TMPDIR", folders.tmp());
        base.put("LC_ALL", "C.UTF-8");
        base.put("TZ", "UTC");
        base.put("PYTHONHASHSEED", "0");
        base.put("SOURCE_DATE_EPOCH", Long.toString(Staging.EPOCH.getEpochSecond()));
        // A cache that begins empty with each build saves nothing, and hides from the observer what compilers read.
        base.put("CCACHE_DISABLE", "1");
        base.put("OUT", folders.deps() + "/" + unit.name());
        base.put("DEPS", folders.deps());
        base.put("JOBS", Integer.toString(jobs));
        base.put("PATH", joined(needs, folders, List.of("bin")) + (needs.isEmpty() ? "" : ":") + SYSTEM_PATH);
        if (!needs.isEmpty()) {
            base.put("CPATH", joined(needs, folders, List.of("include")));
            base.put("LIBRARY_PATH", joined(needs, folders, LIBRARY_FOLDERS));
            base.put("LD_LIBRARY_PATH", joined(needs, folders, LIBRARY_FOLDERS));
            base.put("PKG_CONFIG_PATH", joined(needs, folders, pkgConfigFolders()));
            base.put("CMAKE_PREFIX_PATH", joined(needs, folders, List.of("")));
        }
        SortedMap<String, String> environment = new TreeMap<>(base);
        unit.environment().forEach((name, value) -> environment.put(name, expand(value, base)));
        return environment;
    }

    /** Variables that builds have for what their sources are called in git, where their options ask for it. */
    static Map<String, String> described(Inputs inputs) {
        String description = inputs.values().get("git.describe");
        return description == null ? Map.of() : Map.of("GIT_DESCRIBE", description);
    }

    private static List<String> pkgConfigFolders() {
        List<String> folders = new ArrayList<>();
        LIBRARY_FOLDERS.forEach(lib -> folders.add(lib + "/pkgconfig"));
        folders.add("share/pkgconfig");
        return folders;
    }

    private static String joined(List<String> needs, Folders folders, List<String> parts) {
        List<String> paths = new ArrayList<>();
        for (String need : needs) {
            for (String part : parts) {
                paths.add(folders.deps() + "/" + need + (part.isEmpty() ? "" : "/" + part));
            }
        }
        return String.join(":", paths);
    }

    /** Replaces variables that Cutoff sets; others stay as they are, for the shell. */
    private static String expand(String value, Map<String, String> base) {
        return VARIABLE.matcher(value).replaceAll(match -> {
            String name = match.group(1) == null ? match.group(2) : match.group(1);
            String known = base.get(name);
            return Matcher.quoteReplacement(known == null ? match.group() : known);
        });
    }

    /** Where a build sees its folders. */
    record Folders(String deps, String home, String tmp) {
        static final Folders SANDBOX = new Folders(Place.ROOT + "/deps", Place.HOME, Place.TMP);
    }
}
