package dev.cutoff.frontend.pep517;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of a distribution: scripts that start its interpreter, and those that stand for entry points. */
final class Scripts {

    /** Entry points specification: {@code name = module:attribute [extra]}. */
    private static final Pattern POINT = Pattern.compile("([^=\\[][^=]*?)\\s*=\\s*([\\w.]+)\\s*:\\s*([\\w.]+)\\s*(\\[.*])?");

    private Scripts() {}

    /** A script with {@code #!python} (PEP 427) made to start an interpreter. */
    static byte[] starting(byte[] script, String python) {
        String text = new String(script, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("#!python")) {
            return script;
        }
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        String arguments = first.replaceFirst("#!pythonw?", "").stripTrailing();
        return ("#!" + python + arguments + (end < 0 ? "" : text.substring(end))).getBytes(StandardCharsets.ISO_8859_1);
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
