package dev.cutoff.observe;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which accesses of which paths it comes to when a process looks at, lists or opens something. */
final class Deeds {

    /** Ends a path that was written with a slash at its end, until it is noted. */
    static final String AS_FOLDER = "/.";

    /** Paths that lead through a process's folder or descriptors. */
    private static final Pattern THROUGH_PROCESS =
            Pattern.compile("(/proc/(self|thread-self|\\d+)(/task/\\d+)?/(cwd|root|fd/\\d+)|/dev/fd/\\d+)/.+");

    /** Names of open files. */
    private static final Pattern DESCRIPTOR =
            Pattern.compile("(/proc/(self|thread-self|\\d+)(/task/\\d+)?/fd|/dev/fd)/\\d+");

    private final Trace trace;

    Deeds(Trace trace) {
        this.trace = trace;
    }

    /**
     * What an event comes to whoever it is of.
     *
     * @return null where that depends on the process, or on what it did before
     */
    @Nullable
    Deed of(Event event) {
        return switch (event) {
            case Event.Asked asked ->
                of(asked.link() ? Access.Kind.LOOK_AT_LINK : Access.Kind.LOOK, asked.path(), null);
            case Event.Listed listed -> of(Access.Kind.LIST, listed.folder(), null);
            case Event.Opened opened when !opened.flags().writes() -> of(kindOf(opened), opened.path(), opened.real());
            default -> null;
        };
    }

    private @Nullable Deed of(Access.Kind kind, Event.Where where, @Nullable String real) {
        boolean absolute =
                where.folder() != null || (where.path() != null && where.path().startsWith("/"));
        String path = absolute ? resolve("/", where) : null;
        return path == null ? null : of(kind, path, real);
    }

    /**
     * What is done to a path.
     *
     * @param path as {@link #resolve} gives it
     * @param real of the file that was read, links followed; null if that is not known, or nothing was read
     */
    Deed of(Access.Kind kind, String path, @Nullable String real) {
        boolean folder = path.endsWith(AS_FOLDER);
        String plain = folder ? path.substring(0, path.length() - AS_FOLDER.length()) : path;
        Access.Kind asked = folder && kind == Access.Kind.LOOK_AT_LINK ? Access.Kind.LOOK : kind;
        boolean reads = kind == Access.Kind.READ;
        boolean through = !reads && isThroughProcess(plain);
        int access = trace.accesses().number(new Access(asked, plain));
        String end = reads && real != null ? trace.seen(real) : null;
        int realAccess =
                end == null || end.equals(path) ? access : trace.accesses().number(new Access(Access.Kind.READ, end));
        return new Deed(access, realAccess, reads ? path : null, end, through ? plain : null);
    }

    /** Whether a path leads through a process's folder or descriptors: where to, only that process knows. */
    static boolean isThroughProcess(String path) {
        return (path.startsWith("/proc/") || path.startsWith("/dev/fd/"))
                && THROUGH_PROCESS.matcher(path).matches();
    }

    /** Whether a path stands for whatever a process has open under a number. */
    static boolean isDescriptor(String path) {
        return (path.startsWith("/proc/") || path.startsWith("/dev/fd/"))
                && DESCRIPTOR.matcher(path).matches();
    }

    /** What opening a file that is not written comes to. */
    static Access.Kind kindOf(Event.Opened event) {
        Event.Flags flags = event.flags();
        if (event.outcome().is("ELOOP") || (flags.pathOnly() && flags.noFollow())) {
            return Access.Kind.LOOK_AT_LINK;
        }
        boolean reads = event.outcome().succeeded() && !flags.folder() && !flags.pathOnly();
        return reads ? Access.Kind.READ : Access.Kind.LOOK;
    }

    /**
     * A path as an absolute one, as the build sees it, without {@code .} and empty parts; {@link #AS_FOLDER} at its end
     * where it was written as a folder's.
     *
     * @param working the working folder of who named it
     * @return null if the path is not known
     */
    @Nullable
    String resolve(String working, Event.Where where) {
        if (where.path() == null) {
            return null;
        }
        return join(where.folder() == null ? working : trace.seen(where.folder()), where.path());
    }

    private String join(String base, String path) {
        if (path.isEmpty()) {
            return base;
        }
        String whole = trace.seen(path.startsWith("/") ? path : base + "/" + path);
        if (!whole.contains("//") && !whole.contains("/.") && !whole.endsWith("/")) {
            return whole;
        }
        // A slash at the end asks for what a link leads to.
        boolean folder = whole.length() > 1 && (path.endsWith("/") || path.endsWith("/."));
        return Trace.plain(whole) + (folder ? AS_FOLDER : "");
    }
}
