package dev.cutoff.frontend.graph;

import dev.cutoff.decide.Graph;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Unit;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads a graph file (docs/graph.md), plain or gzip. */
public final class GraphReader {

    /** The first line: what the file is, and the version of its form. */
    static final String HEAD = "cutoff-graph/1";

    private final Line line;
    private final Names names = new Names();
    private final FactTable facts = new FactTable(names);
    private final ArtifactTable artifacts = new ArtifactTable(names, facts);
    private final Map<StoredGraph.Key, String> present = new HashMap<>();
    private final Map<String, StoredGraph.Entry> entries = new LinkedHashMap<>();
    private final List<Unit> units = new ArrayList<>();
    private final BitSet declared = new BitSet();
    private final RecordReader.Scratch scratch = new RecordReader.Scratch();
    private boolean ordered = true;
    private @Nullable UnitReader unit;

    private GraphReader(Line line) {
        this.line = line;
    }

    /**
     * Reads a file.
     *
     * @throws Failure of kind INPUT with file and line where it is no graph, of kind ENVIRONMENT where it can't be read
     */
    static StoredGraph read(Path file) {
        try (InputStream in = open(file)) {
            return read(file.toString(), in);
        } catch (ZipException | EOFException e) {
            throw Failure.input(file + ": damaged gzip data: " + e.getMessage());
        } catch (IOException e) {
            throw Failure.io("reading " + file, e);
        }
    }

    static StoredGraph read(String name, InputStream in) throws IOException {
        return new GraphReader(new Line(name, in)).read();
    }

    private static InputStream open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw Failure.input("there is no file " + file);
        }
        if (Files.isDirectory(file)) {
            throw Failure.input(file + " is a folder, and no graph file");
        }
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private StoredGraph read() throws IOException {
        if (!line.advance() || line.number() != 1 || !line.head(0, 64).startsWith("cutoff-graph/")) {
            throw line.wrong(1, "no graph file: the first line must be " + HEAD);
        }
        if (!line.head(0, 64).equals(HEAD) || line.fields() != 1) {
            throw line.wrong("this Cutoff reads " + HEAD + ", and not '" + Line.brief(line.head(0, 64)) + "'");
        }
        while (line.advance()) {
            take(line.word());
        }
        finishUnit();
        for (int i = 0; i < artifacts.size(); i++) {
            if (!entries.containsKey(artifacts.name(i))) {
                throw line.wrong(
                        artifacts.line(i), "an artifact of '" + artifacts.name(i) + "', which is no unit here");
            }
        }
        return new StoredGraph(
                names, facts, artifacts, ordered ? Graph.inOrder(units) : Graph.of(units), entries, present);
    }

    private void take(String word) {
        switch (word) {
            case "fact" -> facts.add(line);
            case "artifact" -> artifacts.add(line);
            case "now" -> {
                line.expect(1, 1);
                for (Line.Items items = line.list(1); items.hasMore(); items.end()) {
                    Fact fact = facts.fact(checked(items.number()));
                    present.put(StoredGraph.Key.of(fact), fact.state());
                }
            }
            case "unit" -> {
                finishUnit();
                unit = new UnitReader(line, names, facts, artifacts, declared, scratch);
                ordered = ordered && unit.isOrdered();
                if (!unit.isFirst()) {
                    throw line.wrong("a second unit " + unit.unit().name());
                }
            }
            default -> {
                if (unit == null) {
                    throw line.wrong(
                            UnitReader.knows(word)
                                    ? word + " belongs to a unit, and none was named yet"
                                    : "no line of a graph: '" + Line.brief(word) + "'");
                }
                unit.take(word);
            }
        }
    }

    private int checked(int fact) {
        if (fact >= facts.size()) {
            throw line.wrong("no fact " + fact + " before this line");
        }
        return fact;
    }

    private void finishUnit() {
        if (unit != null) {
            units.add(unit.unit());
            entries.put(unit.unit().name(), unit.finish());
            unit = null;
        }
    }
}
