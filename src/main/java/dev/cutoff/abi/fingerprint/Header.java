package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.c.Dialect;
import dev.cutoff.abi.c.Lexer;
import dev.cutoff.abi.c.PlaceName;
import dev.cutoff.abi.c.TokenStream;
import dev.cutoff.model.Digest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A header by its tokens: comments and blanks do not count.
 *
 * @param beyond of a header for which tokens alone do not tell: with the line of each token where it names {@code
 *     __LINE__} and its like; of the bytes where it sees columns or the time of the file, or compilers disagree on what
 *     its tokens are; null for all others
 */
public record Header(Digest tokens, @Nullable Digest beyond) implements Fingerprint {

    private static final Set<String> SUFFIXES =
            Set.of("h", "hh", "hpp", "hxx", "h++", "ipp", "inl", "tcc", "tpp", "txx", "ixx");

    /** Whether a file of this name is read as a header. */
    public static boolean isNamedSo(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot >= 0 && SUFFIXES.contains(fileName.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** The tokens of a header, as all that compares headers here reads them. */
    public static TokenStream lex(Cursor bytes) throws FormatException {
        return Lexer.lex(bytes, Dialect.CPP);
    }

    static Header read(Cursor bytes) throws FormatException {
        TokenStream tokens = lex(bytes);
        boolean lines = false;
        boolean all = !tokens.ambiguities().isEmpty();
        for (PlaceName place : tokens.places()) {
            switch (place.sight()) {
                case LINE -> lines = true;
                case COLUMN, TIME -> all = true;
                default -> {}
            }
        }
        return new Header(tokens.digest(), all ? Digests.of(bytes) : lines ? tokens.digestWithLines() : null);
    }

    @Override
    public String kind() {
        return "header";
    }

    @Override
    public String evidence() {
        return "tokens";
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.line("tokens", tokens.hex());
        canon.line("beyond", beyond == null ? null : beyond.hex());
        return canon.digest();
    }
}
