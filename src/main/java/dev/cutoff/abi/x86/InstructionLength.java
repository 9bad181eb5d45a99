package dev.cutoff.abi.x86;

/**
 * The lengths of x86-64 instructions in 64-bit mode (Intel's Software Developer's Manual, volume 2, chapter 2 and appendix
 * A). What an instruction does is not asked, but whether it enters the kernel.
 */
final class InstructionLength {

    /** No instruction that is known here. */
    static final int UNKNOWN = 0;

    private static final int LONGEST = 15;

    private final byte[] code;
    private int at;
    private int start;
    private int end;
    private boolean operand16;
    private boolean address32;
    private boolean wide;
    private boolean entersKernel;

    InstructionLength(byte[] code) {
        this.code = code;
    }

    /** Whether the instruction that was measured last is {@code syscall}, {@code sysenter} or {@code int 0x80}. */
    boolean entersKernel() {
        return entersKernel;
    }

    /** Length in bytes of the instruction at an offset; {@link #UNKNOWN} where there is none before the end. */
    int at(int offset, int limit) {
        start = offset;
        at = offset;
        end = Math.min(limit, offset + LONGEST);
        operand16 = false;
        address32 = false;
        wide = false;
        entersKernel = false;
        return decode() && at <= end ? at - start : UNKNOWN;
    }

    private int next() {
        int value = at < end ? code[at] & 0xff : -1;
        at++;
        return value;
    }

    private boolean skip(int bytes) {
        at += bytes;
        return at <= end;
    }

    private boolean decode() {
        int opcode = next();
        while (isPrefix(opcode)) {
            operand16 |= opcode == 0x66;
            address32 |= opcode == 0x67;
            opcode = next();
        }
        if (opcode >= 0x40 && opcode <= 0x4f) {
            wide = (opcode & 8) != 0;
            opcode = next();
        }
        return switch (opcode) {
            case -1 -> false;
            case 0x0f -> two();
            case 0xc4 -> {
                int map = next() & 0x1f;
                next();
                yield mapped(map);
            }
            case 0xc5 -> {
                next();
                yield mapped(1);
            }
            case 0x62 -> {
                int map = next() & 7;
                skip(2);
                yield mapped(map == 5 || map == 6 ? 2 : map);
            }
            case 0x8f -> (at < end && (code[at] & 0x1f) >= 8) ? xop() : modrm(0);
            default -> one(opcode);
        };
    }

    private static boolean isPrefix(int opcode) {
        return switch (opcode) {
            case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
            default -> false;
        };
    }

    private int immediate() {
        return operand16 ? 2 : 4;
    }

    private boolean one(int opcode) {
        if (opcode < 0x40) {
            return switch (opcode & 7) {
                case 0, 1, 2, 3 -> modrm(0);
                case 4 -> skip(1);
                case 5 -> skip(immediate());
                default -> false;
            };
        }
        return switch (opcode >> 4) {
            case 0x5 -> true;
            case 0x6 ->
                switch (opcode) {
                    case 0x63 -> modrm(0);
                    case 0x68 -> skip(immediate());
                    case 0x69 -> modrm(immediate());
                    case 0x6a -> skip(1);
                    case 0x6b -> modrm(1);
                    case 0x6c, 0x6d, 0x6e, 0x6f -> true;
                    default -> false;
                };
            case 0x7 -> skip(1);
            case 0x8 ->
                switch (opcode) {
                    case 0x80, 0x83 -> modrm(1);
                    case 0x81 -> modrm(immediate());
                    case 0x82 -> false;
                    default -> modrm(0);
                };
            case 0x9 -> opcode != 0x9a;
            case 0xa ->
                switch (opcode) {
                    case 0xa0, 0xa1, 0xa2, 0xa3 -> skip(address32 ? 4 : 8);
                    case 0xa8 -> skip(1);
                    case 0xa9 -> skip(immediate());
                    default -> true;
                };
            case 0xb -> skip(opcode < 0xb8 ? 1 : wide ? 8 : immediate());
            case 0xc ->
                switch (opcode) {
                    case 0xc0, 0xc1, 0xc6 -> modrm(1);
                    case 0xc2, 0xca -> skip(2);
                    case 0xc3, 0xc9, 0xcb, 0xcc, 0xcf -> true;
                    case 0xc7 -> modrm(immediate());
                    case 0xc8 -> skip(3);
                    case 0xcd -> {
                        entersKernel = at < end && (code[at] & 0xff) == 0x80;
                        yield skip(1);
                    }
                    default -> false;
                };
            case 0xd ->
                switch (opcode) {
                    case 0xd4, 0xd5, 0xd6 -> false;
                    case 0xd7 -> true;
                    default -> modrm(0);
                };
            case 0xe ->
                switch (opcode) {
                    case 0xe8, 0xe9 -> skip(4);
                    case 0xea -> false;
                    case 0xec, 0xed, 0xee, 0xef -> true;
                    default -> skip(1);
                };
            default ->
                switch (opcode) {
                    case 0xf6, 0xf7 -> {
                        // test has an immediate, its neighbours have none
                        boolean test = at < end && (code[at] & 0x38) <= 8;
                        yield modrm(!test ? 0 : opcode == 0xf6 ? 1 : immediate());
                    }
                    case 0xfe, 0xff -> modrm(0);
                    default -> true;
                };
        };
    }

    private boolean two() {
        int opcode = next();
        switch (opcode) {
            case -1 -> {
                return false;
            }
            case 0x38 -> {
                next();
                return modrm(0);
            }
            case 0x3a -> {
                next();
                return modrm(1);
            }
            case 0x05, 0x34 -> {
                entersKernel = true;
                return true;
            }
            default -> {}
        }
        if (opcode >= 0x80 && opcode <= 0x8f) {
            return skip(4);
        }
        if (opcode >= 0xc8 && opcode <= 0xcf) {
            return true;
        }
        return switch (opcode) {
            case 0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f -> false;
            case 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0e, 0x30, 0x31, 0x32, 0x33, 0x35, 0x37, 0x77 -> true;
            case 0xa0, 0xa1, 0xa2, 0xa8, 0xa9, 0xaa -> true;
            case 0x0f -> modrm(1);
            default -> modrm(hasByte(opcode) ? 1 : 0);
        };
    }

    private static boolean hasByte(int opcode) {
        return switch (opcode) {
            case 0x70, 0x71, 0x72, 0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6 -> true;
            default -> false;
        };
    }

    /** What follows a VEX or EVEX prefix. */
    private boolean mapped(int map) {
        int opcode = next();
        return switch (map) {
            case 1 -> opcode == 0x77 || modrm(hasByte(opcode) ? 1 : 0);
            case 2 -> modrm(0);
            case 3 -> modrm(1);
            default -> false;
        };
    }

    private boolean xop() {
        int map = next() & 0x1f;
        skip(2);
        return map == 8 ? modrm(1) : map == 9 ? modrm(0) : map == 10 && modrm(4);
    }

    private boolean modrm(int immediate) {
        int modrm = next();
        if (modrm < 0) {
            return false;
        }
        int mod = modrm >> 6;
        int rm = modrm & 7;
        if (mod == 3) {
            return skip(immediate);
        }
        int displacement = mod == 1 ? 1 : mod == 2 ? 4 : 0;
        if (rm == 4) {
            int base = next() & 7;
            displacement = mod == 0 && base == 5 ? 4 : displacement;
        } else if (mod == 0 && rm == 5) {
            displacement = 4;
        }
        return skip(displacement + immediate);
    }
}
