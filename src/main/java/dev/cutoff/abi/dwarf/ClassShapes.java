package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.ShapeText;

/** Classes, structs and unions: bases, members with their places, slots of virtual functions (sections 5.7 to 5.10). */
final class ClassShapes {

    private static final int BY_REFERENCE = 4;
    private static final int BY_VALUE = 5;

    private final GraphWriter graph;
    private final ScopeNames names;
    private final BitOffsets offsets;
    private final Die die;
    private final Die part;
    private final Die probe;
    private final Die other;

    ClassShapes(GraphWriter graph, DebugInfo info, ScopeNames names, Budget budget) {
        this.graph = graph;
        this.names = names;
        this.die = new Die(info, budget);
        this.part = new Die(info, budget);
        this.probe = new Die(info, budget);
        this.other = new Die(info, budget);
        this.offsets = new BitOffsets(new Die(info, budget));
    }

    void type(long key, Kind kind, ShapeText to) throws FormatException {
        String name = names.of(key);
        die.readKey(key);
        if (die.isFlag(Attribute.DECLARATION)) {
            to.start(Kind.DECLARATION, name).trait(kind.word());
            return;
        }
        to.start(kind, name);
        TypeShapes.size(die, to);
        if (die.isConstant(Attribute.CALLING_CONVENTION)) {
            long convention = die.number(Attribute.CALLING_CONVENTION);
            to.trait(convention == BY_VALUE ? "by-value" : convention == BY_REFERENCE ? "by-reference" : "passed");
        }
        if (hasOwnCopies(name)) {
            // Whoever writes a destructor or a copy constructor makes the type one that is passed by reference.
            to.trait("own-copies");
        }
        parts(to);
    }

    void variants(long key, ShapeText to) throws FormatException {
        die.readKey(key);
        to.start(Kind.VARIANTS, "");
        if (die.has(Attribute.DISCR)) {
            long discriminant = die.reference(Attribute.DISCR);
            if (discriminant == DebugInfo.ELSEWHERE) {
                to.start(Kind.UNKNOWN, "variants whose discriminant could not be had");
                return;
            }
            part.readKey(discriminant);
            member("discriminant", to);
        } else if (die.has(Attribute.TYPE)) {
            to.edge("discriminant", "", "", graph.node(die.reference(Attribute.TYPE)));
        }
        parts(to);
    }

    void variant(long key, ShapeText to) throws FormatException {
        die.readKey(key);
        to.start(Kind.VARIANT, "");
        parts(to);
    }

    private void parts(ShapeText to) throws FormatException {
        if (!die.hasChildren()) {
            return;
        }
        long at = die.end();
        while (part.read(die.unit(), at)) {
            long here = at;
            at = part.next();
            if (part.offset() != here) {
                // Moving on has moved the window.
                part.read(die.unit(), here);
            }
            part(to);
        }
    }

    private void part(ShapeText to) throws FormatException {
        if (part.has(Attribute.UNKNOWN) && part.tag() != Tag.SUBPROGRAM) {
            to.edge(
                    "part",
                    "",
                    "",
                    graph.unknown("a part with attribute 0x" + Long.toHexString(part.number(Attribute.UNKNOWN))));
            return;
        }
        switch (part.tag()) {
            case Tag.MEMBER -> {
                // A static member is a symbol of its own; versions before 5 write it as a declared member.
                if (!part.isFlag(Attribute.DECLARATION) && !part.isFlag(Attribute.EXTERNAL)) {
                    member("member", to);
                }
            }
            case Tag.INHERITANCE -> {
                String place = offsets.of(part) + (part.isFlag(Attribute.VIRTUALITY) ? " virtual" : "");
                to.edge("base", "", place, type(part));
            }
            case Tag.SUBPROGRAM -> {
                if (part.isFlag(Attribute.VIRTUALITY)) {
                    virtual(to);
                }
            }
            case Tag.VARIANT_PART -> to.edge("variants", "", "", graph.node(part.key()));
            case Tag.VARIANT -> to.edge("variant", "", discriminant(), graph.node(part.key()));
            default -> {}
        }
    }

