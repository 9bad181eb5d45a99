package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.build.Outcome;
import dev.cutoff.decide.Provisos;
import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks over all decisions of a plan: what fromager by itself would have done, what was saved, which wheels belong together. */
final class FleetReview {

    /** By the key of a domain: the constant in a provider's headers that its name begins with. */
    private static final Map<String, String> NUMBERS = Map.of(
            "domain pybind11-internals", "constant PYBIND11_INTERNALS_VERSION",
            "domain nanobind-internals", "constant NB_INTERNALS_VERSION");

    private final FromagerPlan.Question question;
    private final FromagerGraph graph;
    private final Settings settings;
    private final Fingerprints fingerprints;
    private final Constraints constraints;
    private final FromagerWorld.Run run;
    private final List<Planned> planned;
    private final List<String> warnings = new ArrayList<>();

    FleetReview(
            FromagerPlan.Question question,
            FromagerGraph graph,
            Settings settings,
            Fingerprints fingerprints,
            Constraints constraints,
            FromagerWorld.Run run,
            List<Planned> planned) {
        this.question = question;
        this.graph = graph;
        this.settings = settings;
        this.fingerprints = fingerprints;
        this.constraints = constraints;
        this.run = run;
        this.planned = planned;
    }

    FleetPlan plan() {
        Optional<FromagerGraph> previous = question.previous().map(GraphFile::read);
        List<FleetPlan.Unit> units = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        List<String> needless = new ArrayList<>();
        double seconds = 0;
        int timed = 0;
        for (Planned one : planned) {
            FleetPlan.Unit unit = unit(one);
            Decision decision = unit.outcome().decision();
            if (decision.action() == Action.KEEP && !unit.preBuilt()) {
                needless.add(unit.outcome().unit());
                seconds += one.record().map(WheelRecord::seconds).orElse(0.0);
                timed += one.record()
                                .filter(r -> r.seconds() > 0 || r.cpuSeconds() > 0)
                                .isPresent()
                        ? 1
                        : 0;
            }
            if (unit.reused() && decision.action() != Action.KEEP) {
                stale(one, decision, previous).ifPresent(stale::add);
            }
            if (question.request().units().isEmpty()
                    || question.request().units().contains(unit.outcome().unit())) {
                units.add(unit);
            }
            constraints
                    .broken(one.node())
                    .ifPresent(where -> warnings.add(one.node().key() + " is in the graph, but " + where
                            + ": the graph is of other constraints"));
        }
        domains();
        return new FleetPlan(
                settings.variant(), question.places().settings(), units, warnings, stale, needless, seconds, timed);
    }

    private FleetPlan.Unit unit(Planned one) {
        FromagerGraph.Node node = one.node();
        boolean preBuilt = settings.preBuilt(node.name()).isPresent();
        Settings.Changelogs changelogs = settings.changelogs(node.name(), node.version());
        int number = preBuilt ? 0 : changelogs.buildNumber();
        return new FleetPlan.Unit(
                explained(one),
                node.name(),
                node.version().toString(),
                one.wheel().map(WheelShelf.Found::file),
                one.wheel().map(this::sha256).orElse(""),
                preBuilt,
                number,
                changelogs.own(),
                !preBuilt
                        && one.wheel()
                                .filter(wheel -> wheel.name().buildNumber() == number)
                                .isPresent());
    }

    private String sha256(WheelShelf.Found wheel) {
        try {
            return fingerprints.see(wheel.file()).sha256().hex();
        } catch (FormatException | IOException e) {
            return "";
        }
    }

    /** A keep says what has changed around it and does not count. */
    private Outcome explained(Planned one) {
        Outcome outcome = one.outcome();
        if (outcome.decision().action() != Action.KEEP || one.record().isEmpty()) {
            return outcome;
        }
        Map<String, FromagerGraph.Sight> now = new HashMap<>();
        graph.buildEnvironment(one.node()).forEach(sight -> now.put(sight.node().name(), sight));
        List<Reason> more = new ArrayList<>();
        for (WheelRecord.Distribution had : one.record().get().environment()) {
            FromagerGraph.Sight sight = now.get(had.name());
            if (sight == null) {
                more.add(beside(
                        had.name(),
                        had.name() + " is no longer in its build environment: "
                                + "what was built with it works without"));
            } else if (!sight.node().version().toString().equals(had.version())) {
                String versions =
                        had.name() + " " + had.version() + " -> " + sight.node().version();
                more.add(beside(
                        sight.node().key(),
                        versions
                                + (had.offers()
                                        ? ": nothing that its binaries rest on changed, and it serves them"
                                        : ": it has nothing that binaries rest on")
                                + "; " + sight.words()));
            }
        }
        return new Outcome(
                Provisos.with(outcome.decision(), more),
                outcome.trust(),
                outcome.seconds(),
                outcome.cpuSeconds(),
                outcome.cpuSecondsSaved(),
                outcome.failure());
    }

