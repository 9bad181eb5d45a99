package dev.cutoff.frontend.graph;

import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Place;
import dev.cutoff.model.Totals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a graph file by number. There may be millions, of which a plan looks at few: they are kept as the bytes of
 * their lines, and made objects of when they are asked for.
 */
final class FactTable {

    /** The owner of a fact that lies in no unit's tree. */
    static final int NOBODY = -1;

    /** Of memory beside the heap, so that no collection of garbage moves it. */
    private static final int CHUNK = 1 << 22;

    private static final byte[] DEPS = Place.DEPS.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BUILD = Place.BUILD.getBytes(StandardCharsets.US_ASCII);
    private static final List<FactKind> KINDS = Arrays.stream(FactKind.values())
            .filter(kind -> kind != FactKind.ARTIFACT && !kind.isOfWheels())
            .toList();
    private static final List<FactKind> ALL = List.of(FactKind.values());

    private final Names names;
    private final Column<ByteBuffer> chunks = new Column<>();
    private final Column.OfInts chunk = new Column.OfInts();
    private final Column.OfInts offset = new Column.OfInts();
    private final Column.OfInts length = new Column.OfInts();
    private final Column.OfInts owner = new Column.OfInts();
    /** Twice the number of the kind, and 1 where trees determine the fact. */
    private final Column.OfInts traits = new Column.OfInts();

    private int used = CHUNK;
    private byte[] lastPrefix = new byte[0];
    private int lastOwner = NOBODY;

    FactTable(Names names) {
        this.names = names;
    }

    int size() {
        return traits.size();
    }

    /** Takes a {@code fact} line. */
    void add(Line line) {
        line.expect(4, 6);
        if (line.number(1) != size()) {
            throw line.wrong("facts are numbered as they come: this is fact " + size());
        }
        @Nullable FactKind known = kind(line);
        if (known == null) {
            throw line.wrong("no kind of fact: '" + Line.brief(line.text(2)) + "'");
        }
        if (line.isEmpty(3)) {
            throw line.wrong("a fact is of an entity");
        }
        line.checkText(3);
        int whose = known.isPath() ? owner(line) : NOBODY;
        // Of whatever lies in a tree, its place says no more than that.
        boolean ofTrees = Totals.isOfTrees(known, whose == NOBODY ? line.head(3, DEPS.length) : Place.DEPS);
        owner.add(ofTrees ? whose : NOBODY);
        traits.add(2 * known.ordinal() + (ofTrees ? 1 : 0));
        keep(line);
    }

    private static @Nullable FactKind kind(Line line) {
        for (FactKind known : KINDS) {
            if (line.is(2, known.word())) {
                return known;
            }
        }
        return null;
    }

    /** Whose tree the entity lies in; mostly that of the fact before. */
    private int owner(Line line) {
        if (lastPrefix.length > 0 && line.startsWith(3, lastPrefix, lastPrefix.length)) {
            return lastOwner;
        }
        boolean inArtifact = line.startsWith(3, DEPS, DEPS.length);
        if (!inArtifact && !line.startsWith(3, BUILD, BUILD.length)) {
            return NOBODY;
        }
        String entity = line.text(3);
        String name = inArtifact ? Place.dependencyOf(entity) : Place.ownerOf(entity);
        if (name.isEmpty()) {
            return NOBODY;
        }
        int id = names.id(name);
        lastOwner = inArtifact ? id : sources(id);
        String tree = inArtifact ? Place.artifact(name) : Place.source(name);
        lastPrefix = (tree + "/").getBytes(StandardCharsets.UTF_8);
        return lastOwner;
    }

    /** The owner of facts in a unit's sources. */
    static int sources(int unit) {
        return -2 - unit;
    }

    private void keep(Line line) {
        int bytes = line.length(3);
        if (used + bytes > CHUNK) {
            chunks.add(ByteBuffer.allocateDirect(Math.max(CHUNK, bytes)));
            used = 0;
        }
        line.copy(3, chunks.get(chunks.size() - 1), used);
        chunk.add(chunks.size() - 1);
        offset.add(used);
        length.add(bytes);
        used += bytes;
    }

    FactKind kind(int fact) {
        return ALL.get(traits.get(fact) >> 1);
    }

    /**
     * Whose tree determines the fact: the number of a unit's name for its artifact, {@link #sources} of it for its sources, or
     * {@link #NOBODY}.
     */
    int owner(int fact) {
        return owner.get(fact);
    }

    boolean isOfTrees(int fact) {
        return (traits.get(fact) & 1) != 0;
    }

    Fact fact(int number) {
        byte[] bytes = new byte[length.get(number)];
        chunks.get(chunk.get(number)).get(offset.get(number), bytes);
        int begin = 0;
        String[] fields = new String[4];
        Arrays.fill(fields, "");
        int field = 0;
        for (int i = begin; ; i++) {
            if (i == bytes.length || bytes[i] == '\t') {
                fields[field++] = Line.unescaped(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
                begin = i + 1;
                if (i == bytes.length) {
                    return new Fact(kind(number), fields[0], fields[2], fields[3], fields[1]);
                }
            }
        }
    }
}
