package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import dev.cutoff.tool.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds the queries among a build's steps, and asks each once more for an answer that later ones are compared with. */
final class Questions {

    /** How the answers begin that are none of failure: in another place something else may have failed. */
    private static final String FINE = "exit 0";

    /** A path from the working folder in a list of paths. */
    private static final Pattern RELATIVE = Pattern.compile("[=:](?!/|:|$)");

    private final Trace trace;
    private final StepTools tools;
    private final String unit;

    Questions(Trace trace, StepTools tools, String unit) {
        this.trace = trace;
        this.tools = tools;
        this.unit = unit;
    }

    /** Uses of answers, each by the steps of the query: itself and all that it started. */
    List<Use> uses(List<Step> steps, Map<Digest, String> environments, Interviewer interviewer) {
        Map<Query, Set<Integer>> asked = new LinkedHashMap<>();
        for (ObservedStep step : trace.steps()) {
            if (Query.isQuestion(tools.tool(step.number), step.command) && isOfNoFolder(step)) {
                Set<Integer> all = withChildren(step.number);
                if (all.stream().allMatch(s -> isPure(trace.steps().get(s)))) {
                    Query query = new Query(steps.get(step.number).environment(), step.command);
                    asked.computeIfAbsent(query, q -> new TreeSet<>()).addAll(all);
                }
            }
        }
        List<Use> uses = new ArrayList<>();
        if (!asked.isEmpty()) {
            Map<Query, String> answers = interviewer.ask(asked.keySet(), environments);
            asked.forEach((query, by) -> {
                String answer = answers.get(query);
                if (answer != null && answer.startsWith(FINE)) {
                    uses.add(use(query, answer, by));
                }
            });
        }
        return uses;
    }

    private static Use use(Query query, String answer, Collection<Integer> steps) {
        Fact fact = new Fact(FactKind.ANSWER, query.display(), query.text(), "", state(answer));
        return new Use(fact, Evidence.OBSERVED, List.copyOf(steps));
    }

    /** Whether it means the same in every folder: it is asked again in another one, and told its variables line by line. */
    private static boolean isOfNoFolder(ObservedStep step) {
        return step.command.stream()
                        .skip(1)
                        .noneMatch(word -> word.matches("(.*=)?\\.{0,2}[^/=-][^=]*/.*|\\.{1,2}|.*=\\.{1,2}(/.*)?"))
                && step.environment.stream()
                        .noneMatch(variable -> variable.indexOf('\n') >= 0
                                || (variable.startsWith("PKG_CONFIG")
                                        && RELATIVE.matcher(variable).find()));
    }

    /** The state of an answer. */
    static String state(String answer) {
        return Digest.ofText(answer).hex();
    }

    private Set<Integer> withChildren(int root) {
        Set<Integer> all = new TreeSet<>(Set.of(root));
        for (ObservedStep step : trace.steps()) {
            if (all.contains(step.parent)) {
                all.add(step.number);
            }
        }
        return all;
    }

    /** Whether what it gave depends on the machine and the needs alone, and is nothing but what it said. */
    private boolean isPure(ObservedStep step) {
        if (step.readsPrivately || !step.madeReads.isEmpty()) {
            return false;
        }
        return step.accesses.stream().noneMatch(access -> isWrite(access) || isOwn(access.path()));
    }

    private static boolean isWrite(Access access) {
        return access.kind() == Access.Kind.WRITE
                && !access.path().equals("/dev/null")
                && !access.path().equals("/dev/tty");
    }

    private boolean isOwn(String path) {
        boolean below = Place.within(path, Place.source(unit)) && !path.equals(Place.source(unit));
        return below || Place.within(path, Place.artifact(unit)) || Place.within(path, Place.HOME);
    }
}
