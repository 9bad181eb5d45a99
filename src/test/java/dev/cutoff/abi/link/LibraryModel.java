package dev.cutoff.abi.link;

import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.List;

/** A shared library or an archive's member in the making: what its assembly source says. */
final class LibraryModel {

    /** The symbols of libraries and programs are few, so that they meet. */
    static final int POOL = 14;

    enum Kind {
        FUNCTION,
        CHOSEN_FUNCTION,
        DATA,
        ZEROED,
        CONSTANT,
        RELRO,
        THREAD,
        UNTYPED
    }

    /** A definition; an alias stands at the place of the one before it. */
    static final class Definition {
        String name = "";
        Kind kind = Kind.FUNCTION;
        boolean weak;
        boolean isProtected;
        boolean alias;
        int size = 4;
        int alignment = 8;
        int version;
        boolean hiddenVersion;
        /** Whether there is another one of an older version, which only who asks for it gets. */
        boolean older;

        Definition copy() {
            Definition copy = new Definition();
            copy.name = name;
            copy.kind = kind;
            copy.weak = weak;
            copy.isProtected = isProtected;
            copy.alias = alias;
            copy.size = size;
            copy.alignment = alignment;
            copy.version = version;
            copy.hiddenVersion = hiddenVersion;
            copy.older = older;
            return copy;
        }
    }

    final List<Definition> definitions = new ArrayList<>();
    /** Names asked for; a weak one starts with a question mark. */
    final List<String> asks = new ArrayList<>();

    String soname = "";
    boolean versioned;
    boolean sysvHash;
    boolean needsOther;
    int fillers;
    /** Functions that the program calls all of. */
    int crowd;

    int body;

    LibraryModel copy() {
        LibraryModel copy = new LibraryModel();
        definitions.forEach(definition -> copy.definitions.add(definition.copy()));
        copy.asks.addAll(asks);
        copy.soname = soname;
        copy.versioned = versioned;
        copy.sysvHash = sysvHash;
        copy.needsOther = needsOther;
        copy.fillers = fillers;
        copy.crowd = crowd;
        copy.body = body;
        return copy;
    }

    static String pooled(Gen gen) {
        return "n" + gen.below(POOL);
    }

    static LibraryModel random(Gen gen, String soname) {
        LibraryModel model = new LibraryModel();
        model.soname = soname;
        model.versioned = gen.oneIn(3);
        model.sysvHash = gen.oneIn(2);
        int count = 4 + gen.below(9);
        for (int i = 0; i < count; i++) {
            model.add(gen);
        }
        for (int i = gen.below(3); i > 0; i--) {
            model.asks.add((gen.oneIn(3) ? "?" : "") + pooled(gen));
        }
        return model;
    }

    private boolean defines(String name) {
        return definitions.stream().anyMatch(definition -> definition.name.equals(name));
    }

    void add(Gen gen) {
        String name = pooled(gen);
        if (defines(name)) {
            return;
        }
        Definition definition = new Definition();
        definition.name = name;
        definition.kind = gen.oneIn(3) ? Kind.FUNCTION : gen.of(List.of(Kind.values()));
        definition.weak = gen.oneIn(5);
        definition.isProtected = gen.oneIn(9);
        definition.size = 4 << gen.below(3);
        definition.alignment = 4 << gen.below(4);
        definition.version = gen.below(3);
        definition.hiddenVersion = gen.oneIn(6);
        definition.alias = !definitions.isEmpty()
                && gen.oneIn(4)
                && definitions.getLast().kind == definition.kind
                && definition.kind != Kind.CHOSEN_FUNCTION;
        definitions.add(definition);
    }

    /** Changes something, and says what. */
    String mutate(Gen gen) {
        if (versioned && !definitions.isEmpty() && gen.oneIn(4)) {
            Definition one = gen.of(definitions);
            one.older = !one.older;
            return "older version";
        }
        int choice = gen.below(22);
        if (choice <= 2 || definitions.size() < 2) {
            body++;
            return "body";
        }
        int at = gen.below(definitions.size());
        Definition one = definitions.get(at);
        switch (choice) {
            case 3, 4 -> add(gen);
            case 5 -> {
                definitions.remove(at);
                if (at < definitions.size()) {
                    definitions.get(at).alias = false;
                }
            }
            case 6, 7 -> one.size = 4 << gen.below(4);
            case 8 -> {
                one.kind = gen.of(List.of(Kind.values()));
                one.alias = false;
                if (at + 1 < definitions.size()) {
                    definitions.get(at + 1).alias = false;
                }
            }
            case 9 -> one.weak = !one.weak;
            case 10 -> one.isProtected = !one.isProtected;
            case 11 -> one.version = gen.below(3);
            case 12 -> one.hiddenVersion = !one.hiddenVersion;
            case 13 -> one.alignment = 4 << gen.below(5);
            case 14 -> one.alias = at > 0 && !one.alias && definitions.get(at - 1).kind == one.kind;
            case 15 -> asks.add((gen.oneIn(2) ? "?" : "") + pooled(gen));
            case 16 -> {
                if (!asks.isEmpty()) {
                    asks.removeLast();
                }
            }
            case 17 -> soname = soname.isEmpty() ? "libnew.so" : gen.oneIn(2) ? "" : soname + ".1";
            case 18 -> needsOther = !needsOther;
            case 19 -> fillers = Math.max(0, fillers + gen.of(List.of(1, 2, -1, 40, 300, -300)));
            case 20 -> asks.add("private" + gen.below(3));
            case 21 -> definitions.add(definitions.remove(at));
            default -> {}
        }
        return List.of(
                        "body",
                        "body",
                        "body",
                        "added",
                        "added",
                        "removed",
                        "size",
                        "size",
                        "kind",
                        "weak",
                        "protected",
                        "version",
                        "hidden version",
                        "alignment",
                        "alias",
                        "asks",
                        "asks less",
                        "soname",
                        "needed",
                        "fillers",
                        "asks private",
                        "order")
                .get(choice);
    }