    private static Reason beside(String unit, String text) {
        return new Reason(Reason.Kind.HOLDS, unit, null, null, null, null, text);
    }

    /** A wheel that fromager would take, and why it should not; empty where nothing speaks against it but a missing record. */
    private Optional<String> stale(Planned one, Decision decision, Optional<FromagerGraph> previous) {
        String file = one.wheel().map(WheelShelf.Found::fileName).orElse("");
        boolean known = decision.reasons().stream()
                .anyMatch(reason -> reason.kind() == Reason.Kind.USE
                        || reason.kind() == Reason.Kind.INPUT
                        || reason.kind() == Reason.Kind.STRICT);
        if (known) {
            return Optional.of(file + ": " + decision.because());
        }
        return previous.flatMap(before -> Optional.ofNullable(
                                before.nodes().get(one.node().key()))
                        .flatMap(was -> difference(
                                versions(before.buildEnvironment(was)), versions(graph.buildEnvironment(one.node())))))
                .map(difference -> file + ": by the previous graph it was built with " + difference);
    }

    private static Optional<String> difference(SortedMap<String, String> before, SortedMap<String, String> now) {
        List<String> changes = new ArrayList<>();
        before.forEach((name, version) -> {
            String other = now.get(name);
            if (!version.equals(other)) {
                changes.add(name + " " + version + ", and the graph has " + (other == null ? "none" : other));
            }
        });
        return changes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", changes));
    }

    private static SortedMap<String, String> versions(List<FromagerGraph.Sight> sights) {
        SortedMap<String, String> versions = new TreeMap<>();
        sights.forEach(sight -> versions.merge(
                sight.node().name(), sight.node().version().toString(), (a, b) -> a.equals(b) ? a : a + " and " + b));
        return versions;
    }

    /**
     * Wheels that share types through a domain have to be of one: a kept one is reported whose siblings, kept or rebuilt
     * with what is there now, come to be in another.
     */
    private void domains() {
        SortedMap<String, SortedMap<String, List<String>>> members = new TreeMap<>();
        for (Planned one : planned) {
            domainsOf(one)
                    .forEach((domain, value) -> members.computeIfAbsent(domain, d -> new TreeMap<>())
                            .computeIfAbsent(value, v -> new ArrayList<>())
                            .add(one.node().key()));
        }
        members.forEach((domain, byValue) -> {
            if (byValue.size() > 1) {
                StringBuilder text = new StringBuilder("not all packages share ");
                text.append(domain.substring(Fingerprints.DOMAIN.length())).append(": ");
                String separator = "";
                for (var value : byValue.entrySet()) {
                    text.append(separator)
                            .append(String.join(", ", value.getValue()))
                            .append(" will be of ")
                            .append(value.getKey());
                    separator = "; ";
                }
                warnings.add(text + ". What one of them makes, the others do not know; rebuild those left behind"
                        + " (--force UNIT)");
            }
        });
    }

    /** The domains that a package's binaries will be in: a kept one's are in the wheel, a rebuilt one's in what it is built with. */
    private SortedMap<String, String> domainsOf(Planned one) {
        SortedMap<String, String> domains = new TreeMap<>();
        if (one.wheel().isEmpty()) {
            return domains;
        }
        try {
            Fingerprints.Seen seen = fingerprints.see(one.wheel().get().file());
            if (!seen.shares()) {
                return domains;
            }
            Wheel wheel = fingerprints.wheel(seen);
            for (ModuleNeeds needs : wheel.modules().values()) {
                needs.uses().forEach((key, value) -> {
                    if (key.startsWith(Fingerprints.DOMAIN)) {
                        // Further strings of it belong to the same.
                        domains.put(key, value.split(" ", 2)[0]);
                    }
                });
            }
            if (one.outcome().decision().action() != Action.KEEP) {
                for (FromagerGraph.Sight sight : graph.buildEnvironment(one.node())) {
                    if (!domains.isEmpty() && run.standing().apply(sight.node()) instanceof Standing.Present provider) {
                        Wheel offered = fingerprints.wheel(provider.wheel());
                        domains.replaceAll((key, value) -> rebuilt(key, value, offered));
                    }
                }
            }
        } catch (FormatException | IOException | Failure e) {
            // The decision about it says so.
            return domains;
        }
        return domains;
    }

    /** A domain's name behind its number is of compiler and platform, which stay. */
    private static String rebuilt(String domain, String value, Wheel provider) {
        String number = provider.capi().get(NUMBERS.getOrDefault(domain, ""));
        return number == null ? value : value.replaceFirst("^v\\d+", "v" + number);
    }
}
