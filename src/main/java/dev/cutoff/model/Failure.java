package dev.cutoff.model;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in words for a user: what happened, where, and what to do. Each one belongs to a {@link Kind}, which
 * is the program's exit code.
 */
public final class Failure extends RuntimeException {

    /** Whose turn it is. */
    public enum Kind {
        /** A build or a check of the user's failed. */
        BUILD(1),
        /** Wrong usage or a bad input file; the message has file and line where there are any. */
        INPUT(2),
        /** The machine is not fit: a missing tool, no space, no permission. */
        ENVIRONMENT(3),
        /** A mistake of ours. */
        BUG(70);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    private Failure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public static Failure build(String message) {
        return new Failure(Kind.BUILD, message, null);
    }

    public static Failure input(String message) {
        return new Failure(Kind.INPUT, message, null);
    }

    public static Failure environment(String message) {
        return new Failure(Kind.ENVIRONMENT, message, null);
    }

    public static Failure bug(String message) {
        return new Failure(Kind.BUG, message, null);
    }

    /** An operation on files that failed: {@code doing} says which, as in "writing the artifact of zlib". */
    public static Failure io(String doing, IOException e) {
        return new Failure(Kind.ENVIRONMENT, doing + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left on device")) {
            return "no space left on device" + of(e) + "; free some there (a store can stand elsewhere: --store DIR)";
        }
        if (text.contains("Disk quota exceeded")) {
            return "disk quota exceeded" + of(e) + "; free some there (a store can stand elsewhere: --store DIR)";
        }
        if (text.contains("Read-only file system")) {
            return "read-only file system" + of(e);
        }
        if (e instanceof AccessDeniedException || text.contains("Permission denied")) {
            return "permission denied" + of(e);
        }
        if (e instanceof FileAlreadyExistsException) {
            return "something that is no folder stands in its place" + of(e);
        }
        if (e instanceof NoSuchFileException) {
            return "no such file" + of(e);
        }
        return text;
    }

    private static String of(IOException e) {
        return e instanceof FileSystemException f && f.getFile() != null ? " (" + f.getFile() + ")" : "";
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
