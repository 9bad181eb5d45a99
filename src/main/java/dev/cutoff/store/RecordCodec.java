package dev.cutoff.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.BuildTree;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Step;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Trust;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Build records as bytes: the message BuildRecord of docs/record.proto, and what it names by digest. A decision reads the
 * record and those sets of facts that nothing else settles; many records name the same sets.
 */
final class RecordCodec {

    /** Raised whenever a reader of the old form would misread the new one; other versions are never guessed at. */
    static final int SCHEMA = 5;

    /** What the bytes of every record of this schema begin with: field 1, the schema, and the tag of field 2. */
    static final List<Byte> HEAD = List.of((byte) 0x08, (byte) SCHEMA, (byte) 0x12);

    /** What takes no more bytes than this stands in the record: a file of its own would take a block. */
    private static final int SMALL = 2048;

    /** Likewise for sets that many records may share. */
    private static final int SMALL_SHARED = 96;

    private static final List<FactKind> KINDS = List.of(FactKind.values());
    private static final List<Evidence> EVIDENCE = List.of(Evidence.values());
    private static final List<Trust> TRUST = List.of(Trust.values());
    private static final List<FactGroup.Of> OF = List.of(FactGroup.Of.values());

    private RecordCodec() {}

    /**
     * A record, ready to be stored.
     *
     * @param sameKey see {@link Store#sameKey}
     * @param parts blobs that the record names, by their digests; to be stored before it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(byte[] record, Digest sameKey, Map<Digest, byte[]> parts) {}

    static Encoded encode(BuildRecord record) throws IOException {
        Map<Digest, Integer> environments = new LinkedHashMap<>();
        for (Step step : record.steps()) {
            environments.putIfAbsent(step.environment(), environments.size());
        }
        List<FactGroup> groups = FactGroup.of(record);
        Map<Digest, byte[]> texts = new LinkedHashMap<>();
        Map<Digest, byte[]> parts = new LinkedHashMap<>();
        List<RecordHead.Set> sets = new ArrayList<>();
        for (FactGroup group : groups) {
            String base = FactGroup.base(group.of(), record.unit(), group.need());
            byte[] facts = FactSetCodec.encode(group.uses(), base, texts);
            int small = group.of() == FactGroup.Of.SOURCES ? SMALL : SMALL_SHARED;
            sets.add(new RecordHead.Set(group.of(), group.need(), group.uses().size(), part(facts, small, parts)));
        }
        parts.putAll(texts);
        RecordHead.Part details = part(DetailCodec.encode(record.steps(), groups, environments), SMALL, parts);
        RecordHead head = new RecordHead(
                record.unit(),
                record.inputs(),
                record.source(),
                record.needs(),
                List.copyOf(environments.keySet()),
                record.observation(),
                record.artifact(),
                record.trust(),
                record.cpuSeconds(),
                record.seconds(),
                record.created(),
                Totals.of(record.uses()),
                sets,
                List.copyOf(texts.keySet()),
                details,
                Store.sameKey(record),
                record.tree(),
                record.parent(),
                record.tried(),
                record.lines());
        return new Encoded(Messages.bytes(out -> write(head, out)), head.sameKey(), parts);
    }

    private static RecordHead.Part part(byte[] bytes, int small, Map<Digest, byte[]> parts) {
        if (bytes.length <= small) {
            return new RecordHead.Part(null, bytes);
        }
        Digest digest = Digest.of(bytes);
        parts.put(digest, bytes);
        return new RecordHead.Part(digest, null);
    }

    private static void write(RecordHead head, CodedOutputStream out) throws IOException {
        out.writeUInt32(1, SCHEMA);
        out.writeString(2, head.unit());
        for (var input : head.inputs().values().entrySet()) {
            Messages.message(out, 3, m -> {
                m.writeString(1, input.getKey());
                m.writeString(2, input.getValue());
            });
        }
        out.writeByteArray(4, head.source().bytes());
        for (var need : head.needs().entrySet()) {
            Messages.message(out, 5, m -> {
                m.writeString(1, need.getKey());
                m.writeByteArray(2, need.getValue().bytes());
            });
        }
        for (Digest environment : head.environments()) {
            out.writeByteArray(6, environment.bytes());
        }
        Messages.message(out, 9, m -> {
            m.writeString(1, head.observation().method());
            for (String gap : head.observation().gaps()) {
                m.writeString(2, gap);
            }
            for (String declared : head.observation().declared()) {
                m.writeString(3, declared);
            }
            if (!head.observation().escaped().isEmpty()) {
                m.writeString(4, head.observation().escaped());
            }
        });
        out.writeByteArray(10, head.artifact().bytes());
        out.writeUInt32(11, head.trust().ordinal());
        out.writeDouble(12, head.cpuSeconds());
        out.writeDouble(13, head.seconds());
        out.writeInt64(14, head.created());
        for (RecordHead.Set set : head.sets()) {
            Messages.message(out, 16, m -> {
                m.writeUInt32(1, set.of().ordinal());
                if (!set.need().isEmpty()) {
                    m.writeString(2, set.need());
                }
                m.writeUInt32(3, set.count());
                writePart(m, 4, set.facts());
            });
        }
        writePart(out, 17, head.details());
        for (Digest text : head.texts()) {
            out.writeByteArray(22, text.bytes());
        }
        Messages.message(out, 19, m -> {
            for (var kind : head.totals().kinds().entrySet()) {
                m.writeUInt32NoTag(kind.getKey().ordinal());
                m.writeUInt32NoTag(kind.getValue());
            }
        });
        Messages.message(out, 20, m -> {
            for (Evidence evidence : head.totals().evidence()) {
                m.writeUInt32NoTag(evidence.ordinal());
            }
        });
        out.writeByteArray(21, head.sameKey().bytes());
        if (head.tree().isPresent()) {
            BuildTree tree = head.tree().get();
            Messages.message(out, 23, m -> {
                m.writeByteArray(1, tree.outputs().bytes());
                m.writeByteArray(2, tree.stamps().bytes());
            });
        }
        if (head.parent().isPresent()) {
            out.writeByteArray(24, head.parent().get().bytes());
        }
        if (!head.tried().isEmpty()) {
            out.writeString(25, head.tried());
        }
        for (Digest line : head.lines()) {
            out.writeByteArray(26, line.bytes());
        }
    }

    /** In one field the digest, in the next one the thing itself. */
    private static void writePart(CodedOutputStream out, int field, RecordHead.Part part) throws IOException {
        byte[] inline = part.inline();
        if (inline != null) {
            out.writeByteArray(field + 1, inline);
        } else {
            out.writeByteArray(field, part.digest().bytes());
        }
    }

