package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.model.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/**
 * Changelog entries for the packages of a plan that are to be rebuilt and whose wheel fromager would take: with one more entry
 * it expects a higher build tag.
 */
public final class ChangelogEdits {

    /** More of a reason makes no line that people read. */
    private static final int LONGEST = 160;

    /** @param before "" where there was no file */
    private record Edited(String before, String after) {}

    private final Map<Path, Edited> files = new LinkedHashMap<>();
    private int count;

    private ChangelogEdits() {}

    /**
     * The edits of a plan.
     *
     * @throws Failure of kind INPUT where a settings file can't be edited, or has other changelog entries than when the plan
     *     was made; then nothing is written
     */
    public static ChangelogEdits of(PlanFile plan) {
        Map<String, Path> settings = new HashMap<>();
        for (Path file : Folders.filesIn(plan.settings(), ".yaml")) {
            String stem = String.valueOf(file.getFileName()).replaceFirst("\\.yaml$", "");
            settings.put(PackageName.canonical(stem), file);
        }
        ChangelogEdits edits = new ChangelogEdits();
        for (PlanFile.Unit unit : plan.units()) {
            if (!unit.kept() && !unit.preBuilt() && unit.reused()) {
                Path file = settings.getOrDefault(
                        unit.name(), plan.settings().resolve(unit.name().replace('-', '_') + ".yaml"));
                edits.add(file, unit);
            }
        }
        return edits;
    }

    private void add(Path file, PlanFile.Unit unit) {
        String before = Files.exists(file) ? new String(Folders.bytes(file), StandardCharsets.UTF_8) : "";
        Edited earlier = files.get(file);
        YamlFile yaml = earlier == null ? YamlFile.parse(file, before) : YamlFile.parse(file, earlier.after());
        int entries = Settings.ownEntries(yaml, unit.version());
        if (entries != unit.entries()) {
            throw Failure.input(file + ": has " + entries + " changelog entries for " + unit.version() + ", and had "
                    + unit.entries() + " when the plan was made; plan again");
        }
        String after = ChangelogEdit.edited(yaml, unit.version(), entry(unit.because()));
        files.put(file, new Edited(earlier == null ? before : earlier.before(), after));
        count++;
    }

    private static String entry(String because) {
        String line = "rebuild: " + because.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST - 3) + "..." : line;
    }

    /** How many entries are added. */
    public int count() {
        return count;
    }

    /** Writes the files, each whole, by rename; returns them. */
    public List<Path> write() {
        files.forEach((file, edited) -> WheelRecords.replace(file, edited.after()));
        return List.copyOf(files.keySet());
    }

    /** The same as a patch for {@code patch -p1} or {@code git apply}, by paths from the working folder where they lie in it. */
    public String patch() {
        StringBuilder patch = new StringBuilder();
        files.forEach((file, edited) -> {
            String name = name(file);
            patch.append("--- ")
                    .append(edited.before().isEmpty() ? "/dev/null" : "a/" + name)
                    .append('\n');
            patch.append("+++ b/").append(name).append('\n');
            patch.append(hunks(edited));
        });
        return patch.toString();
    }

    private static String name(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return (absolute.startsWith(here)
                ? here.relativize(absolute).toString()
                : absolute.toString().substring(1));
    }

    private static String hunks(Edited edited) {
        RawText before = new RawText(edited.before().getBytes(StandardCharsets.UTF_8));
        RawText after = new RawText(edited.after().getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiffFormatter formatter = new DiffFormatter(out)) {
            EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, before, after);
            formatter.format(edits, before, after);
        } catch (IOException e) {
            throw Failure.io("writing a patch", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The names of the files that are edited. */
    List<Path> files() {
        return new ArrayList<>(files.keySet());
    }
}
