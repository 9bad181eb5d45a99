package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.type.ShapeText;

/** Ranges: how many elements a dimension has, from where on they are counted (sections 5.5 and 5.13). */
final class Bounds {

    private final Die language;

    Bounds(DebugInfo info, Budget budget) {
        this.language = new Die(info, budget);
    }

    /** Adds a fact for each dimension of an array: its count, {@code *} where only the program knows it. */
    void dimensions(Die array, Die part, ShapeText to) throws FormatException {
        if (!array.hasChildren()) {
            return;
        }
        long at = array.end();
        while (part.read(array.unit(), at)) {
            switch (part.tag()) {
                case Tag.SUBRANGE_TYPE, Tag.GENERIC_SUBRANGE -> to.fact("dimension", "", of(part));
                case Tag.ENUMERATION_TYPE -> to.fact("dimension", "", "enumeration");
                default -> {}
            }
            at = part.next();
        }
    }

    /** A count; {@code from..to} where it does not begin as the language has it; {@code *} where it is not constant. */
    String of(Die range) throws FormatException {
        int usual = usualLower(range.unit());
        if (range.has(Attribute.LOWER_BOUND) && !range.isConstant(Attribute.LOWER_BOUND)) {
            return "computed";
        }
        long lower = range.has(Attribute.LOWER_BOUND) ? range.number(Attribute.LOWER_BOUND) : usual;
        String from = lower == usual ? "" : lower + "..";
        if (range.isConstant(Attribute.COUNT)) {
            long count = range.number(Attribute.COUNT);
            return from.isEmpty() ? "count=" + count : from + (lower + count - 1);
        }
        if (range.isConstant(Attribute.UPPER_BOUND)) {
            long upper = range.number(Attribute.UPPER_BOUND);
            if (range.form(Attribute.UPPER_BOUND) == Form.DATA4 && upper == 0xffff_ffffL) {
                // GCC's way to write -1, of an array without elements.
                upper = -1;
            }
            return from.isEmpty() ? "count=" + (upper - lower + 1) : from + upper;
        }
        return range.has(Attribute.COUNT) || range.has(Attribute.UPPER_BOUND) ? from + "*" : from + "open";
    }

    /** Where ranges of a language begin that say no lower bound (table 7.17). */
    private int usualLower(Unit unit) throws FormatException {
        Unit.Bases bases = unit.bases();
        if (bases == null) {
            language.read(unit, unit.first());
            return 0;
        }
        return switch (bases.language()) {
            case 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0d, 0x0e, 0x0f, 0x17, 0x1f, 0x22, 0x23, 0x2d, 0x2e, 0x2f ->
                1;
            default -> 0;
        };
    }
}
