package dev.cutoff.observe;

import dev.cutoff.model.Place;
import dev.cutoff.observe.PreloadRecords.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What parts of the C library use within it, out of sight of whoever stands before its functions: the observing library
 * tells that they were called (NOTE), and this is what they look for then.
 */
final class LibraryParts {

    private final LoaderSearch search;
    private final Teller teller;
    private final Map<List<String>, Languages> languages = new HashMap<>();
    private final Map<String, Boolean> exists = new HashMap<>();
    private final DirectCalls calls;
    private @Nullable Set<String> sources;

    LibraryParts(LoaderSearch search, DirectCalls calls, Teller teller) {
        this.calls = calls;
        this.search = search;
        this.teller = teller;
    }

    /** A process has called something. */
    void take(Entry entry, Image image) {
        int process = entry.process();
        String with = String.valueOf(entry.text(1));
        switch (String.valueOf(entry.text(0))) {
            case "passwd" -> names(process, image, "/etc/passwd");
            case "group" -> names(process, image, "/etc/group");
            case "shadow" -> names(process, image, "/etc/shadow");
            case "services" -> names(process, image, "/etc/services");
            case "protocols" -> names(process, image, "/etc/protocols");
            case "networks" -> names(process, image, "/etc/networks");
            case "rpc" -> names(process, image, "/etc/rpc");
            case "hosts" -> {
                // Some of the sources are elsewhere.
                teller.tell(new Event.UsedNetwork(process));
                names(process, image, "/etc/hosts");
                names(process, image, "/etc/services");
                List.of("/etc/host.conf", "/etc/resolv.conf", "/etc/gai.conf")
                        .forEach(path -> optional(process, image, path));
            }
            case "login" -> optional(process, image, "/var/run/utmp");
            case "hostid" -> optional(process, image, "/etc/hostid");
            case "kernel" -> teller.tell(new Event.AskedKernel(process));
            case "open" -> optional(process, image, with);
            case "locale" -> {
                Languages asked = asked(process, image, with);
                asked.files().forEach(path -> optional(process, image, path));
                image.languages().add(asked);
                // Messages of the C library itself, too.
                image.domains().add("libc");
                messages(process, image);
            }
            case "folder of messages" -> {
                if (!with.isEmpty() && !with.equals("/usr/share/locale")) {
                    teller.escaped(process, "has messages in " + with + ", which is not followed");
                }
            }
            case "messages" -> {
                image.domains().add(with);
                messages(process, image);
            }
            case "zone" -> zone(process, image, with);
            case "iconv" -> characterSets(process, image);
            case "dlopen" -> loads(process, image, with);
            default -> teller.escaped(process, "used " + entry.text(0) + ", which is not known");
        }
    }

    /** Libraries that turn characters of one set into another stand in a list; without it they would be looked for. */
    private void characterSets(int process, Image image) {
        optional(process, image, Languages.CHARACTER_SETS);
        if (!exists.computeIfAbsent(Languages.CHARACTER_SETS, p -> Files.exists(Path.of(p)))) {
            teller.escaped(process, "looks for character sets without " + Languages.CHARACTER_SETS);
        }
    }

    /** A library that the program itself asks for. What else is needed for it the loader looks for likewise. */
    private void loads(int process, Image image, String with) {
        if (image.isElsewhere()) {
            teller.escaped(process, "looks for libraries in folders that depend on the one it is in");
        }
        String library = with.contains("/") ? Trace.plain(with) : with;
        image.asksFor(library);
        if (!library.contains("/")) {
            library(process, image, library);
        }
    }

    /**
     * What a program asked for and did not get: where something is there that is no library for it, or needs what was not
     * found, nobody tells where the loader looked for that.
     */
    void settle(int process, Image image) {
        for (String library : image.refused()) {
            boolean may = library.startsWith("/")
                    || search
                            .of(image.environment(), image.origin(), image.folder(), image.runPaths(), library)
                            .stream()
                            .anyMatch(path -> Place.name(path).equals(library)
                                    && (calls.isFile(path) || Place.within(path, Place.ROOT)));
            if (may) {
                teller.escaped(process, "could not load " + library + ", whose needs are not followed");
            }
        }
    }

