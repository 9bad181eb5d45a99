package dev.cutoff.abi.link;

import dev.cutoff.abi.link.LibraryModel.Kind;
import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A random program or library that is linked against others: its assembly source, and the linker's options. */
record ProgramModel(String assembly, List<String> options, boolean library) {

    static ProgramModel random(Gen gen, Map<String, Kind> kinds) {
        boolean library = gen.oneIn(4);
        boolean fixed = !library && gen.oneIn(2);
        StringBuilder text = new StringBuilder();
        if (gen.oneIn(2)) {
            text.append(".file \"main.c\"\n");
        }
        text.append(".text\n.globl _start\n.type _start,@function\n_start: ret\n");
        Set<String> used = new TreeSet<>();
        int count = 4 + gen.below(8);
        for (int i = 0; i < count; i++) {
            String name = LibraryModel.pooled(gen);
            if (used.add(name)) {
                use(text, gen, name, kinds.get(name), library, fixed);
            }
        }
        text.append(".section .note.GNU-stack,\"\",@progbits\n");
        List<String> options = new ArrayList<>(List.of("-m", "elf_x86_64", "--eh-frame-hdr"));
        options.addAll(library ? List.of("-shared") : fixed ? List.of() : List.of("-pie"));
        if (!library) {
            options.addAll(List.of("-dynamic-linker", "/lib64/ld-linux-x86-64.so.2"));
        }
        options.addAll(gen.of(List.of(List.of(), List.of("--as-needed"), List.of("--export-dynamic"))));
        options.addAll(gen.of(List.of(List.of(), List.of("-z", "now"), List.of("--allow-shlib-undefined"))));
        options.add(gen.of(List.of("--hash-style=gnu", "--hash-style=both", "--build-id", "-O1")));
        if (library) {
            options.addAll(gen.of(List.of(List.of(), List.of("-Bsymbolic"), List.of("--no-undefined"))));
        }
        return new ProgramModel(text.toString(), options, library);
    }

    /** The same program, which also calls some functions of {@link LibraryModel#crowd}. */
    ProgramModel calling(int crowd) {
        StringBuilder text = new StringBuilder(assembly);
        text.append(".text\n");
        for (int i = 0; i < crowd; i++) {
            text.append("call m").append(i).append("@PLT\n");
        }
        return new ProgramModel(text.toString(), options, library);
    }

    /** One use of a name, mostly in a way that fits what the libraries define under it. */
    private static void use(
            StringBuilder text, Gen gen, String name, @Nullable Kind kind, boolean library, boolean fixed) {
        int way = gen.below(12);
        if (way == 0) {
            String visibility = gen.of(List.of("", ".hidden ", ".protected "));
            text.append(".globl ").append(name).append('\n');
            text.append(visibility.isEmpty() ? "" : visibility + name + "\n");
            text.append(".type ")
                    .append(name)
                    .append(",@function\n")
                    .append(name)
                    .append(": ret\n");
        } else if (way == 1) {
            text.append(".comm ")
                    .append(name)
                    .append(",")
                    .append(8 << gen.below(3))
                    .append(",8\n");
        } else if (way == 2 || (kind == null && way < 11)) {
            text.append(".weak ").append(name).append('\n');
            text.append(
                    way % 3 == 0
                            ? ".data\n.quad " + name + "\n.text\n"
                            : way % 3 == 1 && fixed
                                    ? "movl $" + name + ",%eax\n"
                                    : "movq " + name + "@GOTPCREL(%rip),%rax\n");
        } else if (kind == Kind.THREAD) {
            text.append("movq ").append(name).append("@gottpoff(%rip),%rax\n");
        } else if (kind == null || kind == Kind.FUNCTION || kind == Kind.CHOSEN_FUNCTION || way == 3) {
            text.append(
                    way < 7
                            ? "call " + name + "@PLT\n"
                            : way < 9
                                    ? ".data\n.quad " + name + "\n.text\n"
                                    : fixed ? "movl $" + name + ",%eax\n" : "movq " + name + "@GOTPCREL(%rip),%rax\n");
        } else {
            text.append(
                    way < 5
                            ? "movq " + name + "@GOTPCREL(%rip),%rax\n"
                            : way < 6 || library
                                    ? ".data\n.quad " + name + "\n.text\n"
                                    : fixed ? "movl " + name + ",%eax\n" : "leaq " + name + "(%rip),%rax\n");
        }
    }
}
