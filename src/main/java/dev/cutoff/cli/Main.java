package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.store.LostPart;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** The program: finds the command, runs it, turns what went wrong into a sentence and an exit code. */
@Command(
        name = "cutoff",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        header = "Decides from facts which packages of a graph need a rebuild, rebuilds those, explains each decision.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:fine",
            " 1:a build or a check failed",
            " 2:wrong usage or a bad input file",
            " 3:the environment is not fit: a missing tool, no space, no permission",
            "70:our bug",
        },
        footer = {"", "Example, in Cutoff's own folder: ./cutoff build -C examples/imaging"})
public final class Main {

    private Main() {}

    /** The program's version, from its jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"cutoff " + (version == null ? "(unpacked)" : version)};
        }
    }

    /** Standard output, which its reader may close before all is written: {@code head} does, and nothing is wrong then. */
    private static final class Output extends OutputStream {
        private final FileOutputStream to = new FileOutputStream(FileDescriptor.out);
        private boolean isClosed;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                to.write(bytes, from, length);
            } catch (IOException e) {
                isClosed |= String.valueOf(e.getMessage()).contains("Broken pipe");
                throw e;
            }
        }
    }

    public static void main(String[] arguments) {
        Output output = new Output();
        PrintStream out = new PrintStream(output, false, StandardCharsets.UTF_8);
        System.setOut(out);
        int code = run(arguments);
        if (out.checkError() && code == 0 && !output.isClosed) {
            System.err.println(
                    "cutoff: what was to be printed could not all be written: is there space where it goes?");
            code = Failure.Kind.ENVIRONMENT.exitCode();
        }
        // Threads of the run may still wait for a terminal; the run is over.
        Runtime.getRuntime().exit(code);
    }

    /** Runs a command line and returns the exit code. */
    static int run(String... arguments) {
        Optional<CargoCommand> cargo = CargoCommand.plain(arguments);
        if (cargo.isPresent()) {
            try {
                return cargo.get().call();
            } catch (Exception e) {
                return report(e, false);
            }
        }
        boolean debug = List.of(arguments).contains("--debug");
        CommandLine command = new CommandLine(new Main());
        addCommands(command, arguments.length == 0 ? "" : arguments[0]);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.AUTO));
        command.setParameterExceptionHandler((e, words) -> {
            System.err.println("cutoff: " + String.valueOf(e.getMessage()).replaceFirst("^Error: ", ""));
            if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
                suggestion(unmatched).ifPresent(System.err::println);
            }
            if (arguments[0].startsWith("-") && arguments.length > 1) {
                System.err.println("The command comes first, its options after it: cutoff build -C DIR --json FILE");
            }
            System.err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
            return Failure.Kind.INPUT.exitCode();
        });
        command.setExecutionExceptionHandler((e, c, result) -> report(e, debug));
        if (arguments.length == 0) {
            command.usage(System.err);
            return Failure.Kind.INPUT.exitCode();
        }
        return command.execute(CargoCommand.sorted(arguments));
    }

    /** Adds the command that is asked for; all of them where none is, or an unknown one. */
    private static void addCommands(CommandLine command, String wanted) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("build", BuildCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("fingerprint", FingerprintCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("store", StoreCommand::new);
        commands.put("fromager", FromagerCommand::new);
        commands.put("wheel", WheelCommand::new);
        commands.put("install", InstallCommand::new);
        commands.put("env", EnvCommand::new);
        commands.put("cargo", CargoCommand::new);
        commands.put("warm-up", WarmUpCommand::new);
        Supplier<Object> only = commands.get(wanted);
        if (only != null) {
            command.addSubcommand(wanted, only.get());
        } else {
            commands.forEach((name, supplier) -> command.addSubcommand(name, supplier.get()));
        }
    }

    /** What was probably meant by a word that is no command or option. */
    private static Optional<String> suggestion(CommandLine.UnmatchedArgumentException e) {
        List<String> close = e.getSuggestions().stream()
                .map(word -> word.replaceFirst("^" + e.getCommandLine().getCommandName() + " ", ""))
                .filter(word -> !word.equals("warm-up"))
                .limit(3)
                .toList();
        return close.isEmpty() ? Optional.empty() : Optional.of("Did you mean: " + String.join(", ", close) + "?");
    }

    private static int report(Exception e, boolean debug) {
        if (debug) {
            e.printStackTrace();
        }
        Failure failure = switch (e) {
            case Failure f -> f;
            case UncheckedIOException io -> Failure.io("working with files", new IOException(io.getMessage(), io));
            case IOException io -> Failure.io("working with files", io);
            case LostPart lost -> Failure.environment(String.valueOf(lost.getMessage()));
            case InterruptedException i -> Failure.environment("interrupted");
            default ->
                Failure.bug("this is a bug of Cutoff's, please report it with what --debug adds: "
                        + e.getClass().getSimpleName() + ": " + e.getMessage());
        };
        System.err.println("cutoff: " + failure.getMessage());
        return failure.kind().exitCode();
    }
}
