package dev.cutoff.build;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The folders of artifacts that a room shows. */
final class Rooms {

    private Rooms() {}

    static SortedMap<String, Path> needs(Session session, Map<String, Tree> trees) throws IOException {
        SortedMap<String, Path> folders = new TreeMap<>();
        for (Map.Entry<String, Tree> need : trees.entrySet()) {
            if (session.project().given().containsKey(need.getKey())) {
                folders.put(need.getKey(), given(session, need.getKey(), need.getValue()));
                continue;
            }
            Optional<Path> stored = session.artifacts().folder(need.getValue());
            if (stored.isEmpty() && session.published().restore(need.getKey(), need.getValue())) {
                stored = session.artifacts().folder(need.getValue());
            }
            Path folder = stored.orElseThrow(() -> Failure.environment("the stored artifact of " + need.getKey()
                    + " was damaged while this run went on; run again to build it anew"));
            folders.put(need.getKey(), folder);
        }
        return folders;
    }

    /** Given artifacts are large, and used again and again: a stat of each file shows whether one was touched. */
    private static Path given(Session session, String name, Tree tree) throws IOException {
        return session.artifacts()
                .untouched(tree)
                .orElseThrow(() -> Failure.environment("part of what is stored of " + name
                        + " was damaged; it has been set aside, run again to have it made anew"));
    }
}
