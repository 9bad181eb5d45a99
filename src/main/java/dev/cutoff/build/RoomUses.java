package dev.cutoff.build;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Unit;
import dev.cutoff.observe.Namespace;
import dev.cutoff.observe.Present;
import dev.cutoff.observe.Territory;
import dev.cutoff.observe.Trace;
import dev.cutoff.observe.UseCollector;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What was done in a room, as uses of what it shows.
 *
 * @param needs the artifacts in it
 */
record RoomUses(Session session, Sandbox.Room room, SortedMap<String, Tree> needs) {

    /** An empty trace of lines that are run in the room and write what they say to a file. */
    Trace trace(Path log) {
        return new Trace(
                session.sandbox().root(),
                log.toString(),
                session.machine().directCalls(path -> session.sandbox().physical(room, path)));
    }

    /** Adds what lines did. */
    void add(Trace trace, Lines.Result result) {
        result.traces()
                .forEach((line, file) ->
                        trace.add(line, file, Place.source(room.unit().name())));
    }

    /**
     * The uses.
     *
     * @param staged the sources in the room
     * @param began when the first line was run, in milliseconds since the epoch
     */
    UseCollector.Uses collect(Trace trace, Tree staged, long began) {
        Unit unit = room.unit();
        Set<String> closure = new LinkedHashSet<>(needs.keySet());
        Namespace namespace = new Namespace(unit.name(), staged, closure, need -> Optional.ofNullable(needs.get(need)));
        Interview interview = new Interview(session, unit, staged, () -> Optional.of(needs));
        Present present = new Present(
                staged,
                need -> Optional.ofNullable(needs.get(need)),
                namespace,
                session.machine().hostAfresh(),
                session.machine().facets(),
                session.machine().contents(path -> session.sandbox().physical(room, path)),
                interview);
        Map<String, String> folders = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Unit other : session.project().graph().units()) {
            folders.put(other.name(), other.source());
            names.add(other.name());
        }
        Territory territory = new Territory(
                        session.project().root().toString(),
                        unit.name(),
                        folders,
                        session.workspace().folder().toString(),
                        names,
                        closure)
                .advising(StaleBuild.of(staged).map(StaleBuild::advice));
        return new UseCollector(
                        trace,
                        present,
                        unit.options(),
                        territory,
                        session.sandbox().confines(),
                        path -> session.sandbox().physical(room, path).orElse(null),
                        session.machine().tools(),
                        interview,
                        began)
                .collect();
    }
}
