package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Step;
import dev.cutoff.model.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What only explanations need of a record, as bytes: its steps, and which of them relied on which fact. Gzip over the
 * message Details of docs/record.proto.
 */
final class DetailCodec {

    private static final int UNHEARD = 1;
    private static final int HEARD = 2;

    /**
     * Details, taken apart.
     *
     * @param known of each fact, in the order of the record's sets
     */
    record Details(List<Step> steps, List<Known> known) {}

    /** How a fact is known, and which steps relied on it. */
    record Known(Evidence evidence, List<Integer> steps) {}

    private static final List<Evidence> EVIDENCE = List.of(Evidence.values());

    private DetailCodec() {}

    /** @param environments number of each environment */
    static byte[] encode(List<Step> steps, List<FactGroup> groups, Map<Digest, Integer> environments)
            throws IOException {
        // The facts of a folder mostly have the same readers, and those of many folders, in one list.
        Map<Known, Integer> distinct = new LinkedHashMap<>();
        Map<Evidence, IdentityHashMap<List<Integer>, Integer>> seen = new EnumMap<>(Evidence.class);
        List<Integer> numbers = new ArrayList<>();
        for (FactGroup group : groups) {
            for (Use use : group.uses()) {
                numbers.add(seen.computeIfAbsent(use.evidence(), _ -> new IdentityHashMap<>())
                        .computeIfAbsent(use.steps(), readers -> {
                            int next = distinct.size();
                            Integer equal = distinct.putIfAbsent(new Known(use.evidence(), readers), next);
                            return equal == null ? next : equal;
                        }));
            }
        }
        return Messages.zipped(out -> {
            for (Step step : steps) {
                Messages.message(out, 1, m -> writeStep(step, environments, m));
            }
            for (Known known : distinct.keySet()) {
                Messages.message(out, 2, m -> {
                    m.writeUInt32NoTag(known.evidence().ordinal());
                    int previous = 0;
                    for (int step : known.steps()) {
                        m.writeSInt32NoTag(step - previous);
                        previous = step;
                    }
                });
            }
            Messages.message(out, 3, m -> {
                int last = -1;
                int run = 0;
                for (int number : numbers) {
                    if (number != last && run > 0) {
                        m.writeUInt32NoTag(run);
                        m.writeUInt32NoTag(last);
                        run = 0;
                    }
                    last = number;
                    run++;
                }
                if (run > 0) {
                    m.writeUInt32NoTag(run);
                    m.writeUInt32NoTag(last);
                }
            });
        });
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
        for (String path : step.outputsSeen()) {
            out.writeString(10, path);
        }
        out.writeUInt32(11, step.heard() ? HEARD : UNHEARD);
        if (!step.repeatable().isEmpty()) {
            out.writeString(12, step.repeatable());
        }
    }

    /**
     * Takes details apart.
     *
     * @param facts how many there are in the record's sets
     * @throws IOException where the bytes are no such details
     */
    static Details decode(byte[] bytes, List<Digest> environments, int facts) throws IOException {
        CodedInputStream in = Messages.unzipped(bytes);
        List<Step> steps = new ArrayList<>();
        List<Known> distinct = new ArrayList<>();
        List<Known> known = new ArrayList<>(facts);
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    steps.add(readStep(in, steps.size(), environments));
                    in.popLimit(limit);
                }
                case 2 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    distinct.add(readKnown(in));
                    in.popLimit(limit);
                }
                case 3 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (!in.isAtEnd()) {
                        int run = in.readUInt32();
                        Known how = Messages.at(distinct, in.readUInt32());
                        for (int i = 0; i < run && known.size() <= facts; i++) {
                            known.add(how);
                        }
                    }
                    in.popLimit(limit);
                }
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        if (known.size() != facts) {
            throw new IOException("details of another number of facts");
        }
        return new Details(List.copyOf(steps), known);
    }

    private static Known readKnown(CodedInputStream in) throws IOException {
        Evidence evidence = Messages.at(EVIDENCE, in.readUInt32());
        List<Integer> steps = new ArrayList<>();
        int previous = 0;
        while (!in.isAtEnd()) {
            previous += in.readSInt32();
            steps.add(previous);
        }
        return new Known(evidence, List.copyOf(steps));
    }

    private static Step readStep(CodedInputStream in, int number, List<Digest> environments) throws IOException {
        int parent = -1;
        int line = 0;
        List<String> command = new ArrayList<>();
        String folder = "";
        Digest environment = Digest.EMPTY;
        List<String> writes = new ArrayList<>();
        List<String> outputsRead = new ArrayList<>();
        List<String> outputsSeen = new ArrayList<>();
        double seconds = 0;
        String check = "";
        boolean heard = true;
        String repeatable = "";
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> parent = in.readSInt32();
                case 2 -> line = in.readUInt32();
                case 3 -> command.add(in.readString());
                case 4 -> folder = in.readString();
                case 5 -> environment = Messages.at(environments, in.readUInt32());
                case 6 -> writes.add(in.readString());
                case 7 -> outputsRead.add(in.readString());
                case 8 -> seconds = in.readDouble();
                case 9 -> check = in.readString();
                case 10 -> outputsSeen.add(in.readString());
                case 11 -> heard = in.readUInt32() != UNHEARD;
                case 12 -> repeatable = in.readString();
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        if (parent >= number || parent < -1) {
            throw new IOException("step " + number + " before its parent " + parent);
        }
        return new Step(
                number,
                parent,
                line,
                command,
                folder,
                environment,
                writes,
                outputsRead,
                outputsSeen,
                seconds,
                check,
                heard,
                repeatable);
    }
}
