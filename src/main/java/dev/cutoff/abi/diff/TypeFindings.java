package dev.cutoff.abi.diff;

import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Shape;
import dev.cutoff.abi.type.TypeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is different in one pair of nodes itself, and in which pairs that they lead to more may be. */
final class TypeFindings {

    /** Something that is different. */
    record Finding(TypeRule rule, String text) {}

    /** A pair to be looked at too, and how it is reached from here. */
    record Next(int old, int now, String step) {}

    private static final int LONGEST_CHAIN = 64;
    /** Encodings of complex and floating-point numbers, decimal ones too (DWARF 5, table 7.11). */
    private static final Set<String> FLOATING = Set.of("3", "4", "9", "15");

    private final TypeSide old;
    private final TypeSide now;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Next> next = new ArrayList<>();

    TypeFindings(TypeSide old, TypeSide now) {
        this.old = old;
        this.now = now;
    }

    List<Finding> findings() {
        return findings;
    }

    List<Next> next() {
        return next;
    }

    void add(TypeRule rule, String text) {
        findings.add(new Finding(rule, text));
    }

    /** Compares two nodes that stand for the same thing. */
    void compare(int a, int b) {
        Shape was = old.shape(a);
        Shape is = now.shape(b);
        if (was.kind() == Kind.UNKNOWN || is.kind() == Kind.UNKNOWN) {
            add(TypeRule.NOT_KNOWN, was.kind() == Kind.UNKNOWN ? was.name() : is.name());
        } else if (was.kind() == Kind.AMBIGUOUS || is.kind() == Kind.AMBIGUOUS) {
            add(TypeRule.AMBIGUOUS, "has several definitions, which changed");
        } else if (was.kind() == Kind.DECLARATION) {
            add(TypeRule.COMPLETED, "was opaque and is defined now");
        } else if (is.kind() == Kind.DECLARATION) {
            add(TypeRule.MADE_OPAQUE, "was defined and is opaque now");
        } else if (was.kind() != is.kind()) {
            add(TypeRule.RETYPED_OTHERWISE, words(old, a) + " -> " + words(now, b));
        } else {
            switch (was.kind()) {
                case FUNCTION, FUNCTION_TYPE -> function(a, b, was, is);
                case VARIABLE ->
                    slot(
                            old.parts(a).getFirst().target(),
                            now.parts(b).getFirst().target(),
                            "type",
                            "");
                case STRUCT, UNION, VARIANT, VARIANTS -> {
                    new ClassFindings(old, now, this).compare(a, b);
                    if (findings.isEmpty() && next.isEmpty()) {
                        add(TypeRule.REGROUPED, "the same members are grouped otherwise");
                    }
                }
                case ENUM -> EnumFindings.compare(was, is, this);
                default -> slot(a, b, "type", "");
            }
            if (findings.isEmpty() && next.isEmpty()) {
                add(TypeRule.OTHER, "something else changed");
            }
        }
    }

    private static String words(TypeSide side, int node) {
        return TypeWords.of(side.graph(), node);
    }

    private void function(int a, int b, Shape was, Shape is) {
        if (!was.traits().equals(is.traits())) {
            add(TypeRule.CALLING_CONVENTION, "calling convention: " + was.traits() + " -> " + is.traits());
        }
        List<TypeSide.Part> before = old.parts(a);
        List<TypeSide.Part> after = now.parts(b);
        slot(before.getFirst().target(), after.getFirst().target(), "return type", "return value");
        int common = Math.min(before.size(), after.size());
        for (int i = 1; i < common; i++) {
            slot(before.get(i).target(), after.get(i).target(), "parameter " + i, "parameter " + i);
        }
        for (int i = common; i < before.size(); i++) {
            add(
                    TypeRule.SIGNATURE,
                    "parameter " + i + " (" + words(old, before.get(i).target()) + ") removed");
        }
        for (int i = common; i < after.size(); i++) {
            add(
                    TypeRule.SIGNATURE,
                    "parameter " + i + " (" + words(now, after.get(i).target()) + ") added");
        }
        boolean open = was.slots().stream().anyMatch(s -> s.role().equals("variadic"));
        if (open != is.slots().stream().anyMatch(s -> s.role().equals("variadic"))) {
            add(
                    TypeRule.VARIADIC,
                    open ? "takes no more arguments than its parameters now" : "takes more arguments now");
        }
    }

