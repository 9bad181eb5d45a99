package dev.cutoff.observe;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Present state of the machine's own files. Each question is asked of the file system once per run; {@link #forget}
 * begins anew, as after a build that took its time.
 */
public final class HostFiles {

    /** Longest listing that stands in a fact itself; longer ones are digested. */
    private static final int SHORT = 300;

    private static final String UNREADABLE = "unreadable";

    private static final Set<PosixFilePermission> OPEN_FOLDER =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    private final FileDigests digests;
    private final LoaderCache loaderCache;
    private final SystemIdentity identity;
    private final Map<Question, String> asked = new ConcurrentHashMap<>();
    private final Map<String, String> targets = new ConcurrentHashMap<>();
    private final Map<String, Optional<PosixFileAttributes>> looked = new ConcurrentHashMap<>();
    private final Set<Digest> holding = ConcurrentHashMap.newKeySet();
    private final Map<String, Optional<SortedMap<String, Character>>> listed = new ConcurrentHashMap<>();

    public HostFiles(FileDigests digests) {
        this.digests = digests;
        this.loaderCache = new LoaderCache(Path.of("/etc/ld.so.cache"));
        this.identity = new SystemIdentity();
    }

    /** Forgets all answers. */
    public void forget() {
        asked.clear();
        targets.clear();
        looked.clear();
        listed.clear();
        holding.clear();
        loaderCache.forget();
    }

    boolean isKnownToHold(Digest set) {
        return holding.contains(set);
    }

    /** Takes in that a set of facts of the machine holds, as far as this run looks. */
    void holds(Digest set) {
        holding.add(set);
    }

    String state(FactKind kind, String entity) {
        return asked.computeIfAbsent(new Question(kind, entity), k -> ask(kind, entity));
    }

    private record Question(FactKind kind, String entity) {}

    /**
     * A question and its answer.
     *
     * @param kind {@link FactKind#NAMES} for all names in a folder
     */
    public record Answer(FactKind kind, String entity, String state) {}

    /** What was asked so far, with the answers; empty where something can't be asked again alike. */
    public Optional<List<Answer>> answers() {
        List<Answer> answers = new ArrayList<>();
        asked.forEach((question, state) -> answers.add(new Answer(question.kind(), question.entity(), state)));
        listed.forEach((path, names) -> answers.add(
                new Answer(FactKind.NAMES, path, names.map(HostFiles::listing).orElse(UNREADABLE))));
        // Why something could not be read may be another reason next time.
        boolean told = answers.stream().noneMatch(answer -> answer.state().equals(UNREADABLE));
        return told && targets.isEmpty() ? Optional.of(answers) : Optional.empty();
    }

    /** Whether the machine gives these answers. */
    public boolean confirms(List<Answer> answers) {
        for (Answer answer : answers) {
            String now = answer.kind() == FactKind.NAMES
                    ? names(answer.entity()).map(HostFiles::listing).orElse(UNREADABLE)
                    : state(answer.kind(), answer.entity());
            if (now.equals(UNREADABLE) || !now.equals(answer.state())) {
                return false;
            }
        }
        return true;
    }

    private String ask(FactKind kind, String entity) {
        return switch (kind) {
            case BYTES -> bytes(entity);
            case EXISTS -> exists(entity);
            case LINK -> link(entity);
            case LISTING -> listing(entity);
            case LOADER -> loaderCache.paths(entity);
            case CPU -> identity.cpu();
            case KERNEL -> identity.kernel();
            case PACKAGE -> identity.packageOf(entity);
            case IMAGE -> identity.image();
            case STAMP -> stamp(entity);
            case TOKENS,
                    LINES,
                    LINKED,
                    PRESENCE,
                    TARGET,
                    NAMES,
                    ANSWER,
                    ARTIFACT,
                    VERSION,
                    WHEEL_CONTENT,
                    WHEEL_ABI,
                    SERVES,
                    REQUIREMENT,
                    ENVIRONMENT,
                    SOURCE,
                    TOOLCHAIN -> throw new IllegalArgumentException("no question of the machine alone: " + kind);
        };
    }

    private String bytes(String path) {
        Path file = Path.of(path);
        try {
            PosixFileAttributes found = followed(path).orElse(null);
            if (found == null) {
                return Fact.ABSENT;
            }
            if (found.isDirectory()) {
                return Fact.FOLDER;
            }
            if (path.startsWith("/proc/") || path.startsWith("/sys/")) {
                // Such files have no size and no times to go by.
                return Digest.of(Files.readAllBytes(file)).hex();
            }
            if (!found.isRegularFile()) {
                return "other";
            }
            boolean program = found.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
            return content(digests.of(file), program);
        } catch (IOException e) {
            return UNREADABLE;
        }
    }

    private String exists(String path) {
        return followed(path).map(HostFiles::describe).orElse(Fact.ABSENT);
    }

