package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that code hands over together with a string: {@code PyErr_Format(error, "… 0x%x …", 0x2000000, …)}. On x86-64 the
 * string's address goes into the second register by {@code lea}, the number into the third by {@code mov}, close by.
 */
final class Immediates {

    private static final int X86_64 = 62;
    private static final int EXECUTABLE = 4;
    private static final int NEAR = 24;
    private static final byte MOV_EDX = (byte) 0xba;

    private Immediates() {}

    /**
     * The number beside uses of a string.
     *
     * @param addresses where the string is
     * @return null where it is used nowhere, not with one number, or the machine's code is not known here
     */
    static @Nullable Integer beside(ElfFile elf, Set<Long> addresses) throws FormatException {
        if (elf.header().machine() != X86_64) {
            return null;
        }
        Integer found = null;
        for (Section section : elf.sections()) {
            if (section.type() != Section.PROGBITS || (section.flags() & EXECUTABLE) == 0) {
                continue;
            }
            Cursor content = elf.content(section);
            byte[] code = content.bytesAt(0, content.size());
            for (int i = 2; i < code.length - 4; i++) {
                // lea rsi, [rip + distance]: 48 8d 35 and four bytes
                if (code[i] != 0x35 || code[i - 1] != (byte) 0x8d || (code[i - 2] & 0xf8) != 0x48) {
                    continue;
                }
                long target = section.address() + i + 5 + word(code, i + 1);
                if (addresses.contains(target)) {
                    Integer number = near(code, i - 2, i + 5);
                    if (number == null || (found != null && !found.equals(number))) {
                        return null;
                    }
                    found = number;
                }
            }
        }
        return found;
    }

    private static @Nullable Integer near(byte[] code, int start, int end) {
        for (int distance = 0; distance < NEAR; distance++) {
            int before = start - 5 - distance;
            if (before >= 0 && code[before] == MOV_EDX) {
                return word(code, before + 1);
            }
            int after = end + distance;
            if (after + 5 <= code.length && code[after] == MOV_EDX) {
                return word(code, after + 1);
            }
        }
        return null;
    }

    private static int word(byte[] code, int at) {
        return (code[at] & 0xff) | (code[at + 1] & 0xff) << 8 | (code[at + 2] & 0xff) << 16 | code[at + 3] << 24;
    }
}
