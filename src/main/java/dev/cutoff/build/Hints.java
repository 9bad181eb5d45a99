package dev.cutoff.build;

import dev.cutoff.model.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the words of a failed build tell of why, where a sandbox or a staged copy is at the bottom of it. */
final class Hints {

    /**
     * What getaddrinfo(3), connect(2) and the tools that fetch say where there is no network: curl, git, wget, pip, npm, cargo,
     * go, Maven, Gradle.
     */
    private static final Pattern NO_NETWORK = Pattern.compile(
            "could(n't| not) resolve (host|dependencies|proxy)|unable to resolve host|name resolution"
                    + "|name or service not known|unknown ?host|no address associated with hostname"
                    + "|failed to lookup address|\\bEAI_AGAIN\\b|\\bENOTFOUND\\b|\\bENETUNREACH\\b|network is unreachable"
                    + "|dial tcp: lookup |could not transfer artifact"
                    + "|(failed|couldn't|unable) to connect to (?!localhost|127\\.|\\[?::1)[^ ]+ ",
            Pattern.CASE_INSENSITIVE);

    /** CMake's words (cmCacheManager, cmake.cxx) where a cache is used in another folder than that it was made in. */
    private static final Pattern OTHER_CACHE = Pattern.compile(
            "CMakeCache\\.txt directory .* is different|does not match the source .* used to generate cache");

    private Hints() {}

    /**
     * Hints, each a sentence.
     *
     * @param log the end of what the build said
     * @param stale what the sources hold of a build by hand
     */
    static List<String> of(Unit unit, boolean confined, String log, Optional<StaleBuild> stale) {
        List<String> hints = new ArrayList<>();
        if (confined
                && unit.options().network() == Unit.Network.NONE
                && NO_NETWORK.matcher(log).find()) {
            hints.add(
                    "it seems to want the network, which builds do not have: fetch before, and keep it with the sources; or"
                            + " network = \"pinned\" where what it fetches is pinned, else network = true ("
                            + unit.origin() + ")");
        }
        if (OTHER_CACHE.matcher(log).find()) {
            stale.map(StaleBuild::advice).ifPresent(hints::add);
        }
        return hints;
    }
}
