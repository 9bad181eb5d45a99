package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.ShapeText;

/** What entries of types and symbols say, as shapes (sections 3.3 and 5). What is not understood is {@link Kind#UNKNOWN}. */
final class TypeShapes {

    private static final int CC_NORMAL = 1;

    private final GraphWriter graph;
    private final ClassShapes classes;
    private final FunctionShapes functions;
    private final Bounds bounds;
    private final Die die;
    private final Die part;
    private final ScopeNames names;

    TypeShapes(GraphWriter graph, DebugInfo info, ScopeNames names, Budget budget) {
        this.graph = graph;
        this.names = names;
        this.bounds = new Bounds(info, budget);
        this.classes = new ClassShapes(graph, info, names, budget);
        this.functions = new FunctionShapes(graph, info, budget);
        this.die = new Die(info, budget);
        this.part = new Die(info, budget);
    }

    boolean isArray(long key) throws FormatException {
        if (key == DebugInfo.VOID) {
            return false;
        }
        die.readKey(key);
        return die.tag() == Tag.ARRAY_TYPE;
    }

    /** The shape of a function or variable. */
    void symbol(long key, ShapeText to) throws FormatException {
        die.readKey(key);
        if (die.tag() == Tag.VARIABLE) {
            long from = key;
            for (int steps = 0; steps < 8 && !die.has(Attribute.TYPE); steps++) {
                int slot =
                        die.isReference(Attribute.SPECIFICATION) ? Attribute.SPECIFICATION : Attribute.ABSTRACT_ORIGIN;
                from = die.isReference(slot) ? die.reference(slot) : DebugInfo.ELSEWHERE;
                if (from == DebugInfo.ELSEWHERE) {
                    break;
                }
                die.readKey(from);
            }
            to.start(Kind.VARIABLE, "");
            if (die.isConstant(Attribute.ALIGNMENT)) {
                to.trait("align", die.number(Attribute.ALIGNMENT));
            }
            to.edge(
                    "type",
                    "",
                    "",
                    die.has(Attribute.TYPE)
                            ? graph.node(die.reference(Attribute.TYPE))
                            : graph.unknown("a variable without a type"));
        } else {
            functions.function(key, Kind.FUNCTION, to);
        }
    }

    /**
     * The shape of a type.
     *
     * @param qualifiers of an array's elements
     */
    void type(long key, int qualifiers, ShapeText to) throws FormatException {
        if (key == DebugInfo.VOID) {
            to.start(Kind.VOID, "");
            return;
        }
        die.readKey(key);
        if (die.has(Attribute.UNKNOWN)) {
            to.start(Kind.UNKNOWN, "a type with attribute 0x" + Long.toHexString(die.number(Attribute.UNKNOWN)));
            return;
        }
        switch (die.tag()) {
            case Tag.BASE_TYPE -> base(to);
            case Tag.POINTER_TYPE -> indirect(Kind.POINTER, to);
            case Tag.REFERENCE_TYPE -> indirect(Kind.REFERENCE, to);
            case Tag.RVALUE_REFERENCE_TYPE -> indirect(Kind.RVALUE_REFERENCE, to);
            case Tag.PTR_TO_MEMBER_TYPE -> {
                to.start(Kind.MEMBER_POINTER, "");
                to.edge("class", "", "", referred(Attribute.CONTAINING_TYPE));
                to.edge("target", "", "", referred(Attribute.TYPE));
            }
            case Tag.ARRAY_TYPE, Tag.COARRAY_TYPE -> array(key, qualifiers, to);
            case Tag.CLASS_TYPE, Tag.STRUCTURE_TYPE, Tag.INTERFACE_TYPE -> classes.type(key, Kind.STRUCT, to);
            case Tag.UNION_TYPE -> classes.type(key, Kind.UNION, to);
            case Tag.VARIANT_PART -> classes.variants(key, to);
            case Tag.VARIANT -> classes.variant(key, to);
            case Tag.ENUMERATION_TYPE -> enumeration(key, to);
            case Tag.SUBROUTINE_TYPE -> functions.function(key, Kind.FUNCTION_TYPE, to);
            case Tag.SUBPROGRAM -> functions.function(key, Kind.FUNCTION_TYPE, to);
            case Tag.SUBRANGE_TYPE, Tag.GENERIC_SUBRANGE -> {
                to.start(Kind.SUBRANGE, "");
                size(to);
                to.trait(bounds.of(die));
                to.edge("type", "", "", die.has(Attribute.TYPE) ? referred(Attribute.TYPE) : graph.empty());
            }
            case Tag.STRING_TYPE -> {
                to.start(Kind.STRING, "");
                size(to);
                computed(Attribute.STRING_LENGTH, "length", to);
            }
            case Tag.SET_TYPE -> single(Kind.SET, to);
            case Tag.FILE_TYPE -> single(Kind.FILE, to);
            case Tag.UNSPECIFIED_TYPE -> to.start(Kind.UNSPECIFIED, die.text(Attribute.NAME));
            default -> to.start(Kind.UNKNOWN, "a type with tag 0x" + Integer.toHexString(die.tag()));
        }
    }

    private int referred(int slot) throws FormatException {
        if (!die.has(slot)) {
            return graph.empty();
        }
        return graph.node(die.reference(slot));
    }

    private void size(ShapeText to) throws FormatException {
        size(die, to);
    }

