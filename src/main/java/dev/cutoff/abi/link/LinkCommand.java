package dev.cutoff.abi.link;

import dev.cutoff.abi.link.LinkOptions.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The command line of one run of GNU ld itself, not of the compiler that starts it nor of collect2, all of whose options
 * are understood by {@link LinkOptions}.
 *
 * @param output the file to be made, as the command names it
 * @param inputs paths and {@code -l} options in the command's order
 * @param names symbols that the command names: the entry point, {@code -u}, {@code -init}, {@code -fini}
 * @param wholeArchives whether some archive may be taken whole, so that archives count by their bytes
 */
public record LinkCommand(String output, List<String> inputs, Set<String> names, boolean wholeArchives) {

    /** What the linker looks for of itself. */
    private static final List<String> DEFAULT_NAMES = List.of("_start", "_init", "_fini");

    public LinkCommand {
        inputs = List.copyOf(inputs);
        names = Set.copyOf(names);
    }

    /**
     * Reads the arguments of GNU ld, the program's name first; gold and lld are for the caller to tell apart. Empty where
     * some option is not understood: then whole files count.
     */
    public static Optional<LinkCommand> of(List<String> arguments) {
        Reader reader = new Reader(arguments);
        return reader.understood()
                ? Optional.of(new LinkCommand(reader.output, reader.inputs, reader.names, reader.wholeArchives))
                : Optional.empty();
    }

    /** One pass over the arguments. */
    private static final class Reader {

        private final List<String> arguments;
        private int next = 1;
        private String output = "a.out";
        private final List<String> inputs = new ArrayList<>();
        private final Set<String> names = new TreeSet<>(DEFAULT_NAMES);
        private boolean wholeArchives;

        Reader(List<String> arguments) {
            this.arguments = arguments;
        }

        boolean understood() {
            while (next < arguments.size()) {
                String argument = arguments.get(next++);
                if (argument.startsWith("@") || !(argument.startsWith("-") ? option(argument) : input(argument))) {
                    return false;
                }
            }
            return true;
        }

        private boolean input(String path) {
            inputs.add(path);
            return !path.isEmpty();
        }

        private boolean option(String argument) {
            boolean twoDashes = argument.startsWith("--");
            String option = argument.substring(twoDashes ? 2 : 1);
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            Argument kind = LinkOptions.argumentOf(name);
            // With one dash, a name that starts with an o is -o with its value.
            if (kind == null || (!twoDashes && name.startsWith("o"))) {
                return !twoDashes && !option.isEmpty() && letter(option);
            }
            if (kind == Argument.NONE) {
                return equals < 0 && flag(name);
            }
            if (equals >= 0) {
                return value(name, option.substring(equals + 1));
            }
            return kind == Argument.MAYBE_ATTACHED || (next < arguments.size() && value(name, arguments.get(next++)));
        }

        private boolean flag(String name) {
            wholeArchives |= name.equals("whole-archive");
            return true;
        }

        /** Options of one letter; of those that long options start with, only with the value as an argument of its own. */
        private boolean letter(String option) {
            char letter = option.charAt(0);
            boolean attached = option.length() > 1;
            if ("lLoOzm".indexOf(letter) < 0 && ("ueh".indexOf(letter) < 0 || attached)) {
                return false;
            }
            if (!attached && next == arguments.size()) {
                return false;
            }
            String value = attached ? option.substring(1) : arguments.get(next++);
            return switch (letter) {
                case 'l' -> inputs.add("-l" + value);
                case 'o' -> value("output", value);
                case 'u' -> value("undefined", value);
                case 'e' -> value("entry", value);
                case 'z' -> LinkOptions.understood(value);
                case 'm' -> value.equals("elf_x86_64");
                default -> true;
            };
        }

        private boolean value(String name, String value) {
            switch (name) {
                case "output" -> output = value;
                case "library" -> inputs.add("-l" + value);
                case "undefined", "entry", "init", "fini" -> names.add(value);
                case "plugin" -> {
                    return LinkOptions.isGcc(value);
                }
                default -> {
                    return true;
                }
            }
            return true;
        }
    }
}
