package dev.cutoff.observe;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.c.Ambiguity;
import dev.cutoff.abi.c.Dialect;
import dev.cutoff.abi.c.Lexer;
import dev.cutoff.abi.c.LineChange;
import dev.cutoff.abi.c.Names;
import dev.cutoff.abi.c.TokenStream;
import dev.cutoff.abi.link.LinkScope;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.tool.PythonCode;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What can be told of a file's content when it is read for what it is. Each content is read once, whatever the number of
 * units and names under which it occurs; C and C++ once for all runs.
 */
public final class Facets {

    /** A C or C++ file. */
    record Text(Digest tokens, Digest lines, Names names, Set<Ambiguity> ambiguities) {}

    /** What was told of contents in earlier runs, by a name for content and question. */
    public interface Memory {
        Optional<byte[]> find(Digest what);

        void add(Digest what, byte[] told);

        /** A memory of nothing. */
        static Memory none() {
            return new Memory() {
                @Override
                public Optional<byte[]> find(Digest what) {
                    return Optional.empty();
                }

                @Override
                public void add(Digest what, byte[] told) {
                    // It forgets.
                }
            };
        }
    }

    private static final int LARGEST = 64 << 20;

    private static final String AS_TEXT = "C or C++, tokens " + TokenStream.VERSION + ", names " + Names.VERSION + ": ";

    private final Map<Digest, Optional<Text>> texts = new ConcurrentHashMap<>();
    private final Map<Digest, Optional<PythonCode>> python = new ConcurrentHashMap<>();
    private final Memory memory;

    public Facets(Memory memory) {
        this.memory = memory;
    }

    /**
     * The content as Python; empty where it can't be read as such, or not at all.
     *
     * @param read reads it, in the same way for each content of these paths
     */
    Optional<PythonCode> python(
            Digest content, String path, Contents contents, Function<byte[], Optional<PythonCode>> read) {
        return remembered(python, content, () -> contents.read(content, path).flatMap(read));
    }

    /** The content as C or C++; empty where it can't be read as such, or not at all. */
    Optional<Text> text(Digest content, String path, Contents contents) {
        return remembered(texts, content, () -> {
            Digest what = Digest.ofText(AS_TEXT + content);
            Optional<byte[]> before = memory.find(what);
            if (before.isPresent()) {
                return decode(before.get());
            }
            Optional<byte[]> bytes = contents.read(content, path);
            Optional<Text> text = bytes.flatMap(b -> text(b, path));
            if (bytes.isPresent()) {
                memory.add(what, encode(text));
            }
            return text;
        });
    }

    /** Nothing for what is no C; else two digests, the ambiguities as bits, the names. */
    private static byte[] encode(Optional<Text> told) {
        if (told.isEmpty()) {
            return new byte[0];
        }
        Text text = told.get();
        ByteBuffer bytes = ByteBuffer.allocate(
                2 * Digest.BYTES + Integer.BYTES + text.names().encodedSize());
        text.tokens().putInto(bytes);
        text.lines().putInto(bytes);
        int ambiguities = 0;
        for (Ambiguity ambiguity : text.ambiguities()) {
            ambiguities |= 1 << ambiguity.ordinal();
        }
        bytes.putInt(ambiguities);
        text.names().encode(bytes);
        return bytes.array();
    }

    private static Optional<Text> decode(byte[] told) {
        if (told.length == 0) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(told);
        Digest tokens = Digest.next(bytes);
        Digest lines = Digest.next(bytes);
        int bits = bytes.getInt();
        Set<Ambiguity> ambiguities = EnumSet.noneOf(Ambiguity.class);
        for (Ambiguity ambiguity : Ambiguity.values()) {
            if ((bits & (1 << ambiguity.ordinal())) != 0) {
                ambiguities.add(ambiguity);
            }
        }
        return Optional.of(new Text(tokens, lines, Names.decode(bytes), ambiguities));
    }

    /** Not computeIfAbsent: others need not wait while a content is read. */
    private static <T> Optional<T> remembered(
            Map<Digest, Optional<T>> known, Digest content, Supplier<Optional<T>> reading) {
        Optional<T> before = known.get(content);
        if (before != null) {
            return before;
        }
        Optional<T> found = reading.get();
        known.put(content, found);
        return found;
    }

    static Optional<Text> text(byte[] bytes, String path) {
        return tokens(bytes, path)
                .map(tokens ->
                        new Text(tokens.digest(), tokens.digestWithLines(), Names.of(tokens), tokens.ambiguities()));
    }

    private static Optional<TokenStream> tokens(byte[] bytes, String path) {
        if (bytes.length > LARGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(Lexer.lex(bytes, path, Dialect.CPP));
        } catch (FormatException e) {
            return Optional.empty();
        }
    }

    /**
     * The state of a narrow fact.
     *
     * @param content the digest of the file's present content
     */
    String state(Fact fact, Digest content, Contents contents) {
        return switch (fact.kind()) {
            case TOKENS, LINES ->
                text(content, fact.entity(), contents)
                        .map(text -> fact.kind() == FactKind.LINES ? text.lines() : text.tokens())
                        .map(Digest::hex)
                        .orElse("unreadable " + content.brief());
            case LINKED ->
                library(fact, content, contents)
                        .flatMap(library -> seen(fact, scope -> scope.state(library)))
                        .orElse("unreadable " + content.brief());
            default -> throw new IllegalArgumentException("not narrow: " + fact.kind());
        };
    }

    /** See {@link dev.cutoff.decide.World#bindsOtherwise}. */
    Optional<String> bindsOtherwise(Fact fact, Digest was, Digest now, Contents contents) {
        Optional<Cursor> before = library(fact, was, contents);
        Optional<Cursor> after = library(fact, now, contents);
        return before.isEmpty() || after.isEmpty()
                ? Optional.of("")
                : seen(fact, scope -> scope.bindsOtherwise(before.get(), after.get()))
                        .orElse(Optional.of(""));
    }

    private static Optional<Cursor> library(Fact fact, Digest content, Contents contents) {
        return contents.read(content, fact.entity()).map(bytes -> Cursor.copyOf(bytes, fact.entity()));
    }

    private interface Sight<T> {
        T of(LinkScope scope) throws FormatException;
    }

    /** What a link could see; empty where the whole file counts, or the scope is of another version of this program. */
    private static <T> Optional<T> seen(Fact fact, Sight<T> sight) {
        try {
            return Optional.of(sight.of(LinkScope.parse(fact.scope())));
        } catch (FormatException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a state is that of a part that could be read. */
    static boolean isReadable(String state) {
        return Digest.isHex(state);
    }

    /** What lies between two contents, as far as a narrow fact sees it, in words. */
    Optional<String> difference(Fact fact, Digest was, Digest now, Contents contents) {
        if (fact.kind() == FactKind.LINKED) {
            Optional<Cursor> before = library(fact, was, contents);
            Optional<Cursor> after = library(fact, now, contents);
            return before.isEmpty() || after.isEmpty()
                    ? Optional.empty()
                    : seen(fact, scope -> scope.difference(before.get(), after.get()))
                            .flatMap(Function.identity());
        }
        Optional<TokenStream> before = contents.read(was, fact.entity()).flatMap(b -> tokens(b, fact.entity()));
        Optional<TokenStream> after = contents.read(now, fact.entity()).flatMap(b -> tokens(b, fact.entity()));
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        Optional<LineChange> change = fact.kind() == FactKind.LINES
                ? LineChange.betweenWithLines(before.get(), after.get())
                : LineChange.between(before.get(), after.get());
        return Optional.of(change.map(LineChange::text).orElse("the same tokens, on other lines"));
    }
}
