package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;

/**
 * Where a member begins, in bits from the start of what it is in, and for a bit-field how many it has. Versions 2 and 3
 * count a bit-field from the most significant bit of the unit of storage around it (version 3, section 5.5.6).
 */
final class BitOffsets {

    private final Die probe;

    BitOffsets(Die probe) {
        this.probe = probe;
    }

    /** {@code 64}, for a bit-field {@code 64:3}; where an expression tells the place, that. */
    String of(Die member) throws FormatException {
        String size = member.isConstant(Attribute.BIT_SIZE) ? ":" + member.number(Attribute.BIT_SIZE) : "";
        if (member.isConstant(Attribute.DATA_BIT_OFFSET)) {
            return member.number(Attribute.DATA_BIT_OFFSET) + size;
        }
        if (member.has(Attribute.DATA_BIT_OFFSET)) {
            return "computed" + size;
        }
        long bytes = 0;
        if (member.isBlock(Attribute.MEMBER_LOCATION)) {
            byte[] block = member.block(Attribute.MEMBER_LOCATION);
            bytes = Expressions.constant(block, member.unit().bytes().isLittle());
            if (bytes == Expressions.NONE) {
                return Expressions.text(block) + size;
            }
        } else if (member.isConstant(Attribute.MEMBER_LOCATION)) {
            bytes = member.number(Attribute.MEMBER_LOCATION);
        } else if (member.has(Attribute.MEMBER_LOCATION)) {
            return "computed" + size;
        }
        if (member.isConstant(Attribute.BIT_OFFSET) && !size.isEmpty()) {
            long inside = member.number(Attribute.BIT_OFFSET);
            boolean little = member.unit().bytes().isLittle();
            long place = little ? 8 * storage(member) - inside - member.number(Attribute.BIT_SIZE) : inside;
            return (8 * bytes + place) + size;
        }
        return 8 * bytes + size;
    }

    /** Bytes of the unit of storage: its own, else those of its type. */
    private long storage(Die member) throws FormatException {
        if (member.isConstant(Attribute.BYTE_SIZE)) {
            return member.number(Attribute.BYTE_SIZE);
        }
        long key = member.has(Attribute.TYPE) ? member.reference(Attribute.TYPE) : DebugInfo.ELSEWHERE;
        for (int steps = 0; steps < 64 && key != DebugInfo.ELSEWHERE; steps++) {
            probe.readKey(key);
            if (probe.isConstant(Attribute.BYTE_SIZE)) {
                return probe.number(Attribute.BYTE_SIZE);
            }
            key = probe.has(Attribute.TYPE) ? probe.reference(Attribute.TYPE) : DebugInfo.ELSEWHERE;
        }
        return 0;
    }
}
