package dev.cutoff.abi.fingerprint;

import dev.cutoff.model.Digest;

/** What a file or folder offers to those who use it. */
public sealed interface Fingerprint permits Binary, StaticArchive, Header, Data, Link, Folder, Distribution {

    /** The kind in a word, as documents name it. */
    String kind();

    /** How far the fingerprint goes: {@code symbols}, {@code tokens}, {@code bytes} … */
    String evidence();

    /** Over all that the fingerprint holds. */
    Digest digest();
}
