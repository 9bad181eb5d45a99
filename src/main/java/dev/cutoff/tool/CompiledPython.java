package dev.cutoff.tool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what CPython 3.8 to 3.13 write as .pyc: which modules the code imports and which names it uses. */
final class CompiledPython {

    /** The opcodes that matter, by the version's magic number; cpython's Lib/importlib/_bootstrap_external.py has them. */
    private enum Version {
        V3_8(3413, 108, 109, 144),
        V3_9(3425, 108, 109, 144),
        V3_10(3439, 108, 109, 144),
        V3_11(3495, 108, 109, 144),
        V3_12(3531, 108, 109, 144),
        V3_13(3571, 75, 74, 71);

        final int magic;
        final int importName;
        final int importFrom;
        final int extended;

        Version(int magic, int importName, int importFrom, int extended) {
            this.magic = magic;
            this.importName = importName;
            this.importFrom = importFrom;
            this.extended = extended;
        }

        static Optional<Version> of(int magic) {
            for (Version version : values()) {
                if (version.magic == magic) {
                    return Optional.of(version);
                }
            }
            return Optional.empty();
        }
    }

    private static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotUnderstood() {
            super(null, null, false, false);
        }
    }

    private static final int HEADER = 16;
    private static final int DEEPEST = 200;
    private static final int REFERABLE = 0x80;

    private final byte[] bytes;
    private final Version version;
    /** Where the objects begin that can be referred to. Nothing is made of an object until it is needed. */
    private int[] references = new int[256];

    private int referable;
    private final SortedSet<String> imports = new TreeSet<>();
    private final SortedSet<String> names = new TreeSet<>();
    /** Where lists stand by which code imports all names of a module. */
    private final Set<Integer> lists = new HashSet<>();

    private boolean seesAll;
    private int at = HEADER;
    private int depth;

    private CompiledPython(byte[] bytes, Version version) {
        this.bytes = bytes;
        this.version = version;
    }

    /**
     * Imports and names of a compiled module and all code in it.
     *
     * @param imports as {@link PythonCode#imports}; a dot at the start of what is relative is not known here
     * @param names of globals, attributes and methods
     */
    record Content(SortedSet<String> imports, SortedSet<String> names) {}

    /** Empty where the file is of an unknown version, or is no such file. */
    static Optional<Content> read(byte[] bytes) {
        if (bytes.length < HEADER || bytes[2] != '\r' || bytes[3] != '\n') {
            return Optional.empty();
        }
        Optional<Version> version = Version.of((bytes[0] & 0xff) | ((bytes[1] & 0xff) << 8));
        if (version.isEmpty()) {
            return Optional.empty();
        }
        CompiledPython reader = new CompiledPython(bytes, version.get());
        try {
            reader.object();
        } catch (NotUnderstood | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
        return reader.at == bytes.length ? Optional.of(new Content(reader.imports, reader.names)) : Optional.empty();
    }

    private int number(int from) {
        int value = (bytes[from] & 0xff) | ((bytes[from + 1] & 0xff) << 8);
        return value | ((bytes[from + 2] & 0xff) << 16) | ((bytes[from + 3] & 0xff) << 24);
    }

    private int number() {
        int value = number(at);
        at += 4;
        return value;
    }

    private void skip(int count) {
        if (count < 0 || count > bytes.length - at) {
            throw new NotUnderstood();
        }
        at += count;
    }

    /** Passes one object, and takes in the code in it. Where it begins; of a reference, where that leads. */
    private int object() {
        if (++depth > DEEPEST) {
            throw new NotUnderstood();
        }
        int start = at;
        int tag = bytes[at++];
        if ((tag & REFERABLE) != 0) {
            if (referable == references.length) {
                references = Arrays.copyOf(references, 2 * referable);
            }
            references[referable++] = start;
        }
        switch (tag & 0x7f) {
            case '0', 'N', 'F', 'T', 'S', '.' -> {}
            case 'i' -> skip(4);
            case 'g' -> skip(8);
            case 'y' -> skip(16);
            case 'l' -> skip(2 * Math.abs(number()));
            case 'f', 'z', 'Z' -> skip(bytes[at++] & 0xff);
            case 's', 'a', 'A', 'u', 't' -> skip(number());
            case ')' -> objects(bytes[at++] & 0xff);
            case '(', '[', '<', '>' -> objects(number());
            case 'r' -> start = referred(number());
            case 'c' -> code();
            default -> throw new NotUnderstood();
        }
        if (tag == ')' || tag == (byte) (')' | REFERABLE)) {
            if (bytes[start + 1] == 1 && isText(start + 2) && text(start + 2).equals("*")) {
                lists.add(start);
            }
        }
        seesAll |= !lists.isEmpty() && lists.contains(start);
        depth--;
        return start;
    }

    private void objects(int count) {
        if (count < 0) {
            throw new NotUnderstood();
        }
        for (int i = 0; i < count; i++) {
            object();
        }
    }

    private int referred(int number) {
        if (number < 0 || number >= referable) {
            throw new NotUnderstood();
        }
        return references[number];
    }

    private boolean isText(int start) {
        return "zZaAutr".indexOf(bytes[start] & 0x7f) >= 0;
    }

    /** The text that begins there, or is referred to. */
    private String text(int start) {
        int type = bytes[start] & 0x7f;
        return switch (type) {
            case 'z', 'Z' -> new String(bytes, start + 2, bytes[start + 1] & 0xff, StandardCharsets.UTF_8);
            case 'a', 'A', 'u', 't' -> new String(bytes, start + 5, number(start + 1), StandardCharsets.UTF_8);
            case 'r' -> {
                int target = referred(number(start + 1));
                if ((bytes[target] & 0x7f) == 'r' || !isText(target)) {
                    yield "";
                }
                yield text(target);
            }
            default -> throw new NotUnderstood();
        };
    }

    /** The texts of a tuple. */
    private List<String> texts(int start) {
        boolean small = (bytes[start] & 0x7f) == ')';
        if (!small && (bytes[start] & 0x7f) != '(') {
            throw new NotUnderstood();
        }
        int count = small ? bytes[start + 1] & 0xff : number(start + 1);
        int from = start + (small ? 2 : 5);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (!isText(from)) {
                throw new NotUnderstood();
            }
            texts.add(text(from));
            from += switch (bytes[from] & 0x7f) {
                case 'z', 'Z' -> 2 + (bytes[from + 1] & 0xff);
                case 'r' -> 5;
                default -> 5 + number(from + 1);
            };
        }
        return texts;
    }

    private void code() {
        boolean localsTogether = version.compareTo(Version.V3_11) >= 0;
        skip(4 * (localsTogether ? 5 : 6));
        int instructions = object();
        boolean around = seesAll;
        seesAll = false;
        object();
        boolean ofAll = seesAll;
        seesAll = around;
        List<String> own = texts(object());
        // Names of locals, free and cell variables, file, name; or since 3.11 names and kinds of all, file and two
        // names.
        for (int i = 0; i < 5; i++) {
            object();
        }
        skip(4);
        object();
        if (localsTogether) {
            object();
        }
        names.addAll(own);
        if ((bytes[instructions] & 0x7f) != 's') {
            throw new NotUnderstood();
        }
        instructions(instructions + 5, instructions + 5 + number(instructions + 1), own, ofAll);
    }

    /** @param ofAll whether the code imports all names of some module */
    private void instructions(int from, int to, List<String> own, boolean ofAll) {
        int extension = 0;
        String module = "";
        for (int i = from; i + 1 < to; i += 2) {
            int operation = bytes[i] & 0xff;
            int argument = extension | (bytes[i + 1] & 0xff);
            extension = operation == version.extended ? argument << 8 : 0;
            if (operation == version.importName) {
                module = own.get(argument);
                imports.add(module);
                if (ofAll) {
                    imports.add(module + ".*");
                }
            } else if (operation == version.importFrom) {
                imports.add(module + "." + own.get(argument));
            }
        }
    }
}
