package dev.cutoff.abi.wheel;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's stable ABI (PEP 384, PEP 652): its symbols, and since which version each is in it. */
final class StableAbi {

    private static final String FIRST = "3.2";

    /** The minor version of Python 3 by name. */
    private static final Map<String, Integer> SINCE = read();

    private StableAbi() {}

    private static Map<String, Integer> read() {
        Map<String, Integer> since = HashMap.newHashMap(1200);
        for (String line : Extractors.resource("stable-abi.txt").split("\n", -1)) {
            if (line.startsWith("3.")) {
                String[] words = line.split(" ", -1);
                for (int i = 1; i < words.length; i++) {
                    since.put(words[i], Integer.valueOf(words[0].substring(2)));
                }
            }
        }
        return since;
    }

    /** The first version whose stable ABI has all of these names; null where one is in none. */
    static @Nullable String since(Iterable<String> names) {
        int since = 0;
        for (String name : names) {
            Integer version = SINCE.get(name);
            if (version == null) {
                return null;
            }
            since = Math.max(since, version);
        }
        return since == 0 ? FIRST : "3." + since;
    }
}
