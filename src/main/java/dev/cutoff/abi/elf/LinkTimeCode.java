package dev.cutoff.abi.elf;

/**
 * Intermediate code for link-time optimisation in an object file.
 *
 * @param only whether the object has nothing else: no machine code, data or tables that would be loaded
 */
public record LinkTimeCode(Compiler compiler, boolean only) {

    /** Whose intermediate code it is. */
    public enum Compiler {
        NONE,
        GCC,
        LLVM
    }

    static LinkTimeCode of(Iterable<Section> sections) {
        Compiler compiler = Compiler.NONE;
        boolean loaded = false;
        for (Section section : sections) {
            String name = section.name();
            if (name.startsWith(".gnu.lto_")) {
                compiler = Compiler.GCC;
            } else if (name.equals(".llvmbc") || name.equals(".llvm.lto")) {
                compiler = Compiler.LLVM;
            }
            loaded |= section.allocated() && section.size() != 0 && section.type() == Section.PROGBITS;
        }
        return new LinkTimeCode(compiler, compiler != Compiler.NONE && !loaded);
    }
}
