package dev.cutoff.observe;

import dev.cutoff.model.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The steps of a build, from the traces of its lines.
 *
 * <p>A step is a program image: it begins at a successful execve and takes in what its process forks without one. The
 * first image of a line is Cutoff's own driver shell; what it does is not the build's.
 */
public final class Trace {

    /** The calls to be traced, for strace's {@code -e trace=}. */
    public static final String CALLS = "%file,clone,?clone3,?fork,?vfork,execve,execveat,fchdir,getdents,getdents64,"
            + "?io_uring_setup,?open_by_handle_at,mount,umount2,pivot_root,chroot,setns,unshare,connect,bind,sendto,sendmsg,socket,uname,"
            + "fchmod,fchown,ftruncate,dup,?dup2,dup3,write,writev";

    /** Of these, the calls whose arguments are to be printed as numbers ({@code -e raw=}): their texts are of no interest. */
    public static final String RAW_CALLS = "write,writev";

    /** A change of names, after which a path leads to something else than it did at the build's start. */
    sealed interface Renaming {
        /** The build made a symbolic link. */
        record Linked(int step, String path, String target) implements Renaming {}

        /**
         * The build moved a file or folder.
         *
         * @param plain whether it had made a file there, by opening it to write, and nothing else since
         */
        record Moved(int step, String from, String to, boolean plain) implements Renaming {}
    }

    private final UnaryOperator<String> seen;
    private final List<Renaming> renamings = new ArrayList<>();
    private final NavigableSet<String> plainFiles = new TreeSet<>();
    private final Accesses accesses;
    private final List<ObservedStep> steps = new ArrayList<>();
    private final Set<String> gaps = new LinkedHashSet<>();
    private final Set<String> missed = new LinkedHashSet<>();
    private final Set<String> given = new LinkedHashSet<>();
    private final String log;
    private final DirectCalls calls;
    private final Map<String, Optional<String>> found = new LinkedHashMap<>();
    private boolean usedNetwork;
    private boolean endsEarly;
    private UnaryOperator<List<String>> commands = UnaryOperator.identity();

    /**
     * An empty trace.
     *
     * @param physicalRoot the path that stands for {@code /cutoff} in this build; {@code /cutoff} itself in a sandbox
     * @param log the file that the build's lines write what they say to, on the machine
     * @param calls tells what the observing library can't have seen
     */
    public Trace(String physicalRoot, String log, DirectCalls calls) {
        this(path -> beneath(physicalRoot, path), log, calls);
    }

    /**
     * An empty trace of what stood at several places of the machine.
     *
     * @param seen gives a path of the machine as facts are to name it
     */
    public Trace(UnaryOperator<String> seen, String log, DirectCalls calls) {
        this(seen, log, calls, new Accesses());
    }

    private Trace(UnaryOperator<String> seen, String log, DirectCalls calls, Accesses accesses) {
        this.seen = seen;
        this.log = log;
        this.calls = calls;
        this.accesses = accesses;
    }

    /** An empty trace for some of the steps that are read into this one, see {@link Builds}. */
    public Trace part() {
        return new Trace(seen, log, calls, accesses);
    }

    private static String beneath(String physicalRoot, String path) {
        return !physicalRoot.equals(Place.ROOT) && Place.within(path, physicalRoot)
                ? Place.ROOT + path.substring(physicalRoot.length())
                : path;
    }

    /**
     * Takes commands of steps for others, by which what they saw is judged. For steps of which it is known to what others their
     * results are put.
     *
     * @param instead gives the command that a step is to count as
     */
    public Trace taking(UnaryOperator<List<String>> instead) {
        commands = instead;
        return this;
    }

    List<String> command(List<String> ran) {
        return commands.apply(ran);
    }

    List<ObservedStep> steps() {
        return steps;
    }

    /**
     * Takes in what an earlier build had made and this one found at its start; as if it had made that itself, before its
     * first step.
     *
     * @param path as the build sees it
     * @param target of a symbolic link; empty for a file
     */
    public void finds(String path, Optional<String> target) {
        found.put(path, target);
        target.ifPresent(to -> renamings.add(new Renaming.Linked(-1, path, to)));
    }

    /** What an earlier build had made, and of links where they lead. */
    Map<String, Optional<String>> found() {
        return found;
    }

    /** All that the steps did, numbered. */
    Accesses accesses() {
        return accesses;
    }

