package dev.cutoff.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 digest; written as 64 lower-case hexadecimal digits. SHA-256 is what Remote Execution servers name blobs by,
 * and what the JDK computes fastest.
 */
public final class Digest implements Comparable<Digest> {

    /** How many bytes a digest has. */
    public static final int BYTES = 32;

    /** Digest of no bytes at all. */
    public static final Digest EMPTY = of(new byte[0]);

    private static final int DIGITS = 2 * BYTES;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** Made when it is asked for: many digests are only compared. */
    private @Nullable String hex;

    /** @throws IllegalArgumentException where the text has not the form of a digest */
    public Digest(String hex) {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
        }
        this.first = Long.parseUnsignedLong(hex, 0, 16, 16);
        this.second = Long.parseUnsignedLong(hex, 16, 32, 16);
        this.third = Long.parseUnsignedLong(hex, 32, 48, 16);
        this.fourth = Long.parseUnsignedLong(hex, 48, 64, 16);
        this.hex = hex;
    }

    private Digest(ByteBuffer bytes) {
        this.first = bytes.getLong();
        this.second = bytes.getLong();
        this.third = bytes.getLong();
        this.fourth = bytes.getLong();
    }

    public static Digest of(byte[] content) {
        MessageDigest sha = sha256();
        return ofHash(sha.digest(content));
    }

    /** Digest of the text's UTF-8 bytes. */
    public static Digest ofText(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes 32 bytes that a {@link #sha256()} computed. */
    public static Digest ofHash(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hash.length + " bytes");
        }
        return new Digest(ByteBuffer.wrap(hash));
    }

    /** Takes the next 32 bytes. */
    public static Digest next(ByteBuffer bytes) {
        return new Digest(bytes);
    }

    /** A new SHA-256 computation. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether a text has the form of a digest. */
    public static boolean isHex(String text) {
        if (text.length() != DIGITS) {
            return false;
        }
        for (int i = 0; i < DIGITS; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        String known = hex;
        if (known == null) {
            byte[] digits = new byte[DIGITS];
            put(first, digits, 0);
            put(second, digits, 16);
            put(third, digits, 32);
            put(fourth, digits, 48);
            known = new String(digits, StandardCharsets.ISO_8859_1);
            hex = known;
        }
        return known;
    }

    private static void put(long part, byte[] digits, int at) {
        for (int i = 0; i < 16; i++) {
            int digit = (int) (part >>> (60 - 4 * i)) & 15;
            digits[at + i] = (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit);
        }
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        putInto(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Writes the 32 bytes. */
    public void putInto(ByteBuffer bytes) {
        bytes.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    /** The first 12 digits, for people. */
    public String brief() {
        return hex().substring(0, 12);
    }

    /** The order of the hexadecimal digits. */
    @Override
    public int compareTo(Digest other) {
        int order = Long.compareUnsigned(first, other.first);
        order = order != 0 ? order : Long.compareUnsigned(second, other.second);
        order = order != 0 ? order : Long.compareUnsigned(third, other.third);
        return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest d
                && first == d.first
                && second == d.second
                && third == d.third
                && fourth == d.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first);
    }

    @Override
    public String toString() {
        return hex();
    }
}
