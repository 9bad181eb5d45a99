package dev.cutoff.abi;

/**
 * A file that is not what its format says: which file, where in it, and what is wrong. It is checked, since whoever
 * reads an interface must say what is done without it (the unit is rebuilt, never kept).
 */
public final class FormatException extends Exception {

    private final String file;
    private final long offset;

    /**
     * Says what is wrong with a file.
     *
     * @param offset in bytes from the start of the file, 0 where it is the file as a whole; for a member of an archive, from the
     *     start of the archive
     * @param sentence what is wrong, without file and offset
     */
    public FormatException(String file, long offset, String sentence) {
        super(file + ": " + sentence + (offset == 0 ? "" : " (offset " + offset + ")"));
        this.file = file;
        this.offset = offset;
    }

    /** The same for text, where a person looks for a line. */
    public static FormatException inText(String file, int line, long offset, String sentence) {
        return new FormatException(file, offset, "line " + line + ": " + sentence);
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
