package dev.cutoff.build;

import dev.cutoff.model.Action;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Trust;
import dev.cutoff.observe.HostFiles;
import dev.cutoff.store.StatCache.Stat;
import dev.cutoff.store.StatLog;
import dev.cutoff.store.StatLog.Look;
import dev.cutoff.store.StatLog.Scope;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a run that kept everything leaves for the next one, as bytes: the checksum (CRC-32C, 8 bytes) of all behind it, the
 * schema, the key, until when it counts, blocks of looks, digests of files of the machine, its answers, and the outcomes.
 * Numbers are big-endian; a text is its length in UTF-8 (4 bytes) and that. It is written and read by one program alone.
 */
final class UpToDateFile {

    /** The first bytes behind the checksum; raised with every change of what follows. */
    private static final int SCHEMA = 0x43550001;

    /** Looks stand in blocks of so many, each of which can be read by itself. */
    private static final int BLOCK = 512;

    private static final int HEADER = Long.BYTES;
    private static final Scope[] SCOPES = Scope.values();
    private static final FactKind[] KINDS = FactKind.values();
    private static final Trust[] TRUST = Trust.values();

    /**
     * What the file says.
     *
     * @param key of the run: what it was asked for, by which program
     * @param made when the run began, in milliseconds since the epoch; it counts from then
     * @param until when it counts no more
     * @param blocks of looks, for {@link #looks}
     * @param hashes digests of files of the machine
     * @param answers of the machine
     */
    record Content(
            String key,
            long made,
            long until,
            List<ByteBuffer> blocks,
            List<StatLog.Hashed> hashes,
            List<HostFiles.Answer> answers,
            List<Outcome> outcomes) {}

    private UpToDateFile() {}

    /** Blocks of looks, in the order given; near ones are best. */
    static List<ByteBuffer> blocks(List<Look> looks) {
        List<ByteBuffer> blocks = new ArrayList<>();
        for (int at = 0; at < looks.size(); at += BLOCK) {
            List<Look> some = looks.subList(at, Math.min(looks.size(), at + BLOCK));
            blocks.add(ByteBuffer.wrap(bytes(out -> {
                byte[] last = new byte[0];
                for (Look look : some) {
                    byte[] path = look.path().getBytes(StandardCharsets.UTF_8);
                    int common = 0;
                    while (common < Math.min(path.length, last.length) && path[common] == last[common]) {
                        common++;
                    }
                    out.writeByte(look.scope().ordinal() << 1 | (look.seen().isPresent() ? 1 : 0));
                    out.writeShort(common);
                    out.writeShort(path.length - common);
                    out.write(path, common, path.length - common);
                    if (look.seen().isPresent()) {
                        look.seen().get().write(out);
                    }
                    last = path;
                }
            })));
        }
        return blocks;
    }

    /** Sees looks one after the other; says whether to go on. */
    interface Sight {
        boolean next(Look look) throws IOException;
    }

    /** Goes over a block of looks; whether it went to the end. */
    static boolean looks(ByteBuffer block, Sight sight) throws IOException {
        ByteBuffer in = block.duplicate();
        byte[] path = new byte[1 << 8];
        while (in.hasRemaining()) {
            int head = in.get();
            int common = in.getShort() & 0xffff;
            int rest = in.getShort() & 0xffff;
            if (common + rest > path.length) {
                path = java.util.Arrays.copyOf(path, 2 * (common + rest));
            }
            in.get(path, common, rest);
            String text = new String(path, 0, common + rest, StandardCharsets.UTF_8);
            Optional<Stat> seen = (head & 1) == 1 ? Optional.of(Stat.read(in)) : Optional.empty();
            if (!sight.next(new Look(text, SCOPES[head >> 1], seen))) {
                return false;
            }
        }
        return true;
    }

    static byte[] encode(Content content) {
        byte[] body = bytes(out -> {
            out.writeInt(SCHEMA);
            write(out, content.key());
            out.writeLong(content.made());
            out.writeLong(content.until());
            out.writeInt(content.blocks().size());
            for (ByteBuffer block : content.blocks()) {
                out.writeInt(block.remaining());
                out.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
            }
            out.writeInt(content.hashes().size());
            for (StatLog.Hashed hashed : content.hashes()) {
                write(out, hashed.path());
                hashed.stat().write(out);
                out.write(hashed.digest().bytes());
            }
            out.writeInt(content.answers().size());
            for (HostFiles.Answer answer : content.answers()) {
                out.writeByte(answer.kind().ordinal());
                write(out, answer.entity());
                write(out, answer.state());
            }
            out.writeInt(content.outcomes().size());
            for (Outcome outcome : content.outcomes()) {
                write(out, outcome);
            }
        });
        return ByteBuffer.allocate(HEADER + body.length)
                .putLong(sum(body, 0))
                .put(body)
                .array();
    }

    /** Empty where the bytes are not those that were written, or of another schema. */
    static Optional<Content> decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.getLong() != sum(bytes, HEADER) || in.getInt() != SCHEMA) {
                return Optional.empty();
            }
            String key = text(in);
            long made = in.getLong();
            long until = in.getLong();
            List<ByteBuffer> blocks = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                int length = in.getInt();
                blocks.add(in.slice(in.position(), length));
                in.position(in.position() + length);
            }
            List<StatLog.Hashed> hashes = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                hashes.add(new StatLog.Hashed(text(in), Stat.read(in), Digest.next(in)));
            }
            List<HostFiles.Answer> answers = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                answers.add(new HostFiles.Answer(KINDS[in.get()], text(in), text(in)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = in.getInt(); i > 0; i--) {
                outcomes.add(outcome(in));
            }
            return Optional.of(new Content(key, made, until, blocks, hashes, answers, outcomes));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Whether an outcome can be written: a keep for no other reason than that all holds. */
    static boolean isPlain(Outcome outcome) {
        Decision decision = outcome.decision();
        return decision.action() == Action.KEEP
                && decision.record() != null
                && decision.reasons().equals(List.of(Reason.of(Reason.Kind.HOLDS, decision.because())))
                && outcome.trust().isPresent()
                && outcome.cpuSeconds() == 0
                && outcome.failure().isEmpty();
    }

    private static void write(DataOutputStream out, Outcome outcome) throws IOException {
        Decision.RecordId record =
                java.util.Objects.requireNonNull(outcome.decision().record());
        write(out, outcome.unit());
        out.writeLong(record.number());
        out.write(record.blob().bytes());
        write(out, outcome.decision().because());
        write(out, outcome.decision().compared());
        out.writeByte(outcome.trust().orElseThrow().ordinal());
        out.writeDouble(outcome.cpuSecondsSaved());
    }

    private static Outcome outcome(ByteBuffer in) {
        String unit = text(in);
        Decision.RecordId record = new Decision.RecordId(in.getLong(), Digest.next(in));
        Reason holds = Reason.of(Reason.Kind.HOLDS, text(in));
        Decision decision = new Decision(unit, Action.KEEP, List.of(holds), record, text(in));
        return new Outcome(decision, Optional.of(TRUST[in.get()]), 0, 0, in.getDouble(), "");
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private static long sum(byte[] bytes, int from) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, bytes.length - from);
        return sum.getValue();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
