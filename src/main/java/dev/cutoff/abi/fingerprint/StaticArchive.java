package dev.cutoff.abi.fingerprint;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FileKind;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.archive.Archive;
import dev.cutoff.abi.archive.ArchiveSymbol;
import dev.cutoff.abi.archive.Member;
import dev.cutoff.model.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The interface of an archive.
 *
 * @param thin whether members are files of their own, which are not read
 * @param index over the symbol index, names and members in the order in which a linker looks; null without an index
 * @param indexed how many symbols it has
 * @param parts the members, in the archive's order
 */
public record StaticArchive(boolean thin, @Nullable Digest index, int indexed, List<Part> parts)
        implements Fingerprint {

    /**
     * A member.
     *
     * @param content digest of its bytes, null in a thin archive
     * @param object null for what is no object, or is not read
     */
    public record Part(
            String name, @Nullable Digest content, @Nullable Binary object) {}

    static StaticArchive read(Cursor bytes, TypeSources sources) throws FormatException {
        Archive archive = Archive.read(bytes);
        List<Part> parts = new ArrayList<>(archive.members().size());
        for (Member member : archive.members()) {
            Cursor content = member.content();
            if (content == null) {
                parts.add(new Part(member.name(), null, null));
            } else if (FileKind.of(content) == FileKind.ELF) {
                Binary object = Binary.read(content, sources);
                Digest digest = object.content();
                parts.add(new Part(member.name(), digest == null ? Digests.of(content) : digest, object));
            } else {
                parts.add(new Part(member.name(), Digests.of(content), null));
            }
        }
        return new StaticArchive(
                archive.thin(),
                archive.indexed() ? index(archive) : null,
                archive.symbols().size(),
                List.copyOf(parts));
    }

    private static Digest index(Archive archive) {
        Canon canon = new Canon("index");
        for (ArchiveSymbol symbol : archive.symbols()) {
            canon.word(symbol.name()).word(symbol.member()).end();
        }
        return canon.digest();
    }

    @Override
    public String kind() {
        return "archive";
    }

    @Override
    public String evidence() {
        return thin ? "names" : "symbols";
    }

    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.word("thin").word(thin).end();
        canon.word("index")
                .word(index == null ? null : index.hex())
                .word(indexed)
                .end();
        for (Part part : parts) {
            canon.word("member").word(part.name());
            canon.word(part.content() == null ? null : part.content().hex());
            canon.word(part.object() == null ? null : part.object().digest().hex())
                    .end();
        }
        return canon.digest();
    }
}
