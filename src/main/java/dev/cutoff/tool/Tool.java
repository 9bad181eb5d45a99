package dev.cutoff.tool;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A program whose ways are known. It is recognised by its name and by what stands in the program itself, since a name
 * alone may be a wrapper's.
 */
public enum Tool {
    /** GCC's compiler proper for C and C++. */
    GCC_COMPILER("cc1|cc1plus", true, "GNU C", "GNU GIMPLE"),
    /** GCC's driver. */
    GCC_DRIVER("(.*-)?(gcc|g\\+\\+|cc|c\\+\\+|c89|c99)(-\\d+)?", true, "COLLECT_GCC_OPTIONS"),
    /** Clang, driver and compiler proper in one program. */
    CLANG("(.*-)?clang(\\+\\+)?(-\\d+)?", true, "-cc1as", "clang"),
    /** The program by which GCC calls the linker. */
    COLLECT2("collect2", true, "COLLECT_GCC_OPTIONS"),
    GNU_ASSEMBLER("(.*-)?as", true, "GNU assembler"),
    /** GNU ld, the linker of binutils; neither gold nor lld. */
    GNU_LINKER("(.*-)?ld(\\.bfd)?", true, "GNU ld", "ldlang.c"),
    GNU_ARCHIVER("(.*-)?(ar|ranlib)", true, "GNU Binutils"),
    GNU_NM("(.*-)?nm", true, "GNU Binutils", "radix"),
    GNU_STRIP("(.*-)?strip", true, "GNU Binutils"),
    MAKE("g?make", true, "GNU Make"),
    NINJA("ninja", true, "ninja: "),
    CMAKE("cmake", true, "CMakeLists.txt"),
    PKG_CONFIG("pkg-config|pkgconf|.*-pkg-config|.*-pkgconf", true, "PKG_CONFIG_PATH"),
    /** The script that tells how to compile and link against Python. */
    PYTHON_CONFIG("(.*-)?python3?(\\.\\d+)?-config", false, "--includes", "--ldflags"),
    /** CPython itself, the library beside it or not. */
    PYTHON("python(3(\\.\\d+)?)?", true, "Py_BytesMain"),
    /** The script by which Meson is started, which names its interpreter. */
    MESON("meson(\\.py)?", false, "mesonbuild", "mesonmain"),
    /** Copies, moves, makes or removes files and looks at no content but to copy it. */
    FILE_TOOL("cp|mv|ln|rm|install|mkdir|rmdir|chmod|touch", true, "GNU coreutils"),
    /** The C library's program that makes the names by which libraries are loaded, and the loader's list of them. */
    LDCONFIG("ldconfig(\\.real)?", true, "glibc-ld.so.cache", "/etc/ld.so.conf"),
    SHELL("sh|dash|bash", true, "PATH"),
    UNKNOWN("(?!)", false);

    private static final Set<String> NM_OPTIONS = Set.of("-B", "-P", "-p", "-g", "-u", "-D", "-C", "-n");

    private final Pattern name;
    private final boolean elf;
    private final String marks;

    Tool(String name, boolean elf, String... marks) {
        this.name = Pattern.compile(name);
        this.elf = elf;
        this.marks = String.join("\n", marks);
    }

    /** Which tool could bear this base name; empty if none. */
    static Optional<Tool> named(String program) {
        for (Tool tool : values()) {
            if (tool.name.matcher(program).matches()) {
                return Optional.of(tool);
            }
        }
        return Optional.empty();
    }

    boolean isElf() {
        return elf;
    }

    /** Name and marks: what a program of this kind was found by. */
    public String description() {
        return name() + "\n" + marks;
    }

    /** Texts that stand in the program. */
    List<byte[]> marks() {
        return marks.lines()
                .map(mark -> mark.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    /** Whether it asks of files only whether they are there and how old they are: never how large. */
    public boolean looksForPresence() {
        return switch (this) {
            case GCC_COMPILER,
                    GCC_DRIVER,
                    CLANG,
                    COLLECT2,
                    GNU_ASSEMBLER,
                    GNU_LINKER,
                    GNU_ARCHIVER,
                    MAKE,
                    NINJA,
                    LDCONFIG,
                    PKG_CONFIG -> true;
            default -> false;
        };
    }

    /** Whether it hands on what its children say, without looking into it. */
    public boolean passesMessagesOn() {
        return this == MAKE || this == NINJA;
    }

    /** Whether nm lists symbols and nothing of debug info, which {@code -l} and {@code -a} show. */
    public static boolean isPlainNm(List<String> command) {
        return command.stream().skip(1).filter(word -> word.startsWith("-")).allMatch(NM_OPTIONS::contains);
    }

    /**
     * Whether debug info in what it reads shows in nothing but the debug info of what it writes, whatever its command
     * says.
     */
    public boolean keepsDebugInfoApart() {
        return switch (this) {
            case GCC_DRIVER, CLANG, COLLECT2, GNU_STRIP, MAKE, NINJA, FILE_TOOL, LDCONFIG -> true;
            default -> false;
        };
    }
}
