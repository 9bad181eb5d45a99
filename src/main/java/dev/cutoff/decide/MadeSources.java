package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a build had made that compilers might take in as text: configuration, generated sources and headers.
 *
 * <p>A step that is tried gets of it what it had read, as the build folder was kept. Of all else it must not meet a name: whether
 * it would be there by then, and what would be in it, nobody can tell.
 */
public final class MadeSources {

    /** What no source takes in as text: objects, libraries, assembly, lists of dependencies. */
    private static final Pattern OF_OBJECTS = Pattern.compile("\\.(o|lo|a|la|s|d|so(\\.[0-9]+)*)$");

    /** What clang writes an object to, by a name drawn by lot, before it gives it its own. */
    private static final Pattern TEMPORARY = Pattern.compile("-[0-9a-f]{8}\\.o\\.tmp$");

    /** Programs of the machine whose outputs are objects and linked files, whatever their names. */
    private static final Pattern LINKERS = Pattern.compile("/usr/.*/((.*-)?(ld|ld\\.bfd|as)|collect2)");

    /** Of a build that made none. */
    public static final MadeSources NONE = new MadeSources("", false, List.of());

    private final String folder;
    private final boolean kept;

    /** By path, the last step that wrote it. */
    private final Map<String, Integer> writers = new HashMap<>();

    public MadeSources(BuildRecord record) {
        this(record.unit(), record.tree().isPresent(), record.steps());
    }

    private MadeSources(String unit, boolean kept, List<Step> steps) {
        this.folder = Place.source(unit);
        this.kept = kept;
        for (Step step : steps) {
            boolean links = !step.command().isEmpty()
                    && LINKERS.matcher(step.command().getFirst()).matches();
            for (String path : step.writes()) {
                boolean source = !links
                        && !isCode(path)
                        && !isTemporary(path)
                        && !Place.within(path, Place.artifact(unit))
                        && !path.equals("/dev/null");
                if (source) {
                    writers.merge(path, step.number(), Math::max);
                }
            }
        }
    }

    /** Whether a file is, by its name, an object, a library, assembly or a list of dependencies. */
    static boolean isCode(String path) {
        return OF_OBJECTS.matcher(path).find();
    }

    static boolean isTemporary(String path) {
        return TEMPORARY.matcher(path).find();
    }

    /** Whether there is any. */
    public boolean any() {
        return !writers.isEmpty();
    }

    /** What of it a step had read. */
    public Set<String> readBy(Step step) {
        Set<String> read = new TreeSet<>(step.outputsRead());
        read.removeIf(path -> isTemporary(path) && step.writes().contains(path));
        return read;
    }

    /** Whether a step had read only what stands in the kept build folder as it was when it read it: nobody wrote it since. */
    boolean isKept(Step step) {
        return readBy(step).stream().allMatch(path -> {
            int writer = writers.getOrDefault(path, -1);
            return kept && Place.within(path, folder) && writer >= 0 && writer < step.number();
        });
    }

    /** What a step had not read: the last parts of the paths, each with the folders. */
    public Map<String, Set<String>> unreadBy(Step step) {
        Map<String, Set<String>> folders = new HashMap<>();
        Set<String> read = readBy(step);
        writers.keySet().forEach(path -> {
            if (!read.contains(path)) {
                folders.computeIfAbsent(Place.name(path), _ -> new TreeSet<>()).add(Place.folder(path));
            }
        });
        return folders;
    }
}