    String assembly() {
        StringBuilder text = new StringBuilder(".text\n");
        text.append(".nops ").append(1 + 16 * body).append('\n');
        for (String name : asks) {
            String bare = name.startsWith("?") ? name.substring(1) : name;
            if (!defines(bare)) {
                text.append(name.startsWith("?") ? ".weak " : ".globl ")
                        .append(bare)
                        .append('\n');
                text.append("call ").append(bare).append("@PLT\n");
            }
        }
        for (int i = 0; i < definitions.size(); i++) {
            define(text, definitions.get(i), i);
        }
        for (int i = 0; i < fillers; i++) {
            text.append(".globl z").append(i).append("\nz").append(i).append("=1\n");
        }
        for (int i = 0; i < crowd; i++) {
            text.append(".text\n.globl m").append(i).append("\n.type m").append(i);
            text.append(",@function\nm").append(i).append(": ret\n");
        }
        return text.append(".section .note.GNU-stack,\"\",@progbits\n").toString();
    }

    private void define(StringBuilder text, Definition one, int index) {
        String section = switch (one.kind) {
            case FUNCTION, CHOSEN_FUNCTION, UNTYPED -> ".text";
            case DATA -> ".data";
            case ZEROED -> ".bss";
            case CONSTANT -> ".section .rodata";
            case RELRO -> ".section .data.rel.ro,\"aw\",@progbits";
            case THREAD -> ".section .tdata,\"awT\",@progbits";
        };
        String type = switch (one.kind) {
            case FUNCTION -> "@function";
            case CHOSEN_FUNCTION -> "@gnu_indirect_function";
            case THREAD -> "@tls_object";
            case UNTYPED -> "@notype";
            default -> "@object";
        };
        // A version is bound to a name of its own, as an assembler's symbol may have one version only.
        String name = one.name;
        text.append(section).append('\n');
        text.append(one.weak ? ".weak " : ".globl ").append(name).append('\n');
        if (one.isProtected) {
            text.append(".protected ").append(name).append('\n');
        }
        text.append(".type ").append(name).append(",").append(type).append('\n');
        text.append(".size ").append(name).append(",").append(one.size).append('\n');
        if (one.alias) {
            text.append(".set ")
                    .append(name)
                    .append(",.Lplace")
                    .append(index - 1)
                    .append('\n');
            text.append(".set .Lplace")
                    .append(index)
                    .append(",.Lplace")
                    .append(index - 1)
                    .append('\n');
        } else {
            text.append(".balign ").append(one.alignment).append('\n');
            text.append(name).append(":\n.Lplace").append(index).append(":\n");
            text.append(one.kind == Kind.ZEROED ? ".zero " : ".skip ")
                    .append(64)
                    .append('\n');
        }
        if (versioned && one.older && one.version == 2 && !one.hiddenVersion) {
            text.append(".globl old_%s\n.type old_%s,%s\n.size old_%s,4\nold_%s: .skip 8\n"
                    .formatted(name, name, type, name, name));
            text.append(".symver old_%s,%s@V1,remove\n".formatted(name, name));
        }
        if (versioned && one.version > 0 && one.hiddenVersion && !one.weak) {
            text.append(".symver ")
                    .append(name)
                    .append(",")
                    .append(name)
                    .append("@V")
                    .append(one.version)
                    .append(",remove\n");
        }
    }

    String versionScript() {
        StringBuilder first = new StringBuilder("V1 { global: w1;");
        StringBuilder second = new StringBuilder("V2 { global: w2;");
        for (Definition one : definitions) {
            (one.version == 1 ? first : one.version == 2 ? second : new StringBuilder())
                    .append(' ')
                    .append(one.name)
                    .append(';');
        }
        return first.append(" };\n").append(second).append(" } V1;\n").toString();
    }
}
