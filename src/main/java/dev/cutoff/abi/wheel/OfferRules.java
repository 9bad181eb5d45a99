package dev.cutoff.abi.wheel;

import dev.cutoff.abi.wheel.Extractors.AtMost;
import org.jspecify.annotations.Nullable;

/** What a change in what is offered without a link means for those who took it before. */
public final class OfferRules {

    /** From the best to the worst. */
    public enum Effect {
        HARMLESS,
        UNKNOWN,
        BREAKS
    }

    private static final String CONSTANT = "constant ";

    private OfferRules() {}

    /**
     * Judges a change of {@link Wheel#capi}.
     *
     * @param now null where it is offered no more
     */
    public static Effect of(String key, String was, @Nullable String now) {
        if (was.equals(now)) {
            return Effect.HARMLESS;
        }
        String kind = key.substring(0, Math.max(0, key.indexOf(' ')));
        return switch (kind) {
            case "capsule" -> key.contains(" slot ") ? slot(was, now) : capsule(was, now);
            case "constant" -> {
                Effect ruled = ruled(key, was, now);
                yield ruled == null ? Effect.UNKNOWN : ruled;
            }
            case "domain", "flag" -> Effect.BREAKS;
            // What was copied from it runs as it was.
            case "archive" -> Effect.HARMLESS;
            default -> Effect.UNKNOWN;
        };
    }

    /**
     * Judges a macro that has another value now.
     *
     * @param name the macro
     * @param now null where it has none
     * @param promised whether {@link #promises}
     */
    public static Effect ofMacro(String name, String was, @Nullable String now, boolean promised) {
        Effect ruled = ruled(CONSTANT + name, was, now);
        if (ruled != null) {
            return ruled;
        }
        return now != null ? Effect.BREAKS : promised ? Effect.HARMLESS : Effect.UNKNOWN;
    }

    /**
     * Whether the package promises that what was compiled against the old one works with the new one, by the versions of its ABI:
     * then what is gone from its headers, and types that grew at their ends, break nobody.
     */
    public static boolean promises(Wheel old, Wheel now) {
        for (Extractors.Promise promise : Extractors.ALL.promises) {
            String version = old.capi().get(promise.equal());
            Long was = number(old.capi().getOrDefault(promise.notLower(), ""));
            Long is = number(now.capi().getOrDefault(promise.notLower(), ""));
            if (version != null
                    && version.equals(now.capi().get(promise.equal()))
                    && was != null
                    && is != null
                    && is >= was
                    && old.identity().name().equals(now.identity().name())) {
                return true;
            }
        }
        return false;
    }

    private static Effect slot(String was, @Nullable String now) {
        if (was.equals("NULL")) {
            return Effect.HARMLESS;
        }
        if (now == null || now.equals("NULL")) {
            return Effect.BREAKS;
        }
        return word(was).equals(word(now)) ? Effect.UNKNOWN : Effect.BREAKS;
    }

    private static Effect capsule(String was, @Nullable String now) {
        if (now == null) {
            return Effect.BREAKS;
        }
        // What a table or a header says of it is compared by itself.
        boolean described = word(was).equals("header") || word(was).equals("table");
        return described && word(was).equals(word(now)) ? Effect.HARMLESS : Effect.UNKNOWN;
    }

    private static String word(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }

    /** Null where the table has no rule for a constant. */
    private static @Nullable Effect ruled(String key, String was, @Nullable String now) {
        if (Extractors.ALL.free.contains(key)) {
            return Effect.HARMLESS;
        }
        if (Extractors.ALL.equal.contains(key)) {
            return now == null ? Effect.UNKNOWN : Effect.BREAKS;
        }
        for (AtMost rule : Extractors.ALL.atMost) {
            if (key.equals(rule.key())) {
                // What new consumers have compiled in says nothing of old ones.
                return Effect.HARMLESS;
            }
            if (key.equals(rule.offered())) {
                Long before = number(was);
                Long after = now == null ? null : number(now);
                return before != null && after != null && after >= before ? Effect.HARMLESS : Effect.UNKNOWN;
            }
            if (rule.names(key)) {
                return now == null ? Effect.HARMLESS : Effect.BREAKS;
            }
        }
        return null;
    }

    /** A number as C writes it, null for what is none. */
    static @Nullable Long number(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
