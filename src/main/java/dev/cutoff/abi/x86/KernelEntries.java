package dev.cutoff.abi.x86;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.elf.Segment;

/**
 * Whether a program or library enters the kernel by instructions of its own: {@code syscall}, {@code sysenter} or
 * {@code int 0x80}. Their bytes also stand within other instructions; so each place where they do is reached from the
 * beginning of its function, instruction by instruction. Where that fails the answer is that it may.
 */
public final class KernelEntries {

    private static final int X86_64 = 62;
    private static final int LOAD = 1;
    private static final int EXECUTABLE = 1;
    /** SHF_EXECINSTR. */
    private static final int EXECUTABLE_SECTION = 4;

    private final UnwindTable functions;
    private final long address;
    private final byte[] code;
    private final InstructionLength lengths;

    private KernelEntries(UnwindTable functions, long address, byte[] code) {
        this.functions = functions;
        this.address = address;
        this.code = code;
        this.lengths = new InstructionLength(code);
    }

    /**
     * Looks through a file's code.
     *
     * @return false only for a file of x86-64 in whose functions there is no such instruction
     * @throws FormatException if the file is damaged or no ELF file
     */
    public static boolean mayBeIn(Cursor file) throws FormatException {
        ElfFile elf = ElfFile.open(file);
        if (elf.header().machine() != X86_64 || !elf.header().wide()) {
            return true;
        }
        UnwindTable functions = UnwindTable.of(file, elf.segments());
        boolean divided = false;
        for (Section section : elf.sections()) {
            if (section.allocated() && section.inFile() && (section.flags() & EXECUTABLE_SECTION) != 0) {
                divided = true;
                byte[] code = file.bytesAt(section.offset(), section.size());
                if (new KernelEntries(functions, section.address(), code).mayBeHere()) {
                    return true;
                }
            }
        }
        return !divided && mayBeInSegments(file, elf, functions);
    }

    /** Of a file without sections, where code and tables may stand in one. */
    private static boolean mayBeInSegments(Cursor file, ElfFile elf, UnwindTable functions) throws FormatException {
        for (Segment segment : elf.segments()) {
            if (segment.type() == LOAD && (segment.flags() & EXECUTABLE) != 0) {
                byte[] code = file.bytesAt(segment.offset(), segment.fileSize());
                if (new KernelEntries(functions, segment.address(), code).mayBeHere()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean mayBeHere() throws FormatException {
        for (int at = 0; at + 1 < code.length; at++) {
            boolean found = code[at] == 0x0f
                    ? code[at + 1] == 0x05 || code[at + 1] == 0x34
                    : code[at] == (byte) 0xcd && code[at + 1] == (byte) 0x80;
            if (found && mayBeInstruction(at)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an instruction begins there, or nothing tells. Between functions there may be tables; it is code as long as
     * its instructions end where the next function begins.
     */
    private boolean mayBeInstruction(int place) throws FormatException {
        UnwindTable.Stretch stretch = functions.stretch(address + place);
        long from = Math.max(0, stretch.from() - address);
        long to = Math.min(code.length, stretch.to() - address);
        if (from > place || to <= place) {
            // A damaged table.
            return true;
        }
        int at = (int) from;
        int end = (int) to;
        int last = stretch.isFunction() ? place + 1 : end;
        boolean passed = false;
        while (at < last) {
            int length = lengths.at(at, code.length);
            if (length == InstructionLength.UNKNOWN) {
                return true;
            }
            if (at <= place && at + length > place) {
                // It may begin with prefixes.
                if (at == place || lengths.entersKernel()) {
                    return true;
                }
                passed = true;
            }
            at += length;
        }
        return !passed || (!stretch.isFunction() && at != end);
    }
}
