package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.model.Digest;
import java.security.MessageDigest;

/** SHA-256 over files of any size. */
final class Digests {

    private static final int PIECE = 1 << 16;

    private Digests() {}

    static Digest of(Cursor bytes) throws FormatException {
        MessageDigest sha = Digest.sha256();
        for (long at = 0; at < bytes.size(); at += PIECE) {
            sha.update(bytes.bytesAt(at, Math.min(PIECE, bytes.size() - at)));
        }
        return Digest.ofHash(sha.digest());
    }
}
