package dev.cutoff.observe;

import dev.cutoff.decide.Tries;
import dev.cutoff.decide.World;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import dev.cutoff.model.Use;
import dev.cutoff.tool.NameScope;
import dev.cutoff.tool.PythonCode;
import dev.cutoff.tool.Query;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * How things are for one unit: sources and artifacts by their trees, the rest by the machine's files. The same code
 * gives a fact its state when it is recorded and when it is compared, so the two can't drift apart.
 */
public final class Present implements World {

    private final Tree sources;
    private final Function<String, Optional<Tree>> artifacts;
    private final Namespace namespace;
    private final HostFiles host;
    private final Facets facets;
    private final Contents contents;
    private final Interviewer interviewer;
    private Predicate<String> leftOut = path -> false;

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** The size in the state of a file. */
    private static final Pattern SIZE = Pattern.compile("^(file|program) \\d+");

    /** @param facets shared by all units of a run */
    public Present(
            Tree sources,
            Function<String, Optional<Tree>> artifacts,
            Namespace namespace,
            HostFiles host,
            Facets facets,
            Contents contents,
            Interviewer interviewer) {
        this.sources = sources;
        this.artifacts = artifacts;
        this.namespace = namespace;
        this.host = host;
        this.facets = facets;
        this.contents = contents;
        this.interviewer = interviewer;
    }

    /**
     * Tells it of what is there and no part of the sources.
     *
     * @param ignored whether git ignores a path, relative to the sources
     */
    public void leavesOut(Predicate<String> ignored) {
        leftOut = ignored;
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
    public boolean isClosed(String need) {
        return need.isEmpty()
                ? sources.isClosed()
                : artifacts.apply(need).filter(Tree::isClosed).isPresent();
    }

    @Override
    public boolean isKnownToHold(Digest set) {
        return host.isKnownToHold(set);
    }

    @Override
    public void holds(Digest set) {
        host.holds(set);
    }

    @Override
    public Optional<String> now(Fact fact) {
        return switch (fact.kind()) {
            case TOKENS, LINES, LINKED ->
                whole(FactKind.BYTES, fact.entity())
                        .map(state -> digest(state)
                                .map(content -> facets.state(fact, content, contents))
                                .orElse(state));
            case NAMES -> names(fact);
            case PRESENCE -> whole(FactKind.EXISTS, fact.entity()).map(Present::withoutSize);
            case TARGET -> whole(FactKind.LINK, fact.entity()).map(Present::withoutSize);
            case ANSWER -> {
                Query query = Query.parse(fact.scope());
                yield Optional.ofNullable(
                                interviewer.ask(List.of(query), Map.of()).get(query))
                        .map(Questions::state);
            }
            default -> whole(fact.kind(), fact.entity());
        };
    }

    private Optional<String> names(Fact fact) {
        NameScope scope = NameScope.parse(fact.scope());
        return switch (namespace.at(fact.entity(), true)) {
            case Namespace.Spot.OnHost h ->
                Optional.of(host.names(h.path())
                        .map(names -> HostFiles.listing(scope.of(names)))
                        .orElseGet(() -> host.state(FactKind.LISTING, h.path())));
            case Namespace.Spot.InTree t
            when t.entry() instanceof Tree.Folder -> Optional.of(HostFiles.listing(scope.of(names(t))));
            default -> whole(FactKind.LISTING, fact.entity());
        };
    }

    private static SortedMap<String, Character> names(Namespace.Spot.InTree folder) {
        SortedMap<String, Character> names = new TreeMap<>();
        folder.tree().children(folder.path()).forEach((name, entry) -> names.put(name, entry.letter()));
        return names;
    }

    private static String withoutSize(String state) {
        return SIZE.matcher(state).replaceFirst("$1");
    }

    /** The digest in the state of a file's content; empty where there is no file. */
    static Optional<Digest> digest(String state) {
        String hex = state.endsWith("+x") ? state.substring(0, state.length() - 2) : state;
        return Digest.isHex(hex) ? Optional.of(new Digest(hex)) : Optional.empty();
    }

    @Override
    public Tries preprocess(BuildRecord record, Set<Integer> steps) {
        return interviewer.preprocess(record, steps);
    }

    @Override
    public Tries compile(BuildRecord record, Set<Integer> steps) {
        return interviewer.compile(record, steps);
    }

    @Override
    public Tries runAgain(BuildRecord record, Set<Integer> steps) {
        return interviewer.runAgain(record, steps);
    }

    @Override
    public Tries repeat(BuildRecord record, int lines, Set<String> relied) {
        return interviewer.repeat(record, lines, relied);
    }

    @Override
    public Optional<String> bindsOtherwise(Fact fact) {
        Optional<Digest> was = digest(fact.content());
        Optional<Digest> now = content(fact);
        return was.isEmpty() || now.isEmpty()
                ? Optional.of("")
                : facets.bindsOtherwise(fact, was.get(), now.get(), contents);
    }

    private Optional<Digest> content(Fact fact) {
        return whole(FactKind.BYTES, fact.entity()).flatMap(Present::digest);
    }

    @Override
    public Optional<String> difference(Fact fact) {
        Optional<Digest> was = digest(fact.content());
        Optional<Digest> now = content(fact);
        return was.isEmpty() || now.isEmpty()
                ? Optional.empty()
                : facets.difference(fact, was.get(), now.get(), contents);
    }

    @Override
    public Optional<String> absence(Fact fact) {
        String sourceFolder = Place.source(Place.ownerOf(fact.entity())) + "/";
        return fact.kind().isPath()
                        && fact.entity().startsWith(sourceFolder)
                        && leftOut.test(fact.entity().substring(sourceFolder.length()))
                ? Optional.of("is ignored now (.gitignore)")
                : Optional.empty();
    }

    /** A header is taken to declare what its text names, as it was or as it is. */
    @Override
    public List<String> typeChanges(BuildRecord record, Use use) {
        Fact header = use.fact();
        Set<String> names = new HashSet<>();
        for (Optional<Digest> content : List.of(digest(header.content()), content(header))) {
            content.flatMap(digest -> contents.read(digest, header.entity()))
                    .ifPresent(bytes -> IDENTIFIER
                            .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                            .results()
                            .forEach(name -> names.add(name.group())));
        }
        return interviewer.typeChanges(record, use.steps(), Place.dependencyOf(header.entity()), names::contains);
    }

    private Optional<String> whole(FactKind kind, String entity) {
        if (!kind.isPath()) {
            return Optional.of(host.state(kind, entity));
        }
        return switch (namespace.at(entity, !kind.isOfLink())) {
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
                yield HostFiles.listing(names(spot));
            }
            case Tree.Folder folder -> Fact.FOLDER;
        };
    }

    /** The content of a file as C or C++, by the state that {@link FactKind#BYTES} has; empty where it is none. */
    Optional<Facets.Text> text(String entity, String state) {
        return digest(state).flatMap(content -> facets.text(content, entity, contents));
    }

    /** The content of a standard module of Python, by the state that {@link FactKind#BYTES} has. */
    Optional<PythonCode> python(String entity, String state) {
        return digest(state)
                .flatMap(content -> facets.python(
                        content,
                        entity,
                        contents,
                        entity.endsWith(".pyc") ? PythonCode::ofCompiled : PythonCode::ofSource));
    }

    Contents contents() {
        return contents;
    }

    HostFiles host() {
        return host;
    }

    Namespace namespace() {
        return namespace;
    }
}
