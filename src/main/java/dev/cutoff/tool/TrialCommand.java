package dev.cutoff.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A compile step of GCC or clang as it is tried: the same command, which writes to a place of ours, no list of dependencies and
 * no debug info. It is for the caller to see that the step is one that {@link CompilerCommand} understands.
 */
public final class TrialCommand {

    /** Clang's driver may compile by itself, without starting another process. */
    private enum Program {
        CC1,
        CLANG_CC1,
        CLANG
    }

    private static final Pattern ASSEMBLER = Pattern.compile("(^|/)([^/]*-)?as$");

    /** Options by which outputs are named, each with a word of its own, to all of these compilers. */
    private static final Set<String> OUTPUTS = Set.of("-MF", "-MT", "-MQ");

    /** The same, to compilers proper. */
    private static final Set<String> LISTS = Set.of("-MD", "-MMD", "-dependency-file");

    private static final Set<String> ALONE = Set.of("-MD", "-MMD", "-MP", "-sys-header-deps");

    private static final String EMITS_OBJECT = "-emit-obj";

    /** A name as drivers draw it for what they only pass on. */
    private static final String DRAWN = "/tmp/ccAAAAAA.s";

    private final Program program;
    private final List<String> words;

    private TrialCommand(Program program, List<String> words) {
        this.program = program;
        this.words = List.copyOf(words);
    }

    /** Reads a step's command, the program's name first; empty where it does not compile one source to one object. */
    public static Optional<TrialCommand> of(List<String> command) {
        Optional<Program> found = program(command);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Program program = found.get();
        List<String> words = new ArrayList<>();
        int outputs = 0;
        boolean objects = false;
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals("-o")) {
                outputs++;
                i++;
            } else if (OUTPUTS.contains(word) || (program != Program.CLANG && LISTS.contains(word))) {
                i++;
            } else if (i == 0 || !(ALONE.contains(word) || isOfDebugInfo(program, word))) {
                objects |= word.equals(program == Program.CLANG ? "-c" : EMITS_OBJECT);
                words.add(word);
            }
        }
        boolean one = outputs == 1 || (outputs == 0 && program == Program.CLANG);
        return one && (objects || program == Program.CC1)
                ? Optional.of(new TrialCommand(program, words))
                : Optional.empty();
    }

    private static Optional<Program> program(List<String> command) {
        String path = command.isEmpty() ? "" : command.getFirst();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals("cc1") || name.equals("cc1plus")) {
            return Optional.of(Program.CC1);
        }
        if (Tool.named(name).filter(Tool.CLANG::equals).isEmpty()) {
            return Optional.empty();
        }
        boolean proper = command.size() > 1 && command.get(1).equals("-cc1");
        return Optional.of(proper ? Program.CLANG_CC1 : Program.CLANG);
    }

    private static boolean isOfDebugInfo(Program program, String word) {
        return program == Program.CLANG_CC1
                ? word.startsWith("-debug-info-kind=")
                        || word.startsWith("-dwarf-version=")
                        || word.startsWith("-debugger-tuning=")
                : word.startsWith("-g");
    }

    /**
     * Commands that make an object, to be run one after another. What stands beside it under longer names is theirs.
     *
     * @param assembler the command that took what GCC's compiler proper wrote: by its options texts can be one that are two by
     *     others. Not looked at for clang, which assembles by itself
     * @return empty where the assembler's command is not understood
     */
    public Optional<List<List<String>>> compile(String object, List<String> assembler) {
        return compile(object, assembler, List.of());
    }

    /** The same with debug info in the object. */
    public Optional<List<List<String>>> describe(String object, List<String> assembler) {
        return compile(
                object,
                assembler,
                program == Program.CLANG_CC1 ? List.of("-debug-info-kind=limited", "-dwarf-version=5") : List.of("-g"));
    }

    private Optional<List<List<String>>> compile(String object, List<String> assembler, List<String> more) {
        List<String> command = new ArrayList<>(words);
        command.addAll(1 + (program == Program.CLANG_CC1 ? 1 : 0), more);
        if (program != Program.CC1) {
            command.addAll(List.of("-o", object));
            return Optional.of(List.of(command));
        }
        // In assembly even what is left out counts, as labels are numbered.
        String assembly = object + ".s";
        command.addAll(List.of("-o", assembly));
        return assemble(assembler, object, assembly).map(second -> List.of(command, second));
    }

    private static Optional<List<String>> assemble(List<String> command, String object, String assembly) {
        if (command.isEmpty() || !ASSEMBLER.matcher(command.getFirst()).find()) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        int outputs = 0;
        int inputs = 0;
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals("-o")) {
                outputs++;
                i++;
            } else if (word.endsWith(".s")) {
                inputs++;
            } else if (!word.startsWith("-g") && !word.startsWith("--gdwarf") && !word.startsWith("--gstabs")) {
                words.add(word);
            }
        }
        words.addAll(List.of("-o", object, assembly));
        return outputs == 1 && inputs == 1 ? Optional.of(words) : Optional.empty();
    }

    /** The command that writes what the preprocessor makes of the source. */
    public List<String> preprocess(String text) {
        List<String> command = new ArrayList<>();
        for (String word : words) {
            command.add(word.equals(EMITS_OBJECT) || (program == Program.CLANG && word.equals("-c")) ? "-E" : word);
        }
        if (program == Program.CC1) {
            command.add(1, "-E");
        }
        command.addAll(List.of("-o", text));
        return command;
    }

    /**
     * A command of a trial as one of a build. What the preprocessor makes is compared as a compiler sees it, so that one who writes
     * that saw what it would have seen compiling; and assembly is only assembled.
     */
    public static List<String> asInBuild(List<String> command) {
        Optional<Program> program = program(command);
        if (program.isEmpty()) {
            return command;
        }
        List<String> words = new ArrayList<>(command);
        int output = words.indexOf("-o") + 1;
        if (output > 0 && output < words.size() && words.get(output).endsWith(".s")) {
            words.set(output, DRAWN);
        }
        int at = words.indexOf("-E");
        if (at >= 0) {
            switch (program.get()) {
                case CC1 -> words.remove(at);
                case CLANG_CC1 -> words.set(at, EMITS_OBJECT);
                case CLANG -> words.set(at, "-c");
            }
        }
        return words;
    }
}
