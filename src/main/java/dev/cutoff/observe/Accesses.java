package dev.cutoff.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The different accesses of a trace, numbered from 0 as they are met: hundreds of steps do the same few thousand things. */
final class Accesses {

    private final Map<Access, Integer> numbers = new HashMap<>();
    private final List<Access> all = new ArrayList<>();

    /** The number of an access, which may be a new one. */
    int number(Access access) {
        Integer known = numbers.putIfAbsent(access, all.size());
        if (known == null) {
            all.add(access);
            return all.size() - 1;
        }
        return known;
    }

    /** The number of an access, or -1 if nobody did that. */
    int find(Access access) {
        return numbers.getOrDefault(access, -1);
    }

    Access get(int number) {
        return all.get(number);
    }

    /** How many there are. */
    int size() {
        return all.size();
    }
}