    private int type(Die of) throws FormatException {
        return of.has(Attribute.TYPE) ? graph.node(of.reference(Attribute.TYPE)) : graph.empty();
    }

    private void member(String role, ShapeText to) throws FormatException {
        String name = part.text(Attribute.NAME);
        // The pointer to the virtual table; compilers put the class's name behind it, each in its way.
        to.edge(role, name.startsWith("_vptr") ? "_vptr" : name, offsets.of(part), type(part));
    }

    private void virtual(ShapeText to) throws FormatException {
        String slot = "slot ?";
        if (part.isBlock(Attribute.VTABLE_ELEM_LOCATION)) {
            byte[] block = part.block(Attribute.VTABLE_ELEM_LOCATION);
            long number = Expressions.constant(block, part.unit().bytes().isLittle());
            slot = "slot " + (number == Expressions.NONE ? Expressions.text(block) : Long.toString(number));
        } else if (part.isConstant(Attribute.VTABLE_ELEM_LOCATION)) {
            slot = "slot " + part.number(Attribute.VTABLE_ELEM_LOCATION);
        }
        String name = part.text(Attribute.NAME);
        String symbol = part.text(Attribute.LINKAGE_NAME);
        // Destructors have a slot for each of their kinds, and compilers name different ones here.
        to.edge("virtual", symbol.isEmpty() || name.startsWith("~") ? name : symbol, slot, graph.node(part.key()));
    }

    private String discriminant() throws FormatException {
        if (part.isConstant(Attribute.DISCR_VALUE)) {
            return Long.toString(part.number(Attribute.DISCR_VALUE));
        }
        return part.isBlock(Attribute.DISCR_LIST) ? Expressions.text(part.block(Attribute.DISCR_LIST)) : "else";
    }

    /** Whether the class declares a destructor, or a copy or move constructor, that its author wrote. */
    private boolean hasOwnCopies(String full) throws FormatException {
        if (!die.hasChildren()) {
            return false;
        }
        String own = simple(full);
        long at = die.end();
        while (probe.read(die.unit(), at)) {
            if (probe.tag() == Tag.SUBPROGRAM
                    && !probe.isFlag(Attribute.ARTIFICIAL)
                    && !probe.isFlag(Attribute.DEFAULTED)) {
                String name = probe.text(Attribute.NAME);
                if (name.startsWith("~") || (name.equals(own) && takesItsOwn(die.offset()))) {
                    return true;
                }
            }
            at = probe.next();
        }
        return false;
    }

    private static String simple(String full) {
        int angle = full.indexOf('<');
        String plain = angle < 0 ? full : full.substring(0, angle);
        return plain.substring(plain.lastIndexOf(':') + 1);
    }

    /** Whether the constructor takes a reference to its class and, beside the object itself, nothing else. */
    private boolean takesItsOwn(long classOffset) throws FormatException {
        if (!probe.hasChildren()) {
            return false;
        }
        Unit unit = die.unit();
        long at = probe.end();
        int count = 0;
        boolean own = false;
        while (other.read(unit, at)) {
            at = other.next();
            if (other.tag() == Tag.FORMAL_PARAMETER && !other.isFlag(Attribute.ARTIFICIAL)) {
                count++;
                own = refersTo(unit.key(classOffset));
            }
        }
        return count == 1 && own;
    }

    private boolean refersTo(long wanted) throws FormatException {
        boolean reference = false;
        for (int steps = 0; steps < 8 && other.has(Attribute.TYPE); steps++) {
            long key = other.reference(Attribute.TYPE);
            if (key == DebugInfo.ELSEWHERE) {
                return false;
            }
            if (key == wanted) {
                return reference;
            }
            other.readKey(key);
            reference |= other.tag() == Tag.REFERENCE_TYPE || other.tag() == Tag.RVALUE_REFERENCE_TYPE;
        }
        return false;
    }
}
