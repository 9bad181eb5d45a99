package dev.cutoff.abi.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** C's names of integers in one spelling: {@code long unsigned int} and {@code unsigned long} are one type. */
final class BaseNames {

    private static final Set<String> WORDS = Set.of("unsigned", "signed", "long", "short", "int", "char");

    private BaseNames() {}

    static String canonical(String name) {
        if (name.indexOf(' ') < 0) {
            return name.equals("unsigned") ? "unsigned int" : name;
        }
        List<String> words = new ArrayList<>(Arrays.asList(name.split(" ", -1)));
        if (!WORDS.containsAll(words)) {
            return name;
        }
        boolean isChar = words.contains("char");
        if (!isChar) {
            words.remove("signed");
        }
        if (words.contains("long") || words.contains("short")) {
            words.remove("int");
        }
        // unsigned before long and short, as it sorts last: put it first.
        words.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return words.isEmpty() ? "int" : String.join(" ", words);
    }

    private static int rank(String word) {
        return switch (word) {
            case "unsigned", "signed" -> 0;
            case "long", "short" -> 1;
            default -> 2;
        };
    }
}
