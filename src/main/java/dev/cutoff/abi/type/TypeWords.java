package dev.cutoff.abi.type;

import java.util.ArrayList;
import java.util.List;

/** Types as a person who knows C would write them: {@code const char *}, {@code struct tm}, {@code int [3][4]}. */
public final class TypeWords {

    private static final int DEEPEST = 12;
    private static final int MOST_PARAMETERS = 6;

    private TypeWords() {}

    /** A node's words. */
    public static String of(TypeGraph graph, int node) {
        return words(graph, node, DEEPEST);
    }

    private static String words(TypeGraph graph, int node, int left) {
        if (left == 0) {
            return "…";
        }
        Shape shape = graph.shape(node);
        return switch (shape.kind()) {
            case VOID -> "void";
            case BASE, UNSPECIFIED -> shape.name();
            case POINTER -> pointer(graph, node, "*", left);
            case REFERENCE -> pointer(graph, node, "&", left);
            case RVALUE_REFERENCE -> pointer(graph, node, "&&", left);
            case MEMBER_POINTER ->
                words(graph, graph.edge(node, 1), left - 1) + " " + words(graph, graph.edge(node, 0), left - 1) + "::*";
            case QUALIFIED -> qualified(graph, node, shape, left);
            case ARRAY -> array(graph, node, shape, left);
            case STRUCT, UNION, ENUM -> named(shape.kind().word(), shape.name(), graph.alias(node));
            case DECLARATION -> named(shape.traits(), shape.name(), graph.alias(node));
            case AMBIGUOUS -> shape.name().isEmpty() ? "several types" : named(shape.traits(), shape.name(), "");
            case FUNCTION_TYPE, FUNCTION -> function(graph, node, shape, "", left);
            case SUBRANGE, SET, FILE, VARIABLE -> words(graph, graph.edge(node, 0), left - 1);
            case STRING -> "string";
            case VARIANTS, VARIANT -> "variants";
            case UNKNOWN -> "unknown (" + shape.name() + ")";
        };
    }

    private static String named(String kind, String name, String alias) {
        return !name.isEmpty() ? kind + " " + name : !alias.isEmpty() ? alias : kind + " without a name";
    }

    private static String pointer(TypeGraph graph, int node, String sign, int left) {
        int target = graph.edge(node, 0);
        if (graph.kind(target) == Kind.FUNCTION_TYPE) {
            return function(graph, target, graph.shape(target), "(" + sign + ")", left - 1);
        }
        String words = words(graph, target, left - 1);
        return words + (words.endsWith("*") || words.endsWith("&") ? "" : " ") + sign;
    }

    private static String qualified(TypeGraph graph, int node, Shape shape, int left) {
        int target = graph.edge(node, 0);
        String words = words(graph, target, left - 1);
        return graph.kind(target).isIndirect() ? words + " " + shape.traits() : shape.traits() + " " + words;
    }

    private static String array(TypeGraph graph, int node, Shape shape, int left) {
        StringBuilder text = new StringBuilder(words(graph, graph.edge(node, graph.edges(node) - 1), left - 1));
        text.append(' ');
        for (Shape.Slot slot : shape.slots()) {
            if (slot.role().equals("dimension")) {
                String bounds =
                        slot.detail().startsWith("count=") ? slot.detail().substring(6) : slot.detail();
                text.append('[').append(bounds.equals("open") ? "" : bounds).append(']');
            }
        }
        return text.toString();
    }

    private static String function(TypeGraph graph, int node, Shape shape, String inner, int left) {
        List<String> parameters = new ArrayList<>();
        String returned = "void";
        int edge = 0;
        for (Shape.Slot slot : shape.slots()) {
            if (slot.role().equals("variadic")) {
                parameters.add("...");
            } else if (slot.leads()) {
                int target = graph.edge(node, edge++);
                if (slot.role().equals("return")) {
                    returned = words(graph, target, left - 1);
                } else if (parameters.size() < MOST_PARAMETERS) {
                    parameters.add(words(graph, target, Math.min(left - 1, 3)));
                }
            }
        }
        return returned + " " + inner + "(" + String.join(", ", parameters) + ")";
    }
}
