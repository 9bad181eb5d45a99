package dev.cutoff.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Step;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Build records as bytes: gzip over the protobuf message that docs/record.proto describes. Uses are grouped by folder,
 * since a build's thousands of paths lie in a few folders.
 */
public final class RecordCodec {

    /** Raised whenever a reader of the old form would misread the new one; other versions are never guessed at. */
    public static final int SCHEMA = 3;

    private RecordCodec() {}

    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static void message(CodedOutputStream out, int field, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        CodedOutputStream inner = CodedOutputStream.newInstance(bytes, 256);
        body.write(inner);
        inner.flush();
        out.writeByteArray(field, bytes.toByteArray());
    }

    public static byte[] encode(BuildRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes, 1 << 14)) {
            CodedOutputStream out = CodedOutputStream.newInstance(zip);
            write(record, out);
            out.flush();
        }
        return bytes.toByteArray();
    }

    private static void write(BuildRecord record, CodedOutputStream out) throws IOException {
        out.writeUInt32(1, SCHEMA);
        out.writeString(2, record.unit());
        for (var input : record.inputs().values().entrySet()) {
            message(out, 3, m -> {
                m.writeString(1, input.getKey());
                m.writeString(2, input.getValue());
            });
        }
        out.writeByteArray(4, record.source().bytes());
        for (var need : record.needs().entrySet()) {
            message(out, 5, m -> {
                m.writeString(1, need.getKey());
                m.writeByteArray(2, need.getValue().bytes());
            });
        }
        Map<Digest, Integer> environments = new LinkedHashMap<>();
        for (Step step : record.steps()) {
            environments.putIfAbsent(step.environment(), environments.size());
        }
        for (Digest environment : environments.keySet()) {
            out.writeByteArray(6, environment.bytes());
        }
        for (Step step : record.steps()) {
            message(out, 7, m -> writeStep(step, environments, m));
        }
        Map<String, Integer> scopes = new LinkedHashMap<>();
        for (Use use : record.uses()) {
            if (!use.fact().scope().isEmpty()) {
                scopes.putIfAbsent(use.fact().scope(), scopes.size());
            }
        }
        for (String scope : scopes.keySet()) {
            out.writeString(15, scope);
        }
        Map<String, List<Use>> folders = new LinkedHashMap<>();
        for (Use use : record.uses()) {
            folders.computeIfAbsent(folder(use.fact()), f -> new ArrayList<>()).add(use);
        }
        for (var folder : folders.entrySet()) {
            message(out, 8, m -> {
                m.writeString(1, folder.getKey());
                for (Use use : folder.getValue()) {
                    message(m, 2, u -> writeUse(use, folder.getKey().length(), scopes, u));
                }
            });
        }
        message(out, 9, m -> {
            m.writeString(1, record.observation().method());
            for (String gap : record.observation().gaps()) {
                m.writeString(2, gap);
            }
            for (String declared : record.observation().declared()) {
                m.writeString(3, declared);
            }
            if (!record.observation().escaped().isEmpty()) {
                m.writeString(4, record.observation().escaped());
            }
        });
        out.writeByteArray(10, record.artifact().bytes());
        out.writeUInt32(11, record.trust().ordinal());
        out.writeDouble(12, record.cpuSeconds());
        out.writeDouble(13, record.seconds());
        out.writeInt64(14, record.created());
    }

    /** The path up to and with its last slash; "" for an entity without one. */
    private static String folder(Fact fact) {
        return fact.kind().isPath() ? fact.entity().substring(0, fact.entity().lastIndexOf('/') + 1) : "";
    }

    private static void writeStep(Step step, Map<Digest, Integer> environments, CodedOutputStream out)
            throws IOException {
        out.writeSInt32(1, step.parent());
        out.writeUInt32(2, step.line());
        for (String word : step.command()) {
            out.writeString(3, word);
        }
        out.writeString(4, step.folder());
        out.writeUInt32(5, environments.getOrDefault(step.environment(), 0));
        for (String path : step.writes()) {
            out.writeString(6, path);
        }
        for (String path : step.outputsRead()) {
            out.writeString(7, path);
        }
        out.writeDouble(8, step.seconds());
        if (!step.check().isEmpty()) {
            out.writeString(9, step.check());
        }
    }

    private static void writeUse(Use use, int folder, Map<String, Integer> scopes, CodedOutputStream out)
            throws IOException {
        out.writeUInt32(1, use.fact().kind().ordinal());
        out.writeString(2, use.fact().entity().substring(folder));
        if (Digest.isHex(use.fact().state())) {
            out.writeByteArray(3, new Digest(use.fact().state()).bytes());
        } else {
            out.writeString(4, use.fact().state());
        }
        out.writeUInt32(5, use.evidence().ordinal());
        int previous = 0;
        for (int step : use.steps()) {
            out.writeUInt32(6, step - previous);
            previous = step;
        }
        Integer scope = scopes.get(use.fact().scope());
        if (scope != null) {
            out.writeUInt32(7, scope + 1);
        }
        if (Digest.isHex(use.fact().content())) {
            out.writeByteArray(8, new Digest(use.fact().content()).bytes());
        } else if (use.fact().isNarrow()) {
            out.writeString(9, use.fact().content());
        }
    }

    /** Reads a record; empty where the bytes are of another schema or none of ours. */
    public static Optional<BuildRecord> decode(byte[] bytes) {
        try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 14)) {
            return read(CodedInputStream.newInstance(zip.readAllBytes()));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<BuildRecord> read(CodedInputStream in) throws IOException {
        int schema = 0;
        String unit = "";
        SortedMap<String, String> inputs = new TreeMap<>();
        Digest source = Digest.EMPTY;
        SortedMap<String, Digest> needs = new TreeMap<>();
        List<Digest> environments = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        List<Use> uses = new ArrayList<>();
        List<String> scopes = new ArrayList<>();
        Observation observation =
                new Observation("none", List.of("the record does not say how it was observed"), List.of(), "");
        Digest artifact = Digest.EMPTY;
        Trust trust = Trust.INCREMENTAL;
        double cpuSeconds = 0;
        double seconds = 0;
        long created = 0;
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> {
                    schema = in.readUInt32();
                    if (schema != SCHEMA) {
                        return Optional.empty();
                    }
                }
                case 2 -> unit = in.readString();
                case 3 -> {
                    CodedInputStream m = CodedInputStream.newInstance(in.readByteArray());
                    Pair pair = pair(m);
                    inputs.put(pair.name, pair.value.toStringUtf8());
                }
                case 4 -> source = Digest.ofHash(in.readByteArray());
                case 5 -> {
                    CodedInputStream m = CodedInputStream.newInstance(in.readByteArray());
                    Pair pair = pair(m);
                    needs.put(pair.name, Digest.ofHash(pair.value.toByteArray()));
                }
                case 6 -> environments.add(Digest.ofHash(in.readByteArray()));
                case 7 ->
                    steps.add(readStep(CodedInputStream.newInstance(in.readByteArray()), steps.size(), environments));
                case 8 -> readFolder(CodedInputStream.newInstance(in.readByteArray()), scopes, uses);
                case 9 -> observation = readObservation(CodedInputStream.newInstance(in.readByteArray()));
                case 10 -> artifact = Digest.ofHash(in.readByteArray());
                case 11 -> trust = Trust.values()[in.readUInt32()];
                case 12 -> cpuSeconds = in.readDouble();
                case 13 -> seconds = in.readDouble();
                case 14 -> created = in.readInt64();
                case 15 -> scopes.add(in.readString());
                default -> in.skipField(tag);
            }
        }
        if (schema != SCHEMA) {
            return Optional.empty();
        }
        return Optional.of(new BuildRecord(
                unit,
                new Inputs(inputs),
                source,
                needs,
                steps,
                uses,
                observation,
                artifact,
                trust,
                cpuSeconds,
                seconds,
                created));
    }

    private record Pair(String name, ByteString value) {}

    private static Pair pair(CodedInputStream in) throws IOException {
        String name = "";
        ByteString value = ByteString.EMPTY;
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> name = in.readString();
                case 2 -> value = in.readBytes();
                default -> in.skipField(tag);
            }
        }
        return new Pair(name, value);
    }

    private static Step readStep(CodedInputStream in, int number, List<Digest> environments) throws IOException {
        int parent = -1;
        int line = 0;
        List<String> command = new ArrayList<>();
        String folder = "";
        Digest environment = Digest.EMPTY;
        List<String> writes = new ArrayList<>();
        List<String> outputsRead = new ArrayList<>();
        double seconds = 0;
        String check = "";
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> parent = in.readSInt32();
                case 2 -> line = in.readUInt32();
                case 3 -> command.add(in.readString());
                case 4 -> folder = in.readString();
                case 5 -> environment = environments.get(in.readUInt32());
                case 6 -> writes.add(in.readString());
                case 7 -> outputsRead.add(in.readString());
                case 8 -> seconds = in.readDouble();
                case 9 -> check = in.readString();
                default -> in.skipField(tag);
            }
        }
        if (parent >= number) {
            throw new IOException("step " + number + " before its parent " + parent);
        }
        return new Step(number, parent, line, command, folder, environment, writes, outputsRead, seconds, check);
    }

    private static void readFolder(CodedInputStream in, List<String> scopes, List<Use> uses) throws IOException {
        String folder = "";
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> folder = in.readString();
                case 2 -> uses.add(readUse(CodedInputStream.newInstance(in.readByteArray()), folder, scopes));
                default -> in.skipField(tag);
            }
        }
    }

    private static Use readUse(CodedInputStream in, String folder, List<String> scopes) throws IOException {
        FactKind kind = FactKind.BYTES;
        String name = "";
        String state = "";
        String scope = "";
        String content = "";
        Evidence evidence = Evidence.ASSUMED;
        List<Integer> steps = new ArrayList<>();
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> kind = FactKind.values()[in.readUInt32()];
                case 2 -> name = in.readString();
                case 3 -> state = Digest.ofHash(in.readByteArray()).hex();
                case 4 -> state = in.readString();
                case 5 -> evidence = Evidence.values()[in.readUInt32()];
                case 6 -> steps.add((steps.isEmpty() ? 0 : steps.get(steps.size() - 1)) + in.readUInt32());
                case 7 -> {
                    int number = in.readUInt32();
                    scope = number == 0 ? "" : scopes.get(number - 1);
                }
                case 8 -> content = Digest.ofHash(in.readByteArray()).hex();
                case 9 -> content = in.readString();
                default -> in.skipField(tag);
            }
        }
        return new Use(new Fact(kind, folder + name, scope, content, state), evidence, steps);
    }

    private static Observation readObservation(CodedInputStream in) throws IOException {
        String method = "";
        List<String> gaps = new ArrayList<>();
        List<String> declared = new ArrayList<>();
        String escaped = "";
        int tag;
        while ((tag = in.readTag()) != 0) {
            switch (tag >>> 3) {
                case 1 -> method = in.readString();
                case 2 -> gaps.add(in.readString());
                case 3 -> declared.add(in.readString());
                case 4 -> escaped = in.readString();
                default -> in.skipField(tag);
            }
        }
        return new Observation(method, gaps, declared, escaped);
    }
}
