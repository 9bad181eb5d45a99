package dev.cutoff.abi.dwarf;

/**
 * The attributes that are read, each with the slot of a {@link Die} that its value is kept in (section 7.5.4, table 7.5).
 */
final class Attribute {

    static final int SIBLING = 0;
    static final int LOCATION = 1;
    static final int NAME = 2;
    static final int BYTE_SIZE = 3;
    static final int BIT_OFFSET = 4;
    static final int BIT_SIZE = 5;
    static final int STMT_LIST = 6;
    static final int LOW_PC = 7;
    static final int DISCR = 8;
    static final int DISCR_VALUE = 9;
    static final int VISIBILITY = 10;
    static final int STRING_LENGTH = 11;
    static final int COMP_DIR = 12;
    static final int CONST_VALUE = 13;
    static final int CONTAINING_TYPE = 14;
    static final int INLINE = 15;
    static final int LOWER_BOUND = 16;
    static final int PRODUCER = 17;
    static final int PROTOTYPED = 18;
    static final int UPPER_BOUND = 19;
    static final int BYTE_STRIDE = 20;
    static final int ABSTRACT_ORIGIN = 21;
    static final int ARTIFICIAL = 22;
    static final int CALLING_CONVENTION = 23;
    static final int COUNT = 24;
    static final int MEMBER_LOCATION = 25;
    static final int DECL_FILE = 26;
    static final int DECLARATION = 27;
    static final int ENCODING = 28;
    static final int EXTERNAL = 29;
    static final int SPECIFICATION = 30;
    static final int TYPE = 31;
    static final int VIRTUALITY = 32;
    static final int VTABLE_ELEM_LOCATION = 33;
    static final int BIT_STRIDE = 34;
    static final int RANGES = 35;
    static final int DATA_LOCATION = 36;
    static final int ASSOCIATED = 37;
    static final int ALLOCATED = 38;
    static final int ENDIANITY = 39;
    static final int SIGNATURE = 40;
    static final int DATA_BIT_OFFSET = 41;
    static final int ENUM_CLASS = 42;
    static final int LINKAGE_NAME = 43;
    static final int DEFAULTED = 44;
    static final int ALIGNMENT = 45;
    static final int STR_OFFSETS_BASE = 46;
    static final int ADDR_BASE = 47;
    static final int DWO_NAME = 48;
    static final int DWO_ID = 49;
    static final int RANK = 50;
    static final int REFERENCE = 51;
    static final int RVALUE_REFERENCE = 52;
    static final int VECTOR = 53;
    static final int DISCR_LIST = 54;
    static final int ADDRESS_CLASS = 55;
    static final int SMALL = 56;
    static final int BINARY_SCALE = 57;
    static final int DECIMAL_SCALE = 58;
    static final int USE_LOCATION = 59;
    static final int LANGUAGE = 60;
    /** Something that is not known; its value is the attribute's code. */
    static final int UNKNOWN = 61;

    static final int SLOTS = 62;
    /** No slot: the attribute says nothing that counts. */
    static final int NONE = -1;

    /** The last code that DWARF 5 gives out. */
    private static final int LAST = 0x8c;

    private Attribute() {}

    private static final byte[] SLOTS_BY_CODE = new byte[LAST + 1];

    static {
        for (int code = 0; code < SLOTS_BY_CODE.length; code++) {
            SLOTS_BY_CODE[code] = (byte) find(code);
        }
    }

    /** The slot of an attribute, {@link #NONE} or {@link #UNKNOWN}. */
    static int slot(int code) {
        return code < SLOTS_BY_CODE.length ? SLOTS_BY_CODE[code] : find(code);
    }

    private static int find(int code) {
        return switch (code) {
            case 0x01 -> SIBLING;
            case 0x02 -> LOCATION;
            case 0x03 -> NAME;
            case 0x0b -> BYTE_SIZE;
            case 0x0c -> BIT_OFFSET;
            case 0x0d -> BIT_SIZE;
            case 0x10 -> STMT_LIST;
            case 0x11 -> LOW_PC;
            case 0x13 -> LANGUAGE;
            case 0x15 -> DISCR;
            case 0x16 -> DISCR_VALUE;
            case 0x17 -> VISIBILITY;
            case 0x19 -> STRING_LENGTH;
            case 0x1b -> COMP_DIR;
            case 0x1c -> CONST_VALUE;
            case 0x1d -> CONTAINING_TYPE;
            case 0x20 -> INLINE;
            case 0x22 -> LOWER_BOUND;
            case 0x25 -> PRODUCER;
            case 0x27 -> PROTOTYPED;
            case 0x2e -> BIT_STRIDE;
            case 0x2f -> UPPER_BOUND;
            case 0x31 -> ABSTRACT_ORIGIN;
            case 0x33 -> ADDRESS_CLASS;
            case 0x34 -> ARTIFICIAL;
            case 0x36 -> CALLING_CONVENTION;
            case 0x37 -> COUNT;
            case 0x38 -> MEMBER_LOCATION;
            case 0x3a -> DECL_FILE;
            case 0x3c -> DECLARATION;
            case 0x3d -> DISCR_LIST;
            case 0x3e -> ENCODING;
            case 0x3f -> EXTERNAL;
            case 0x47 -> SPECIFICATION;
            case 0x49 -> TYPE;
            case 0x4a -> USE_LOCATION;
            case 0x4c -> VIRTUALITY;
            case 0x4d -> VTABLE_ELEM_LOCATION;
            case 0x4e -> ALLOCATED;
            case 0x4f -> ASSOCIATED;
            case 0x50 -> DATA_LOCATION;
            case 0x51 -> BYTE_STRIDE;
            case 0x55 -> RANGES;
            case 0x5b -> BINARY_SCALE;
            case 0x5c -> DECIMAL_SCALE;
            case 0x5d -> SMALL;
            case 0x65 -> ENDIANITY;
            case 0x69 -> SIGNATURE;
            case 0x6b -> DATA_BIT_OFFSET;
            case 0x6d -> ENUM_CLASS;
            // MIPS's is what GCC wrote before DWARF 4.
            case 0x6e, 0x2007 -> LINKAGE_NAME;
            case 0x71 -> RANK;
            case 0x72 -> STR_OFFSETS_BASE;
            case 0x73, 0x2133 -> ADDR_BASE;
            case 0x76, 0x2130 -> DWO_NAME;
            case 0x77 -> REFERENCE;
            case 0x78 -> RVALUE_REFERENCE;
            case 0x88 -> ALIGNMENT;
            case 0x8b -> DEFAULTED;
            case 0x2107 -> VECTOR;
            case 0x2131 -> DWO_ID;
            default -> isSilent(code) ? NONE : UNKNOWN;
        };
    }

    /** Whether an attribute is known to say nothing of a type: places in sources, access, code, tables. */
    private static boolean isSilent(int code) {
        return (code > 0 && code <= LAST)
                // MIPS's and GNU's: frames, call sites, macros, template names, locviews.
                || (code >= 0x2001 && code <= 0x2010)
                || (code >= 0x2101 && code <= 0x213f)
                // PGI's for Fortran's dummies, LLVM's include path and system root, its tags of annotations.
                || (code >= 0x3a00 && code <= 0x3a02)
                || (code >= 0x3e00 && code <= 0x3e03)
                // GNAT's names and descriptive types, which say again what is there.
                || (code >= 0x2301 && code <= 0x2313)
                // Apple's: optimised, flags, instruction set, block, runtime class, SDK, property.
                || (code >= 0x3fe1 && code <= 0x3fef);
    }
}
