package dev.cutoff.decide;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of reasons. */
final class Reasons {

    /** Changed content says more than changed names, names more than changed types. */
    static final Comparator<Reason> MOST_TELLING_FIRST = Comparator.comparingInt(Reasons::rank);

    /** Programs that a driver starts for its own work; people know the driver's command line. */
    private static final Set<String> INNER = Set.of(
            "cc1", "cc1plus", "cc1obj", "f951", "lto1", "lto-wrapper", "collect2", "as", "ld", "ld.bfd", "ld.gold");

    /** Ends the state of an executable file. */
    private static final String EXECUTABLE = "+x";

    private Reasons() {}

    private static int rank(Reason reason) {
        if (reason.kind() != Reason.Kind.USE || reason.entity() == null) {
            return 0;
        }
        return switch (kind(reason.entity())) {
            case TOKENS, LINES, LINKED -> 1;
            case BYTES -> 2;
            case LISTING, NAMES -> 3;
            case LINK, TARGET -> 4;
            default -> 5;
        };
    }

    /** The kind that a reason's entity begins with. */
    private static FactKind kind(String entity) {
        FactKind found = FactKind.IMAGE;
        int length = 0;
        for (FactKind kind : FactKind.values()) {
            if (kind.word().length() > length && entity.startsWith(kind.word() + " ")) {
                found = kind;
                length = kind.word().length();
            }
        }
        return found;
    }

    /** The path that a reason is about, as people see it; empty where it is about none. */
    static Optional<String> path(Reason reason) {
        if (reason.kind() != Reason.Kind.USE || reason.entity() == null) {
            return Optional.empty();
        }
        FactKind kind = kind(reason.entity());
        return kind.isPath() ? Optional.of(reason.entity().substring(kind.word().length() + 1)) : Optional.empty();
    }

    static boolean isOfContent(Reason reason) {
        return reason.entity() != null && kind(reason.entity()).isOfContent();
    }

    static Reason input(String name, @Nullable String was, @Nullable String now) {
        String text;
        if (name.indexOf(' ') > 0) {
            text = named(name, was, now);
        } else if (was == null) {
            text = "input " + name + " is new: " + brief(now);
        } else if (now == null) {
            text = "input " + name + " is gone (was " + brief(was) + ")";
        } else if (name.equals("build")) {
            text = recipe(was.split("\n"), now.split("\n"));
        } else {
            text = "input " + name + " changed: " + brief(was) + " -> " + brief(now);
        }
        return new Reason(Reason.Kind.INPUT, null, "input " + name, was, now, null, text);
    }

    /** Of an input whose name says what it is: {@code patch 003-fix.patch}. */
    private static String named(String name, @Nullable String was, @Nullable String now) {
        if (was == null) {
            return name + " is new" + (isShown(now) ? ": " + brief(now) : "");
        }
        if (now == null) {
            return name + " is gone" + (isShown(was) ? " (was " + brief(was) + ")" : "");
        }
        return name + " changed" + (isShown(was) && isShown(now) ? ": " + brief(was) + " -> " + brief(now) : "");
    }

    /** Digests tell a person nothing. */
    private static boolean isShown(@Nullable String value) {
        return value != null && !Digest.isHex(value.split(" ", 2)[0]);
    }

    /** The first line of a recipe that is another one now. */
    private static String recipe(String[] was, String[] now) {
        int line = 0;
        while (line < was.length && line < now.length && was[line].equals(now[line])) {
            line++;
        }
        return "input build changed: line " + (line + 1) + " was " + (line < was.length ? brief(was[line]) : "(none)")
                + ", is " + (line < now.length ? brief(now[line]) : "(none)");
    }

    static Reason strict(String need, Digest was, Digest now) {
        return new Reason(
                Reason.Kind.STRICT,
                need,
                "artifact " + need,
                was.hex(),
                now.hex(),
                null,
                need + " has other content than at the last build (policy strict)");
    }

