package dev.cutoff.abi.archive;

import dev.cutoff.abi.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * A member of an archive. Names may occur more than once; the offset is what tells members apart.
 *
 * @param name as {@code ar t} gives it; of a thin archive, a path from the archive's folder
 * @param offset of its header in the archive
 * @param size in bytes, of the content alone
 * @param content null for the member of a thin archive, whose content is the file of that name
 * @param nested where not -1, the content is in the archive of that name, at the header with this offset (a thin archive
 *     that an archive was added to)
 */
public record Member(
        String name, long offset, long size, @Nullable Cursor content, long nested) {}
