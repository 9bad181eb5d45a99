package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.model.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Adds an entry to the changelog of a settings file. Text is only inserted, at places that the parser's marks give; all that
 * was there stays as it is. What came out is parsed again, and must be what was there and the entry.
 */
final class ChangelogEdit {

    private static final String CHANGELOG = "changelog";

    /** How much deeper a level is that the file does not have yet. */
    private static final int STEP = 2;

    private final YamlFile file;
    private final Version version;
    private final String entry;
    private final String end;

    private ChangelogEdit(YamlFile file, Version version, String entry) {
        this.file = file;
        this.version = version.publicVersion();
        this.entry = entry;
        this.end = file.text().contains("\r\n") ? "\r\n" : "\n";
    }

    /**
     * The text with the entry.
     *
     * @throws Failure of kind INPUT where the file is written so that no place for it is found
     */
    static String edited(YamlFile file, Version version, String entry) {
        return new ChangelogEdit(file, version, entry).edited();
    }

    private String edited() {
        MappingNode root = file.root();
        String text = root == null ? appended(block(0)) : inRoot(root);
        boolean right;
        try {
            right = YamlFile.parse(file.file(), text)
                    .value()
                    .canonical()
                    .equals(expected().canonical());
        } catch (Failure e) {
            right = false;
        }
        if (!right) {
            throw Failure.input(
                    file.file() + ": no place is found in it that an entry could be inserted at; add it by hand:"
                            + " changelog, \"" + version + "\": - " + quoted(entry));
        }
        return text;
    }

