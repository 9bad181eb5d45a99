package dev.cutoff.abi.wheel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The table {@code extractors.tsv}: forms in which packages offer and take what is not linked. */
final class Extractors {

    /** A constant string: {@code start} is tried first, since few strings begin so. */
    record Text(String key, String start, Pattern pattern, boolean offered) {}

    /** A number beside the use of a string. */
    record Immediate(String key, String start) {}

    /** Something in a text file. */
    record Source(String key, String path, Pattern pattern) {}

    /** A table of addresses. */
    record Table(String key, String module, String variable) {}

    /** What is taken by those who have these strings. */
    record Taken(String key, String string, Set<String> others) {}

    /** What may be older. */
    record AtMost(String key, String offered, String named) {}

    /** The table. */
    static final Extractors ALL = read();

    final List<Text> texts = new ArrayList<>();
    final List<Immediate> immediates = new ArrayList<>();
    final List<Source> sources = new ArrayList<>();
    final List<Table> tables = new ArrayList<>();
    final List<Taken> taken = new ArrayList<>();
    final Set<String> equal = new HashSet<>();
    final List<AtMost> atMost = new ArrayList<>();
    final Set<String> stubs = new HashSet<>();
    /** Strings without a dot that matter by themselves. */
    final Set<String> names = new HashSet<>();

    private Extractors() {}

    private static Extractors read() {
        Extractors all = new Extractors();
        for (String line : resource("extractors.tsv").split("\n", -1)) {
            if (!line.isEmpty() && line.charAt(0) != '#') {
                all.add(line.split("\t", -1));
            }
        }
        return all;
    }

    private void add(String[] row) {
        switch (row[0]) {
            case "string", "baked" ->
                texts.add(new Text(row[1], row[2], Pattern.compile(row[3]), row[0].equals("string")));
            case "immediate" -> immediates.add(new Immediate(row[1], row[2]));
            case "text" -> sources.add(new Source(row[1], row[2], Pattern.compile(row[3])));
            case "table" -> tables.add(new Table(row[1], row[2], row[3]));
            case "taken" -> {
                taken.add(new Taken(row[1], row[2], Set.of(row[3].split(" ", -1))));
                names.add(row[2]);
            }
            case "equal" -> equal.add(row[1]);
            case "at-most" -> atMost.add(new AtMost(row[1], row[2], row[3]));
            case "stub" -> stubs.addAll(List.of(row[1].split(" ", -1)));
            default -> throw new IllegalStateException("extractors.tsv: " + row[0]);
        }
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Extractors.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
