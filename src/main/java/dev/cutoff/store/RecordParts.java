package dev.cutoff.store;

import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads what records consist of besides their own blobs, when it is asked for. Sets of the machine's facts stay read. */
final class RecordParts {

    private final Blobs blobs;
    private final Map<Digest, List<Fact>> common = new ConcurrentHashMap<>();
    private final Map<Digest, String> texts = new ConcurrentHashMap<>();
    private final Set<Digest> there = ConcurrentHashMap.newKeySet();
    private final Set<Digest> lost = ConcurrentHashMap.newKeySet();

    RecordParts(Blobs blobs) {
        this.blobs = blobs;
    }

    /** Whether all parts are there, as far as can be told without reading them. */
    boolean areThere(RecordHead head) {
        if (!lost.isEmpty() && head.parts().stream().anyMatch(part -> lost.contains(part.digest()))) {
            return false;
        }
        for (Digest part : head.blobs()) {
            if (!there.contains(part)) {
                if (!blobs.has(part)) {
                    return false;
                }
                there.add(part);
            }
        }
        return true;
    }

    /** Forgets what was found of parts, as when they have been stored anew. */
    void stored(Iterable<Digest> parts) {
        for (Digest part : parts) {
            lost.remove(part);
        }
    }

    /** The record of a head; it reads the rest when it is asked for it, and throws {@link LostPart} where that fails. */
    BuildRecord record(RecordHead head) {
        return new BuildRecord(
                head.unit(),
                head.inputs(),
                head.source(),
                head.needs(),
                new StoredSteps(head, this),
                new StoredUses(head, this),
                head.observation(),
                head.artifact(),
                head.trust(),
                head.cpuSeconds(),
                head.seconds(),
                head.created(),
                head.tree(),
                head.parent(),
                head.tried(),
                head.lines());
    }

    /** The facts of one set of a record. */
    List<Fact> facts(RecordHead head, RecordHead.Set set) {
        boolean machine = set.of() == FactGroup.Of.MACHINE;
        Digest digest = set.facts().digest();
        List<Fact> known = machine ? common.get(digest) : null;
        if (known == null) {
            known = read(head, set.facts(), bytes -> {
                List<Fact> facts = FactSetCodec.decode(
                        bytes, FactGroup.base(set.of(), head.unit(), set.need()), text -> text(head, text));
                if (facts.size() != set.count()) {
                    throw new IOException("a set of another number of facts");
                }
                return facts;
            });
            if (machine) {
                common.put(digest, known);
            }
        }
        return known;
    }

    private String text(RecordHead head, Digest digest) {
        String known = texts.get(digest);
        if (known == null) {
            known = read(head, new RecordHead.Part(digest, null), FactSetCodec::decodeText);
            texts.put(digest, known);
        }
        return known;
    }

    DetailCodec.Details details(RecordHead head) {
        return read(head, head.details(), bytes -> DetailCodec.decode(bytes, head.environments(), head.facts()));
    }

    private interface Decoding<T> {
        T of(byte[] bytes) throws IOException;
    }

    private <T> T read(RecordHead head, RecordHead.Part part, Decoding<T> decoding) {
        byte[] inline = part.inline();
        try {
            Optional<byte[]> bytes = inline == null ? blobs.read(part.digest()) : Optional.of(inline);
            if (bytes.isPresent()) {
                return decoding.of(bytes.get());
            }
        } catch (java.nio.file.FileSystemException e) {
            throw Failure.io("reading a record of " + head.unit(), e);
        } catch (IOException | IllegalArgumentException e) {
            // Not what a writer of this schema writes.
        }
        lost.add(part.digest());
        throw new LostPart(head.unit(), part.digest());
    }
}
