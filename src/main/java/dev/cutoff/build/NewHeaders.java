package dev.cutoff.build;

import dev.cutoff.abi.c.IncludeConditions;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The texts of needs that are not what they were when a record was made.
 *
 * @param unit whose build read them
 */
record NewHeaders(Session session, String unit) {

    /** Bytes; no header is larger, or hardly one. */
    private static final long LARGEST = 8 << 20;

    /**
     * Whether what is new in needs may ask for files in folders that are private to a build, where records do not say what was there: a
     * header can name them by their paths, if hardly one does.
     */
    boolean mayAskForPrivate(SortedMap<String, Tree> were, SortedMap<String, Tree> are) throws IOException {
        boolean asks = false;
        boolean names = false;
        for (Map.Entry<String, Tree> need : are.entrySet()) {
            Tree was = were.get(need.getKey());
            Optional<Path> folder = session.artifacts().folder(need.getValue());
            for (Map.Entry<String, Tree.Entry> entry : need.getValue().entries().entrySet()) {
                boolean isNew = was == null || !entry.getValue().equals(was.at(entry.getKey()));
                if (isNew
                        && folder.isPresent()
                        && entry.getValue() instanceof Tree.File file
                        && file.size() < LARGEST) {
                    byte[] bytes = Files.readAllBytes(folder.get().resolve(entry.getKey()));
                    if (!isBinary(bytes)) {
                        asks |= IncludeConditions.asks(bytes);
                        names |= namesPrivate(new String(bytes, StandardCharsets.ISO_8859_1));
                    }
                }
            }
        }
        return asks && names;
    }

    private static boolean isBinary(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 64); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return bytes.length > 7 && bytes[0] == '!' && bytes[1] == '<';
    }

    private boolean namesPrivate(String text) {
        return text.contains(Place.TMP + "/")
                || text.contains("/dev/shm/")
                || text.contains(Place.HOME)
                || text.contains(Place.artifact(unit) + "/");
    }
}
