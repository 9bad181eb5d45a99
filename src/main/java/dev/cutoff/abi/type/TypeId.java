package dev.cutoff.abi.type;

import java.util.HexFormat;

/** The first 128 bits of a SHA-256 digest over all that is reached from a node; written as 32 hexadecimal digits. */
public record TypeId(long high, long low) implements Comparable<TypeId> {

    /** The digits. */
    public String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    /**
     * The id that {@link #hex} wrote.
     *
     * @throws IllegalArgumentException where the text is none
     */
    public static TypeId of(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("no type id: " + hex);
        }
        return new TypeId(Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
    }

    @Override
    public int compareTo(TypeId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }
}
