package dev.cutoff.observe;

import dev.cutoff.decide.World;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Tree;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How things are for one unit: sources and artifacts by their trees, the rest by the machine's files. The same code
 * gives a fact its state when it is recorded and when it is compared, so the two can't drift apart.
 */
public final class Present implements World {

    private final Tree sources;
    private final Function<String, Optional<Tree>> artifacts;
    private final Namespace namespace;
    private final HostFiles host;

    public Present(Tree sources, Function<String, Optional<Tree>> artifacts, Namespace namespace, HostFiles host) {
        this.sources = sources;
        this.artifacts = artifacts;
        this.namespace = namespace;
        this.host = host;
    }

    @Override
    public Digest source() {
        return sources.root();
    }

    @Override
    public Optional<Digest> artifact(String need) {
        return artifacts.apply(need).map(Tree::root);
    }

    @Override
    public Optional<String> now(FactKind kind, String entity) {
        if (!kind.isPath()) {
            return Optional.of(host.state(kind, entity));
        }
        return switch (namespace.at(entity, kind != FactKind.LINK)) {
            case Namespace.Spot.OnHost h -> Optional.of(host.state(kind, h.path()));
            case Namespace.Spot.InTree t -> Optional.of(inTree(kind, t));
            case Namespace.Spot.Nothing n -> Optional.of(Fact.ABSENT);
            case Namespace.Spot.Fixed f -> Optional.of("fixed");
            case Namespace.Spot.Pending p -> Optional.empty();
        };
    }

    private static String inTree(FactKind kind, Namespace.Spot.InTree spot) {
        return switch (spot.entry()) {
            case Tree.File file when kind == FactKind.BYTES -> HostFiles.content(file.digest(), file.executable());
            case Tree.File file when kind == FactKind.LISTING -> Fact.ABSENT;
            case Tree.File file -> HostFiles.file(file.executable(), file.size());
            case Tree.Link link -> HostFiles.target(link.target());
            case Tree.Folder folder
            when kind == FactKind.LISTING -> {
                Map<String, Character> names = new TreeMap<>();
                spot.tree().children(spot.path()).forEach((name, entry) -> names.put(name, entry.letter()));
                yield HostFiles.listing(names);
            }
            case Tree.Folder folder -> Fact.FOLDER;
        };
    }

    HostFiles host() {
        return host;
    }

    Namespace namespace() {
        return namespace;
    }
}
