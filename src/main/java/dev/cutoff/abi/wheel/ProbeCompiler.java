package dev.cutoff.abi.wheel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The C compiler, and where Python's headers are. */
final class ProbeCompiler {

    private static final long LONGEST_SECONDS = 600;
    private static final Pattern PLACE = Pattern.compile("\\bprobe\\.c:(\\d{1,8})\\b");

    /** Variables by which compilers look for headers elsewhere, or talk otherwise. */
    private static final Set<String> UNSET = Set.of(
            "CPATH",
            "C_INCLUDE_PATH",
            "CPLUS_INCLUDE_PATH",
            "DEPENDENCIES_OUTPUT",
            "SUNPRO_DEPENDENCIES",
            "GCC_COLORS");

    /**
     * What a run came to.
     *
     * @param wrong by line of the probe: the first complaint about what it includes or says
     */
    record Run(boolean succeeded, SortedMap<Integer, String> wrong) {}

    private final Path folder;
    private final @Nullable Path pythonHeaders;
    private final String version;
    private final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);

    private ProbeCompiler(Path folder, @Nullable Path pythonHeaders, String version) {
        this.folder = folder;
        this.pythonHeaders = pythonHeaders;
        this.version = version;
    }

    /**
     * Looks for the tools.
     *
     * @param folder in which they work
     * @param python the interpreter whose headers are used
     */
    static ProbeCompiler find(Path folder, String python) throws IOException, InterruptedException {
        List<String> compiler = lines(folder, List.of("cc", "--version"));
        List<String> found = lines(
                folder,
                List.of(
                        python,
                        "-c",
                        "import sys, sysconfig; print(sysconfig.get_path('include')); print(sys.version.split()[0])"));
        Path headers = found.size() < 2 ? null : Path.of(found.get(0));
        boolean there = headers != null && Files.isRegularFile(headers.resolve("Python.h"));
        return new ProbeCompiler(
                folder,
                there ? headers : null,
                (compiler.isEmpty() ? "" : compiler.getFirst()) + (there ? "; Python " + found.get(1) : ""));
    }

    /** Compiler and Python with their versions; empty without a compiler. */
    String version() {
        return version.startsWith(";") ? "" : version;
    }

    boolean hasPython() {
        return pythonHeaders != null;
    }

    /** Whether there is time for another run. */
    boolean hasTime() {
        return System.nanoTime() < deadline;
    }

    /** Runs the compiler over the probe, with some more options. */
    Run run(List<Path> includes, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("cc", "-w", "-fPIC", "-O0", "-fmax-errors=0"));
        includes.forEach(include -> command.addAll(List.of("-I", include.toString())));
        if (pythonHeaders != null) {
            command.addAll(List.of("-isystem", pythonHeaders.toString()));
        }
        command.addAll(options);
        command.add("probe.c");
        Path log = folder.resolve("log");
        int code = start(command, log);
        return new Run(code == 0, complaints(Files.readString(log, StandardCharsets.ISO_8859_1)));
    }

    /** An error in a header stands below the lines that say how it was included; the next in the same header has none. So do notes. */
    private SortedMap<Integer, String> complaints(String log) {
        SortedMap<Integer, String> complaints = new TreeMap<>();
        int from = -1;
        int next = -1;
        for (String line : log.split("\n", -1)) {
            Matcher place = PLACE.matcher(line);
            if (place.find()) {
                next = Integer.parseInt(place.group(1));
            }
            boolean complains = line.contains(" error: ") || line.contains(" fatal error: ");
            if (complains) {
                from = next >= 0 ? next : from;
                complaints.putIfAbsent(from, line.replace(folder + "/", ""));
            }
            if (complains || line.contains(" note: ")) {
                next = -1;
            }
        }
        return complaints;
    }

    private int start(List<String> command, Path log) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        UNSET.forEach(builder.environment()::remove);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            Files.writeString(log, command.getFirst() + ": error: can't be run");
            return 1;
        }
        try {
            long left = Math.max(1, deadline - System.nanoTime());
            if (!process.waitFor(left, TimeUnit.NANOSECONDS)) {
                Files.writeString(log, "error: the compiler took longer than " + LONGEST_SECONDS + " seconds");
                return 1;
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static List<String> lines(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        ProbeCompiler plain = new ProbeCompiler(folder, null, "");
        return plain.start(command, log) == 0 ? Files.readAllLines(log, StandardCharsets.ISO_8859_1) : List.of();
    }
}
