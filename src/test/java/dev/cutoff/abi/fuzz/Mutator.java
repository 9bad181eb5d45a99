package dev.cutoff.abi.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages files: flipped bits, cut ends, numbers at their limits, blocks moved, text that formats care for. */
final class Mutator {

    private static final long[] LIMITS = {
        0,
        1,
        2,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1
    };

    private final SplittableRandom random;
    private final String[] words;

    Mutator(long seed, String... words) {
        this.random = new SplittableRandom(seed);
        this.words = words;
    }

    byte[] damaged(byte[] file) {
        byte[] bytes = file.clone();
        for (int n = random.nextInt(1, 5); n > 0 && bytes.length > 0; n--) {
            bytes = once(bytes);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes) {
        switch (random.nextInt(7)) {
            case 0 -> bytes[place(bytes)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[place(bytes)] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 3, 4 -> number(bytes);
            case 5 -> {
                int from = place(bytes);
                int to = place(bytes);
                int size = random.nextInt(1 + Math.min(64, bytes.length - Math.max(from, to)));
                System.arraycopy(bytes, from, bytes, to, size);
            }
            default -> {
                return words.length == 0 ? bytes : inserted(bytes, words[random.nextInt(words.length)]);
            }
        }
        return bytes;
    }

    /** Mostly near the start or the end, where formats keep their headers. */
    private int place(byte[] bytes) {
        int near = Math.min(bytes.length, 1024);
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(near);
            case 1 -> bytes.length - 1 - random.nextInt(near);
            default -> random.nextInt(bytes.length);
        };
    }

    private void number(byte[] bytes) {
        long value =
                random.nextInt(4) == 0 ? random.nextLong(bytes.length + 16L) : LIMITS[random.nextInt(LIMITS.length)];
        int size = 1 << random.nextInt(1, 4);
        boolean little = random.nextBoolean();
        int at = place(bytes) & -size;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> (8 * (little ? i : size - 1 - i)));
        }
    }

    private byte[] inserted(byte[] bytes, String word) {
        int at = random.nextInt(bytes.length + 1);
        byte[] result = Arrays.copyOf(bytes, bytes.length + word.length());
        System.arraycopy(bytes, at, result, at + word.length(), bytes.length - at);
        for (int i = 0; i < word.length(); i++) {
            result[at + i] = (byte) word.charAt(i);
        }
        return result;
    }
}
