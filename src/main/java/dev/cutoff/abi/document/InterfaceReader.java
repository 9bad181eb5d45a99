package dev.cutoff.abi.document;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Machine;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.model.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code cutoff.fingerprint/1} documents back; each must have the digest that it says it has. */
public final class InterfaceReader {

    private final String file;
    private final JsonTree tree;

    private InterfaceReader(String file) {
        this.file = file;
        this.tree = new JsonTree(file);
    }

    /**
     * The fingerprint of a document.
     *
     * @param file for messages
     * @throws Failure of kind INPUT for whatever is no such document
     */
    public static Fingerprint read(String text, String file) {
        InterfaceReader reader = new InterfaceReader(file);
        Map<?, ?> document = reader.tree.parse(text);
        Object schema = document.get("schema");
        if (!InterfaceJson.SCHEMA.equals(schema)) {
            throw reader.tree.wrong("its schema is " + schema + "; read is " + InterfaceJson.SCHEMA);
        }
        return reader.fingerprint(document);
    }

    private Fingerprint fingerprint(Map<?, ?> of) {
        String kind = tree.string(of, "kind");
        Fingerprint fingerprint = switch (kind) {
            case "shared", "program", "object" -> binary(of, kind);
            case "archive" -> archive(of);
            case "header" -> new Header(tree.digest(of, "tokens"), tree.maybeDigest(of, "beyond"));
            case "data" -> new Data(tree.digest(of, "content"), tree.is(of, "executable"), tree.maybeString(of, "why"));
            case "link" -> new Link(tree.string(of, "target"));
            case "folder" -> folder(of);
            default -> throw tree.wrong("unknown kind " + kind);
        };
        if (!fingerprint.digest().equals(tree.digest(of, "digest"))) {
            throw tree.wrong("its digest is not that of its content (it was edited, or damaged)");
        }
        return fingerprint;
    }

    private Binary binary(Map<?, ?> of, String kind) {
        Map<?, ?> machine = tree.map(of.get("machine"), "machine");
        String lto = tree.maybeString(of, "lto");
        return new Binary(
                tree.constant(Form.class, kind),
                new Machine(
                        (int) tree.number(machine, "number"),
                        (int) tree.number(machine, "bits"),
                        tree.string(machine, "order").equals("little"),
                        (int) tree.number(machine, "flags")),
                tree.maybeDigest(of, "content"),
                tree.maybeString(of, "soname"),
                tree.strings(of, "needed"),
                tree.strings(of, "filters"),
                tree.strings(of, "versions"),
                tree.maps(of, "needed_versions").stream()
                        .map(v -> new NeededVersion(
                                tree.string(v, "file"), tree.string(v, "version"), tree.is(v, "weak")))
                        .toList(),
                tree.maps(of, "offers").stream().map(this::offer).toList(),
                tree.maps(of, "needs").stream().map(this::need).toList(),
                lto == null ? LinkTimeCode.Compiler.NONE : tree.constant(LinkTimeCode.Compiler.class, lto),
                tree.is(of, "hides_symbols"),
                // Documents of before types were read have a sentence here.
                of.get("types") instanceof Map<?, ?> types
                        ? new SurfaceReader(file).read(types)
                        : Surface.none("the document does not tell them"));
    }

    private Offer offer(Map<?, ?> of) {
        String version = tree.maybeString(of, "version");
        return new Offer(
                tree.string(of, "name"),
                version,
                version == null || tree.is(of, "default"),
                tree.constant(SymbolKind.class, tree.string(of, "kind")),
                tree.constant(Binding.class, tree.string(of, "binding")),
                tree.constant(Visibility.class, tree.string(of, "visibility")),
                of.get("size") == null ? 0 : tree.number(of, "size"));
    }

    private Need need(Map<?, ?> of) {
        return new Need(
                tree.string(of, "name"),
                tree.maybeString(of, "version"),
                tree.maybeString(of, "file"),
                tree.is(of, "weak"),
                of.get("copied") != null && tree.is(of, "copied"));
    }

    private StaticArchive archive(Map<?, ?> of) {
        List<StaticArchive.Part> parts = new ArrayList<>();
        for (Map<?, ?> member : tree.maps(of, "members")) {
            Binary object = null;
            if (member.get("object") != null) {
                if (!(fingerprint(tree.map(member.get("object"), "object")) instanceof Binary binary)) {
                    throw tree.wrong("a member is no object");
                }
                object = binary;
            }
            parts.add(new StaticArchive.Part(tree.string(member, "name"), tree.maybeDigest(member, "content"), object));
        }
        return new StaticArchive(
                tree.is(of, "thin"),
                tree.maybeDigest(of, "index"),
                (int) tree.number(of, "indexed"),
                List.copyOf(parts));
    }

    private Folder folder(Map<?, ?> of) {
        SortedMap<String, Fingerprint> files = new TreeMap<>();
        tree.map(of.get("files"), "files")
                .forEach((path, file) -> files.put(String.valueOf(path), fingerprint(tree.map(file, "file"))));
        return new Folder(Collections.unmodifiableSortedMap(files));
    }
}
