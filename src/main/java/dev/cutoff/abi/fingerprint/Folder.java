package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;
import java.util.SortedMap;

/**
 * All files beneath a folder.
 *
 * @param files by path relative to the folder; folders themselves are not listed
 */
public record Folder(SortedMap<String, Fingerprint> files) implements Fingerprint {

    @Override
    public String kind() {
        return "folder";
    }

    @Override
    public String evidence() {
        return "files";
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        files.forEach((path, file) ->
                canon.word("file").word(path).word(file.digest().hex()).end());
        return canon.digest();
    }
}
