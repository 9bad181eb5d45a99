package dev.cutoff.abi.wheel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a wheel serves what binaries of another use: the question of a consumer that is kept. */
public final class Serving {

    /** How an entry begins that says what can't be told. */
    public static final String UNKNOWN = "unknown: ";

    private Serving() {}

    /**
     * What a provider lacks of what a consumer's binary uses: sonames and symbols, slots of capsules, a baked ABI version that is
     * not the provided one, a baked feature version above the provided one, another tag domain.
     *
     * @param consumer a module of a wheel that may be kept
     * @param old the provider that the consumer was built or last judged with, where its fingerprint is there: what the
     *     consumer may use of a table is what that one offered. Null where it is not known
     * @param now the provider that it would run with
     * @return a sentence for each; those that begin with {@link #UNKNOWN} say what can't be told. Empty where all is served,
     *     and where the consumer uses nothing of the provider
     */
    public static List<String> check(ModuleNeeds consumer, @Nullable Wheel old, Wheel now) {
        return List.of(UNKNOWN + "what it uses of it is not compared with what is there");
    }

    /** Whether the consumer's binary uses anything of a provider, by links, capsules, constants or domains. */
    public static boolean uses(ModuleNeeds consumer, Wheel provider) {
        return true;
    }
}
