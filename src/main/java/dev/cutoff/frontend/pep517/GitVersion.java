package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What git says of a project whose version comes from its tags, for a build that does not see the repository: in the form in
 * which {@code git archive} leaves it to setuptools-scm, {@code .git_archival.txt}. So the project's own schemes make the version of it.
 */
public final class GitVersion {

    /** The file that hooks find it in, beside the program that runs them. */
    static final String FILE = "git_archival.txt";

    private static final Set<String> READERS = Set.of("setuptools-scm", "hatch-vcs");

    /** A project that has git asked in another way has more tags than those that its version is told by. */
    private static final Pattern ASKS_OTHERWISE = Pattern.compile("describe[_-]command|search_parent_directories");

    private static final Pattern DESCRIBED = Pattern.compile("(.*)-(\\d+)-(g[0-9a-f]+)(-dirty)?");

    private GitVersion() {}

    /**
     * The file's text; empty where the project's version is not git's, or can't be told so.
     *
     * @param variables the user's; one that tells a version is not overruled
     * @param memory told where git has been asked, or would be
     */
    public static Optional<String> of(PyProject project, Map<String, String> variables, Memory memory)
            throws IOException, InterruptedException {
        boolean reads = project.requires().stream()
                .flatMap(text -> Requirement.parse(text).stream())
                .anyMatch(requirement -> READERS.contains(requirement.name()));
        boolean told = variables.keySet().stream().anyMatch(name -> name.startsWith("SETUPTOOLS_SCM_PRETEND_VERSION"));
        if (reads) {
            memory.restsOnMore();
        }
        Optional<Path> git = Commands.find("git", variables);
        if (!reads || told || git.isEmpty() || !Files.exists(project.folder().resolve(".git")) || asks(project)) {
            return Optional.empty();
        }
        Commands commands = new Commands(variables);
        List<String> call = List.of(git.get().toString(), "-C", project.folder().toString());
        Optional<String> node = said(commands, call, "rev-parse", "HEAD");
        Optional<String> date = said(commands, call, "show", "-s", "--format=%cI", "HEAD");
        if (node.isEmpty() || date.isEmpty()) {
            return Optional.empty();
        }
        // As setuptools-scm asks.
        Optional<String> described =
                said(commands, call, "describe", "--dirty", "--tags", "--long", "--abbrev=40", "--match", "*[0-9]*");
        if (described.isEmpty()) {
            // Without a tag it counts all commits from 0.0.
            Optional<String> count = said(commands, call, "rev-list", "--count", "HEAD");
            Optional<String> changed = said(commands, call, "status", "--porcelain", "--untracked-files=no");
            described = count.map(number ->
                    "0.0-" + number + "-g" + node.get() + (changed.orElse("").isEmpty() ? "" : "-dirty"));
        }
        return described.flatMap(text -> text(node.get(), date.get(), text));
    }

    /** What is not committed counts as a commit: the file has no word for it. */
    private static Optional<String> text(String node, String date, String described) {
        Matcher parts = DESCRIBED.matcher(described);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String distance = parts.group(4) != null && parts.group(2).equals("0") ? "1" : parts.group(2);
        return Optional.of("node: " + node + "\nnode-date: " + date + "\ndescribe-name: " + parts.group(1) + "-"
                + distance + "-" + parts.group(3) + "\n");
    }

    private static boolean asks(PyProject project) throws IOException {
        for (String name : List.of(PyProject.FILE, "setup.py", "setup.cfg")) {
            Path file = project.folder().resolve(name);
            if (Files.isRegularFile(file)
                    && ASKS_OTHERWISE
                            .matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .find()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> said(Commands commands, List<String> call, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(call);
        command.addAll(List.of(arguments));
        Commands.Result result = commands.run(command);
        return result.code() == 0 ? Optional.of(result.out().strip()) : Optional.empty();
    }
}
