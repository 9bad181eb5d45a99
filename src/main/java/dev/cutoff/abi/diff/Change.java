package dev.cutoff.abi.diff;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that changed.
 *
 * @param file in a comparison of folders: where, relative to the new one, or to the old one for what was removed; else ""
 * @param subject what it is about: a symbol, a soname, a member
 * @param was null for what was added
 * @param now null for what was removed
 * @param same whether a rebuild of a consumer sees the same all the same
 * @param works whether what was built against the old one works with the new one all the same
 * @param used whether it counts for the verdicts: false for what the consumer that was named does not use
 * @param text as a sentence without the file
 */
public record Change(
        String file,
        What what,
        String subject,
        @Nullable String was,
        @Nullable String now,
        Verdict same,
        Verdict works,
        boolean used,
        String text) {

    /** What sort of thing changed. */
    public enum What {
        KIND,
        MACHINE,
        SONAME,
        NEEDED,
        FILTER,
        VERSION,
        SYMBOL_REMOVED,
        SYMBOL_ADDED,
        SYMBOL_VERSION,
        SYMBOL_KIND,
        SYMBOL_SIZE,
        SYMBOL_BINDING,
        SYMBOL_VISIBILITY,
        NEED_ADDED,
        NEED_REMOVED,
        /** A class, struct, union or enumeration. */
        TYPE,
        /** What a function takes and returns. */
        SIGNATURE,
        /** What a variable is. */
        VARIABLE,
        CONTENT,
        MEMBER,
        INDEX,
        HEADER,
        DATA,
        LINK,
        RENAMED,
        FILE_REMOVED,
        FILE_ADDED,
        /** What a wheel says of itself: version, requirements, tags. */
        METADATA,
        /** A file of a wheel that consumers are built with. */
        BUILD,
        /** A file of a wheel that is run or read. */
        TOOL,
        /** What a wheel offers without a link: a slot of a capsule, an ABI version. */
        OFFER,
        /** The value of a macro. */
        CONSTANT,
        /** Code of a header that is compiled into consumers. */
        BODY,
        OTHER;

        /** The word of documents: {@code symbol-removed}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
