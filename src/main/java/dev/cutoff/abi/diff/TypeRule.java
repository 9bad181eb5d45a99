package dev.cutoff.abi.diff;

import static dev.cutoff.abi.diff.Verdict.NO;
import static dev.cutoff.abi.diff.Verdict.UNKNOWN;
import static dev.cutoff.abi.diff.Verdict.YES;

/**
 * What can change in types, with the two verdicts on it: whether a rebuild sees the same, and whether what was built
 * against the old one works with the new one. The table of docs/fingerprint.md; each row is tested both ways.
 */
enum TypeRule {
    /** A parameter more or less; another return type, or parameter, of another size or nature. */
    SIGNATURE(NO, NO),
    VARIADIC(NO, NO),
    CALLING_CONVENTION(NO, NO),
    /** The same bytes under another type: {@code void *} for {@code T *}, or a type of the same layout. */
    RETYPED_ALIKE(NO, YES),
    /** As large as before, and of another nature: a sign, a pointer to something else. */
    RETYPED(NO, UNKNOWN),
    /** Of another size, or what is led to is of another layout. */
    RETYPED_OTHERWISE(NO, NO),
    /** const and the like, not at the top of a parameter. */
    QUALIFIER(NO, YES),
    MEMBER_MOVED(NO, NO),
    MEMBER_REMOVED(NO, NO),
    MEMBER_RENAMED(NO, YES),
    /** In room that was free before: who made one does not fill it. */
    MEMBER_IN_PADDING(NO, UNKNOWN),
    /** Behind all others, and the type is only reached by pointers: whether it works depends on who makes objects. */
    GROWN_BEHIND_POINTERS(NO, UNKNOWN),
    /** Behind all others, and objects are passed, held or laid out by value. */
    GROWN(NO, NO),
    SHRUNK(NO, NO),
    UNION_MEMBER_ADDED(NO, YES),
    /** In and out of structs and unions without a name: each member is where it was. */
    REGROUPED(NO, YES),
    BASE(NO, NO),
    /** Slots of virtual functions: moved, gone, or more of them, since a derived class has its own behind them. */
    VIRTUAL_SLOT(NO, NO),
    ALIGNMENT(NO, NO),
    /** Whether objects are passed in registers. */
    PASSING(NO, NO),
    ENUMERATOR_ADDED(NO, YES),
    ENUMERATOR_RENAMED(NO, YES),
    ENUMERATOR_VALUE(NO, NO),
    ENUMERATOR_REMOVED(NO, NO),
    ENUM_SIZE(NO, NO),
    /** It was declared, and is defined now. */
    COMPLETED(NO, YES),
    /** It was defined, and is only declared now. */
    MADE_OPAQUE(NO, UNKNOWN),
    /** Several definitions of one name: which one a consumer sees is not known. */
    AMBIGUOUS(UNKNOWN, UNKNOWN),
    /** Not understood, or not all could be read. */
    NOT_KNOWN(UNKNOWN, UNKNOWN),
    /** Something that has no rule of its own. */
    OTHER(NO, UNKNOWN);

    private final Verdict same;
    private final Verdict works;

    TypeRule(Verdict same, Verdict works) {
        this.same = same;
        this.works = works;
    }

    Verdict same() {
        return same;
    }

    Verdict works() {
        return works;
    }
}