    static Reason unlicensed(Use use, Policy policy) {
        String what = use.fact().kind().word() + " " + Place.display(use.fact().entity());
        return Reason.of(
                Reason.Kind.NO_EVIDENCE,
                what + " is only " + use.evidence().word() + ", which licenses no keep under policy " + policy.word());
    }

    static Reason use(BuildRecord record, Use use, World world) {
        return use(record, use, world, "");
    }

    /** @param difference what of it counts, in words; "" for what the world tells */
    static Reason use(BuildRecord record, Use use, World world, String difference) {
        Fact fact = use.fact();
        String now = world.state(fact).orElse("not built yet");
        if (fact.kind().isOfWheels()) {
            return ofWheels(fact, now, world);
        }
        String dependency = Place.dependencyOf(fact.entity());
        String name = fact.kind().isPath() ? Place.display(fact.entity()) : fact.entity();
        String step =
                use.steps().isEmpty() ? null : speaking(record, use.steps().get(0));
        if (now.equals(Fact.UNKNOWN)) {
            return new Reason(
                    Reason.Kind.NO_EVIDENCE,
                    dependency.isEmpty() ? null : dependency,
                    fact.kind().word() + " " + name,
                    fact.state(),
                    null,
                    step,
                    "what " + fact.kind().word() + " " + name + " is now is not known"
                            + (step == null ? "" : "; used by " + step));
        }
        return new Reason(
                Reason.Kind.USE,
                dependency.isEmpty() ? null : dependency,
                fact.kind().word() + " " + name,
                fact.state(),
                now,
                step,
                fact.isNarrow() && !now.equals(Fact.ABSENT)
                        ? narrow(
                                fact,
                                name,
                                difference.isEmpty() ? world.difference(fact) : Optional.of(difference),
                                step)
                        : now.equals(Fact.ABSENT) && isOfWhatStands(fact.kind())
                                ? name
                                        + absent(fact, world)
                                        + (step == null ? "" : "; was " + relied(fact.kind()) + step)
                                : sentence(fact.kind(), name, fact.state(), now, step));
    }

    /** The unit that a fact's entity belongs to; "" where it belongs to none. */
    static String dependency(Fact fact, World world) {
        return fact.kind().isOfWheels()
                ? world.origin(fact).map(World.Origin::unit).orElse(fact.entity())
                : Place.dependencyOf(fact.entity());
    }

    private static Reason ofWheels(Fact fact, String now, World world) {
        boolean unknown = now.equals(Fact.UNKNOWN);
        String what = fact.kind().word() + " " + fact.entity();
        String text = world.difference(fact)
                .orElse(
                        unknown
                                ? "what " + what + " is now is not known"
                                : what + " changed: " + brief(fact.state()) + " -> " + brief(now));
        Optional<World.Origin> origin = world.origin(fact);
        return new Reason(
                unknown ? Reason.Kind.NO_EVIDENCE : Reason.Kind.USE,
                origin.map(World.Origin::unit).orElse(null),
                what,
                fact.state(),
                unknown ? null : now,
                null,
                text + origin.map(from -> "; " + from.edge()).orElse(""));
    }

    private static String narrow(Fact fact, String name, Optional<String> difference, @Nullable String step) {
        return fact.kind().word() + " " + name + difference.map(d -> ": " + d).orElse(" changed")
                + (step == null ? "" : "; seen by " + step);
    }

    private static String absent(Fact fact, World world) {
        return world.absence(fact)
                .map(words -> " " + words)
                .orElse(isOfListing(fact.kind()) ? " is gone, or no folder any more" : " is gone");
    }

    /** Whether a fact of this kind can be that nothing stands there. */
    private static boolean isOfWhatStands(FactKind kind) {
        return kind.isPath() && kind != FactKind.PACKAGE && kind != FactKind.ARTIFACT;
    }

    private static boolean isOfListing(FactKind kind) {
        return kind == FactKind.LISTING || kind == FactKind.NAMES;
    }

