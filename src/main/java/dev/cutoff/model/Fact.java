package dev.cutoff.model;

/**
 * Something that was so: an entity and the state it was in.
 *
 * <p>Most facts are of a whole entity. A narrow one is of that part of a file's content which its users can have seen;
 * it carries the whole content's state too, which is cheaper to compare and settles the matter where it is the same.
 *
 * @param entity a path as a build sees it (see {@link Place}), or a name where the kind has no path
 * @param scope which part of the entity was seen, in the kind's own form; "" where the kind alone says it
 * @param content of a narrow fact, the state that {@link FactKind#BYTES} had; "" for others
 * @param state a SHA-256 digest in hexadecimal, or where that is shorter the state itself: {@code absent}, {@code dir},
 *     {@code file 120}, {@code program 5120}, {@code -> libz.so.1}
 */
public record Fact(FactKind kind, String entity, String scope, String content, String state) {

    /** The state of what is not there. */
    public static final String ABSENT = "absent";

    /** The state of a listing without names. */
    public static final String EMPTY = "empty";

    /** The state of what nothing is known of: no build ever found it so. */
    public static final String UNKNOWN = "unknown";

    /** The state of a folder. */
    public static final String FOLDER = "dir";

    /** The scope of tokens whose users wrote debug info, in which places stand that tokens do not hold. */
    public static final String WITH_DEBUG_INFO = "debug info";

    /** A fact of a whole entity. */
    public Fact(FactKind kind, String entity, String state) {
        this(kind, entity, "", "", state);
    }

    /** The fact that the whole content is what it was, for a narrow fact. */
    public Fact whole() {
        return new Fact(FactKind.BYTES, entity, content);
    }

    /** Whether it is of part of a file's content. */
    public boolean isNarrow() {
        return !content.isEmpty();
    }
}
