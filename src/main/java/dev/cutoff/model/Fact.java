package dev.cutoff.model;

/**
 * Something that was so: an entity and the state it was in.
 *
 * @param entity a path as a build sees it (see {@link Place}), or a name where the kind has no path
 * @param state a SHA-256 digest in hexadecimal, or where that is shorter the state itself: {@code absent}, {@code dir},
 *     {@code file 120}, {@code program 5120}, {@code -> libz.so.1}
 */
public record Fact(FactKind kind, String entity, String state) {

    /** The state of what is not there. */
    public static final String ABSENT = "absent";

    /** The state of a folder. */
    public static final String FOLDER = "dir";
}
