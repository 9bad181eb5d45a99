package dev.cutoff.tool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

    private final byte[] bytes;
    private final Version version;
    private final List<@Nullable Object> references = new ArrayList<>();
    private final SortedSet<String> imports = new TreeSet<>();
    private final SortedSet<String> names = new TreeSet<>();
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

    private int next() {
        return bytes[at++] & 0xff;
    }

    private int number() {
        int value = next() | (next() << 8);
        return value | (next() << 16) | (next() << 24);
    }

    /** A count of what follows, each of at least so many bytes. */
    private int count(int each) {
        int count = number();
        if (count < 0 || (long) count * each > bytes.length - at) {
            throw new NotUnderstood();
        }
        return count;
    }

    private void skip(int count) {
        if (count < 0 || count > bytes.length - at) {
            throw new NotUnderstood();
        }
        at += count;
    }

    /** One object: a String, a byte[], a List, or null for what is of no interest. */
    private @Nullable Object object() {
        if (++depth > DEEPEST) {
            throw new NotUnderstood();
        }
        int tag = next();
        char type = (char) (tag & 0x7f);
        int reference = -1;
        if ((tag & 0x80) != 0) {
            reference = references.size();
            references.add(null);
        }
        Object value = switch (type) {
            case '0', 'N', 'F', 'T', 'S', '.' -> null;
            case 'i' -> nothing(4);
            case 'g' -> nothing(8);
            case 'y' -> nothing(16);
            case 'l' -> nothing(2 * Math.abs(number()));
            case 'f' -> nothing(next());
            case 's' -> raw(count(1));
            case 'z', 'Z' -> text(next());
            case 'a', 'A', 'u', 't' -> text(count(1));
            case ')' -> list(next());
            case '(', '[', '<', '>' -> list(count(1));
            case 'r' -> references.get(number());
            case 'c' -> code();
            default -> throw new NotUnderstood();
        };
        if (reference >= 0) {
            references.set(reference, value);
        }
        depth--;
        return value;
    }

    private @Nullable Object nothing(int length) {
        skip(length);
        return null;
    }

    private byte[] raw(int length) {
        int start = at;
        skip(length);
        return java.util.Arrays.copyOfRange(bytes, start, at);
    }

    private String text(int length) {
        int start = at;
        skip(length);
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    private List<@Nullable Object> list(int length) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(object());
        }
        return list;
    }

    private @Nullable Object code() {
        boolean localsTogether = version.compareTo(Version.V3_11) >= 0;
        skip(4 * (localsTogether ? 5 : 6));
        Object code = object();
        Object constants = object();
        Object used = object();
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
        if (!(code instanceof byte[] instructions) || !(used instanceof List<?> list)) {
            throw new NotUnderstood();
        }
        List<String> own = new ArrayList<>();
        for (Object name : list) {
            if (!(name instanceof String text)) {
                throw new NotUnderstood();
            }
            own.add(text);
        }
        names.addAll(own);
        boolean all = constants instanceof List<?> values && values.contains(List.of("*"));
        instructions(instructions, own, all);
        return null;
    }

    /** @param all whether the code imports all names of some module */
    private void instructions(byte[] code, List<String> own, boolean all) {
        int extension = 0;
        String module = "";
        for (int i = 0; i + 1 < code.length; i += 2) {
            int operation = code[i] & 0xff;
            int argument = extension | (code[i + 1] & 0xff);
            extension = operation == version.extended ? argument << 8 : 0;
            if (operation == version.importName) {
                module = own.get(argument);
                imports.add(module);
                if (all) {
                    imports.add(module + ".*");
                }
            } else if (operation == version.importFrom) {
                imports.add(module + "." + own.get(argument));
            }
        }
    }
}
