package dev.cutoff.abi.link;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The linker's table of all global names, by its number of slots. The linker goes through this table to number dynamic
 * symbols and to lay out what belongs to them, so its size decides the order of the product's symbols; and where the
 * table grows while names come in, names that share a slot change places.
 *
 * <p>As measured: 4051 slots at first; with the first name that is more than three quarters of them it grows to the next
 * prime below a power of two.
 */
record SymbolTableSize(long slots) {

    private static final long[] PRIMES = {
        4051, 4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573, 2097143, 4194301, 8388593, 16777213
    };

    /** As many names the table holds without having grown. */
    static final long BEFORE_GROWTH = PRIMES[0] * 3 / 4;

    /** The size that holds this many names. */
    static SymbolTableSize of(long names) {
        int i = 0;
        while (i < PRIMES.length - 1 && names > PRIMES[i] * 3 / 4) {
            i++;
        }
        return new SymbolTableSize(PRIMES[i]);
    }

    /**
     * Whether two names share a slot and may change places: their order depends on whether they were there when the table
     * grew. Of two that always were, it does not.
     *
     * @param early those of the names that are there before the table first grows
     */
    boolean shared(Collection<String> names, Set<String> early) {
        Set<Long> taken = new HashSet<>();
        Set<Long> takenLate = new HashSet<>();
        for (String name : names) {
            long slot = slot(name);
            boolean isEarly = early.contains(name);
            if (takenLate.contains(slot) || (!isEarly && taken.contains(slot))) {
                return true;
            }
            (isEarly ? taken : takenLate).add(slot);
        }
        return false;
    }

    /**
     * Whether names stand in the order of their slots, each of them in one of its spellings. The linker that wrote the
     * product went through its table so; where this does not hold it has another table than was measured.
     */
    boolean ordered(List<Set<String>> names) {
        long at = 0;
        for (Set<String> spellings : names) {
            long next = Long.MAX_VALUE;
            for (String spelling : spellings) {
                long slot = slot(spelling);
                next = slot >= at ? Math.min(next, slot) : next;
            }
            if (next == Long.MAX_VALUE) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private long slot(String name) {
        return Long.remainderUnsigned(hash(name), slots);
    }

    static long hash(String name) {
        byte[] bytes = bytes(name);
        long hash = 0;
        for (byte b : bytes) {
            long c = b & 0xff;
            hash += c + (c << 17);
            hash ^= hash >>> 2;
        }
        long length = bytes.length;
        hash += length + (length << 17);
        return hash ^ hash >>> 2;
    }

    /** The bytes that {@link dev.cutoff.abi.Cursor#text} made the name of. */
    private static byte[] bytes(String name) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * name.length());
        name.codePoints().forEach(c -> {
            if (c >= 0xdc80 && c <= 0xdcff) {
                bytes.put((byte) c);
            } else {
                bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        byte[] result = new byte[bytes.position()];
        bytes.flip().get(result);
        return result;
    }
}
