package dev.cutoff.abi.c;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Of which files a translation unit can see the lines.
 *
 * <p>{@code __LINE__} gives the line of the file in which it stands or in which a macro that leads to it is expanded. So a
 * file's lines show where it uses, outside of definitions, a name from which definitions anywhere in the unit lead to
 * {@code __LINE__}. Two ways around that are closed by taking all files: names that pasting could make, and functions
 * whose default arguments see the line of their caller.
 */
public final class LineSight {

    private final boolean all;
    private final boolean columns;
    private final long[] leading;

    private LineSight(boolean all, boolean columns, long[] leading) {
        this.all = all;
        this.columns = columns;
        this.leading = leading;
    }

    /** Where something that the unit read is not known: any line may show. */
    public static LineSight unknown() {
        return new LineSight(true, false, new long[0]);
    }

    /**
     * What a unit sees.
     *
     * @param files the names of every file that the unit read, and of the macros on its command line
     */
    public static LineSight of(Collection<Names> files) {
        return of(files, name -> true);
    }

    /**
     * The same for many units.
     *
     * @param mayBePasted tells of names which no unit's tokens can make, put together; sure only where it says no
     */
    public static LineSight of(Collection<Names> files, Predicate<String> mayBePasted) {
        boolean callers = false;
        boolean columns = false;
        boolean pastes = false;
        for (Names names : files) {
            if (!names.places().isEmpty()) {
                callers |= names.places().contains(PlaceName.BUILTIN_LINE);
                columns |= names.places().stream().anyMatch(p -> p.sight() == PlaceName.Sight.COLUMN);
            }
            pastes |= names.pastes();
        }
        Map<Long, String> leading = leading(files);
        boolean all = callers
                || (pastes
                        && leading.values().stream()
                                .anyMatch(name -> mayBePasted.test(name) && canBePasted(name, files)));
        long[] words = leading.keySet().stream().mapToLong(Long::longValue).toArray();
        return new LineSight(all, columns, words);
    }

    /** {@code __LINE__}, and the macros whose expansion leads there. */
    private static Map<Long, String> leading(Collection<Names> files) {
        Map<Long, String> leading = new HashMap<>();
        Deque<Long> open = new ArrayDeque<>();
        long line = Names.word(PlaceName.LINE.text());
        leading.put(line, PlaceName.LINE.text());
        open.add(line);
        while (!open.isEmpty()) {
            long word = open.remove();
            for (Names names : files) {
                names.macrosWith(word, (macro, name) -> {
                    if (leading.putIfAbsent(macro, name) == null) {
                        open.add(macro);
                    }
                });
            }
        }
        return leading;
    }

    /** Whether two or three tokens of some files make a name, put together. */
    public static boolean canBePasted(String name, Collection<Names> files) {
        for (int first = 1; first < name.length(); first++) {
            if (!isFragment(name.substring(0, first), files)) {
                continue;
            }
            if (isFragment(name.substring(first), files)) {
                return true;
            }
            for (int second = first + 1; second < name.length(); second++) {
                if (isFragment(name.substring(first, second), files) && isFragment(name.substring(second), files)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isFragment(String text, Collection<Names> files) {
        long word = Names.word(text);
        for (Names names : files) {
            if (names.hasFragment(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the lines of a file of the unit show. */
    public boolean sees(Names file) {
        if (all) {
            return true;
        }
        for (long word : leading) {
            if (file.uses(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether columns may show, which no digest of tokens holds. */
    public boolean seesColumns() {
        return columns;
    }
}