    static void size(Die of, ShapeText to) throws FormatException {
        if (of.isConstant(Attribute.BYTE_SIZE)) {
            to.trait("size", of.number(Attribute.BYTE_SIZE));
        } else if (of.isConstant(Attribute.BIT_SIZE)) {
            to.trait("bits", of.number(Attribute.BIT_SIZE));
        } else if (of.has(Attribute.BYTE_SIZE)) {
            to.trait("size=computed");
        }
        if (of.isConstant(Attribute.ALIGNMENT)) {
            to.trait("align", of.number(Attribute.ALIGNMENT));
        }
    }

    /** Fortran's and Ada's descriptors are read by expressions, which count as they are. */
    private void computed(int slot, String name, ShapeText to) throws FormatException {
        if (die.isBlock(slot)) {
            to.fact(name, "", Expressions.text(die.block(slot)));
        } else if (die.isConstant(slot)) {
            to.fact(name, "", Long.toString(die.number(slot)));
        } else if (die.has(slot)) {
            to.fact(name, "", "computed");
        }
    }

    private void base(ShapeText to) throws FormatException {
        to.start(Kind.BASE, BaseNames.canonical(die.text(Attribute.NAME)));
        size(to);
        int[] slots = {
            Attribute.ENCODING,
            Attribute.ENDIANITY,
            Attribute.BIT_SIZE,
            Attribute.DATA_BIT_OFFSET,
            Attribute.BINARY_SCALE,
            Attribute.DECIMAL_SCALE
        };
        String[] keys = {"encoding", "endianity", "bits", "offset", "binary-scale", "decimal-scale"};
        for (int i = 0; i < slots.length; i++) {
            if (die.isConstant(slots[i])) {
                to.trait(keys[i], die.number(slots[i]));
            }
        }
        if (die.has(Attribute.SMALL)) {
            to.edge("small", "", "", graph.unknown("a fixed-point type's step"));
        }
    }

    private void indirect(Kind kind, ShapeText to) throws FormatException {
        to.start(kind, "");
        if (die.isConstant(Attribute.BYTE_SIZE)
                && die.number(Attribute.BYTE_SIZE) != die.unit().addressSize()) {
            to.trait("size", die.number(Attribute.BYTE_SIZE));
        }
        if (die.isConstant(Attribute.ADDRESS_CLASS)) {
            to.trait("address-class", die.number(Attribute.ADDRESS_CLASS));
        }
        to.edge("target", "", "", referred(Attribute.TYPE));
    }

    private void single(Kind kind, ShapeText to) throws FormatException {
        to.start(kind, "");
        size(to);
        to.edge("type", "", "", referred(Attribute.TYPE));
    }

    /** Arrays of arrays are one array of more dimensions, however they were written. */
    private void array(long key, int qualifiers, ShapeText to) throws FormatException {
        boolean isVector = die.isFlag(Attribute.VECTOR);
        to.start(Kind.ARRAY, "");
        if (isVector) {
            to.trait("vector");
        }
        if (die.tag() == Tag.COARRAY_TYPE) {
            to.trait("coarray");
        }
        for (int slot : new int[] {Attribute.BYTE_STRIDE, Attribute.BIT_STRIDE}) {
            if (die.isConstant(slot)) {
                to.trait(slot == Attribute.BYTE_STRIDE ? "stride" : "bit-stride", die.number(slot));
            }
        }
        computed(Attribute.DATA_LOCATION, "data", to);
        computed(Attribute.ALLOCATED, "allocated", to);
        computed(Attribute.ASSOCIATED, "associated", to);
        computed(Attribute.RANK, "rank", to);
        bounds.dimensions(die, part, to);
        die.readKey(key);
        to.edge(
                "element",
                "",
                "",
                die.has(Attribute.TYPE) ? graph.node(die.reference(Attribute.TYPE), qualifiers) : graph.empty());
    }

    private void enumeration(long key, ShapeText to) throws FormatException {
        String name = names.of(key);
        if (die.isFlag(Attribute.DECLARATION)) {
            to.start(Kind.DECLARATION, name).trait(Kind.ENUM.word());
            return;
        }
        to.start(Kind.ENUM, name);
        size(to);
        if (die.isFlag(Attribute.ENUM_CLASS)) {
            to.trait("class");
        }
        long encoding = die.isConstant(Attribute.ENCODING) ? die.number(Attribute.ENCODING) : -1;
        if (encoding < 0 && die.has(Attribute.TYPE)) {
            long underlying = die.reference(Attribute.TYPE);
            if (underlying != DebugInfo.ELSEWHERE) {
                part.readKey(underlying);
                encoding = part.isConstant(Attribute.ENCODING) ? part.number(Attribute.ENCODING) : -1;
            }
        }
        if (encoding >= 0) {
            to.trait("encoding", encoding);
        }
        if (!die.hasChildren()) {
            return;
        }
        long at = die.end();
        while (part.read(die.unit(), at)) {
            if (part.tag() == Tag.ENUMERATOR) {
                String value = part.isConstant(Attribute.CONST_VALUE)
                        ? Long.toString(part.number(Attribute.CONST_VALUE))
                        : part.isBlock(Attribute.CONST_VALUE)
                                ? Expressions.text(part.block(Attribute.CONST_VALUE))
                                : "";
                to.fact("enumerator", part.text(Attribute.NAME), value);
            }
            at = part.next();
        }
    }

    /** Traits of how a function is called, where that is not the usual way. */
    static void convention(Die die, ShapeText to) {
        if (die.isConstant(Attribute.CALLING_CONVENTION) && die.number(Attribute.CALLING_CONVENTION) != CC_NORMAL) {
            to.trait("convention", die.number(Attribute.CALLING_CONVENTION));
        }
    }
}
