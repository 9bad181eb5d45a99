package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.rust.MetadataDifference.Field;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What of metadata may differ between two texts of the same meaning. */
final class MetadataFields {

    private MetadataFields() {}

    /** The digests of a source by the algorithms that the compiler has. */
    static List<Field> digests(byte[] before, byte[] after) {
        return List.of(
                new Field(digest("MD5", before), digest("MD5", after)),
                new Field(digest("SHA-1", before), digest("SHA-1", after)),
                new Field(digest("SHA-256", before), digest("SHA-256", after)));
    }

    /** The crate's hash. */
    static Field hashes(Aside.Side before, Aside.Side after) {
        return new Field(reversed(before.hash()), reversed(after.hash()));
    }

    private static byte[] digest(String algorithm, byte[] text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** The compiler prints the hash as a number; in the file it is little-endian. */
    private static byte[] reversed(String hash) {
        byte[] bytes = HexFormat.of().parseHex(hash);
        for (int i = 0; i < bytes.length / 2; i++) {
            byte other = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = bytes[i];
            bytes[i] = other;
        }
        return bytes;
    }
}
