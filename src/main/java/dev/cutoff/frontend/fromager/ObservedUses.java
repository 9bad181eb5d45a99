package dev.cutoff.frontend.fromager;

import dev.cutoff.build.WheelUses;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What of a complete trace is compared later. */
final class ObservedUses {

    private static final Pattern PYTHON = Pattern.compile("python(3(\\.\\d+)?)?");

    /** What Python reads of a distribution in order to run it, or to tell what there is. */
    private static final Pattern RUN = Pattern.compile(".*\\.(py|pyc|pth|so(\\.[0-9.]+)?)|.*\\.dist-info/.*");

    private static final String EXECUTABLE = "+x";

    private ObservedUses() {}

    /** @param distributions names of all in the build environment */
    static WheelRecord.Observed of(WheelUses uses, Collection<String> distributions) {
        SortedSet<String> untouched = new TreeSet<>(distributions);
        SortedMap<String, String> system = new TreeMap<>();
        for (WheelUses.Used use : uses.uses()) {
            if (use.of() == WheelUses.Of.SYSTEM) {
                String state = use.fact().state();
                boolean executable = state.endsWith(EXECUTABLE);
                String digest = executable ? state.substring(0, state.length() - EXECUTABLE.length()) : state;
                if (use.fact().kind() == FactKind.BYTES && Digest.isHex(digest)) {
                    system.put(use.fact().entity(), digest);
                }
            } else if (!isRun(uses, use)) {
                untouched.removeAll(use.distributions());
            }
        }
        return new WheelRecord.Observed(untouched, system);
    }

    /** Whether it can have put nothing of a distribution into the wheel: it was run as a tool, or looked for as one. */
    private static boolean isRun(WheelUses uses, WheelUses.Used use) {
        String path = use.fact().entity();
        if (use.of() == WheelUses.Of.ENVIRONMENT && (path.equals("bin") || Place.within(path, "bin"))) {
            return true;
        }
        boolean folder = use.of() == WheelUses.Of.ENVIRONMENT
                && (use.fact().kind() == FactKind.LISTING
                        || use.fact().kind() == FactKind.NAMES
                        || use.fact().state().startsWith(Fact.FOLDER));
        // Of the environment itself, and of no distribution.
        boolean venv = use.of() == WheelUses.Of.ENVIRONMENT && path.equals("pyvenv.cfg");
        // A package that is looked for; a header may have such a name, but that is read.
        boolean asked = use.fact().kind() != FactKind.BYTES && !Place.name(path).contains(".");
        return (folder || venv || asked || RUN.matcher(path).matches())
                && use.steps().stream()
                        .map(step -> uses.steps().get(step).program())
                        .allMatch(program -> PYTHON.matcher(program).matches());
    }
}