    /** Compares what one part of a type leads to: is it the same thing, changed inside, or something else? */
    void slot(int a, int b, String part, String step) {
        if (old.id(a).equals(now.id(b))) {
            return;
        }
        int x = a;
        int y = b;
        for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
            Shape was = old.shape(x);
            Shape is = now.shape(y);
            if (isUncertain(was.kind()) || isUncertain(is.kind()) || isOneThing(x, y, was, is)) {
                next.add(new Next(x, y, step));
                return;
            }
            if (!old.graph().text(x).equals(now.graph().text(y))
                    || was.kind() == Kind.MEMBER_POINTER
                    || old.graph().edges(x) != 1) {
                break;
            }
            // A pointer, an array, a qualifier on both sides: the difference is behind it.
            x = old.graph().edge(x, 0);
            y = now.graph().edge(y, 0);
        }
        add(rule(a, b), part + ": " + words(old, a) + " -> " + words(now, b));
    }

    private static boolean isUncertain(Kind kind) {
        return kind == Kind.UNKNOWN || kind == Kind.AMBIGUOUS;
    }

    private boolean isOneThing(int a, int b, Shape was, Shape is) {
        Kind kind = was.kind();
        if (kind == Kind.DECLARATION || is.kind() == Kind.DECLARATION) {
            String one = kind == Kind.DECLARATION ? was.traits() : kind.word();
            String other =
                    is.kind() == Kind.DECLARATION ? is.traits() : is.kind().word();
            return one.equals(other) && was.name().equals(is.name()) && kind != is.kind();
        }
        if (kind != is.kind()) {
            return false;
        }
        return switch (kind) {
            case FUNCTION_TYPE, VARIANTS, VARIANT -> true;
            case STRUCT, UNION, ENUM ->
                was.name().equals(is.name())
                        && (!was.name().isEmpty()
                                || old.graph().alias(a).equals(now.graph().alias(b)));
            default -> false;
        };
    }

    private TypeRule rule(int a, int b) {
        int x = old.plain(a);
        int y = now.plain(b);
        if (old.id(x).equals(now.id(y))) {
            return TypeRule.QUALIFIER;
        }
        Kind kind = old.graph().kind(x);
        if (kind.isIndirect() && now.graph().kind(y) == kind) {
            int t = old.plain(old.graph().edge(x, 0));
            int u = now.plain(now.graph().edge(y, 0));
            if (old.id(t).equals(now.id(u))) {
                return TypeRule.QUALIFIER;
            }
            boolean untyped = old.graph().kind(t) == Kind.VOID || now.graph().kind(u) == Kind.VOID;
            if (untyped || old.layout(t).equals(now.layout(u))) {
                return TypeRule.RETYPED_ALIKE;
            }
            boolean opaque =
                    old.graph().kind(t) == Kind.DECLARATION || now.graph().kind(u) == Kind.DECLARATION;
            return opaque || kind == Kind.MEMBER_POINTER ? TypeRule.RETYPED : TypeRule.RETYPED_OTHERWISE;
        }
        return old.layout(x).equals(now.layout(y)) ? TypeRule.RETYPED_ALIKE : values(old.shape(x), now.shape(y));
    }

    /** Numbers of one size: how much it matters what they mean. */
    private static TypeRule values(Shape was, Shape is) {
        boolean sized = !was.trait("size").isEmpty() && was.trait("size").equals(is.trait("size"));
        if (!sized || !isNumber(was) || !isNumber(is)) {
            return TypeRule.RETYPED_OTHERWISE;
        }
        String before = was.trait("encoding");
        String after = is.trait("encoding");
        if (FLOATING.contains(before) || FLOATING.contains(after)) {
            // They are passed in other registers.
            return TypeRule.RETYPED_OTHERWISE;
        }
        return before.equals(after) ? TypeRule.RETYPED_ALIKE : TypeRule.RETYPED;
    }

    private static boolean isNumber(Shape shape) {
        return shape.kind() == Kind.BASE || shape.kind() == Kind.ENUM;
    }
}
