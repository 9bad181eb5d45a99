package dev.cutoff.abi.link;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one run of GNU ld could see of one of its libraries: which names met, and how. It is made once for a link, from
 * the product and the libraries as they were then, and gives the state of each library, then and later.
 *
 * <p>It is for the caller to see that the linker was GNU ld, that the product is given as the linker left it (not
 * stripped afterwards), and that the linker started no other program: link-time optimisation, which sees everything.
 */
public final class LinkScope {

    private static final String HEADER = "link 3";

    /** What scopes began with that do not say whether all objects were there. */
    private static final String HEADER_BEFORE = "link 2";

    /** The text of the scope of a link whose product nobody looked into. */
    private static final String UNSEEN = "link 2 unseen product\n";

    private static final String OBJECTS = "objects ";

    /** No library has so many names. */
    private static final int ANY_NUMBER = Integer.MAX_VALUE;

    /** A set of names that a scope holds. */
    enum Role {
        /** The product defines them, copies of objects among them. */
        DEFINED,
        /** The product asks for them. */
        UNDEFINED,
        /** The product asks for them, and does without. */
        WEAK,
        /** Of those above, the functions of which all that a library says of them counts. */
        EXACT,
        /** Some library asks for them. */
        ASKED,
        /** Some archive has them in its index. */
        OFFERED,
        /** Some library has them for thread-local objects, which nothing else of the same name may meet. */
        THREAD_LOCAL,
        /** Sonames of the libraries of which all names count; see {@link Sizing}. */
        FAST
    }

    private final boolean unseen;
    private final boolean wholeArchives;
    private final boolean allAsked;
    private final int cell;
    private final SettledVersions settled;
    private final Map<Role, Names> names;

    /** @param allAsked whether all that objects ask for is known, also what they ask for weakly and nobody defines */
    LinkScope(boolean wholeArchives, boolean allAsked, int cell, SettledVersions settled, Map<Role, Names> names) {
        this(false, wholeArchives, allAsked, cell, settled, names);
    }

    private LinkScope(
            boolean unseen,
            boolean wholeArchives,
            boolean allAsked,
            int cell,
            SettledVersions settled,
            Map<Role, Names> names) {
        this.unseen = unseen;
        this.wholeArchives = wholeArchives;
        this.allAsked = allAsked;
        this.cell = cell;
        this.settled = settled;
        this.names = new EnumMap<>(names);
    }

    /**
     * The scope of a link.
     *
     * @param product what the linker made, with its symbol table
     * @param first files that the command names before all others, in its order
     * @param inputs every other file that the linker read, those that the command does not name too, each once; files that
     *     are no objects, archives or shared libraries may be left out
     * @return empty where whole files count: the product is not for x86-64, has no symbol table or a very large one, or an
     *     input has intermediate code
     * @throws FormatException if the product is damaged
     */
    public static Optional<LinkScope> of(
            LinkCommand command, ElfFile product, List<LinkInput> first, Collection<LinkInput> inputs)
            throws FormatException {
        return new ScopeBuilder(command, first, inputs).build(product);
    }

    /**
     * The scope of a link of which only the success counts, as of a check that a configure script makes: nobody looked at
     * its product, and it is gone. Which names met is not known, so all count, and all that can make a link fail; but not what
     * only shows in the product's bits: sizes of functions, the order of its symbols. Archives count whole.
     */
    public static LinkScope ofUnseenProduct() {
        return new LinkScope(true, true, false, ANY_NUMBER, SettledVersions.parse(""), new EnumMap<>(Role.class));
    }

    /** A text that {@link #parse} reads; it depends on the link alone. */
    public String text() {
        if (unseen) {
            return UNSEEN;
        }
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        text.append("archives ").append(wholeArchives ? "whole" : "members").append('\n');
        text.append(OBJECTS).append(allAsked ? "known" : "gone").append('\n');
        text.append("cell ").append(cell).append('\n');
        text.append("settled ").append(settled).append('\n');
        for (Role role : Role.values()) {
            text.append(names.get(role)).append('\n');
        }
        return text.toString();
    }

