package dev.cutoff.decide;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a shell makes of the failure of a program that it starts, told by its text alone (POSIX, "Shell Command Language"). What is
 * not understood may make anything of it.
 */
final class ShellLine {

    /** What is before a command that is a condition. */
    private static final Pattern CONDITION =
            Pattern.compile("(^|[\\s;&|(])(if|elif|while|until|!)\\s+(\\w+=\\S*\\s+)*$");

    /** What ends the shell, or its line, behind a command that failed; the last is automake's, for recursion. */
    private static final Pattern ENDS = Pattern.compile("^\\s*(exit\\b|false\\b|return\\b|eval \\$failcom\\b)");

    private static final Pattern CHANGES = Pattern.compile("\\bset\\s+\\+e|\\btrap\\b|`|\\$\\(");

    private final String text;
    private final boolean endsWithEach;

    /** @param endsWithEach whether it has option {@code -e} */
    ShellLine(String text, boolean endsWithEach) {
        this.text = text;
        this.endsWithEach = endsWithEach;
    }

    /** Whether it fails where any of some programs fails, by their names, and does nothing in between. */
    boolean failsWith(Set<String> programs) {
        if (CHANGES.matcher(text).find()) {
            return false;
        }
        Matcher started = Pattern.compile(
                        "(?<![^\\s;&|(])(?:\\S*/)?(" + String.join("|", programs) + ")(?=[\\s;&|)]|$)")
                .matcher(text);
        boolean found = false;
        while (started.find()) {
            found = true;
            if (CONDITION.matcher(text.substring(0, started.start())).find() || !endsAfter(started.end())) {
                return false;
            }
        }
        return found;
    }

    /** Whether the failure of the command that goes on at a place ends it. */
    private boolean endsAfter(int from) {
        int at = end(from);
        while (at < text.length() && (text.charAt(at) == ')' || Character.isWhitespace(text.charAt(at)))) {
            if (text.charAt(at) == '\n') {
                break;
            }
            at++;
        }
        String rest = text.substring(at);
        if (rest.isBlank() || rest.startsWith("&&")) {
            return true;
        }
        if (rest.startsWith("||")) {
            return ENDS.matcher(rest.substring(2)).find();
        }
        boolean next = rest.startsWith(";") || rest.startsWith("\n");
        return next && (endsWithEach || rest.substring(1).isBlank());
    }

    /** Where a simple command ends. */
    private int end(int from) {
        char quote = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                at += c == '\\' && quote == '"' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '\\') {
                at++;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == ';' || c == '|' || c == '\n' || c == ')' || (c == '&' && text.charAt(at - 1) != '>')) {
                return at;
            }
        }
        return text.length();
    }
}
