package dev.cutoff.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a process of a build did, told by whoever watched it: strace ({@link StraceCalls}) or the library that
 * was loaded into it ({@link PreloadReader}).
 *
 * <p>Events come in an order in which a process's own are never exchanged, and its start stands before them.
 */
sealed interface Event {

    /** Number of the process or thread. */
    int process();

    /**
     * A path as a process wrote it.
     *
     * @param folder what it is relative to, as the build's processes see it; null for the working folder
     * @param path null if the observer could not read it
     */
    record Where(@Nullable String folder, @Nullable String path) {
        static final Where UNKNOWN = new Where(null, null);

        static Where absolute(@Nullable String path) {
            return new Where("/", path);
        }
    }

    /** How a call ended: the name of its error, such as {@code ENOENT}, or "". */
    record Outcome(String error) {
        static final Outcome DONE = new Outcome("");

        boolean succeeded() {
            return error.isEmpty();
        }

        boolean is(String name) {
            return error.equals(name);
        }
    }

    /**
     * A process started another one, or a thread.
     *
     * @param sharesFolder whether both have one working folder from now on
     */
    record Started(int process, int child, double seconds, boolean sharesFolder) implements Event {}

    /**
     * A process ended.
     *
     * @param how as far as that is known
     */
    record Ended(int process, double seconds, How how) implements Event {
        enum How {
            /** By itself, with status 0. */
            WELL,
            /** A signal ended it, so that others may have said so in its place. */
            KILLED,
            /** By itself, with a status that is not 0, or that nobody asked for. */
            SOMEHOW
        }
    }

    /** A process became another program, or tried to. */
    record Executed(
            int process, double seconds, Where program, List<String> command, List<String> environment, Outcome outcome)
            implements Event {}

    /** A process went to another working folder, or tried to; {@code looked} where it named it by a path. */
    record Entered(int process, Where folder, boolean looked, Outcome outcome) implements Event {}

    /**
     * A file or folder was opened, or was to be.
     *
     * @param flags names of open's flags with bars between them
     * @param real the path of what was opened, links followed; null if that is not known
     */
    record Opened(
            int process,
            Where path,
            Flags flags,
            Outcome outcome,
            @Nullable String real) implements Event {}

    /** What a file was opened for. */
    record Flags(
            boolean reads,
            boolean writes,
            boolean creates,
            boolean truncates,
            boolean folder,
            boolean pathOnly,
            boolean noFollow) {
        static final Flags READ = new Flags(true, false, false, false, false, false, false);
    }

    /** A library may have been opened by the loader, which went on to another one; it is gone since. */
    record Passed(int process, Where path) implements Event {}

    /** What is at a path was asked, and found or not; {@code link} where links are not followed. */
    record Asked(int process, Where path, boolean link) implements Event {}

    /** A folder's names were read. */
    record Listed(int process, Where folder) implements Event {}

    /**
     * What is at a path was made, changed, or deleted, or was to be.
     */
    record Changed(int process, Where path, What what, Outcome outcome) implements Event {
        enum What {
            /** Made, or deleted. */
            NAME,
            /** Deleted as a folder, which asks whether it is empty. */
            FOLDER,
            /** Its attributes or its length were changed; it is of the kind that it was. */
            ATTRIBUTES
        }
    }

    /** A file or folder got another name ({@code rename}), one more ({@code link}), or two exchanged theirs. */
    record Moved(int process, Where from, Where to, Way way, Outcome outcome) implements Event {
        enum Way {
            RENAME,
            LINK,
            EXCHANGE
        }
    }

    /** A symbolic link was made, or was to be; its text is null if the observer could not read it. */
    record Linked(int process, @Nullable String target, Where path, Outcome outcome) implements Event {}

    /** Standard output (1) or standard error (2) of a process leads elsewhere from now on. */
    record Redirected(int process, int descriptor, String to) implements Event {}

    /** A process wrote to its standard output or standard error. */
    record Spoke(int process) implements Event {}

    /** A process put down what a step of an earlier build had made, given by its number there, and did nothing of its own. */
    record Taken(int process, int step) implements Event {}

    /** A process asked the kernel for its name and version. */
    record AskedKernel(int process) implements Event {}

    /** A process made a socket of the internet's families. */
    record UsedNetwork(int process) implements Event {}

    /**
     * A process reached another one by a socket of the file system.
     *
     * @param path null for an address without a file
     * @param printed the address, for people
     */
    record Connected(int process, @Nullable Where path, String printed) implements Event {}

    /**
     * What the process did may be seen in part only.
     *
     * @param what completes "PROGRAM ..."
     */
    record Escaped(int process, String what) implements Event {}

    /** Something was not seen, whoever did it. */
    record Missed(String what) implements Event {
        @Override
        public int process() {
            return 0;
        }
    }
}
