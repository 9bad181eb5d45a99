package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.observe.Event.Flags;
import dev.cutoff.observe.Event.Outcome;
import dev.cutoff.observe.Event.Where;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a tracer of files that processes used out of the observing library's sight, most of them the same ones. */
final class Teller {

    /**
     * A file.
     *
     * @param read whether it was read; else it was only looked for
     * @param real where it stands, links followed; null if that is not known
     */
    record File(String path, boolean read, @Nullable String real) {}

    private final LineTracer to;
    private final Map<File, Deed> deeds = new HashMap<>();

    Teller(LineTracer to) {
        this.to = to;
    }

    void reads(int process, String path) {
        tell(process, new File(path, true, null));
    }

    void asks(int process, String path) {
        tell(process, new File(path, false, null));
    }

    void tell(int process, File file) {
        Deed deed = deeds.get(file);
        if (deed == null) {
            deed = to.deeds().of(event(process, file));
            if (deed != null) {
                deeds.put(file, deed);
            }
        }
        if (deed == null || !to.repeat(process, deed)) {
            to.accept(event(process, file));
        }
    }

    private static Event event(int process, File file) {
        Where where = Where.absolute(file.path());
        return file.read()
                ? new Event.Opened(process, where, Flags.READ, Outcome.DONE, file.real())
                : new Event.Asked(process, where, false);
    }

    /** The loader looked for a library in the build's folders where none is at the end: it may have been one that is gone. */
    void passes(int process, String path) {
        if (!isOfBuild(path)) {
            return;
        }
        to.accept(new Event.Passed(process, Where.absolute(path)));
        if (to.isWritten(path)) {
            escaped(process, "may have been passed by its loader: " + path);
        }
    }

    /** Whether a path is in folders that a build may write to. */
    static boolean isOfBuild(String path) {
        return Place.within(path, Place.ROOT) || Place.within(path, Place.TMP) || Place.within(path, "/var/tmp");
    }

    /** What the process did can't be told. */
    void escaped(int process, String what) {
        to.accept(new Event.Escaped(process, what));
    }

    void tell(Event event) {
        to.accept(event);
    }
}
