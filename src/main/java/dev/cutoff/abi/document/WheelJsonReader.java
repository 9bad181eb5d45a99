package dev.cutoff.abi.document;

import dev.cutoff.abi.elf.Binding;
import dev.cutoff.abi.elf.LinkTimeCode;
import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.elf.SymbolKind;
import dev.cutoff.abi.elf.Visibility;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Machine;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.wheel.Identity;
import dev.cutoff.abi.wheel.LinkFace;
import dev.cutoff.abi.wheel.ModuleNeeds;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code cutoff.wheel/2} documents back; each must have the digests that it says it has. */
public final class WheelJsonReader {

    private static final int ATTRIBUTES = 4;
    private static final int LONGEST_START = 200;

    private final String file;
    private final JsonTree tree;

    private WheelJsonReader(String file) {
        this.file = file;
        this.tree = new JsonTree(file);
    }

    /** Whether a document says early on that it is of a wheel, of whatever version. */
    public static boolean isOne(String document) {
        return document.substring(0, Math.min(LONGEST_START, document.length())).contains("\"cutoff.wheel/");
    }

    /**
     * The fingerprint of a document.
     *
     * @param file for messages
     * @throws Failure of kind INPUT for whatever is no such document, an unknown schema by its name
     */
    public static Wheel read(String text, String file) {
        WheelJsonReader reader = new WheelJsonReader(file);
        Map<?, ?> document = reader.tree.parse(text);
        Object schema = document.get("schema");
        if (!WheelJson.SCHEMA.equals(schema)) {
            throw reader.tree.wrong("its schema is " + schema + "; read is " + WheelJson.SCHEMA);
        }
        return reader.wheel(document);
    }

    private Wheel wheel(Map<?, ?> of) {
        SortedMap<String, LinkFace> libraries = new TreeMap<>();
        tree.map(of.get("libraries"), "libraries")
                .forEach((path, library) ->
                        libraries.put(String.valueOf(path), library(tree.map(library, "library"), libraries)));
        SortedMap<String, ModuleNeeds> modules = new TreeMap<>();
        tree.map(of.get("modules"), "modules")
                .forEach((path, module) -> modules.put(String.valueOf(path), module(tree.map(module, "module"))));
        Wheel wheel = new Wheel(
                identity(of),
                digests(of, "build"),
                digests(of, "tools"),
                Collections.unmodifiableSortedMap(libraries),
                Collections.unmodifiableSortedMap(modules),
                texts(of, "capi"),
                tree.maps(of, "gaps").stream()
                        .map(gap -> new Wheel.Gap(
                                tree.constant(Wheel.Facet.class, tree.string(gap, "facet")),
                                tree.string(gap, "file"),
                                tree.string(gap, "why")))
                        .toList());
        check(wheel.digest(), of, "digest");
        check(wheel.content(), of, "content");
        check(wheel.abi(), of, "abi");
        return wheel;
    }

    private void check(Digest actual, Map<?, ?> of, String name) {
        if (!actual.equals(tree.digest(of, name))) {
            throw tree.wrong("its " + name + " is not that of what it holds (it was edited, or damaged)");
        }
    }

    private Identity identity(Map<?, ?> of) {
        Map<?, ?> identity = tree.map(of.get("identity"), "identity");
        return new Identity(
                tree.string(identity, "name"),
                tree.string(identity, "version"),
                tree.string(identity, "build"),
                sorted(tree.strings(identity, "tags")),
                tree.is(of, "is_purelib"),
                tree.strings(identity, "requires_dist"),
                tree.string(identity, "requires_python"),
                sorted(tree.strings(identity, "import_names")));
    }

