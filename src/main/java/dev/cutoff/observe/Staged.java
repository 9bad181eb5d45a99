package dev.cutoff.observe;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which facts an access to a path below {@code /cutoff} stands for: to sources, needs' artifacts, and what the build makes. */
final class Staged {

    /** What the sandbox has of its own in place of the machine's; of {@code /dev} it has memory and queues (shm_overview(7)). */
    private static final List<String> PRIVATE = List.of(Place.TMP, "/var/tmp", "/dev/shm", "/dev/mqueue");

    private final Namespace namespace;
    private final Territory territory;
    private final boolean sandboxed;
    private final Set<String> missingNeeds;

    /** @param missingNeeds takes units whose artifacts were looked for without being needs */
    Staged(Namespace namespace, Territory territory, boolean sandboxed, Set<String> missingNeeds) {
        this.namespace = namespace;
        this.territory = territory;
        this.sandboxed = sandboxed;
        this.missingNeeds = missingNeeds;
    }

    /** Whether a path is in a folder that is empty at the start of each build and gone at its end. */
    boolean isPrivate(String path) {
        return Place.within(path, Place.HOME)
                || Place.within(path, Place.TRACE)
                || Place.within(path, Place.ROOT + Place.TMP)
                || (sandboxed && PRIVATE.stream().anyMatch(folder -> Place.within(path, folder)));
    }

    /** Whether a path is in the artifact that the build makes. */
    boolean isOfArtifact(String path) {
        return Place.within(path, Place.artifact(territory.unit()));
    }

    /** What an access to a place, links followed, uses of what was there at the start; empty where nothing was fixed then. */
    Optional<Entity> entity(Access access) {
        String path = access.path();
        if (isOfArtifact(path)) {
            return Optional.empty();
        }
        String need = territory.missingNeed(path);
        if (!need.isEmpty()) {
            missingNeeds.add(need);
        }
        FactKind kind = UseCollector.kind(access.kind());
        return switch (namespace.at(path, kind != FactKind.LINK)) {
            case Namespace.Spot.Fixed fixed -> Optional.empty();
            // Who looks at a path itself would see a link that leads nowhere.
            case Namespace.Spot.Nothing nothing ->
                Optional.of(new Entity(kind == FactKind.LINK ? FactKind.LINK : FactKind.EXISTS, path));
            default -> Optional.of(new Entity(kind, path));
        };
    }

    /** Whether a path is in the folders that a build leaves: its own and its artifact. */
    boolean isLeft(String path) {
        return Place.within(path, Place.ROOT) && !isPrivate(path);
    }

    /** Whether an access reads or runs what the build itself has made. */
    boolean isMadeRead(Access access) {
        boolean reads = access.kind() == Access.Kind.READ || access.kind() == Access.Kind.EXECUTE;
        FactKind kind = UseCollector.kind(access.kind());
        return reads
                && (isOfArtifact(access.path())
                        || namespace.at(access.path(), kind != FactKind.LINK) instanceof Namespace.Spot.Nothing);
    }
}
