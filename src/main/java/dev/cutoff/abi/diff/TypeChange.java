package dev.cutoff.abi.diff;

import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Shape;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.TypeGraph;
import dev.cutoff.abi.type.TypeWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different in one type or function of two files, as a person says it. Only what is different in it itself: who reaches
 * it by pointers or members is not named. For explanations alone; {@link Differ} judges.
 *
 * @param name without namespaces and kind: what stands in a header
 * @param works what it does to what was built against the old one
 * @param text {@code struct point: member 'x' moved from offset 0 to 4 bytes}
 */
public record TypeChange(String name, Verdict works, String text) {

    private static final int SHOWN = 3;

    /** What is shown of one type: what breaks consumers before what does not. */
    private static final Verdict[] MOST_SEVERE_FIRST = {Verdict.NO, Verdict.UNKNOWN, Verdict.YES};

    /** The changes of the types and functions that both files know by one name each, most severe first. */
    public static List<TypeChange> between(Surface old, Surface now) {
        TypeSide before = new TypeSide(old);
        TypeSide after = new TypeSide(now);
        Map<String, Integer> there = named(now);
        List<TypeChange> changes = new ArrayList<>();
        named(old).forEach((words, node) -> {
            Integer other = there.get(words);
            if (other != null && !before.id(node).equals(after.id(other))) {
                TypeFindings found = new TypeFindings(before, after);
                found.compare(node, other);
                if (!found.findings().isEmpty()) {
                    changes.add(new TypeChange(simple(words), worst(found), words + ": " + text(found)));
                }
            }
        });
        changes.sort(Comparator.comparing(TypeChange::works).reversed().thenComparing(TypeChange::text));
        return List.copyOf(changes);
    }

    /** Nodes by their words, of those that are the only ones of these words. */
    private static Map<String, Integer> named(Surface surface) {
        Map<String, Integer> named = new HashMap<>();
        Set<String> several = new HashSet<>();
        TypeGraph graph = surface.graph();
        for (int node = 0; node < graph.size(); node++) {
            if (graph.kind(node).isCompletable()) {
                Shape shape = graph.shape(node);
                boolean nameless = shape.name().isEmpty() && graph.alias(node).isEmpty();
                String words = TypeWords.of(graph, node);
                if (!nameless && named.put(words, node) != null) {
                    several.add(words);
                }
            }
        }
        surface.symbols().forEach((symbol, node) -> {
            if (graph.kind(node) == Kind.FUNCTION || graph.kind(node) == Kind.VARIABLE) {
                int version = symbol.indexOf('@');
                String words = version < 0 ? symbol : symbol.substring(0, version);
                if (named.put(words, node) != null) {
                    several.add(words);
                }
            }
        });
        named.keySet().removeAll(several);
        return named;
    }

    private static String simple(String words) {
        int template = words.indexOf('<');
        String plain = template < 0 ? words : words.substring(0, template);
        return plain.substring(Math.max(plain.lastIndexOf(' '), plain.lastIndexOf(':')) + 1);
    }

    private static Verdict worst(TypeFindings found) {
        Verdict worst = Verdict.YES;
        for (TypeFindings.Finding finding : found.findings()) {
            worst = worst.worse(finding.rule().works());
        }
        return worst;
    }

    private static String text(TypeFindings found) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (Verdict severity : MOST_SEVERE_FIRST) {
            for (TypeFindings.Finding finding : found.findings()) {
                if (finding.rule().works() == severity && shown++ < SHOWN) {
                    text.append(shown == 1 ? "" : "; ").append(finding.text());
                }
            }
        }
        return shown > SHOWN
                ? text.append("; and ").append(shown - SHOWN).append(" more").toString()
                : text.toString();
    }
}
