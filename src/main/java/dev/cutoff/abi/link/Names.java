package dev.cutoff.abi.link;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of symbol names, each as the 32 bits that {@link String#hashCode} gives: two names that share them make a state
 * depend on more than it must, never on less. Without versions.
 */
final class Names {

    private final int[] sorted;

    private Names(int[] sorted) {
        this.sorted = sorted;
    }

    static Names of(Collection<String> names) {
        return new Names(
                names.stream().mapToInt(String::hashCode).sorted().distinct().toArray());
    }

    /** Reads what {@link #toString} writes. */
    static Names parse(String text) {
        if (text.length() % 8 != 0) {
            throw new IllegalArgumentException("not a set of names");
        }
        int[] sorted = IntStream.range(0, text.length() / 8)
                .map(i -> Integer.parseUnsignedInt(text, 8 * i, 8 * i + 8, 16))
                .sorted()
                .toArray();
        return new Names(sorted);
    }

    boolean has(String name) {
        return Arrays.binarySearch(sorted, name.hashCode()) >= 0;
    }

    int size() {
        return sorted.length;
    }

    /** Eight hexadecimal digits a name. */
    @Override
    public String toString() {
        return Arrays.stream(sorted).mapToObj("%08x"::formatted).collect(Collectors.joining());
    }

    /** A name that stays in its word and line, and differs from that of every other name; see Cursor.text. */
    static String plain(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == '\\' || c == 127 || Character.isSurrogate(c)) {
                plain.append("\\u").append("%04x".formatted((int) c));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
