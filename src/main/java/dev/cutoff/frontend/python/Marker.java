package dev.cutoff.frontend.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An environment marker (PEP 508), in three values: true, false, and unknown where a variable's value is not known. */
public final class Marker {

    /** What a marker comes to. */
    public enum Truth {
        TRUE,
        FALSE,
        UNKNOWN;

        static Truth of(boolean known) {
            return known ? TRUE : FALSE;
        }

        Truth and(Truth other) {
            return this == FALSE || other == FALSE ? FALSE : this == TRUE && other == TRUE ? TRUE : UNKNOWN;
        }

        Truth or(Truth other) {
            return this == TRUE || other == TRUE ? TRUE : this == FALSE && other == FALSE ? FALSE : UNKNOWN;
        }

        Truth not() {
            return this == TRUE ? FALSE : this == FALSE ? TRUE : UNKNOWN;
        }
    }

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<string>'[^']*'|\"[^\"]*\")|(?<operator>===|==|~=|!=|<=|>=|<|>)|(?<bracket>[()])|(?<word>[A-Za-z_.][A-Za-z0-9_.]*))");

    /** Deeper brackets nobody wrote by hand. */
    private static final int DEEPEST = 100;

    private final List<String> tokens;
    private final String text;

    private Marker(String text, List<String> tokens) {
        this.text = text;
        this.tokens = tokens;
    }

    /** The marker that a text holds; empty where it is none. */
    public static Optional<Marker> parse(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        String rest = text.stripTrailing();
        while (at < rest.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                return Optional.empty();
            }
            tokens.add(matcher.group().strip());
            at = matcher.end();
        }
        Marker marker = new Marker(text.strip(), tokens);
        // Its form is that of what can be evaluated.
        return marker.new Evaluation(Map.of()).whole();
    }

    /**
     * Evaluates.
     *
     * @param environment values by the names of variables ({@code python_version}, {@code extra} …); others are unknown
     */
    public Truth evaluate(Map<String, String> environment) {
        return new Evaluation(environment).or(0);
    }

    @Override
    public String toString() {
        return text;
    }

    private final class Evaluation {
        private final Map<String, String> environment;
        private int at;
        private boolean broken;

        Evaluation(Map<String, String> environment) {
            this.environment = environment;
        }

        Optional<Marker> whole() {
            or(0);
            return broken || at != tokens.size() ? Optional.empty() : Optional.of(Marker.this);
        }

        private String next() {
            return at < tokens.size() ? tokens.get(at++) : fail();
        }

        private boolean takes(String word) {
            boolean there = at < tokens.size() && tokens.get(at).equals(word);
            at += there ? 1 : 0;
            return there;
        }

        private String fail() {
            broken = true;
            return "";
        }

        Truth or(int depth) {
            Truth truth = and(depth);
            while (!broken && takes("or")) {
                truth = truth.or(and(depth));
            }
            return truth;
        }

        private Truth and(int depth) {
            Truth truth = atom(depth);
            while (!broken && takes("and")) {
                truth = truth.and(atom(depth));
            }
            return truth;
        }

        private Truth atom(int depth) {
            if (takes("(")) {
                Truth truth = depth == DEEPEST ? unknown() : or(depth + 1);
                if (!takes(")")) {
                    fail();
                }
                return truth;
            }
            String left = next();
            String operator = next();
            if (operator.equals("not")) {
                operator = next().equals("in") ? "not in" : fail();
            }
            return compare(left, operator, next());
        }

        private Truth unknown() {
            fail();
            return Truth.UNKNOWN;
        }

        private Truth compare(String left, String operator, String right) {
            if (isLiteral(left) == isLiteral(right)) {
                // Two variables, or none: PEP 508 has no such marker.
                return unknown();
            }
            Optional<String> known = value(left);
            Optional<String> wanted = value(right);
            String variable = isLiteral(left) ? right : left;
            if (known.isEmpty() || wanted.isEmpty()) {
                return isOperator(operator) ? Truth.UNKNOWN : unknown();
            }
            return compare(variable, known.get(), operator, wanted.get());
        }

        private Truth compare(String variable, String left, String operator, String right) {
            if (operator.equals("in") || operator.equals("not in")) {
                return Truth.of(right.contains(left) == operator.equals("in"));
            }
            if (!isOperator(operator)) {
                return unknown();
            }
            if (variable.equals("extra")) {
                left = PackageName.canonical(left);
                right = PackageName.canonical(right);
            }
            Optional<Version> version = Version.parse(left);
            Optional<Specifiers> specifiers = Specifiers.parse(operator + right);
            if (!variable.equals("extra") && version.isPresent() && specifiers.isPresent()) {
                return Truth.of(specifiers.get().admit(version.get()));
            }
            return switch (operator) {
                case "==", "===" -> Truth.of(left.equals(right));
                case "!=" -> Truth.of(!left.equals(right));
                default -> Truth.UNKNOWN;
            };
        }

        private static boolean isOperator(String word) {
            return switch (word) {
                case "in", "not in", "==", "===", "~=", "!=", "<=", ">=", "<", ">" -> true;
                default -> false;
            };
        }

        private static boolean isLiteral(String token) {
            return token.startsWith("'") || token.startsWith("\"");
        }

        private Optional<String> value(String token) {
            if (isLiteral(token)) {
                return Optional.of(token.substring(1, token.length() - 1));
            }
            if (!token.isEmpty() && !Character.isLetter(token.charAt(0)) && token.charAt(0) != '_') {
                fail();
            }
            return Optional.ofNullable(environment.get(token));
        }
    }
}
