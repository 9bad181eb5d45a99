package dev.cutoff.frontend.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import dev.cutoff.model.Digest;
import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random graphs, decided twice: by the program from the text, and here by a rule as short as can be, over a model that
 * holds every state of every fact in plain maps.
 */
class GraphOracleTest {

    /** One build of a unit: what it had used of whom, as it was then. */
    private record Build(
            int artifact, Map<String, Integer> with, Map<String, Integer> uses, List<String> whole, boolean old) {}

    /** A unit with its builds; {@code offers} are the states in each of its artifacts. */
    private record Model(
            String name, List<String> needs, List<Map<String, Integer>> offers, List<Build> builds, boolean forced) {}

    private final Map<String, Model> units = new LinkedHashMap<>();
    private final Map<String, Integer> system = new TreeMap<>();

    private void generate(Gen gen) {
        for (int i = 0; i < 2; i++) {
            system.put("/usr/bin/tool" + i, gen.below(6) / 5);
        }
        int count = 2 + gen.below(12);
        for (int i = 0; i < count; i++) {
            String name = "u" + i;
            List<String> needs = new ArrayList<>();
            units.keySet().stream().filter(n -> gen.oneIn(3)).forEach(needs::add);
            List<Map<String, Integer>> offers = new ArrayList<>();
            for (int a = 1 + gen.below(2); a > 0; a--) {
                Map<String, Integer> offer = new TreeMap<>();
                for (int f = 0; f < 3; f++) {
                    if (!gen.oneIn(9)) {
                        offer.put("/cutoff/deps/" + name + "/f" + f, gen.below(2));
                    }
                }
                offers.add(offer);
            }
            List<Build> builds = new ArrayList<>();
            for (int b = gen.oneIn(8) ? 0 : 1 + gen.below(2); b > 0; b--) {
                builds.add(build(gen, needs, offers.size()));
            }
            units.put(name, new Model(name, needs, offers, builds, gen.oneIn(15)));
        }
    }

    private Build build(Gen gen, List<String> needs, int artifacts) {
        Map<String, Integer> with = new TreeMap<>();
        Map<String, Integer> uses = new TreeMap<>();
        List<String> whole = new ArrayList<>();
        for (String need : needs) {
            int artifact = gen.below(units.get(need).offers().size());
            with.put(need, artifact);
            units.get(need).offers().get(artifact).forEach((fact, state) -> {
                if (gen.oneIn(3)) {
                    uses.put(fact, state);
                }
            });
            if (gen.oneIn(8)) {
                whole.add(need);
            }
        }
        system.keySet().stream().filter(f -> gen.oneIn(3)).forEach(f -> uses.put(f, 0));
        return new Build(gen.below(artifacts), with, uses, whole, gen.oneIn(10));
    }

    private static Digest digest(String unit, int artifact) {
        return Digest.ofText(unit + " " + artifact);
    }

    /** The model as a graph file. */
    private String text() {
        StringBuilder text = new StringBuilder("cutoff-graph/1\n");
        Map<String, Integer> facts = new HashMap<>();
        Map<String, Integer> artifacts = new HashMap<>();
        system.forEach((entity, state) -> {
            String number = fact(text, facts, entity, state);
            text.append("now|" + number + "\n");
        });
        for (Model unit : units.values()) {
            for (int a = 0; a < unit.offers().size(); a++) {
                List<String> numbers = new ArrayList<>();
                unit.offers().get(a).forEach((entity, state) -> numbers.add(fact(text, facts, entity, state)));
                artifacts.put(unit.name() + a, artifacts.size());
                text.append("artifact|" + artifacts.get(unit.name() + a) + "|" + unit.name() + "|");
                text.append(digest(unit.name(), a))
                        .append('|')
                        .append(String.join(" ", numbers))
                        .append('\n');
            }
            StringBuilder own = new StringBuilder("unit|" + unit.name() + "|" + String.join(" ", unit.needs()) + "\n");
            own.append("input|build|x\n").append(unit.forced() ? "force\n" : "");
            int number = 1;
            for (Build build : unit.builds()) {
                List<String> with = new ArrayList<>();
                List<String> uses = new ArrayList<>();
                build.with()
                        .forEach((need, a) -> with.add(artifacts.get(need + a).toString()));
                build.uses().forEach((entity, state) -> uses.add(fact(text, facts, entity, state)));
                build.whole()
                        .forEach(need ->
                                uses.add("*" + artifacts.get(need + build.with().get(need))));
                own.append("record|" + number++ + "|" + artifacts.get(unit.name() + build.artifact()) + "|");
                own.append(String.join(" ", with))
                        .append('|')
                        .append(String.join(" ", uses))
                        .append('\n');
                own.append(build.old() ? "had|build|y\n" : "");
            }
            text.append(own);
        }
        return text.toString();
    }

    private static String fact(StringBuilder text, Map<String, Integer> facts, String entity, int state) {
        int number = facts.computeIfAbsent(entity + " " + state, k -> {
            text.append("fact|" + facts.size() + "|bytes|" + entity + "|" + state + "\n");
            return facts.size();
        });
        return Integer.toString(number);
    }

    /** The artifact that stands after the decision; -1 where it is still to be built. */
    private Map<String, Action> decide() {
        Map<String, Integer> standing = new HashMap<>();
        Map<String, Action> actions = new LinkedHashMap<>();
        for (Model unit : units.values()) {
            Action best = Action.REBUILD;
            int kept = -1;
            for (Build build : unit.builds()) {
                Action action = unit.forced() ? Action.REBUILD : judge(build, standing);
                if (action == Action.KEEP && best != Action.KEEP) {
                    kept = build.artifact();
                    best = action;
                } else if (action == Action.WAIT && best == Action.REBUILD) {
                    best = action;
                }
            }
            standing.put(unit.name(), kept);
            actions.put(unit.name(), best);
        }
        return actions;
    }

    private Action judge(Build build, Map<String, Integer> standing) {
        boolean waits = false;
        if (build.old()) {
            return Action.REBUILD;
        }
        for (var use : build.uses().entrySet()) {
            String[] parts = use.getKey().split("/");
            if (!parts[1].equals("cutoff")) {
                if (!use.getValue().equals(system.get(use.getKey()))) {
                    return Action.REBUILD;
                }
                continue;
            }
            int now = standing.get(parts[3]);
            if (now < 0) {
                waits = true;
            } else if (!use.getValue()
                    .equals(units.get(parts[3]).offers().get(now).get(use.getKey()))) {
                return Action.REBUILD;
            }
        }
        for (String need : build.whole()) {
            int now = standing.get(need);
            if (now < 0) {
                waits = true;
            } else if (now != build.with().get(need)) {
                return Action.REBUILD;
            }
        }
        return waits ? Action.WAIT : Action.KEEP;
    }

    @Test
    void decidesAsTheShortRuleDoes() {
        Map<Action, Integer> seen = new EnumMap<>(Action.class);
        for (int seed = 0; seed < 3000; seed++) {
            units.clear();
            system.clear();
            generate(new Gen(seed));
            String text = text();
            Map<String, Action> planned = new LinkedHashMap<>();
            for (Outcome outcome : Plans.plan(Plans.read(text), Plans.request()).values()) {
                planned.put(outcome.unit(), outcome.decision().action());
                seen.merge(outcome.decision().action(), 1, Integer::sum);
            }
            assertThat(planned).as("seed %d\n%s", seed, text).isEqualTo(decide());
        }
        assertThat(seen.values()).allMatch(n -> n > 1000);
        assertThat(seen).containsOnlyKeys(Action.KEEP, Action.REBUILD, Action.WAIT);
    }
}
