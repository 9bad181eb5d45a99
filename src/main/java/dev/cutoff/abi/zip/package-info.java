/**
 * Zip files from strangers: what an installer would unpack is what is read, or the file is refused.
 *
 * <p>{@link dev.cutoff.abi.zip.ZipArchive} is the way in. Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4. Entries are
 * stored or deflated, not encrypted, on one disk; names lead nowhere but below the folder that one unpacks to, and no two
 * are the same; entries do not overlap, and do not hold more than can be meant.
 */
@NullMarked
package dev.cutoff.abi.zip;

import org.jspecify.annotations.NullMarked;