    /** Reads a record; empty where the bytes are of another schema or none of ours. */
    static Optional<RecordHead> decode(byte[] bytes) {
        try {
            return read(CodedInputStream.newInstance(bytes));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<RecordHead> read(CodedInputStream in) throws IOException {
        int schema = 0;
        String unit = "";
        SortedMap<String, String> inputs = new TreeMap<>();
        Digest source = Digest.EMPTY;
        SortedMap<String, Digest> needs = new TreeMap<>();
        List<Digest> environments = new ArrayList<>();
        Observation observation =
                new Observation("none", List.of("the record does not say how it was observed"), List.of(), "");
        Digest artifact = Digest.EMPTY;
        Trust trust = Trust.INCREMENTAL;
        double cpuSeconds = 0;
        double seconds = 0;
        long created = 0;
        Map<FactKind, Integer> kinds = new EnumMap<>(FactKind.class);
        Set<Evidence> evidence = EnumSet.noneOf(Evidence.class);
        List<RecordHead.Set> sets = new ArrayList<>();
        List<Digest> texts = new ArrayList<>();
        Optional<RecordHead.Part> details = Optional.empty();
        Optional<Digest> sameKey = Optional.empty();
        Optional<BuildTree> buildTree = Optional.empty();
        Optional<Digest> parent = Optional.empty();
        String tried = "";
        List<Digest> lines = new ArrayList<>();
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> {
                    schema = in.readUInt32();
                    if (schema != SCHEMA) {
                        return Optional.empty();
                    }
                }
                case 2 -> unit = in.readString();
                case 3 -> {
                    Pair pair = pair(in);
                    inputs.put(pair.name, pair.value.toStringUtf8());
                }
                case 4 -> source = Messages.digest(in);
                case 5 -> {
                    Pair pair = pair(in);
                    needs.put(pair.name, Digest.ofHash(pair.value.toByteArray()));
                }
                case 6 -> environments.add(Messages.digest(in));
                case 9 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    observation = readObservation(in);
                    in.popLimit(limit);
                }
                case 10 -> artifact = Messages.digest(in);
                case 11 -> trust = Messages.at(TRUST, in.readUInt32());
                case 12 -> cpuSeconds = in.readDouble();
                case 13 -> seconds = in.readDouble();
                case 14 -> created = in.readInt64();
                case 16 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    sets.add(readSet(in));
                    in.popLimit(limit);
                }
                case 17 -> details = Optional.of(new RecordHead.Part(Messages.digest(in), null));
                case 18 -> details = Optional.of(inline(in));
                case 19 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (!in.isAtEnd()) {
                        kinds.put(Messages.at(KINDS, in.readUInt32()), in.readUInt32());
                    }
                    in.popLimit(limit);
                }
                case 20 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (!in.isAtEnd()) {
                        evidence.add(Messages.at(EVIDENCE, in.readUInt32()));
                    }
                    in.popLimit(limit);
                }
                case 22 -> texts.add(Messages.digest(in));
                case 21 -> sameKey = Optional.of(Messages.digest(in));
                case 23 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    buildTree = readTree(in);
                    in.popLimit(limit);
                }
                case 24 -> parent = Optional.of(Messages.digest(in));
                case 25 -> tried = in.readString();
                case 26 -> lines.add(Messages.digest(in));
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        if (schema != SCHEMA || details.isEmpty() || sameKey.isEmpty()) {
            return Optional.empty();
        }
        Totals totals = new Totals(kinds, evidence);
        RecordHead head = new RecordHead(
                unit,
                new Inputs(inputs),
                source,
                needs,
                environments,
                observation,
                artifact,
                trust,
                cpuSeconds,
                seconds,
                created,
                totals,
                sets,
                texts,
                details.get(),
                sameKey.get(),
                buildTree,
                parent,
                tried,
                lines);
        int counted = kinds.values().stream().mapToInt(Integer::intValue).sum();
        return counted == head.facts() ? Optional.of(head) : Optional.empty();
    }

    /** Empty where a part of it is missing. */
    private static Optional<BuildTree> readTree(CodedInputStream in) throws IOException {
        Optional<Digest> outputs = Optional.empty();
        Optional<Digest> stamps = Optional.empty();
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> outputs = Optional.of(Messages.digest(in));
                case 2 -> stamps = Optional.of(Messages.digest(in));
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        return outputs.isPresent() && stamps.isPresent()
                ? Optional.of(new BuildTree(outputs.get(), stamps.get()))
                : Optional.empty();
    }

    private static RecordHead.Part inline(CodedInputStream in) throws IOException {
        return new RecordHead.Part(null, in.readByteArray());
    }

    private static RecordHead.Set readSet(CodedInputStream in) throws IOException {
        FactGroup.Of of = FactGroup.Of.OTHER;
        String need = "";
        int count = 0;
        Optional<RecordHead.Part> facts = Optional.empty();
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> of = Messages.at(OF, in.readUInt32());
                case 2 -> need = in.readString();
                case 3 -> count = in.readUInt32();
                case 4 -> facts = Optional.of(new RecordHead.Part(Messages.digest(in), null));
                case 5 -> facts = Optional.of(inline(in));
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        if (count < 0) {
            throw new IOException("a set of " + count + " facts");
        }
        return new RecordHead.Set(
                of, need, count, facts.orElseThrow(() -> new IOException("a set of facts without facts")));
    }

    private record Pair(String name, ByteString value) {}

    private static Pair pair(CodedInputStream in) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        String name = "";
        ByteString value = ByteString.EMPTY;
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> name = in.readString();
                case 2 -> value = in.readBytes();
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        in.popLimit(limit);
        return new Pair(name, value);
    }

    private static Observation readObservation(CodedInputStream in) throws IOException {
        String method = "";
        List<String> gaps = new ArrayList<>();
        List<String> declared = new ArrayList<>();
        String escaped = "";
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> method = in.readString();
                case 2 -> gaps.add(in.readString());
                case 3 -> declared.add(in.readString());
                case 4 -> escaped = in.readString();
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        return new Observation(method, gaps, declared, escaped);
    }
}
