package dev.cutoff.abi.zip;

import org.jspecify.annotations.Nullable;

/**
 * The machine's libdeflate, which inflates two to three times as fast as the JDK's zlib; reached through a small library of ours,
 * which the launcher builds where there is a C compiler. Where either is missing, all works without.
 */
final class Libdeflate implements AutoCloseable {

    private static final boolean THERE = isThere();

    private final long decompressor;

    private Libdeflate(long decompressor) {
        this.decompressor = decompressor;
    }

    private static boolean isThere() {
        String file = System.getProperty("cutoff.inflating.library", "");
        if (file.isEmpty()) {
            return false;
        }
        try {
            System.load(file);
            return load();
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /** A decompressor for one thread; null where there is none. */
    static @Nullable Libdeflate open() {
        long decompressor = THERE ? allocate() : 0;
        return decompressor == 0 ? null : new Libdeflate(decompressor);
    }

    /**
     * Inflates.
     *
     * @return whether the packed bytes were the deflated form of so many bytes, all of them; else nothing is known of the content
     */
    boolean inflate(byte[] packed, int packedSize, byte[] content, int size) {
        return inflate(decompressor, packed, packedSize, content, size);
    }

    @Override
    public void close() {
        release(decompressor);
    }

    private static native boolean load();

    private static native long allocate();

    private static native void release(long decompressor);

    private static native boolean inflate(
            long decompressor, byte[] packed, int packedSize, byte[] content, int size);
}
