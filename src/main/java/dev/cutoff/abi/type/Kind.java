package dev.cutoff.abi.type;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What a node of a type graph is. */
public enum Kind {
    VOID,
    BASE,
    POINTER,
    REFERENCE,
    RVALUE_REFERENCE,
    MEMBER_POINTER,
    /** const, volatile, restrict, atomic: a set, whatever the order in which they were written. */
    QUALIFIED,
    ARRAY,
    STRUCT,
    UNION,
    ENUM,
    FUNCTION_TYPE,
    /** A range of another type (Ada, Pascal). */
    SUBRANGE,
    STRING,
    SET,
    FILE,
    /** A type that has a name and no more: {@code decltype(nullptr)}, an opaque type of another language. */
    UNSPECIFIED,
    /** The part of a class whose members depend on a discriminant (Rust, Ada). */
    VARIANTS,
    VARIANT,
    /** A type that is declared, and defined nowhere that is seen. */
    DECLARATION,
    /** A declaration that different definitions of its name complete. */
    AMBIGUOUS,
    /** What was not understood, or could not be had: never the same as anything of another file. */
    UNKNOWN,
    /** The function that a symbol stands for. */
    FUNCTION,
    /** The variable that a symbol stands for. */
    VARIABLE;

    private static final Map<String, Kind> BY_WORD = new HashMap<>();

    static {
        for (Kind kind : values()) {
            BY_WORD.put(kind.word, kind);
        }
    }

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word of labels and documents: {@code member-pointer}. */
    public String word() {
        return word;
    }

    /** The kind of a word; {@link #UNKNOWN} for what is none. */
    public static Kind of(String word) {
        return BY_WORD.getOrDefault(word, UNKNOWN);
    }

    /** Whether it is a pointer or a reference: who holds one need not know what it leads to. */
    public boolean isIndirect() {
        return this == POINTER || this == REFERENCE || this == RVALUE_REFERENCE || this == MEMBER_POINTER;
    }

    /** Whether it may be declared in one place and defined in another. */
    public boolean isCompletable() {
        return this == STRUCT || this == UNION || this == ENUM;
    }
}
