package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.elf.ElfHeader;
import java.nio.ByteOrder;

/**
 * What a file's code runs on.
 *
 * @param number e_machine, as the format numbers it
 * @param flags e_flags, whose meaning is the machine's
 */
public record Machine(int number, int bits, boolean little, int flags) {

    static Machine of(ElfHeader header) {
        return new Machine(
                header.machine(), header.wide() ? 64 : 32, header.order() == ByteOrder.LITTLE_ENDIAN, header.flags());
    }

    /** The machine's name for people. */
    public String text() {
        String name = switch (number) {
            case 3 -> "x86";
            case 8 -> "MIPS";
            case 21 -> "PowerPC64";
            case 22 -> "S/390";
            case 40 -> "ARM";
            case 62 -> bits == 64 ? "x86-64" : "x32";
            case 183 -> "AArch64";
            case 243 -> "RISC-V " + bits;
            default -> "machine " + number + ", " + bits + " bits";
        };
        return name + (flags == 0 ? "" : " (flags 0x" + Integer.toHexString(flags) + ")");
    }
}
