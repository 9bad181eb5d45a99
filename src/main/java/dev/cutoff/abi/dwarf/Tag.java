package dev.cutoff.abi.dwarf;

/** What an entry stands for, of the tags that types, symbols and their scopes are made of (section 7.5.3, table 7.3). */
final class Tag {

    static final int ARRAY_TYPE = 0x01;
    static final int CLASS_TYPE = 0x02;
    static final int ENUMERATION_TYPE = 0x04;
    static final int FORMAL_PARAMETER = 0x05;
    static final int MEMBER = 0x0d;
    static final int POINTER_TYPE = 0x0f;
    static final int REFERENCE_TYPE = 0x10;
    static final int COMPILE_UNIT = 0x11;
    static final int STRING_TYPE = 0x12;
    static final int STRUCTURE_TYPE = 0x13;
    static final int SUBROUTINE_TYPE = 0x15;
    static final int TYPEDEF = 0x16;
    static final int UNION_TYPE = 0x17;
    static final int UNSPECIFIED_PARAMETERS = 0x18;
    static final int VARIANT = 0x19;
    static final int COMMON_BLOCK = 0x1a;
    static final int INHERITANCE = 0x1c;
    static final int MODULE = 0x1e;
    static final int PTR_TO_MEMBER_TYPE = 0x1f;
    static final int SET_TYPE = 0x20;
    static final int SUBRANGE_TYPE = 0x21;
    static final int BASE_TYPE = 0x24;
    static final int CONST_TYPE = 0x26;
    static final int ENUMERATOR = 0x28;
    static final int FILE_TYPE = 0x29;
    static final int PACKED_TYPE = 0x2d;
    static final int SUBPROGRAM = 0x2e;
    static final int TEMPLATE_TYPE_PARAMETER = 0x2f;
    static final int TEMPLATE_VALUE_PARAMETER = 0x30;
    static final int VARIANT_PART = 0x33;
    static final int VARIABLE = 0x34;
    static final int VOLATILE_TYPE = 0x35;
    static final int RESTRICT_TYPE = 0x37;
    static final int INTERFACE_TYPE = 0x38;
    static final int NAMESPACE = 0x39;
    static final int UNSPECIFIED_TYPE = 0x3b;
    static final int PARTIAL_UNIT = 0x3c;
    static final int SHARED_TYPE = 0x40;
    static final int TYPE_UNIT = 0x41;
    static final int RVALUE_REFERENCE_TYPE = 0x42;
    static final int TEMPLATE_ALIAS = 0x43;
    static final int COARRAY_TYPE = 0x44;
    static final int GENERIC_SUBRANGE = 0x45;
    static final int DYNAMIC_TYPE = 0x46;
    static final int ATOMIC_TYPE = 0x47;
    static final int SKELETON_UNIT = 0x4a;
    static final int IMMUTABLE_TYPE = 0x4b;

    private Tag() {}

    /** Whether entries below it may be types that are named after it, or symbols. */
    static boolean isScope(int tag) {
        return switch (tag) {
            case COMPILE_UNIT,
                    PARTIAL_UNIT,
                    TYPE_UNIT,
                    SKELETON_UNIT,
                    NAMESPACE,
                    MODULE,
                    CLASS_TYPE,
                    STRUCTURE_TYPE,
                    UNION_TYPE,
                    INTERFACE_TYPE -> true;
            default -> false;
        };
    }

    /** Whether it may be declared in one unit and defined in another. */
    static boolean isCompletable(int tag) {
        return isAggregate(tag) || tag == ENUMERATION_TYPE;
    }

    static boolean isAggregate(int tag) {
        return tag == CLASS_TYPE || tag == STRUCTURE_TYPE || tag == UNION_TYPE || tag == INTERFACE_TYPE;
    }
}