    /** The name service: which sources it has, and the file. */
    private void names(int process, Image image, String file) {
        teller.asks(process, "/");
        teller.asks(process, "/var/run/nscd/socket");
        teller.asks(process, "/etc/nsswitch.conf");
        optional(process, image, "/etc/nsswitch.conf");
        for (String source : sources()) {
            library(process, image, "libnss_" + source + ".so.2");
        }
        optional(process, image, file);
    }

    /** A library that is looked for by its name; what is called so is read, be it none. */
    private void library(int process, Image image, String name) {
        if (image.isFirstUse(name + "\n" + image.runPaths().size())) {
            for (String path : search.of(image.environment(), image.origin(), image.folder(), image.runPaths(), name)) {
                if (calls.isFile(path)) {
                    teller.reads(process, path);
                } else {
                    teller.asks(process, path);
                    if (path.endsWith("/" + name)) {
                        teller.passes(process, path);
                    }
                }
            }
        }
    }

    /** What the name service may ask: each has a library of its own. */
    private Set<String> sources() {
        Set<String> known = sources;
        if (known == null) {
            known = new TreeSet<>();
            try {
                for (String line : Files.readAllLines(Path.of("/etc/nsswitch.conf"))) {
                    String words =
                            line.replaceAll("#.*|^[^:]*:|\\[[^]]*\\]", " ").strip();
                    known.addAll(List.of(words.split("\\s+")));
                }
            } catch (IOException e) {
                // Without the file the C library has a list of its own.
                known.addAll(List.of("files", "dns", "compat", "db"));
            }
            known.remove("");
            sources = known;
        }
        return known;
    }

    /** A file that may be missing: a use either way. */
    private void optional(int process, Image image, String path) {
        if (!image.isFirstUse(path)) {
            // Once: read again after the process has written something it would seem to be an input.
            return;
        }
        if (exists.computeIfAbsent(path, p -> Files.exists(Path.of(p)))) {
            teller.reads(process, path);
        } else {
            teller.asks(process, path);
        }
    }

    private void messages(int process, Image image) {
        image.languages().add(of(image));
        for (Languages spoken : image.languages()) {
            for (String domain : image.domains()) {
                spoken.messages(domain).forEach(path -> optional(process, image, path));
            }
        }
    }

    private Languages of(Image image) {
        return languages.computeIfAbsent(image.environment(), Languages::of);
    }

    /** The locales that the environment asks for, and one that was asked for by its name. */
    private Languages asked(int process, Image image, String name) {
        if (name.isEmpty() || name.equals("C") || name.equals("POSIX")) {
            return of(image);
        }
        if (name.contains("/")) {
            teller.escaped(process, "uses the locale " + name + ", which is not followed");
        }
        List<String> all = new ArrayList<>(image.environment());
        for (String part : name.split(";")) {
            all.add("LC_ALL=" + part.substring(part.indexOf('=') + 1));
        }
        return Languages.of(all);
    }

    /** @param variable TZ=VALUE as it was when the zone was used; "" where it was not set */
    private void zone(int process, Image image, String variable) {
        if (variable.isEmpty()) {
            optional(process, image, "/etc/localtime");
            return;
        }
        String name = variable.substring(variable.startsWith("TZ=:") ? 4 : 3);
        if ((name.startsWith("/") && !Place.within(name, "/usr")) || name.contains("..")) {
            teller.escaped(process, "uses the time zone " + name + ", which is not followed");
        } else {
            String file = name.startsWith("/") ? name : "/usr/share/zoneinfo/" + (name.isEmpty() ? "Universal" : name);
            optional(process, image, file);
            if (!name.equals("UTC")) {
                // For rules of summer time that the name does not give.
                optional(process, image, "/usr/share/zoneinfo/posixrules");
            }
        }
    }
}