    private static String relied(FactKind kind) {
        return isOfListing(kind) ? "listed by: " : kind.isOfContent() ? "read by: " : "looked up by: ";
    }

    private static String sentence(FactKind kind, String name, String was, String now, @Nullable String step) {
        String by = step == null ? "" : ": " + step;
        String reader = step == null ? "" : "; read by" + by;
        return switch (kind) {
            case BYTES, TOKENS, LINES, LINKED -> name + onlyMode(was, now).orElse(" changed (bytes)") + reader;
            case EXISTS, STAMP, PRESENCE -> {
                if (was.equals(Fact.ABSENT)) {
                    yield name + " appeared" + (step == null ? "" : "; was looked for in vain by" + by);
                }
                yield name + " changed (" + was + " -> " + now + ")" + (step == null ? "" : "; looked up by" + by);
            }
            case LINK, TARGET ->
                name + " changed (" + was + " -> " + now + ")" + (step == null ? "" : "; looked up by" + by);
            case LISTING, NAMES ->
                "the names in " + name + " changed" + names(was, now) + (step == null ? "" : "; listed by" + by);
            case LOADER ->
                "the loader finds " + name + " elsewhere (" + was + " -> " + now + ")"
                        + (step == null ? "" : "; loaded by" + by);
            case CPU -> "the processor is another one" + reader;
            case KERNEL ->
                "the kernel is another one (" + was + " -> " + now + ")" + (step == null ? "" : "; asked for by" + by);
            case PACKAGE -> name + " comes from another package version (" + was + " -> " + now + ")" + reader;
            case ANSWER -> name + " gives another answer";
            case ARTIFACT -> name + " is another artifact; what of it counts is not known";
            case IMAGE -> "the system image is another one (" + was + " -> " + now + ")" + reader;
            case VERSION, WHEEL_CONTENT, WHEEL_ABI, SERVES, REQUIREMENT, ENVIRONMENT, SOURCE, TOOLCHAIN ->
                name + " changed (" + was + " -> " + now + ")";
        };
    }

    /** What changed of a file whose bytes are the same. */
    private static Optional<String> onlyMode(String was, String now) {
        if (now.equals(was + EXECUTABLE)) {
            return Optional.of(" is executable now");
        }
        return was.equals(now + EXECUTABLE) ? Optional.of(" is no longer executable") : Optional.empty();
    }

    /** The names that came and went, where both listings are short enough to stand in the record themselves. */
    private static String names(String was, String now) {
        if (Digest.isHex(was) || Digest.isHex(now) || was.equals(Fact.ABSENT) || now.equals(Fact.ABSENT)) {
            return "";
        }
        List<String> before = items(was);
        List<String> after = items(now);
        StringBuilder text = new StringBuilder();
        after.stream()
                .filter(n -> !before.contains(n))
                .limit(3)
                .forEach(n -> text.append(" +").append(bare(n)));
        before.stream()
                .filter(n -> !after.contains(n))
                .limit(3)
                .forEach(n -> text.append(" -").append(bare(n)));
        return text.isEmpty() ? "" : " (" + text.substring(1) + ")";
    }

    /** What a listing in a record holds. */
    private static List<String> items(String listing) {
        return listing.equals(Fact.EMPTY) ? List.of() : List.of(listing.split("/"));
    }

    /** A listing's item without its type letter. */
    private static String bare(String item) {
        return item.length() > 2 ? item.substring(2) : item;
    }

    /** The step in the words of the command that a person wrote: {@code cc -c inflate.c} for its {@code cc1}. */
    static String speaking(BuildRecord record, int number) {
        Step step = record.steps().get(number);
        while ((INNER.contains(step.program()) || step.isInner()) && step.parent() >= 0) {
            step = record.steps().get(step.parent());
        }
        return step.check().isEmpty() ? step.display() : step.display() + " (" + step.check() + ")";
    }

    private static String brief(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "(empty)";
        }
        String line = value.replace('\n', ' ');
        return line.length() > 80 ? line.substring(0, 77) + "..." : line;
    }
}
