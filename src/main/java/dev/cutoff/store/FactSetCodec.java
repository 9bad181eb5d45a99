package dev.cutoff.store;

import com.google.protobuf.CodedInputStream;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Use;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sets of facts as bytes: gzip over the message FactSet of docs/record.proto. Equal sets are equal bytes. */
final class FactSetCodec {

    private static final List<FactKind> KINDS = List.of(FactKind.values());

    private FactSetCodec() {}

    /** Longer scopes, which many sets have in common, stand in blobs of their own. */
    private static final int LONG = 512;

    /** Finds the text of a long scope. */
    interface Texts {
        String of(Digest digest) throws IOException;
    }

    /**
     * The facts of uses, in their order.
     *
     * @param base what all their paths begin with, and what is left out
     * @param texts takes the long scopes
     */
    static byte[] encode(List<Use> uses, String base, Map<Digest, byte[]> texts) throws IOException {
        Map<String, Integer> scopes = new LinkedHashMap<>();
        Map<String, List<Fact>> folders = new LinkedHashMap<>();
        for (Use use : uses) {
            Fact fact = use.fact();
            if (!fact.scope().isEmpty()) {
                scopes.putIfAbsent(fact.scope(), scopes.size() + 1);
            }
            folders.computeIfAbsent(FactGroup.folder(fact), f -> new ArrayList<>())
                    .add(fact);
        }
        return Messages.zipped(out -> {
            for (String scope : scopes.keySet()) {
                if (scope.length() <= LONG) {
                    out.writeString(1, scope);
                } else {
                    byte[] text = Messages.zipped(bytes -> bytes.writeStringNoTag(scope));
                    Digest digest = Digest.of(text);
                    texts.put(digest, text);
                    out.writeByteArray(3, digest.bytes());
                }
            }
            for (var folder : folders.entrySet()) {
                // The tree's own root lies in a folder that is none of the tree's.
                int begin = Math.max(base.length(), folder.getKey().length());
                Messages.message(out, 2, inner -> {
                    inner.writeString(
                            1,
                            folder.getKey()
                                    .substring(Math.min(
                                            base.length(), folder.getKey().length())));
                    for (Fact fact : folder.getValue()) {
                        Messages.message(inner, 2, m -> write(fact, begin, scopes, m));
                    }
                });
            }
        });
    }

    private static void write(
            Fact fact, int begin, Map<String, Integer> scopes, com.google.protobuf.CodedOutputStream out)
            throws IOException {
        out.writeUInt32(1, fact.kind().ordinal());
        out.writeString(2, fact.entity().substring(begin));
        Messages.state(out, 3, 4, fact.state());
        Integer scope = scopes.get(fact.scope());
        if (scope != null) {
            out.writeUInt32(5, scope);
        }
        if (fact.isNarrow()) {
            Messages.state(out, 6, 7, fact.content());
        }
    }

    /** @throws IOException where the bytes are no text of a long scope */
    static String decodeText(byte[] bytes) throws IOException {
        return Messages.unzipped(bytes).readString();
    }

    /** @throws IOException where the bytes are no such set */
    static List<Fact> decode(byte[] bytes, String base, Texts texts) throws IOException {
        CodedInputStream in = Messages.unzipped(bytes);
        List<String> scopes = new ArrayList<>();
        scopes.add("");
        List<Fact> facts = new ArrayList<>();
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> scopes.add(in.readString());
                case 3 -> scopes.add(texts.of(Messages.digest(in)));
                case 2 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    folder(in, base, scopes, facts);
                    in.popLimit(limit);
                }
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        return facts;
    }

    private static void folder(CodedInputStream in, String base, List<String> scopes, List<Fact> facts)
            throws IOException {
        String folder = base;
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> folder = base + in.readString();
                case 2 -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    facts.add(fact(in, folder, scopes));
                    in.popLimit(limit);
                }
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
    }

    private static Fact fact(CodedInputStream in, String folder, List<String> scopes) throws IOException {
        FactKind kind = FactKind.BYTES;
        String name = "";
        String state = "";
        String scope = "";
        String content = "";
        int tag = in.readTag();
        while (tag != 0) {
            switch (tag >>> 3) {
                case 1 -> kind = Messages.at(KINDS, in.readUInt32());
                case 2 -> name = in.readString();
                case 3 -> state = Messages.digest(in).hex();
                case 4 -> state = in.readString();
                case 5 -> scope = Messages.at(scopes, in.readUInt32());
                case 6 -> content = Messages.digest(in).hex();
                case 7 -> content = in.readString();
                default -> in.skipField(tag);
            }
            tag = in.readTag();
        }
        return new Fact(kind, folder + name, scope, content, state);
    }
}