    /** All changes of names, in the order of the trace. */
    List<Renaming> renamings() {
        return renamings;
    }

    /** The build made a file, by opening it to write. */
    void madePlain(String path) {
        plainFiles.add(path);
    }

    /** Something else may stand at a path, and below it. */
    void forgetPlain(String path) {
        plainFiles.remove(path);
        // '0' is the character after the slash.
        plainFiles.subSet(path + "/", path + "0").clear();
    }

    boolean isPlain(String path) {
        return plainFiles.contains(path);
    }

    /** Why the trace may have missed something; empty if it has not. */
    public Set<String> gaps() {
        return gaps;
    }

    /** Whether all steps that were started from outside of the build are of a program, given by its base name. */
    public boolean beginsWith(String program) {
        return steps.stream()
                .filter(step -> step.parent < 0)
                .allMatch(step -> step.program().equals(program));
    }

    /** Declares a file, or a folder with all in it, that who runs the build made for it: what it says is known otherwise. */
    public void give(String path) {
        given.add(path);
    }

    Set<String> given() {
        return given;
    }

    /** All paths that its steps looked at, read, listed or ran, as they named them. */
    public Set<String> touched() {
        return paths(false);
    }

    /** All paths that its steps wrote to, made or deleted, as they named them. */
    public Set<String> written() {
        return paths(true);
    }

    private Set<String> paths(boolean written) {
        Set<String> paths = new TreeSet<>();
        for (ObservedStep step : steps) {
            for (Access access : step.accesses) {
                if ((access.kind() == Access.Kind.WRITE) == written) {
                    paths.add(access.path());
                }
            }
        }
        return paths;
    }

    /** Whether a process asked for a socket of the internet's families; what it then heard is seen by nobody. */
    public boolean usedNetwork() {
        return usedNetwork;
    }

    /** Notes that what was made is used by others later, whom nobody sees. */
    public void endsEarly() {
        endsEarly = true;
    }

    /** Whether others go on with what was made, unseen. */
    boolean isToGoOn() {
        return endsEarly;
    }

    /** Notes a gap that was found elsewhere. */
    public void gap(String what) {
        gaps.add(what);
    }

    /** Notes that something was not seen, whoever did it. */
    void miss(String what) {
        gaps.add(what);
        missed.add(what);
    }

    /** Those of the gaps of which nobody knows whose they are. */
    public Set<String> missed() {
        return missed;
    }

    /**
     * Adds what one line of the recipe did.
     *
     * @param line its index
     * @param folder the working folder it began in, as the build sees it
     */
    public void add(int line, Path trace, String folder) {
        LineTracer tracer = new LineTracer(this, line, folder, Builds.ONE);
        Optional<PreloadRecords> records = PreloadRecords.read(trace);
        if (records.isPresent()) {
            String unit = Place.ownerOf(folder);
            PreloadReader.read(records.get(), calls, unit.isEmpty() ? "" : Place.artifact(unit), tracer);
        } else {
            new StraceReader(new StraceCalls(tracer)).read(trace);
        }
        tracer.end();
    }

    /**
     * Adds what strace saw of a command that ran several builds: each program to the trace of the build that it is of, all
     * others to this one.
     *
     * @param folder the working folder it began in, as the builds see it
     */
    public void add(Path trace, String folder, Builds builds) {
        LineTracer tracer = new LineTracer(this, 0, folder, builds);
        new StraceReader(new StraceCalls(tracer)).read(trace);
        tracer.end();
    }

    /** Whether a descriptor's file, as strace names it, is the log. */
    boolean isLog(String file) {
        return file.equals(log);
    }

    /** Whether what goes to a file is heard by nobody: it is the build's log, nowhere, or closed. */
    boolean isUnheard(String file) {
        return file.isEmpty() || file.equals("/dev/null") || isLog(file);
    }

    void usesNetwork() {
        usedNetwork = true;
    }

    /** A path of the machine as the build sees it: the physical root is {@code /cutoff}. */
    String seen(String path) {
        return seen.apply(path);
    }

    /** Marks the driver's command line, see {@code build.Sandbox}. */
    public static final String DRIVER = "cutoff-driver";

    /** Without empty and {@code .} parts. */
    static String plain(String path) {
        StringBuilder plain = new StringBuilder();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                plain.append('/').append(part);
            }
        }
        return plain.isEmpty() ? "/" : plain.toString();
    }
}