    private static SortedSet<String> sorted(Collection<String> names) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }

    private SortedMap<String, Digest> digests(Map<?, ?> of, String name) {
        SortedMap<String, Digest> digests = new TreeMap<>();
        Map<?, ?> map = tree.map(of.get(name), name);
        for (Object path : map.keySet()) {
            digests.put(String.valueOf(path), tree.digest(map, String.valueOf(path)));
        }
        return Collections.unmodifiableSortedMap(digests);
    }

    private SortedMap<String, String> texts(Map<?, ?> of, String name) {
        SortedMap<String, String> texts = new TreeMap<>();
        Map<?, ?> map = tree.map(of.get(name), name);
        for (Object key : map.keySet()) {
            texts.put(String.valueOf(key), tree.string(map, String.valueOf(key)));
        }
        return Collections.unmodifiableSortedMap(texts);
    }

    private ModuleNeeds module(Map<?, ?> of) {
        SortedMap<String, SortedSet<String>> imports = new TreeMap<>();
        Map<?, ?> libraries = tree.map(of.get("imports"), "imports");
        for (Object library : libraries.keySet()) {
            imports.put(String.valueOf(library), sorted(tree.strings(libraries, String.valueOf(library))));
        }
        return new ModuleNeeds(
                tree.is(of, "extension"),
                Collections.unmodifiableSortedMap(imports),
                sorted(tree.strings(of, "own")),
                sorted(tree.strings(of, "weak")),
                sorted(tree.strings(of, "python")),
                tree.maybeString(of, "stable_abi"),
                texts(of, "uses"));
    }

    private LinkFace library(Map<?, ?> of, Map<String, LinkFace> before) {
        String same = tree.maybeString(of, "same_as");
        if (same != null) {
            LinkFace face = before.get(same);
            if (face == null) {
                throw tree.wrong("no library before is " + same);
            }
            return face;
        }
        List<?> machine = tree.list(of, "machine");
        if (machine.size() != 4
                || !(machine.get(0) instanceof Long number)
                || !(machine.get(1) instanceof Long bits)
                || !(machine.get(3) instanceof Long flags)) {
            throw tree.wrong("machine is not that of a library");
        }
        Binary binary = new Binary(
                Form.SHARED,
                new Machine(number.intValue(), bits.intValue(), "little".equals(machine.get(2)), flags.intValue()),
                null,
                tree.maybeString(of, "soname"),
                tree.strings(of, "needed"),
                tree.strings(of, "filters"),
                tree.strings(of, "versions"),
                tree.strings(of, "needed_versions").stream()
                        .map(text -> text.split("\t", -1))
                        .map(part -> new NeededVersion(part[0], part.length > 1 ? part[1] : "", part.length > 2))
                        .toList(),
                tree.strings(of, "offers").stream().map(this::offer).toList(),
                tree.strings(of, "needs").stream().map(WheelJsonReader::need).toList(),
                LinkTimeCode.Compiler.NONE,
                false,
                of.get("types") instanceof Map<?, ?> types
                        ? new SurfaceReader(file).read(types)
                        : Surface.none(tree.string(of, "types")));
        check(binary.digest(), of, "digest");
        return new LinkFace(tree.is(of, "hashed"), binary);
    }

    /** Name and three attributes; a name may have tabs in it. Null where there is a name alone. */
    private static String @Nullable [] attributes(String text) {
        String[] parts = text.split("\t", -1);
        if (parts.length < ATTRIBUTES) {
            return null;
        }
        int first = parts.length - ATTRIBUTES + 1;
        return new String[] {
            String.join("\t", Arrays.copyOfRange(parts, 0, first)), parts[first], parts[first + 1], parts[first + 2]
        };
    }

    private Offer offer(String text) {
        String[] parts = attributes(text);
        if (parts == null) {
            return new Offer(text, null, true, SymbolKind.FUNC, Binding.GLOBAL, Visibility.DEFAULT, 0);
        }
        String[] words = parts[1].split(" ", -1);
        if (words.length != 4 || !words[3].matches("-?\\d{1,18}")) {
            throw tree.wrong("no symbol: " + text);
        }
        return new Offer(
                parts[0],
                parts[2].isEmpty() ? null : parts[2],
                !parts[3].equals("@"),
                tree.constant(SymbolKind.class, words[0]),
                tree.constant(Binding.class, words[1]),
                tree.constant(Visibility.class, words[2]),
                Long.parseLong(words[3]));
    }

    private static Need need(String text) {
        String[] parts = attributes(text);
        return parts == null
                ? new Need(text, null, null, false, false)
                : new Need(
                        parts[0],
                        parts[1].isEmpty() ? null : parts[1],
                        parts[2].isEmpty() ? null : parts[2],
                        parts[3].contains("weak"),
                        parts[3].contains("copied"));
    }
}
