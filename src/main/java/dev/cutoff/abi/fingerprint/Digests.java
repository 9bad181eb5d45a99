package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.model.Digest;
import java.security.MessageDigest;

/** SHA-256 over files of any size. */
final class Digests {

    private Digests() {}

    static Digest of(Cursor bytes) throws FormatException {
        MessageDigest sha = Digest.sha256();
        bytes.digest(sha, 0, bytes.size());
        return Digest.ofHash(sha.digest());
    }
}
