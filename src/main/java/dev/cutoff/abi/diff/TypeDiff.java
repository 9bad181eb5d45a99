package dev.cutoff.abi.diff;

import dev.cutoff.abi.diff.Change.What;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Shape;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.abi.type.TypeId;
import dev.cutoff.abi.type.TypeWords;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares the types of the symbols that two files have. From each symbol whose ids differ it goes in step through both
 * graphs, where their ids differ; what is different in a pair itself is the root cause of all that reach it, and is said
 * once, with the shortest way to it.
 */
final class TypeDiff {

    private static final int SHOWN = 6;

    private record Pair(int old, int now) {}

    /** A pair that was looked at: where it was first reached from, and what was found in it. */
    private static final class Visit {
        final Pair pair;
        final @Nullable Visit from;
        final String step;
        final String symbol;
        final boolean used;
        final List<Visit> reachedFrom = new ArrayList<>();
        final Set<String> roots = new HashSet<>();
        List<TypeFindings.Finding> findings = List.of();

        Visit(Pair pair, @Nullable Visit from, String step, String symbol, boolean used) {
            this.pair = pair;
            this.from = from;
            this.step = step;
            this.symbol = symbol;
            this.used = used;
        }
    }

    private final Binary before;
    private final Binary after;
    private final Changes changes;
    private final Consumer consumer;
    private final Set<String> said;
    private final Predicate<String> mayGrow;
    private final TypeSide old;
    private final TypeSide now;
    private final Map<Pair, Visit> visits = new HashMap<>();
    private final List<Visit> order = new ArrayList<>();
    private final ArrayDeque<Visit> work = new ArrayDeque<>();

    /**
     * Two files.
     *
     * @param said what was said already of others that belong to them, such as members of one archive: nothing is said twice
     */
    TypeDiff(Binary before, Binary after, Changes changes, Consumer consumer, Set<String> said) {
        this(before, after, changes, consumer, said, _ -> false);
    }

    /**
     * The same.
     *
     * @param mayGrow tells by its name whether a type that is reached by pointers alone may grow at its end
     */
    TypeDiff(
            Binary before,
            Binary after,
            Changes changes,
            Consumer consumer,
            Set<String> said,
            Predicate<String> mayGrow) {
        this.mayGrow = mayGrow;
        this.said = said;
        this.before = before;
        this.after = after;
        this.changes = changes;
        this.consumer = consumer;
        this.old = new TypeSide(before.types());
        this.now = new TypeSide(after.types());
    }

    /** Whether both files tell types, and of the same extent. */
    static boolean isComparable(Binary old, Binary now) {
        return old.types().tier() != Tier.SYMBOLS
                && old.types().tier() == now.types().tier();
    }

    /** How many symbols of the old file that consumers use have types in both, and how many have none in one of them. */
    static int[] counts(Binary old, Binary now, Consumer consumer) {
        Map<String, Integer> there = byName(now.types());
        int[] counts = new int[2];
        for (Offer offer : old.offers()) {
            if (consumer.use(offer, old.soname()) != Consumer.Use.NONE) {
                String name = offer.fullName();
                boolean known = old.types().symbols().containsKey(name) && there.containsKey(plain(name));
                counts[known ? 0 : 1]++;
            }
        }
        return counts;
    }

    void run() {
        if (!isComparable(before, after)) {
            return;
        }
        // What is used first, so that whatever is reached from it counts as used.
        roots(true);
        walk();
        roots(false);
        walk();
        report();
    }

    private static String plain(String symbol) {
        return symbol.replace("@@", "@");
    }

    private static Map<String, Integer> byName(Surface types) {
        Map<String, Integer> byName = new HashMap<>();
        types.symbols().forEach((symbol, node) -> byName.put(plain(symbol), node));
        return byName;
    }

    private void roots(boolean used) {
        Map<String, Integer> there = byName(after.types());
        for (Offer offer : before.offers()) {
            String name = offer.fullName();
            Integer a = before.types().symbols().get(name);
            Integer b = there.get(plain(name));
            if (a != null && b != null && (consumer.use(offer, before.soname()) != Consumer.Use.NONE) == used) {
                visit(new Pair(a, b), null, "", name, used);
            }
        }
    }

