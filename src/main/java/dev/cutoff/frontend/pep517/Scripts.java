package dev.cutoff.frontend.pep517;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of a distribution: scripts that start its interpreter, and those that stand for entry points. */
public final class Scripts {

    /** Longer first lines the kernel cuts (BINPRM_BUF_SIZE, before Linux 5.1). */
    private static final int LONGEST = 127;

    /** Entry points specification: {@code name = module:attribute [extra]}. */
    private static final Pattern POINT =
            Pattern.compile("([^=\\[][^=]*?)\\s*=\\s*([\\w.]+)\\s*:\\s*([\\w.]+)\\s*(\\[.*])?");

    private Scripts() {}

    /**
     * A program of an environment as it is where that stands on disk: scripts name their interpreter by its path.
     *
     * @param program bytes as builds see them
     * @param environment where it stands
     */
    public static byte[] placedAt(byte[] program, Path environment) {
        String python = "#!" + Place.artifact(Environments.NEED) + "/bin/python";
        String text = new String(program, StandardCharsets.ISO_8859_1);
        if (!text.startsWith(python)) {
            return program;
        }
        String own = environment.resolve("bin/python").toString();
        String rest = text.substring(python.length());
        String first = rest.substring(0, rest.indexOf('\n') + 1);
        boolean fits = own.length() + first.length() + 2 <= LONGEST && own.indexOf(' ') < 0;
        // Else a shell starts it, for which the first lines are a command and for Python a text.
        String begin = fits
                ? "#!" + own + first
                : "#!/bin/sh\n'''exec' \"" + own + "\"" + first.stripTrailing() + " \"$0\" \"$@\"\n' '''\n";
        byte[] head = begin.getBytes(StandardCharsets.UTF_8);
        byte[] tail = rest.substring(first.length()).getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = java.util.Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        return whole;
    }

    /** A script with {@code #!python} (PEP 427) made to start an interpreter; arguments there are dropped, as pip does. */
    static byte[] starting(byte[] script, String python) {
        String text = new String(script, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("#!python")) {
            return script;
        }
        int end = text.indexOf('\n');
        return ("#!" + python + (end < 0 ? "" : text.substring(end))).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes a script for each entry point that is a program.
     *
     * @param points the text of entry_points.txt
     * @param folder where they go
     */
    static void write(String points, String python, Path folder) throws IOException {
        boolean ours = false;
        for (String line : points.lines().map(String::strip).toList()) {
            if (line.startsWith("[") && line.endsWith("]")) {
                ours = line.equals("[console_scripts]") || line.equals("[gui_scripts]");
                continue;
            }
            Matcher point = POINT.matcher(line);
            if (!ours || line.startsWith("#") || line.startsWith(";") || !point.matches()) {
                continue;
            }
            String name = point.group(1);
            if (name.contains("/") || name.startsWith(".")) {
                throw Failure.environment("an entry point is named " + name + ", which is no program's name");
            }
            Files.createDirectories(folder);
            Path file = folder.resolve(name);
            Files.writeString(file, script(python, point.group(2), point.group(3)));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static String script(String python, String module, String attribute) {
        String first = attribute.contains(".") ? attribute.substring(0, attribute.indexOf('.')) : attribute;
        return "#!" + python + "\n"
                + "import re\nimport sys\n"
                + "from " + module + " import " + first + "\n"
                + "if __name__ == \"__main__\":\n"
                + "    sys.argv[0] = re.sub(r\"(-script\\.pyw|\\.exe)?$\", \"\", sys.argv[0])\n"
                + "    sys.exit(" + attribute + "())\n";
    }
}
