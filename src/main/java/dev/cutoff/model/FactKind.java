package dev.cutoff.model;

/**
 * What a fact says of its entity. The order is part of the record format: new kinds go to the end.
 *
 * @see Fact
 */
public enum FactKind {
    /** The content of a file, links followed. */
    BYTES("bytes"),
    /** That a path leads to something, links followed: its type, and for a file its exec bit and size. */
    EXISTS("exists"),
    /** What stands at a path itself, links not followed: its type, a link's target. */
    LINK("link"),
    /** The names in a folder, each with its type. */
    LISTING("listing"),
    /** The paths that the dynamic loader's cache gives for a soname. The entity is the soname. */
    LOADER("loader"),
    /** The processor's model and features. The entity is "cpu". */
    CPU("cpu"),
    /** What uname(2) tells, the host's name aside. The entity is "kernel". */
    KERNEL("kernel"),
    /** The version of the distribution's package that a file belongs to. The entity is the file. */
    PACKAGE("package"),
    /** The identity of the operating system's image. The entity is "image". */
    IMAGE("image"),
    /** As {@link #EXISTS}, and for a file its time of modification. */
    STAMP("stamp"),
    /** The tokens of a C or C++ file, and where lines begin among them; comments and blanks do not count. */
    TOKENS("tokens"),
    /** As {@link #TOKENS}, and the line of each. */
    LINES("tokens and lines"),
    /** What a link could see of a library. The scope says which names it looked for. */
    LINKED("link interface"),
    /** As {@link #EXISTS}, without the size of a file. */
    PRESENCE("presence"),
    /** As {@link #LINK}, without the size of a file. */
    TARGET("target"),
    /** Those names of a folder that a lister could match. The scope says which. */
    NAMES("names"),
    /** What a query gave: its output and exit code. The scope is the query; the entity its command, for people. */
    ANSWER("answer"),
    /** The artifact of a need, all of it. The state is its digest. */
    ARTIFACT("artifact"),
    /** The version of a distribution in a build environment. The entity is its name; likewise for the next three. */
    VERSION("version"),
    /** All that a build can see of a distribution. */
    WHEEL_CONTENT("wheel content"),
    /**
     * What binaries rest on that were built against a distribution. It has a direction: the scope names the distribution that
     * was built against, and the present one has the same state where what was built against that one works with it.
     */
    WHEEL_ABI("wheel abi"),
    /** That a distribution offers all that the binaries of a wheel use of it. */
    SERVES("service"),
    /** That the present packages satisfy a requirement in a wheel's metadata. The entity is the requirement. */
    REQUIREMENT("requirement"),
    /** The names of all distributions in a build environment. The entity is "build environment". */
    ENVIRONMENT("distributions"),
    /** The source that was downloaded. The entity is its file, the scope what it is known by. */
    SOURCE("source"),
    /** The content of a compiler. The entity is its path. */
    TOOLCHAIN("compiler");

    private final String word;

    FactKind(String word) {
        this.word = word;
    }

    /** The kind as reports name it. */
    public String word() {
        return word;
    }

    /** Whether it is about what stands at the path itself: a link at its end is not followed. */
    public boolean isOfLink() {
        return this == LINK || this == TARGET;
    }

    /** Whether it is about a file's content, whole or in part. */
    public boolean isOfContent() {
        return this == BYTES || this == TOKENS || this == LINES || this == LINKED;
    }

    /** Whether the entity is a path. */
    public boolean isPath() {
        return switch (this) {
            case LOADER, CPU, KERNEL, IMAGE, ANSWER -> false;
            default -> !isOfWheels();
        };
    }

    /** Whether only builds of wheels rely on such facts: of distributions as a whole, of sources and compilers. */
    public boolean isOfWheels() {
        return compareTo(ARTIFACT) > 0;
    }
}
