package dev.cutoff.observe;

import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What became of files of the machine while a build ran: whether they were read before they changed or after is not known. */
final class Meanwhile {

    /** Room for the coarse clock of file systems: stamps can lie this much before the time of day. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final HostFiles host;
    private final long startedNanos;
    private final Map<String, Boolean> replaced = new HashMap<>();

    /** @param startedMillis when the build began, since the epoch */
    Meanwhile(HostFiles host, long startedMillis) {
        this.host = host;
        this.startedNanos = TimeUnit.MILLISECONDS.toNanos(startedMillis) - TICK_NANOS;
    }

    /** Why the present state of a path need not be what the build saw, in words; empty where it is. */
    List<String> changes(Entity entity, String state) {
        List<String> changes = new ArrayList<>();
        String path = entity.name();
        if (Place.within(path, "/proc") || Place.within(path, "/sys") || Place.within(path, "/dev")) {
            return changes;
        }
        boolean read = entity.kind().isOfContent() || entity.kind() == FactKind.LISTING;
        if (read && state.equals(Fact.ABSENT)) {
            changes.add(path + " went away during the build");
        }
        boolean folderItself = state.startsWith(Fact.FOLDER);
        if (!folderItself && isSince(host.changed(path))) {
            changes.add(path + " changed during the build");
        }
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            // A folder that was moved has a new ctime; one in which files came and went has a new mtime too.
            if (replaced.computeIfAbsent(path.substring(0, end), this::isReplaced)) {
                changes.add(path.substring(0, end) + " was replaced during the build");
            }
        }
        return changes;
    }

    private boolean isReplaced(String folder) {
        return isSince(host.changed(folder)) && !isSince(host.modified(folder));
    }

    private boolean isSince(@Nullable FileTime time) {
        return time != null && time.to(TimeUnit.NANOSECONDS) >= startedNanos;
    }
}