    private void visit(Pair pair, @Nullable Visit from, String step, String symbol, boolean used) {
        TypeId a = old.id(pair.old);
        if (a.equals(now.id(pair.now))) {
            return;
        }
        Visit known = visits.get(pair);
        if (known == null) {
            known = new Visit(pair, from, step, symbol, used);
            visits.put(pair, known);
            order.add(known);
            work.add(known);
        }
        if (from == null) {
            known.roots.add(symbol);
        } else {
            known.reachedFrom.add(from);
        }
    }

    private void walk() {
        for (Visit visit = work.poll(); visit != null; visit = work.poll()) {
            TypeFindings found = new TypeFindings(old, now);
            found.compare(visit.pair.old, visit.pair.now);
            visit.findings = found.findings();
            for (TypeFindings.Next next : found.next()) {
                visit(new Pair(next.old(), next.now()), visit, next.step(), visit.symbol, visit.used);
            }
        }
    }

    private record Cause(Visit visit, Verdict same, Verdict works, Set<String> symbols) {}

    private void report() {
        List<Cause> causes = new ArrayList<>();
        for (Visit visit : order) {
            if (!visit.findings.isEmpty()) {
                Verdict same = Verdict.YES;
                Verdict works = Verdict.YES;
                for (TypeFindings.Finding finding : visit.findings) {
                    boolean harmless = finding.rule() == TypeRule.GROWN_BEHIND_POINTERS && mayGrow.test(subject(visit));
                    same = same.worse(finding.rule().same());
                    works = works.worse(harmless ? Verdict.YES : finding.rule().works());
                }
                causes.add(new Cause(visit, same, works, symbols(visit)));
            }
        }
        causes.sort(Comparator.comparing(Cause::works)
                .reversed()
                .thenComparingInt(c -> -c.symbols.size())
                .thenComparing(c -> subject(c.visit)));
        // The same words for pairs that differ only in what has no name are said once.
        for (Cause cause : causes) {
            String text = text(cause);
            if (said.add(text)) {
                changes.add(
                        what(cause.visit),
                        subject(cause.visit),
                        "",
                        "",
                        cause.same,
                        cause.works,
                        cause.visit.used,
                        text);
            }
        }
    }

    private Set<String> symbols(Visit cause) {
        Set<String> symbols = new HashSet<>();
        Set<Visit> seen = new HashSet<>(List.of(cause));
        ArrayDeque<Visit> back = new ArrayDeque<>(seen);
        for (Visit visit = back.poll(); visit != null; visit = back.poll()) {
            symbols.addAll(visit.roots);
            for (Visit from : visit.reachedFrom) {
                if (seen.add(from)) {
                    back.add(from);
                }
            }
        }
        return symbols;
    }

    private What what(Visit visit) {
        return switch (old.graph().kind(visit.pair.old)) {
            case FUNCTION -> What.SIGNATURE;
            case VARIABLE -> What.VARIABLE;
            default -> What.TYPE;
        };
    }

    private String subject(Visit visit) {
        Shape shape = old.shape(visit.pair.old);
        if (shape.kind() == Kind.FUNCTION || shape.kind() == Kind.VARIABLE || visit.from == null) {
            return visit.symbol;
        }
        return TypeWords.of(old.graph(), visit.pair.old);
    }

    private String text(Cause cause) {
        Visit visit = cause.visit;
        StringBuilder text = new StringBuilder(subject(visit)).append(": ");
        int shown = 0;
        for (Verdict severity : new Verdict[] {Verdict.NO, Verdict.UNKNOWN, Verdict.YES}) {
            for (TypeFindings.Finding finding : visit.findings) {
                if (finding.rule().works() == severity && shown++ < SHOWN) {
                    text.append(shown == 1 ? "" : "; ").append(finding.text());
                }
            }
        }
        if (shown > SHOWN) {
            text.append("; and ").append(shown - SHOWN).append(" more differences");
        }
        if (visit.from != null) {
            text.append("; reached from ")
                    .append(visit.symbol)
                    .append(" (")
                    .append(way(visit))
                    .append(')');
            int others = cause.symbols.size() - 1;
            if (others > 0) {
                text.append(" and ").append(others).append(others == 1 ? " other symbol" : " other symbols");
            }
        }
        return text.toString();
    }

    private static String way(Visit to) {
        List<String> steps = new ArrayList<>();
        for (Visit visit = to; visit != null; visit = visit.from) {
            if (!visit.step.isEmpty()) {
                steps.add(visit.step);
            }
        }
        return steps.isEmpty() ? "its type" : String.join(" -> ", steps.reversed());
    }
}
