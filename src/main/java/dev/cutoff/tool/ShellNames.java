package dev.cutoff.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which names a shell that was given its commands as an argument ({@code sh -c}) could match in the folders that it listed: shells
 * list folders for patterns alone (POSIX, Shell Command Language, 2.13.3). All words count that are patterns or could become
 * ones; quoting is not looked at, so that there are more of them than were used.
 */
public final class ShellNames {

    /** What brings words from elsewhere, or changes what a pattern is. */
    private static final Pattern ELSEWHERE = Pattern.compile(
            "`|\\$\\(|\\$['\"]|<<|\\\\|\\b(eval|shopt|read|mapfile|readarray|getopts|source|trap|alias|IFS)\\b");

    private static final Set<String> SETTINGS = Set.of("BASH_ENV", "ENV", "BASHOPTS", "SHELLOPTS", "IFS");

    /** What the shell gives a value, whatever the environment says, or may give one. */
    private static final Pattern OF_THE_SHELL = Pattern.compile(
            "PWD|OLDPWD|RANDOM|SECONDS|LINENO|SHLVL|PPID|UID|EUID|GROUPS|OPTIND|OPTARG|EPOCH.*|SRANDOM|BASH.*|_");

    /** What ends a word that is not quoted. */
    private static final String ENDS = " \t\n;&|()<>";

    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z_0-9]*)}|([A-Za-z_][A-Za-z_0-9]*)|(.?))");

    private static final String BRACKETS = "[]{}~+@!^";

    private ShellNames() {}

    /**
     * The names; empty where they can't be told.
     *
     * @param command the shell's command line
     * @param environment its variables, each {@code NAME=VALUE}
     */
    public static Optional<NameScope> of(List<String> command, List<String> environment) {
        if (command.size() != 3 || !command.get(1).matches("-e?c")) {
            return Optional.empty();
        }
        String text = command.get(2);
        if (ELSEWHERE.matcher(text).find()
                || environment.stream().anyMatch(v -> SETTINGS.contains(v.substring(0, Math.max(0, v.indexOf('=')))))) {
            return Optional.empty();
        }
        TreeSet<String> patterns = new TreeSet<>();
        Optional<List<String>> words = words(text);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        for (String raw : words.get()) {
            Optional<String> word = expanded(raw, text, environment);
            if (word.isEmpty()) {
                return Optional.empty();
            }
            // In the C locale a question mark stands for one byte of a letter.
            for (String name : word.get().replace('?', '*').split("/")) {
                if (isPattern(name)) {
                    if (name.chars().anyMatch(c -> BRACKETS.indexOf(c) >= 0)) {
                        return Optional.empty();
                    }
                    patterns.add(name);
                }
            }
        }
        // It listed a folder, so there was a pattern.
        return patterns.isEmpty()
                ? Optional.empty()
                : Optional.of(new NameScope(patterns, false, false, NameScope.NONE));
    }

    /** The words without their quotes; empty where a quoted text has a dollar sign that may mean itself, or does not end. */
    private static Optional<List<String>> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0 ? c == quote : c == '\'' || c == '"') {
                quote = quote == 0 ? c : 0;
            } else if (quote == '\'' && c == '$') {
                return Optional.empty();
            } else if (quote == 0 && ENDS.indexOf(c) >= 0) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return quote == 0 ? Optional.of(words) : Optional.empty();
    }

    /** A word with its variables' values; what the commands themselves give a variable can be anything. */
    private static Optional<String> expanded(String word, String text, List<String> environment) {
        StringBuilder expanded = new StringBuilder();
        Matcher variables = VARIABLE.matcher(word);
        while (variables.find()) {
            if (variables.group(3) != null) {
                return Optional.empty();
            }
            String name = variables.group(1) != null ? variables.group(1) : variables.group(2);
            variables.appendReplacement(expanded, Matcher.quoteReplacement(value(name, text, environment)));
        }
        return Optional.of(variables.appendTail(expanded).toString());
    }

    private static String value(String name, String text, List<String> environment) {
        if (OF_THE_SHELL.matcher(name).matches()
                || Pattern.compile("\\b" + name + "=|\\bfor\\s+" + name
                                + "\\b|\\b(export|local|unset|readonly|declare|typeset|set)\\b")
                        .matcher(text)
                        .find()) {
            return "*";
        }
        for (String variable : environment) {
            if (variable.startsWith(name + "=")) {
                String value = variable.substring(name.length() + 1);
                // It may fall into several words, each of which could be a pattern.
                return value.chars().anyMatch(Character::isWhitespace) || isPattern(value) ? "*" : value;
            }
        }
        // The shell may know it by itself.
        return "*";
    }

    private static boolean isPattern(String word) {
        return word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || (word.indexOf('[') >= 0 && word.length() > 2);
    }
}
