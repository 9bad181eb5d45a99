package dev.cutoff.cli;

import dev.cutoff.build.Outcome;
import dev.cutoff.frontend.cargo.CargoRun;
import dev.cutoff.frontend.cargo.Terms;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.report.JsonReport;
import dev.cutoff.report.PlainProgress;
import dev.cutoff.report.RunReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff cargo}: cargo, with dependents kept and programs relinked where that is proven enough. */
@Command(
        name = "cargo",
        mixinStandardHelpOptions = true,
        description = {
            "Run cargo; compile a crate without its dependents where they can't tell the difference, and link programs again"
                    + " (docs/cargo.md).",
            "All but the options below is cargo's, and so is what follows --. The exit code is cargo's."
        },
        footer = {"", "Example: cutoff cargo build --release"})
final class CargoCommand implements Callable<Integer> {

    private static final Set<String> OWN = Set.of("--json", "--lines", "--policy");

    /** The locale that the caller of the launcher had, which sets one for the program. */
    private static final String LOCALE = "CUTOFF_CALLER_LC_ALL";

    private static final String NO_BOOTSTRAP = "CUTOFF_CARGO_NO_BOOTSTRAP";

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--lines",
            paramLabel = "HOW",
            description = "exact (default): what is kept shows right line numbers; relaxed: it may show earlier ones.")
    String lines = "exact";

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description =
                    "strict: nothing is kept whose dependencies were compiled, and the compiler is never run to compare;"
                            + " identical (default) and compatible: where the compiler's metadata are equal.")
    String policy = "identical";

    @Parameters(paramLabel = "ARGUMENT", arity = "0..*", description = "What cargo is given.")
    List<String> arguments = new ArrayList<>();

    /** Puts our options first and "--" behind them, so that nothing of cargo's is read as ours. */
    static String[] sorted(String[] words) {
        if (!words[0].equals("cargo")
                || (words.length > 1 && Set.of("--help", "-h").contains(words[1]))) {
            return words;
        }
        List<String> own = new ArrayList<>(List.of("cargo"));
        List<String> cargo = new ArrayList<>();
        boolean over = false;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            over |= word.equals("--");
            int equals = word.indexOf('=');
            if (over) {
                cargo.add(word);
            } else if (OWN.contains(word)) {
                own.add(word);
                if (i + 1 < words.length) {
                    own.add(words[++i]);
                }
            } else if (equals > 0 && OWN.contains(word.substring(0, equals))) {
                own.add(word);
            } else {
                cargo.add(word);
            }
        }
        own.add("--");
        own.addAll(cargo);
        return own.toArray(String[]::new);
    }

    /** The command of a line with no option of ours, for which no parser need be made: that takes longer than cargo where nothing is to be done. */
    static Optional<CargoCommand> plain(String[] words) {
        if (words.length == 0 || !words[0].equals("cargo")) {
            return Optional.empty();
        }
        String[] sorted = sorted(words);
        if (sorted.length < 2 || !sorted[1].equals("--")) {
            return Optional.empty();
        }
        CargoCommand command = new CargoCommand();
        command.arguments = List.of(sorted).subList(2, sorted.length);
        return Optional.of(command);
    }

    private Terms terms(Map<String, String> environment) {
        if (!Set.of("exact", "relaxed").contains(lines)) {
            throw Failure.input("--lines must be exact or relaxed, and is '" + lines + "'");
        }
        Policy known = TermsOptions.policy(policy);
        return new Terms(lines.equals("exact"), known != Policy.STRICT && !isForbidden(environment));
    }

    /** Whether the compiler must not be run with unstable options. */
    static boolean isForbidden(Map<String, String> environment) {
        return !environment.getOrDefault(NO_BOOTSTRAP, "").isEmpty();
    }

    /** As it was before the launcher. */
    static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        String locale = environment.remove(LOCALE);
        if (locale != null) {
            if (locale.equals("unset")) {
                environment.remove("LC_ALL");
            } else {
                environment.put("LC_ALL", locale);
            }
        }
        return environment;
    }

    @Override
    public Integer call() throws InterruptedException {
        json.check();
        Map<String, String> environment = environment();
        CargoRun run = new CargoRun(arguments, terms(environment), environment);
        int code = run.run();
        List<Outcome> outcomes = run.outcomes();
        run.notes().forEach(note -> System.err.println("cutoff: " + note));
        if (!outcomes.isEmpty()) {
            PlainProgress lines = new PlainProgress(System.err, false);
            lines.begins(outcomes.size());
            outcomes.forEach(lines::done);
            RunReport.print(System.err, outcomes, false);
        }
        json.stream(out -> JsonReport.run(out, "cutoff.build/1", policy, outcomes));
        return code;
    }
}
