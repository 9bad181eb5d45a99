package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The links of a record that saw shared libraries of needs which have changed since. Under policy compatible such a change
 * is no reason where the product that we have is bound to the library as a new one would be, though a new one would have
 * its symbols in another order (docs/decisions/0018).
 *
 * <p>That order shows to who looks into the product. So nobody may have, in the build, but linkers and programs that copy or
 * strip a file and say nothing of it.
 */
final class Bindings {

    private static final Pattern LINKERS = Pattern.compile("/usr/.*/((.*-)?(ld|ld\\.bfd)|collect2)");

    private static final Pattern COPIERS = Pattern.compile("(/usr)?/bin/(cp|mv|ln|install|chmod|touch|rm|(.*-)?strip)");

    private final BuildRecord record;
    private final boolean allowed;
    private final Map<Integer, Boolean> looked = new HashMap<>();
    private final MachinePrograms programs;

    Bindings(BuildRecord record, Terms terms) {
        this.record = record;
        this.programs = new MachinePrograms(record);
        this.allowed = terms.policy() == Policy.COMPATIBLE;
    }

    /** Whether a fact that does not hold is of a library of a need, whose links nobody looked into. */
    boolean takes(Use use) {
        return allowed
                && use.evidence() == Evidence.OBSERVED
                && use.fact().kind() == FactKind.LINKED
                && record.needs().containsKey(Place.dependencyOf(use.fact().entity()))
                && !use.steps().isEmpty()
                && use.steps().stream().noneMatch(this::isLookedInto);
    }

    /** Whether another step may have seen more of a link's product than its name. */
    private boolean isLookedInto(int link) {
        return looked.computeIfAbsent(link, this::findWhoLooks);
    }

    private boolean findWhoLooks(int link) {
        Set<String> products = new HashSet<>(record.steps().get(link).writes());
        int known = 0;
        while (known < products.size()) {
            known = products.size();
            for (Step step : record.steps()) {
                if (step.number() == link) {
                    continue;
                }
                boolean reads = step.outputsRead().stream().anyMatch(path -> isOfProduct(path, products));
                boolean copies = isCopier(step);
                if (reads && !copies && !isLinker(step)) {
                    return true;
                }
                if (copies && (reads || step.writes().stream().anyMatch(path -> movesProduct(path, products)))) {
                    products.addAll(step.writes());
                }
            }
        }
        // What took the place of a source is read as one.
        return products.isEmpty() || record.uses().stream().anyMatch(use -> isContentOf(use, link, products));
    }

    private static String program(Step step) {
        return step.command().isEmpty() ? "" : step.command().getFirst();
    }

    private static boolean isLinker(Step step) {
        return LINKERS.matcher(program(step)).matches();
    }

    /** Whether a step copies, and to where others are seen to read. */
    private boolean isCopier(Step step) {
        return programs.any(
                        step.number(),
                        path -> COPIERS.matcher(path).matches()
                                && Place.name(path).equals(step.program()))
                && !step.writes().isEmpty()
                && !isPrivate(step.folder())
                && step.command().stream().noneMatch(Bindings::isPrivate);
    }

    private static boolean isPrivate(String word) {
        return word.contains(Place.TMP) || word.contains(Place.HOME);
    }

    private static boolean isOfProduct(String path, Set<String> products) {
        return products.stream().anyMatch(product -> Place.within(path, product));
    }

    private static boolean movesProduct(String path, Set<String> products) {
        return isOfProduct(path, products) || products.stream().anyMatch(product -> Place.within(product, path));
    }

    private static boolean isContentOf(Use use, int link, Set<String> products) {
        return use.fact().kind().isOfContent()
                && products.contains(use.fact().entity())
                && use.steps().stream().anyMatch(step -> step != link);
    }
}
