package dev.cutoff.frontend.cargo;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.rust.Rlib;
import dev.cutoff.abi.rust.Symbols;
import dev.cutoff.model.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Rlibs as files; a damaged one is an IOException, as one that can't be read. */
final class Libraries {

    private Libraries() {}

    private static <T> T read(Path file, MappedFile.Reader<T> reader) throws IOException {
        try {
            return MappedFile.read(file, reader);
        } catch (FormatException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Digest of the metadata in a library. */
    static String metadataDigest(Path rlib) throws IOException {
        return read(rlib, bytes -> {
            MessageDigest sha = Digest.sha256();
            Cursor metadata = Rlib.metadata(bytes);
            metadata.digest(sha, 0, metadata.size());
            return Digest.ofHash(sha.digest()).hex();
        });
    }

    static byte[] metadata(Path rlib) throws IOException {
        return read(rlib, bytes -> {
            Cursor metadata = Rlib.metadata(bytes);
            return metadata.bytesAt(0, metadata.size());
        });
    }

    /** A library with other metadata. */
    static byte[] with(Path rlib, byte[] metadata) throws IOException {
        return read(rlib, bytes -> Rlib.with(bytes, metadata));
    }

    static Symbols symbols(Path rlib) throws IOException {
        return read(rlib, Symbols::ofLibrary);
    }

    static Symbols objectSymbols(Path object) throws IOException {
        return read(object, Symbols::ofObject);
    }
}