    /** What the file must come to. */
    private YamlValue.Mapping expected() {
        SequencedMap<String, YamlValue> root = new LinkedHashMap<>(file.value().entries());
        SequencedMap<String, YamlValue> changelog = new LinkedHashMap<>();
        if (root.get(CHANGELOG) instanceof YamlValue.Mapping mapping) {
            changelog.putAll(mapping.entries());
        }
        String key = Settings.versionKey(file, new YamlValue.Mapping(changelog, 0), version)
                .orElse(version.toString());
        List<YamlValue> entries = new ArrayList<>();
        if (changelog.get(key) instanceof YamlValue.Sequence sequence) {
            entries.addAll(sequence.items());
        }
        entries.add(new YamlValue.Text(entry, 0));
        changelog.put(key, new YamlValue.Sequence(entries, 0));
        root.put(CHANGELOG, new YamlValue.Mapping(changelog, 0));
        return new YamlValue.Mapping(root, 0);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private static String indent(int columns) {
        return " ".repeat(columns);
    }

    private String item(int column) {
        return indent(column) + "- " + quoted(entry) + end;
    }

    private String ofVersion(int column) {
        return indent(column) + quoted(version.toString()) + ":" + end + item(column + STEP);
    }

    private String block(int column) {
        return indent(column) + CHANGELOG + ":" + end + ofVersion(column + STEP);
    }

    private String flowItem() {
        return "[" + quoted(entry) + "]";
    }

    private String flowOfVersion() {
        return quoted(version.toString()) + ": " + flowItem();
    }

    private String inRoot(MappingNode root) {
        NodeTuple changelog = last(root, CHANGELOG);
        if (changelog == null) {
            return isFlow(root)
                    ? intoFlow(root, root.getValue().isEmpty(), CHANGELOG + ": {" + flowOfVersion() + "}")
                    : appended(block(root.getStartMark().getColumn()));
        }
        Node value = own(changelog);
        if (value instanceof MappingNode mapping) {
            return inChangelog(mapping);
        }
        return afterLine(changelog.getKeyNode(), ofVersion(root.getStartMark().getColumn() + STEP));
    }

    private String inChangelog(MappingNode changelog) {
        NodeTuple tuple = null;
        for (NodeTuple candidate : changelog.getValue()) {
            Optional<Version> key = candidate.getKeyNode() instanceof ScalarNode scalar
                    ? Version.parse(scalar.getValue())
                    : Optional.empty();
            if (key.filter(version::isSameAs).isPresent()) {
                tuple = candidate;
            }
        }
        if (tuple == null) {
            return isFlow(changelog)
                    ? intoFlow(changelog, changelog.getValue().isEmpty(), flowOfVersion())
                    : afterLine(
                            deepest(changelog),
                            ofVersion(changelog.getStartMark().getColumn()));
        }
        Node value = own(tuple);
        if (value instanceof SequenceNode entries) {
            return isFlow(entries)
                    ? intoFlow(entries, entries.getValue().isEmpty(), quoted(entry))
                    : afterLine(deepest(entries), item(entries.getStartMark().getColumn()));
        }
        return afterLine(tuple.getKeyNode(), item(changelog.getStartMark().getColumn() + STEP));
    }

    /** The value of a key, if it stands there, and is no alias of something else. */
    private Node own(NodeTuple tuple) {
        Node value = tuple.getValueNode();
        if (value.getStartMark().getIndex() < tuple.getKeyNode().getEndMark().getIndex()) {
            throw file.wrong(
                    YamlFile.line(tuple.getKeyNode()),
                    "stands for something elsewhere (an alias); add the entry by hand");
        }
        return value;
    }

    private static @Nullable NodeTuple last(MappingNode mapping, String key) {
        NodeTuple found = null;
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar
                    && scalar.getTag().equals(Tag.STR)
                    && scalar.getValue().equals(key)) {
                found = tuple;
            }
        }
        return found;
    }

    private static boolean isFlow(Node node) {
        return node instanceof MappingNode mapping
                ? mapping.getFlowStyle() == FlowStyle.FLOW
                : node instanceof SequenceNode sequence && sequence.getFlowStyle() == FlowStyle.FLOW;
    }

    /** The last node of a block that has an end of its own: blocks end where the next thing begins. */
    private static Node deepest(Node node) {
        if (isFlow(node)) {
            return node;
        }
        return switch (node) {
            case MappingNode mapping
            when !mapping.getValue().isEmpty() -> {
                NodeTuple last = mapping.getValue().getLast();
                Node value = last.getValueNode();
                boolean elsewhere = value.getStartMark().getIndex()
                        < last.getKeyNode().getEndMark().getIndex();
                yield elsewhere ? last.getKeyNode() : deepest(value);
            }
            case SequenceNode sequence
            when !sequence.getValue().isEmpty() -> deepest(sequence.getValue().getLast());
            default -> node;
        };
    }

    private int offset(int codePoints) {
        return file.text().offsetByCodePoints(0, codePoints);
    }

    /** Inserts lines behind the line that a node ends on. */
    private String afterLine(Node node, String lines) {
        String text = file.text();
        int at = offset(node.getEndMark().getIndex());
        boolean atLineStart = at > 0
                && text.charAt(at - 1) == '\n'
                && at > offset(node.getStartMark().getIndex());
        if (!atLineStart) {
            int line = text.indexOf('\n', at);
            at = line < 0 ? text.length() : line + 1;
        }
        return inserted(at, lines);
    }

    private String appended(String lines) {
        return inserted(file.text().length(), lines);
    }

    private String inserted(int at, String lines) {
        String before = file.text().substring(0, at);
        String between = before.isEmpty() || before.endsWith("\n") ? "" : end;
        return before + between + lines + file.text().substring(at);
    }

    /** Inserts before the bracket that closes a flow collection. */
    private String intoFlow(Node flow, boolean empty, String item) {
        String text = file.text();
        int bracket = offset(flow.getEndMark().getIndex()) - 1;
        int at = bracket;
        while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        boolean comma = empty || text.charAt(at - 1) == ',';
        return text.substring(0, at) + (comma ? (empty ? "" : " ") : ", ") + item + text.substring(at);
    }
}
