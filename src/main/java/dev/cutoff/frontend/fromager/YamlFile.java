package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Failure;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** A settings file: one YAML mapping, as PyYAML's {@code safe_load} reads it; an empty file is an empty mapping. */
final class YamlFile {

    /** Values that a file may come to, counted as often as aliases repeat them. */
    private static final int MOST = 100_000;

    private final Path file;
    private final String text;
    private final @Nullable MappingNode root;
    private final YamlValue.Mapping value;

    private YamlFile(Path file, String text, @Nullable MappingNode root) {
        this.file = file;
        this.text = text;
        this.root = root;
        this.value = root == null ? new YamlValue.Mapping(new LinkedHashMap<>(), 1) : new Values(file).mapping(root);
    }

    /** @throws Failure of kind INPUT with file and line for what is no such file */
    static YamlFile read(Path file) {
        try {
            return parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw Failure.input(Failure.io("reading " + file, e).getMessage());
        }
    }

    static YamlFile parse(Path file, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(file, text);
        } catch (CharacterCodingException e) {
            throw Failure.input(file + ": is no UTF-8");
        }
    }

    static YamlFile parse(Path file, String text) {
        LoaderOptions loading = new LoaderOptions();
        loading.setAllowDuplicateKeys(true);
        DumperOptions dumping = new DumperOptions();
        Yaml yaml = new Yaml(
                new SafeConstructor(loading), new Representer(dumping), dumping, loading, new PythonResolver());
        try {
            Node node = yaml.compose(new StringReader(text));
            if (node == null
                    || (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL))) {
                return new YamlFile(file, text, null);
            }
            if (node instanceof MappingNode mapping) {
                return new YamlFile(file, text, mapping);
            }
            throw Failure.input(file + ": line " + line(node) + ": is no mapping");
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            throw Failure.input(file + ": " + (mark == null ? "" : "line " + (mark.getLine() + 1) + ": ") + problem(e));
        } catch (YAMLException e) {
            throw Failure.input(file + ": " + firstLine(String.valueOf(e.getMessage())));
        }
    }

    private static String problem(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        return firstLine(e.getContext() == null ? problem : e.getContext() + ", " + problem);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    Path file() {
        return file;
    }

    String text() {
        return text;
    }

    /** The mapping with its marks; null for an empty file. */
    @Nullable
    MappingNode root() {
        return root;
    }

    YamlValue.Mapping value() {
        return value;
    }

    /** A failure at a line of this file. */
    Failure wrong(int line, String sentence) {
        return Failure.input(file + ": line " + line + ": " + sentence);
    }

    /** Makes values of nodes, by the rules of PyYAML's safe constructor. */
    private static final class Values {
        private final Path file;
        private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
        private int count;

        Values(Path file) {
            this.file = file;
        }

        private Failure wrong(Node node, String sentence) {
            return Failure.input(file + ": line " + line(node) + ": " + sentence);
        }

        private YamlValue value(Node node) {
            if (++count > MOST) {
                throw wrong(node, "more than " + MOST + " values, with those that aliases repeat");
            }
            return switch (node) {
                case ScalarNode scalar -> scalar(scalar);
                case SequenceNode sequence -> {
                    enter(node);
                    List<YamlValue> items = new ArrayList<>();
                    sequence.getValue().forEach(item -> items.add(value(item)));
                    open.remove(node);
                    yield new YamlValue.Sequence(items, line(node));
                }
                case MappingNode mapping -> mapping(mapping);
                default -> throw wrong(node, "is no scalar, list or mapping");
            };
        }

        private void enter(Node node) {
            if (!open.add(node)) {
                throw wrong(node, "holds itself");
            }
        }

        YamlValue.Mapping mapping(MappingNode node) {
            enter(node);
            SequencedMap<String, YamlValue> entries = new LinkedHashMap<>();
            SequencedMap<String, YamlValue> merged = new LinkedHashMap<>();
            for (NodeTuple tuple : node.getValue()) {
                if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                    merge(tuple.getValueNode(), merged);
                    continue;
                }
                YamlValue key = value(tuple.getKeyNode());
                if (!(key instanceof YamlValue.Text text)) {
                    throw wrong(
                            tuple.getKeyNode(), "the key " + key.canonical() + " is no text; put it between quotes");
                }
                // As in Python, the last of two wins, and keeps the place of the first.
                entries.put(text.text(), value(tuple.getValueNode()));
            }
            open.remove(node);
            Map<String, YamlValue> own = new LinkedHashMap<>(entries);
            entries.clear();
            entries.putAll(merged);
            entries.putAll(own);
            return new YamlValue.Mapping(entries, line(node));
        }

        /** Of several merged mappings the first wins. */
        private void merge(Node node, Map<String, YamlValue> into) {
            switch (node) {
                case MappingNode mapping -> mapping(mapping).entries().forEach(into::putIfAbsent);
                case SequenceNode sequence -> {
                    enter(node);
                    sequence.getValue().forEach(item -> merge(item, into));
                    open.remove(node);
                }
                default -> throw wrong(node, "what << names is no mapping");
            }
        }

        private YamlValue scalar(ScalarNode node) {
            int line = line(node);
            String text = node.getValue();
            Tag tag = node.getTag();
            if (tag.equals(Tag.STR)) {
                return new YamlValue.Text(text, line);
            }
            if (tag.equals(Tag.NULL)) {
                return new YamlValue.None(line);
            }
            if (tag.equals(Tag.BOOL)) {
                return switch (text.toLowerCase(Locale.ROOT)) {
                    case "yes", "true", "on" -> new YamlValue.Flag(true, line);
                    case "no", "false", "off" -> new YamlValue.Flag(false, line);
                    default -> throw wrong(node, "'" + text + "' is no bool");
                };
            }
            if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
                try {
                    return new YamlValue.Number(tag.equals(Tag.INT) ? integer(text) : real(text), line);
                } catch (NumberFormatException e) {
                    throw wrong(node, "'" + text + "' is no number");
                }
            }
            if (tag.equals(Tag.TIMESTAMP)) {
                return new YamlValue.Other(text, line);
            }
            throw wrong(node, "the tag " + tag.getValue() + " is none that safe_load reads");
        }

        private static String integer(String text) {
            String digits = text.replace("_", "");
            boolean negative = digits.startsWith("-");
            digits = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
            BigInteger number;
            if (digits.startsWith("0b")) {
                number = new BigInteger(digits.substring(2), 2);
            } else if (digits.startsWith("0x")) {
                number = new BigInteger(digits.substring(2), 16);
            } else if (digits.startsWith("0") && digits.length() > 1) {
                number = new BigInteger(digits, 8);
            } else {
                number = BigInteger.ZERO;
                for (String part : digits.split(":")) {
                    number = number.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
                }
            }
            return (negative ? number.negate() : number).toString();
        }

        private static String real(String text) {
            String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
            if (digits.endsWith(".inf")) {
                return digits.startsWith("-") ? "-inf" : "inf";
            }
            if (digits.equals(".nan")) {
                return "nan";
            }
            double number = 0;
            if (digits.contains(":")) {
                boolean negative = digits.startsWith("-");
                for (String part : digits.replaceFirst("^[-+]", "").split(":")) {
                    number = number * 60 + Double.parseDouble(part);
                }
                number = negative ? -number : number;
            } else {
                number = Double.parseDouble(digits);
            }
            return python(number);
        }

        /** As Python's repr writes a float: the shortest digits, with an exponent from 1e16 on and below 1e-4. */
        private static String python(double number) {
            if (Double.isInfinite(number)) {
                return number > 0 ? "inf" : "-inf";
            }
            double size = Math.abs(number);
            if (size == 0) {
                return 1 / number < 0 ? "-0.0" : "0.0";
            }
            BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
            if (size >= 1e16 || size < 1e-4) {
                String unscaled = exact.unscaledValue().abs().toString();
                int exponent = unscaled.length() - 1 - exact.scale();
                String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
                return (number < 0 ? "-" : "") + unscaled.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+")
                        + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
            }
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
    }
}