    private static String link(String path) {
        Optional<PosixFileAttributes> found = attributes(path, false);
        if (found.isPresent() && found.get().isSymbolicLink()) {
            try {
                return target(Files.readSymbolicLink(Path.of(path)).toString());
            } catch (IOException e) {
                return UNREADABLE;
            }
        }
        return found.map(HostFiles::describe).orElse(Fact.ABSENT);
    }

    static String target(String target) {
        return "-> " + target;
    }

    private static String describe(PosixFileAttributes a) {
        if (a.isDirectory()) {
            boolean open = a.permissions().containsAll(OPEN_FOLDER);
            return open ? Fact.FOLDER : Fact.FOLDER + restricted(a);
        }
        if (!a.isRegularFile()) {
            return "other";
        }
        boolean open = a.permissions().contains(PosixFilePermission.OTHERS_READ);
        return file(a.permissions().contains(PosixFilePermission.OWNER_EXECUTE), a.size())
                + (open ? "" : restricted(a));
    }

    /** Builds run with other rights than Cutoff: who may read what not all may read is part of its state. */
    private static String restricted(PosixFileAttributes a) {
        return " " + PosixFilePermissions.toString(a.permissions()) + " "
                + a.owner().getName();
    }

    /** The state of a file's content: its digest, and whether it may be run, which whoever opens it can see. */
    static String content(Digest digest, boolean executable) {
        return executable ? digest.hex() + "+x" : digest.hex();
    }

    private String stamp(String path) {
        return followed(path)
                .map(a -> describe(a) + (a.isRegularFile() ? " of " + a.lastModifiedTime() : ""))
                .orElse(Fact.ABSENT);
    }

    /** The target of a link, read once; null where there is none. */
    @Nullable
    String linkTarget(String path) {
        String state = targets.computeIfAbsent(path, k -> {
            Path file = Path.of(path);
            try {
                return Files.isSymbolicLink(file)
                        ? target(Files.readSymbolicLink(file).toString())
                        : "";
            } catch (IOException e) {
                return "";
            }
        });
        return state.isEmpty() ? null : state.substring(target("").length());
    }

    static String file(boolean executable, long size) {
        return (executable ? "program " : "file ") + size;
    }

    /** What a path leads to; looked at once, whatever is asked of it. */
    private Optional<PosixFileAttributes> followed(String path) {
        return looked.computeIfAbsent(path, p -> attributes(p, true));
    }

    private static Optional<PosixFileAttributes> attributes(String path, boolean follow) {
        try {
            Path file = Path.of(path);
            // Asked first without an exception: most look-ups of a build find nothing.
            if (follow ? !Files.exists(file) : !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            return Optional.of(
                    follow
                            ? Files.readAttributes(file, PosixFileAttributes.class)
                            : Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String listing(String path) {
        if (followed(path).filter(PosixFileAttributes::isDirectory).isEmpty()) {
            return Fact.ABSENT;
        }
        return names(path).map(HostFiles::listing).orElse(UNREADABLE);
    }

    /** The names in a folder, each with the letter of its type; empty where it is none or can't be read. */
    Optional<SortedMap<String, Character>> names(String path) {
        return listed.computeIfAbsent(path, HostFiles::list);
    }

    private static Optional<SortedMap<String, Character>> list(String path) {
        SortedMap<String, Character> names = new TreeMap<>();
        try (Stream<Path> list = Files.list(Path.of(path))) {
            for (Path file : list.toList()) {
                names.put(String.valueOf(file.getFileName()), letter(file));
            }
            return Optional.of(names);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static char letter(Path file) {
        if (Files.isSymbolicLink(file)) {
            return 'l';
        }
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return 'd';
        }
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? 'f' : 'o';
    }

    /** The state of a listing: {@code f a.c/d lib}, or the digest of that where it is long. */
    static String listing(Map<String, Character> names) {
        StringBuilder text = new StringBuilder();
        names.forEach((name, letter) -> text.append(text.isEmpty() ? "" : "/")
                .append(letter)
                .append(' ')
                .append(name));
        String whole = text.isEmpty() ? Fact.EMPTY : text.toString();
        return whole.length() <= SHORT ? whole : Digest.ofText(whole).hex();
    }

    /** When what stands at a path was last changed, in content or attributes; null if nothing is there. */
    @Nullable
    FileTime changed(String path) {
        return time(path, "unix:ctime");
    }

    /** When what stands at a path was last changed in content; null if nothing is there. */
    @Nullable
    FileTime modified(String path) {
        return time(path, "unix:lastModifiedTime");
    }

    private static @Nullable FileTime time(String path, String which) {
        try {
            Object value = Files.getAttribute(Path.of(path), which, LinkOption.NOFOLLOW_LINKS);
            return value instanceof FileTime time ? time : null;
        } catch (IOException e) {
            return null;
        }
    }
}