    /**
     * Reads a text that {@link #text} gave.
     *
     * @throws IllegalArgumentException if it is none, or of another version
     */
    public static LinkScope parse(String text) {
        if (text.equals(UNSEEN)) {
            return ofUnseenProduct();
        }
        String[] lines = text.split("\n", -1);
        boolean now = lines[0].equals(HEADER);
        int at = now ? 3 : 2;
        if (lines.length != at + 3 + Role.values().length
                || !(now || lines[0].equals(HEADER_BEFORE))
                || !lines[lines.length - 1].isEmpty()
                || !lines[1].startsWith("archives ")
                || (now && !lines[2].startsWith(OBJECTS))
                || !lines[at].startsWith("cell ")
                || !lines[at + 1].startsWith("settled ")) {
            throw new IllegalArgumentException("not the scope of a link");
        }
        Map<Role, Names> names = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            names.put(role, Names.parse(lines[at + 2 + role.ordinal()]));
        }
        return new LinkScope(
                lines[1].endsWith(" whole"),
                now && lines[2].endsWith(" known"),
                Integer.parseInt(lines[at].substring(5)),
                SettledVersions.parse(lines[at + 1].substring(8)),
                names);
    }

    /**
     * The state of a shared library or an archive: 64 hexadecimal digits.
     *
     * @throws FormatException if it is neither, is damaged, or has what is not understood here: then its bytes count
     */
    public String state(Cursor library) throws FormatException {
        return face(library).state();
    }

    /** The first difference that the link could see, for people. */
    public Optional<String> difference(Cursor was, Cursor now) throws FormatException {
        return face(was).to(face(now));
    }

    /**
     * What of a shared library's later state a product is bound to otherwise than a link against it would bind it, for people.
     * Empty where it is bound alike: what then differs of a new product is the order of its symbols. It is for the caller to
     * see that no other program looked into the product, and that all else that the link read is the same.
     *
     * @param was the library that the product was linked against
     * @throws FormatException as of {@link #state}, and where no binding is known
     */
    public Optional<String> bindsOtherwise(Cursor was, Cursor now) throws FormatException {
        if (unseen || FileKind.of(was) != FileKind.ELF || FileKind.of(now) != FileKind.ELF) {
            throw now.wrong(0, "is no library that a product is known to be bound to");
        }
        return LibraryFace.bond(SharedLibrary.open(was), this).to(LibraryFace.bond(SharedLibrary.open(now), this));
    }

    private Face face(Cursor library) throws FormatException {
        FileKind kind = FileKind.of(library);
        if (kind == FileKind.ELF) {
            return LibraryFace.of(SharedLibrary.open(library), this);
        }
        if (kind != FileKind.ARCHIVE || wholeArchives) {
            throw library.wrong(0, "is no library that a link sees only a part of");
        }
        return ArchiveFace.of(library, this);
    }

    private boolean has(Role role, String name) {
        if (unseen) {
            return role != Role.DEFINED && role != Role.FAST;
        }
        Names of = names.get(role);
        return of != null && of.has(name);
    }

    /** Whether the product has a symbol of this name. */
    boolean mentions(String name) {
        return has(Role.DEFINED, name) || has(Role.UNDEFINED, name) || has(Role.WEAK, name);
    }

    /** Whether the product defines a symbol of this name, be it as a copy. */
    boolean defines(String name) {
        return has(Role.DEFINED, name);
    }

    /** Whether it makes a difference to the product that a library asks for a certain version of this name. */
    boolean answers(String name) {
        return has(Role.DEFINED, name) || has(Role.WEAK, name);
    }

    /** Whether the product asks for a name, certainly and of one library, and has no copy of what it stands for. */
    boolean onlyAsks(String name) {
        return has(Role.UNDEFINED, name) && !has(Role.DEFINED, name) && !has(Role.WEAK, name) && !has(Role.EXACT, name);
    }

    /** Whether all that the product's objects ask for is known. */
    boolean allAsked() {
        return allAsked;
    }

    boolean exact(String name) {
        return has(Role.EXACT, name);
    }

    boolean asked(String name) {
        return has(Role.ASKED, name);
    }

    boolean threadLocal(String name) {
        return has(Role.THREAD_LOCAL, name);
    }

    boolean offered(String name) {
        return has(Role.OFFERED, name);
    }

    /** Whether all that a library may ask for of this version is in the link for certain. */
    boolean settled(String soname, String version) {
        return settled.has(soname, version);
    }

    /**
     * By how much the number of a library's names may differ: the link goes the same way while the number stays between
     * two multiples. 0 where all names count, and their order.
     */
    int cell(String soname) {
        return has(Role.FAST, soname) ? 0 : cell;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkScope scope && scope.text().equals(text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
