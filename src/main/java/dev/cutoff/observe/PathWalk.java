package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.model.Tree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks a path as the kernel does, from part to part: through links of the sources, of artifacts and of the machine,
 * through links that the build made, and back to where a folder stood before the build moved it.
 *
 * <p>A step that used a path relied on each link on the way as well as on what stands at its end. Where the build gave
 * a name more than one meaning in turn, all of them are taken: more facts than needed are never too few.
 */
final class PathWalk {

    /**
     * Where a path leads.
     *
     * @param places paths without links and {@code ..}; more than one where the build renamed something
     * @param links the links of sources, artifacts and machine that were passed
     * @param passed folders below {@code /cutoff} that were gone through and left again by {@code ..}: without them the path leads
     *     nowhere
     * @param made links that the build had made and that were passed, by the names at which they were
     */
    record Way(Set<String> places, Set<String> links, Set<String> passed, Set<String> made) {}

    /** As many turns as one path may take; a build with more has outwitted us, and that is a gap. */
    private static final int MOST = 200;

    /** From so many characters on, a path is walked from folder to folder, so that the next one below does not begin at the root. */
    private static final int LONG = 512;

    /** Links there differ from process to process, and have rules of their own. */
    private static final Set<String> KERNELS = Set.of("/proc", "/sys", "/dev");

    private final Namespace namespace;
    private final HostFiles host;
    private final boolean sandboxed;
    private final Map<String, Set<String>> made = new LinkedHashMap<>();
    private final Map<String, Set<String>> formerly = new LinkedHashMap<>();
    private final Map<String, Way> known = new HashMap<>();

    /**
     * Where a link at a name leads that the build made or moved there.
     *
     * @param link what of sources, artifacts and machine it is; "" for one that the build made
     */
    private record Lead(String link, String target) {}

    private final Map<String, List<Lead>> leads = new HashMap<>();

    /** The lengths of the names in {@link #formerly}. */
    private final BitSet formerLengths = new BitSet();

    private boolean lost;

    PathWalk(Namespace namespace, HostFiles host, boolean sandboxed) {
        this.namespace = namespace;
        this.host = host;
        this.sandboxed = sandboxed;
    }

    /** Whether some path had more turns than were followed. */
    boolean isLost() {
        return lost;
    }

    /** Takes in changes of names, in their order. */
    void learn(List<Trace.Renaming> renamings) {
        for (Trace.Renaming renaming : renamings) {
            known.clear();
            leads.clear();
            switch (renaming) {
                case Trace.Renaming.Linked link -> {
                    for (String place : entry(link.path())) {
                        made.computeIfAbsent(place, p -> new LinkedHashSet<>()).add(link.target());
                    }
                }
                case Trace.Renaming.Moved move -> {
                    // What the build wrote as a file has nothing below it and leads nowhere.
                    Set<String> from = entry(move.from());
                    if (!move.plain() || from.stream().anyMatch(this::mayLead)) {
                        for (String place : entry(move.to())) {
                            formerly.computeIfAbsent(place, p -> new LinkedHashSet<>())
                                    .addAll(from);
                            formerLengths.set(place.length());
                        }
                    }
                }
            }
        }
        known.clear();
        leads.clear();
    }

    /** Whether a name was a link at some time, or of something that was moved there. */
    private boolean mayLead(String path) {
        return made.containsKey(path) || formerly.containsKey(path) || linkTarget(path) != null;
    }

    /**
     * The paths under which what stands at a path was known before it, or a folder above it, was moved; itself first. A
     * relative link leads on from where it stands, whatever it was called when it was made.
     */
    private Set<String> identities(String path) {
        if (formerly.isEmpty()) {
            return Set.of(path);
        }
        Set<String> all = new LinkedHashSet<>(Set.of(path));
        Deque<String> open = new ArrayDeque<>(all);
        while (!open.isEmpty()) {
            String at = open.remove();
            // Paths may have a thousand parts: autoconf's tests make folders in folders until no path is long enough.
            for (int end = at.length(); end > 0; end = at.lastIndexOf('/', end - 1)) {
                if (!formerLengths.get(end)) {
                    continue;
                }
                for (String from : formerly.getOrDefault(at.substring(0, end), Set.of())) {
                    String former = from + at.substring(end);
                    if (all.size() >= MOST) {
                        lost = true;
                    } else if (all.add(former)) {
                        open.add(former);
                    }
                }
            }
        }
        return all;
    }

    /** The places of a name itself: its folder walked, its last part taken as it is. */
    Set<String> entry(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (slash <= 0 || name.equals("..")) {
            return Set.of(path);
        }
        Set<String> places = new LinkedHashSet<>();
        for (String folder : walk(path.substring(0, slash), true).places()) {
            places.add(folder + "/" + name);
        }
        return places;
    }

