package dev.cutoff.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest, as 64 lower-case hexadecimal digits. SHA-256 is what Remote Execution servers name blobs by, and
 * what the JDK computes fastest.
 */
public record Digest(String hex) implements Comparable<Digest> {

    /** Digest of no bytes at all. */
    public static final Digest EMPTY = of(new byte[0]);

    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
        }
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
        return new Digest(HexFormat.of().formatHex(hash));
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
        if (text.length() != 64) {
            return false;
        }
        for (int i = 0; i < 64; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** The first 12 digits, for people. */
    public String brief() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
