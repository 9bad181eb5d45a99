package dev.cutoff.tool;

import dev.cutoff.tool.CMakeScript.Argument;
import dev.cutoff.tool.CMakeVariables.Function;
import dev.cutoff.tool.CMakeVariables.Placed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values that variables of CMake's scripts can have, as far as they are known yet, and the texts that references to
 * them can make. A value is a text in which {@link #ANY} stands for what is not known.
 *
 * <p>Values are only ever added, round by round, until nothing changes; what has none then is empty or CMake's own.
 */
final class CMakeValues {

    /** Any characters. */
    static final char ANY = '\u0001';

    static final String UNKNOWN = String.valueOf(ANY);

    /** More values of one variable are not told apart. */
    private static final int MOST = 400;

    /** Longer texts name nothing. */
    private static final int LONGEST = 120;

    /** Rounds in which texts are put together of all values that a variable can have. */
    private static final int EXACT_ROUNDS = 30;

    /** Prefixes and suffixes of names that CMake itself gives values. */
    private static final Pattern OF_CMAKE = Pattern.compile(
            "(CMAKE|_CMAKE|PROJECT|CTEST|CPACK|PACKAGE|MSVC|CACHE|ENV|ARG[CNV]|_?[A-Za-z0-9]*ARGS?_).*|ARG[CNV]?\\d*|.*_("
                    + "FOUND|VERSION.*|DIR|CONFIG|BINARY_DIR|SOURCE_DIR|FIND_.*|CONSIDERED_.*|DIRS|IS_TOP_LEVEL|UNPARSED_ARGUMENTS)");

    /** Names that CMake gives values whether or not a script does too. */
    private static final Pattern BY_CMAKE = Pattern.compile(
            "(CMAKE|PROJECT|CTEST|CPACK|MSVC)_.*"
                    + "|.*_(VERSION|VERSION_(MAJOR|MINOR|PATCH|TWEAK)|DESCRIPTION|HOMEPAGE_URL|BINARY_DIR|SOURCE_DIR|IS_TOP_LEVEL)");

    private static final Pattern AT_REFERENCE = Pattern.compile("@[A-Za-z0-9_./+-]+@");

    private static final Pattern ALL_ARGUMENTS = Pattern.compile("ARG[CNV]|ARGV\\d+");

    private final Map<String, Set<String>> values = new HashMap<>();

    /** Variables that may have more than one member, or none. */
    private final Set<String> lists = new HashSet<>();

    /** What may be set in whatever function is running: by macros, by scripts as a whole, for the calling function. */
    private final Map<String, Set<String>> loose = new HashMap<>();

    private @Nullable Function owner;
    private boolean forCaller;
    private boolean inModule;
    private final Map<String, Set<String>> patterns = new HashMap<>();
    private final Map<String, Wildcard> wildcards = new HashMap<>();
    private final Map<String, Boolean> ofCMake = new HashMap<>();
    private boolean changed;
    private boolean settled;
    private int round;

    /** A round begins: where the one before changed nothing, what has no value is settled. */
    void begins(int number) {
        settled |= !changed && number > 0;
        changed = false;
        round = number;
    }

    /** Whether another round could change something. */
    boolean isMoving() {
        return changed || !settled;
    }

    boolean isSettled() {
        return settled;
    }

    /** The last round is over; where it still changed something, anything may have any value. */
    void settle() {
        round++;
        settled = true;
        inModule = false;
        if (changed) {
            add(UNKNOWN, Set.of(UNKNOWN));
        }
    }

    /** From now on names mean what they mean where this command stands. */
    void enter(Placed placed) {
        owner = placed.owner();
        inModule = placed.command().isOfCMake();
        forCaller = placed.command().arguments().stream().anyMatch(a -> a.text().equals("PARENT_SCOPE"));
    }

    /** Gives a parameter of a function an argument of a call. */
    void bind(Function function, String parameter, Set<String> found) {
        add(values, function.key(parameter), found);
        list(parameter, found.size() > 1);
        if (!function.macro()) {
            // Functions that it calls see its variables.
            add(values, parameter, found);
        }
    }

    /** Notes whether a variable may have been given a list: put together with other text, its ends alone meet that. */
    void list(String name, boolean list) {
        if (list) {
            changed |= lists.add(name);
        }
    }

    private boolean isList(String name) {
        return lists.contains(name)
                || name.indexOf(ANY) >= 0
                || ALL_ARGUMENTS.matcher(name).matches();
    }

    /** Whether any command gives a variable values. */
    boolean isSet(String name) {
        return values.containsKey(name)
                || patterns.keySet().stream()
                        .anyMatch(pattern ->
                                wildcards.computeIfAbsent(pattern, Wildcard::of).matches(name));
    }

    /** Gives a variable more values; its name may have unknown parts. */
    void add(String name, Set<String> more) {
        if (name.equals(UNKNOWN) && inModule) {
            // It sets what it was told to by a word of a call, all of which are unknown for that reason.
            return;
        }
        if (name.indexOf(ANY) >= 0) {
            add(patterns, name, more);
            return;
        }
        add(values, name, more);
        if (owner == null || owner.macro() || forCaller) {
            add(loose, name, more);
        } else if (owner.parameters().contains(name)) {
            add(values, owner.key(name), more);
        }
    }

    private void add(Map<String, Set<String>> all, String name, Set<String> more) {
        Set<String> known = all.computeIfAbsent(name, n -> new LinkedHashSet<>());
        if (known.contains(UNKNOWN)) {
            return;
        }
        if (more.contains(UNKNOWN) || known.size() + more.size() > MOST) {
            known.clear();
            known.add(UNKNOWN);
            changed = true;
        } else {
            changed |= known.addAll(more);
        }
    }

    /** The values of a variable, whose name may have unknown parts. */
    Set<String> of(String name) {
        if (name.indexOf(ANY) >= 0) {
            return Set.of(UNKNOWN);
        }
        Set<String> found = new LinkedHashSet<>();
        if (name.equals("ARGC")) {
            return Set.of(UNKNOWN);
        }
        Function in = owner;
        boolean all = ALL_ARGUMENTS.matcher(name).matches();
        if (in != null && (all || in.parameters().contains(name))) {
            String key = in.key(all && !name.equals("ARGN") ? "ARGV" : name);
            found.addAll(values.getOrDefault(key, Set.of()));
            if (in.macro()) {
                // Not a variable: the text of the call stands in its place.
                return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
            }
            found.addAll(loose.getOrDefault(name, Set.of()));
        } else {
            found.addAll(values.getOrDefault(name, Set.of()));
            boolean given = settled
                    || ofCMake.computeIfAbsent(name, n -> OF_CMAKE.matcher(n).matches());
            if (given && (!values.containsKey(name) || BY_CMAKE.matcher(name).matches())) {
                // By CMake itself, as far as is known here.
                found.add(UNKNOWN);
            }
        }
        for (Map.Entry<String, Set<String>> pattern : patterns.entrySet()) {
            if (wildcards.computeIfAbsent(pattern.getKey(), Wildcard::of).matches(name)) {
                found.addAll(pattern.getValue());
            }
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }

    /** A name of variables with unknown parts. */
    private record Wildcard(String start, String end, Pattern regex) {

        static Wildcard of(String text) {
            String regex =
                    Stream.of(text.split(UNKNOWN, -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return new Wildcard(
                    text.substring(0, text.indexOf(ANY)),
                    text.substring(text.lastIndexOf(ANY) + 1),
                    Pattern.compile(regex, Pattern.DOTALL));
        }

        boolean matches(String name) {
            return name.startsWith(start)
                    && name.endsWith(end)
                    && regex.matcher(name).matches();
        }
    }

    /** What an argument can be where the present command stands. */
    Set<String> values(Argument argument) {
        if (argument.literal()) {
            return members(argument.text());
        }
        Set<String> found = new LinkedHashSet<>();
        for (String text : expand(argument.text(), 0)) {
            found.addAll(members(text));
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }

    private static Set<String> members(String text) {
        Set<String> members = new HashSet<>();
        for (String member : text.split(";", -1)) {
            members.add(member.indexOf('"') < 0 ? member : UNKNOWN);
        }
        return members;
    }

    private static String collapsed(String text) {
        return text.replaceAll(UNKNOWN + "+", UNKNOWN);
    }

    /** Replaces the references in a text. */
    private Set<String> expand(String text, int depth) {
        if (AT_REFERENCE.matcher(text).find()) {
            // By the policy CMP0053 a reference or plain text.
            return Set.of(UNKNOWN);
        }
        Set<String> all = Set.of("");
        int at = 0;
        int start = 0;
        boolean alone = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            int name = reference(text, at);
            if (name > 0) {
                int end = closing(text, name);
                if (end < 0) {
                    return Set.of(UNKNOWN);
                }
                Set<String> found = referred(text, at, name, end, depth);
                alone = at == 0 && end + 1 == text.length();
                if (found.isEmpty() && !settled) {
                    return Set.of();
                }
                if (!alone && mayBeList(text, name, end, depth, found)) {
                    // The text falls apart into members, of which the first and the last alone have its ends.
                    return Set.of(UNKNOWN);
                }
                // Texts that grow round by round (set(X "${X}a")) must come to an end.
                boolean told = alone || (round < EXACT_ROUNDS && all.size() * found.size() <= 64);
                all = product(product(all, Set.of(plain(text.substring(start, at)))), told ? found : Set.of(UNKNOWN));
                at = end + 1;
                start = at;
            } else {
                at += c == '\\' ? 2 : 1;
            }
        }
        return alone ? all : product(all, Set.of(plain(text.substring(Math.min(start, text.length())))));
    }

    /** Whether a reference's variable may be a list, or be given a value by a project's script that is not known. */
    private boolean mayBeList(String text, int name, int end, int depth, Set<String> found) {
        boolean unknown = !inModule && found.contains(UNKNOWN);
        return depth > 5
                || expand(text.substring(name, end), depth + 1).stream()
                        .anyMatch(variable -> isList(variable) || (unknown && isSet(variable)));
    }

    private static String plain(String text) {
        return text.replace("\\\n", "").replaceAll("(?s)\\\\(.)", "$1");
    }

    /** All ways to put one of the ends behind one of the starts; a variable without a value is an empty text. */
    private static Set<String> product(Set<String> starts, Set<String> ends) {
        Set<String> all = new LinkedHashSet<>();
        for (String start : starts) {
            for (String end : ends.isEmpty() ? Set.of("") : ends) {
                String text = collapsed(start + end);
                all.add(text.length() > LONGEST ? UNKNOWN : text);
            }
        }
        return all;
    }

    /** Where the name in a reference starts that stands here; 0 where none does. */
    private static int reference(String text, int at) {
        char c = text.charAt(at);
        if (c != '$') {
            return 0;
        }
        int brace = text.indexOf('{', at);
        boolean refers = brace > 0 && text.substring(at + 1, brace).matches("[A-Za-z_]*");
        return refers ? brace + 1 : 0;
    }

    private static int closing(String text, int from) {
        int depth = 1;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    private Set<String> referred(String text, int at, int name, int end, int depth) {
        boolean plain = name == at + 2;
        if (!plain || depth > 5) {
            // The environment, the cache, a generator expression.
            return Set.of(UNKNOWN);
        }
        Set<String> found = new LinkedHashSet<>();
        for (String variable : expand(text.substring(name, end), depth + 1)) {
            found.addAll(of(variable));
        }
        return found.contains(UNKNOWN) ? Set.of(UNKNOWN) : found;
    }
}
