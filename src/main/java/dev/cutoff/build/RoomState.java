package dev.cutoff.build;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Place;
import dev.cutoff.model.Step;
import dev.cutoff.model.Tree;
import dev.cutoff.stage.FolderState;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What stands in a room between two lines, taken where it is all that the next line can meet of those before it. */
final class RoomState {

    private static final Pattern SCHEDULES =
            Pattern.compile("^\\s*(make|gmake|ninja|samu|cmake --build|meson compile)(\\s|$)");

    private final Session session;
    private final Sandbox.Room room;
    private final Tree sources;
    private final long began;
    private final List<FolderState> states = new ArrayList<>();
    private boolean ends;

    /**
     * @param sources as they were staged in the room
     * @param began when the build began, in milliseconds since the epoch
     */
    RoomState(Session session, Sandbox.Room room, Tree sources, long began) {
        this.began = began;
        this.session = session;
        this.room = room;
        this.sources = sources;
    }

    /** What it is now; empty where something stands in the artifact already, or in folders that are gone at the end. */
    Optional<FolderState> now() throws IOException {
        for (String folder :
                List.of(Place.TMP, Place.HOME, Place.artifact(room.unit().name()))) {
            Optional<Path> there = session.sandbox().physical(room, folder).filter(Files::isDirectory);
            if (there.isPresent()) {
                try (Stream<Path> files = Files.list(there.get())) {
                    if (files.findAny().isPresent()) {
                        return Optional.empty();
                    }
                }
            }
        }
        try {
            return FolderState.of(session.sandbox().sourceFolder(room), sources, began);
        } catch (FileSystemException e) {
            // Nested too deeply to be named, or not to be read: nothing is known of it, and nothing rests on it.
            return Optional.empty();
        }
    }

    /**
     * Notes what it is before a line. Nothing is noted behind a line after which it can't be told, or that is make's or ninja's:
     * nobody would run that again ({@code decide/FirstLines}), and what it makes is large.
     */
    void note(int line) throws IOException {
        if (line > 0 && !ends) {
            Optional<FolderState> state =
                    SCHEDULES.matcher(room.unit().build().get(line - 1)).find() ? Optional.empty() : now();
            state.ifPresent(states::add);
            ends = state.isEmpty();
        }
    }

    /**
     * Stores what was noted, as records have it.
     *
     * @param steps all that ran, seen whole
     */
    List<Digest> store(List<Step> steps) throws IOException {
        List<Digest> stored = new ArrayList<>();
        for (FolderState state : states) {
            if (!tellsOf(state, steps, stored.size() + 1)) {
                break;
            }
            stored.add(session.store().blobs().put(state.encode()));
        }
        return stored;
    }

    /** Whether what the first lines had written shows in a state. */
    boolean tellsOf(FolderState state, List<Step> steps, int lines) {
        String prefix = Place.source(room.unit().name()) + "/";
        return steps.stream()
                .filter(step -> step.line() < lines)
                .flatMap(step -> step.writes().stream())
                .filter(path -> path.startsWith(prefix))
                .allMatch(path -> state.tellsOf(path.substring(prefix.length()), sources));
    }
}
