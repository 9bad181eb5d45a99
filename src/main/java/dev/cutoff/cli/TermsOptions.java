package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Trust;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By which terms units are judged: what {@code build}, {@code plan} and {@code explain} have in common. */
final class TermsOptions {

    @Option(names = "--policy", paramLabel = "POLICY", description = "strict, identical or compatible, for all units.")
    @Nullable
    String policy;

    @Option(
            names = "--trust",
            paramLabel = "TRUST",
            description = "clean: accept only results that were built in an empty folder; incremental: any.")
    @Nullable
    String trust;

    @Option(
            names = "--debug-info",
            paramLabel = "HOW",
            description = "aside (default): what would change debug info alone is no reason; exact: it is.")
    String debugInfo = "aside";

    @Option(
            names = "--probe",
            paramLabel = "WHEN",
            description =
                    "never, auto (default): where compile steps whose headers changed may give what they gave, try them if that"
                            + " costs less than a rebuild (a plan says maybe); always: whatever it costs, in plans too.")
    String probe = Probing.AUTO.word();

    Probing probing() {
        return Probing.of(probe)
                .orElseThrow(() -> Failure.input("--probe must be never, auto or always, and is '" + probe + "'"));
    }

    boolean debugInfoCounts() {
        return switch (debugInfo) {
            case "aside" -> false;
            case "exact" -> true;
            default -> throw Failure.input("--debug-info must be aside or exact, and is '" + debugInfo + "'");
        };
    }

    /** Empty where each unit's own counts. */
    Optional<Policy> policy() {
        if (policy == null) {
            return Optional.empty();
        }
        return Optional.of(policy(policy));
    }

    /** The policy of a word that a user wrote. */
    static Policy policy(String word) {
        return Policy.of(word)
                .orElseThrow(
                        () -> Failure.input("--policy must be strict, identical or compatible, and is '" + word + "'"));
    }

    /** Empty where each unit's own counts. */
    Optional<Trust> trust() {
        if (trust == null) {
            return Optional.empty();
        }
        Optional<Trust> known = Trust.of(trust);
        if (known.isEmpty()) {
            throw Failure.input("--trust must be clean or incremental, and is '" + trust + "'");
        }
        return known;
    }

    /** The policy as the run's document names it: the one for all, or that of units that don't say. */
    String policyWord() {
        return policy == null ? Policy.IDENTICAL.word() : policy;
    }
}
