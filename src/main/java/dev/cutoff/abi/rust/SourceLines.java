package dev.cutoff.abi.rust;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Rust source file as lines, with what a lexer knows of their ends.
 *
 * @param text the file's bytes, comments that nothing can see replaced as {@link Docs} allows, of the same length
 * @param fixedStart whether nothing may stand before the first line: a shebang, or a byte order mark
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; written to nobody.
public record SourceLines(byte[] text, List<Line> lines, boolean fixedStart) {

    /** What becomes of comments. */
    public enum Docs {
        /** Every byte stays: a procedural macro may see it. */
        KEPT,
        /**
         * Documentation outside of macro calls becomes plain comment, and what is not ASCII in comments at line ends other
         * characters: without procedural macros nothing but rustdoc and macro calls sees them.
         */
        PLAIN
    }

    /**
     * A line.
     *
     * @param from first byte
     * @param to behind its last byte, its line end excluded
     * @param next first byte of the next line, or the file's size
     * @param open whether blanks may follow it without being part of a token: its end is not in a literal
     */
    public record Line(int from, int to, int next, boolean open) {
        public int length() {
            return to - from;
        }
    }

    /**
     * Reads a file.
     *
     * @param edition of the crate, as in 2021
     * @return empty where the text is not understood
     */
    public static Optional<SourceLines> read(byte[] file, Docs docs, int edition) {
        return new SourceLexer(file, docs, edition).read();
    }

    /**
     * Whether a source may make a string of a whole source file: then every byte of every source may have a meaning. Macros of
     * other crates may do that too, with a file that is named here.
     *
     * @param place the source's own path
     * @param sources the paths of all sources
     */
    public static boolean mayEmbed(byte[] file, Path place, Set<Path> sources) {
        String text = new String(file, StandardCharsets.UTF_8);
        if (text.contains("include_str") || text.contains("include_bytes")) {
            return true;
        }
        int end = text.indexOf(".rs\"");
        while (end >= 0) {
            String name = text.substring(text.lastIndexOf('"', end) + 1, end + 3);
            boolean tail = name.startsWith("/")
                    && (name.contains("/..")
                            || sources.stream()
                                    .anyMatch(source -> source.toString().endsWith(name)));
            if (tail || isAny(place.resolveSibling(name).normalize(), sources)) {
                return true;
            }
            end = text.indexOf(".rs\"", end + 1);
        }
        return false;
    }

    private static boolean isAny(Path path, Set<Path> sources) {
        return sources.stream().anyMatch(source -> source.normalize().equals(path));
    }

    /** Whether a source may compute with its own positions. */
    public static boolean mayCount(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        return text.contains("line!") || text.contains("column!") || text.contains("Location");
    }
}
