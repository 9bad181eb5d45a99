package dev.cutoff.frontend.graph;

import dev.cutoff.model.Failure;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads a graph file (docs/graph.md), plain or gzip. */
final class GraphReader {

    /** The first line: what the file is, and the version of its form. */
    static final String HEAD = "cutoff-graph/1";

    private final Line line;
    private final StoredGraph graph;
    private final Consumer<StoredGraph.Statement> statements;
    private final RecordReader.Scratch scratch = new RecordReader.Scratch();
    private @Nullable UnitReader unit;

    private GraphReader(Line line, StoredGraph graph, Consumer<StoredGraph.Statement> statements) {
        this.line = line;
        this.graph = graph;
        this.statements = statements;
    }

    /**
     * Reads a file.
     *
     * @param graph takes what it says
     * @param statements told each in turn, with what stands before it in {@code graph}
     * @throws Failure of kind INPUT with file and line where it is no graph, of kind ENVIRONMENT where it can't be read
     */
    static void read(Path file, StoredGraph graph, Consumer<StoredGraph.Statement> statements) {
        try (InputStream in = open(file)) {
            read(file.toString(), in, graph, statements);
        } catch (ZipException | EOFException e) {
            throw Failure.input(file + ": damaged gzip data: " + e.getMessage());
        } catch (IOException e) {
            throw Failure.io("reading " + file, e);
        }
    }

    static void read(String name, InputStream in, StoredGraph graph, Consumer<StoredGraph.Statement> statements)
            throws IOException {
        new GraphReader(new Line(name, in), graph, statements).read();
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

    private void read() throws IOException {
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
        ArtifactTable artifacts = graph.artifacts();
        for (int i = 0; i < artifacts.size(); i++) {
            if (!graph.units().isDeclared(artifacts.unit(i))) {
                throw line.wrong(
                        artifacts.line(i), "an artifact of '" + artifacts.name(i) + "', which is no unit here");
            }
        }
    }

    private void take(String word) {
        switch (word) {
            case "fact" -> graph.facts().add(line);
            case "artifact" -> graph.artifacts().add(line);
            case "now" -> {
                finishUnit();
                line.expect(1, 1);
                for (Line.Items items = line.list(1); items.hasMore(); items.end()) {
                    statements.accept(new StoredGraph.Now(checked(items.number())));
                }
            }
            case "unit" -> {
                finishUnit();
                unit = new UnitReader(line, graph, scratch);
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
        if (fact >= graph.facts().size()) {
            throw line.wrong("no fact " + fact + " before this line");
        }
        return fact;
    }

    private void finishUnit() {
        if (unit != null) {
            StoredGraph.Entry entry = unit.finish();
            unit = null;
            statements.accept(entry);
        }
    }
}