    /** @param follow whether a link at the path's end is followed too */
    Way walk(String path, boolean follow) {
        String key = (follow ? "f" : "n") + path;
        Way way = known.get(key);
        if (way == null) {
            if (path.length() >= LONG) {
                walkFolders(path);
            }
            way = new Way(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
            Set<String> seen = new HashSet<>();
            Deque<String> open = new ArrayDeque<>(List.of(path));
            seen.add(path);
            while (!open.isEmpty()) {
                walk(open.remove(), follow, way, target -> {
                    if (seen.size() >= MOST) {
                        lost = true;
                    } else if (seen.add(target)) {
                        open.add(target);
                    }
                });
            }
            known.put(key, way);
        }
        return way;
    }

    private void walkFolders(String path) {
        Deque<String> unknown = new ArrayDeque<>();
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String folder = path.substring(0, end);
            if (known.containsKey("f" + folder)) {
                break;
            }
            unknown.push(folder);
        }
        unknown.forEach(folder -> walk(folder, true));
    }

    /** Where the folder of a path leads, if that is known to be one place and no link is on the way there; else null. */
    private @Nullable Way knownFolder(String path) {
        int slash = path.lastIndexOf('/');
        Way way = slash <= 0 ? null : known.get("f" + path.substring(0, slash));
        if (way == null || !way.links().isEmpty() || way.places().size() != 1) {
            return null;
        }
        String place = way.places().iterator().next();
        return KERNELS.stream().anyMatch(kernels -> Place.within(place, kernels)) ? null : way;
    }

    /** Takes the turns that a path leads to, to be walked in their turn. */
    private interface Turns {
        void take(String path);
    }

    private void walk(String path, boolean follow, Way way, Turns turns) {
        Way folder = knownFolder(path);
        String start = folder == null ? "/" : folder.places().iterator().next();
        String done = start.equals("/") ? "" : start;
        if (folder != null) {
            way.passed().addAll(folder.passed());
            way.made().addAll(folder.made());
        }
        String left = folder == null ? path : path.substring(path.lastIndexOf('/'));
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(left.split("/")));
        while (!rest.isEmpty()) {
            String part = rest.remove();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                if (Place.within(done, Place.ROOT)) {
                    way.passed().add(done);
                }
                done = done.substring(0, Math.max(0, done.lastIndexOf('/')));
                continue;
            }
            String next = done + "/" + part;
            for (String from : formerly.getOrDefault(next, Set.of())) {
                turns.take(from + tail(rest));
            }
            boolean leads = !rest.isEmpty() || follow;
            if (leads) {
                links(next, done, rest, way, turns);
            }
            if (isKernels(next)) {
                if ("..".equals(rest.peek())) {
                    done = next;
                    continue;
                }
                lost |= rest.contains("..");
                way.places().add(next + tail(rest));
                return;
            }
            String target = leads ? linkTarget(next) : null;
            if (target != null) {
                way.links().add(next);
                turns.take(from(done, target) + tail(rest));
                return;
            }
            done = next;
        }
        way.places().add(done.isEmpty() ? "/" : done);
    }

    /** Takes the turns of links that the build made at a name or moved there. */
    private void links(String name, String folder, Deque<String> rest, Way way, Turns turns) {
        if (made.isEmpty() && formerly.isEmpty()) {
            return;
        }
        for (Lead lead : leads.computeIfAbsent(name, this::leads)) {
            if (lead.link().isEmpty()) {
                way.made().add(name);
            } else {
                way.links().add(lead.link());
            }
            turns.take(from(folder, lead.target()) + tail(rest));
        }
    }

    private List<Lead> leads(String name) {
        List<Lead> found = new ArrayList<>();
        for (String identity : identities(name)) {
            made.getOrDefault(identity, Set.of()).forEach(target -> found.add(new Lead("", target)));
            String moved = identity.equals(name) ? null : linkTarget(identity);
            if (moved != null) {
                found.add(new Lead(identity, moved));
            }
        }
        return List.copyOf(found);
    }

    private static String tail(Deque<String> rest) {
        return rest.isEmpty() ? "" : "/" + String.join("/", rest);
    }

    private static String from(String folder, String target) {
        return target.startsWith("/") ? target : folder + "/" + target;
    }

    private static boolean isKernels(String path) {
        return KERNELS.contains(path);
    }

    private @Nullable String linkTarget(String path) {
        if (Place.within(path, Place.ROOT)) {
            return namespace.at(path, false) instanceof Namespace.Spot.InTree spot
                            && spot.entry() instanceof Tree.Link link
                    ? link.target()
                    : null;
        }
        if (sandboxed && (Place.within(path, Place.TMP) || Place.within(path, "/var/tmp"))) {
            return null;
        }
        return host.linkTarget(path);
    }
}
