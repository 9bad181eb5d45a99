package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * All files beneath a folder.
 *
 * @param files by path relative to the folder; folders themselves are not listed
 */
public record Folder(SortedMap<String, Fingerprint> files) implements Fingerprint {

    /** The kernel follows as many links (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    /**
     * The file that a path leads to when links are followed, as far as they lead from file to file of this folder.
     *
     * @return null where a link leads elsewhere, to a folder, or nowhere
     */
    public @Nullable Fingerprint behindLinks(String path) {
        String at = path;
        for (int i = 0; i <= MOST_LINKS && at != null; i++) {
            Fingerprint file = files.get(at);
            if (!(file instanceof Link link)) {
                return file;
            }
            at = target(at, link.target());
        }
        return null;
    }

    /** Where a link leads by its text; null where that is out of the folder, or through what may be a link itself. */
    private static @Nullable String target(String link, String target) {
        String folder = link.substring(0, Math.max(0, link.lastIndexOf('/')));
        String rest = target;
        while (rest.startsWith("../") && !folder.isEmpty()) {
            folder = folder.substring(0, Math.max(0, folder.lastIndexOf('/')));
            rest = rest.substring(3);
        }
        boolean plain = List.of(rest.split("/", -1)).stream()
                .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
        return plain ? (folder.isEmpty() ? "" : folder + "/") + rest : null;
    }

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
