package dev.cutoff.abi.wheel;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.zip.Entry;
import dev.cutoff.abi.zip.Inflation;
import dev.cutoff.abi.zip.ZipArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The headers of a wheel, unpacked to where a compiler finds them. */
final class HeaderFiles {

    private static final Set<String> CPP = Set.of("hh", "hpp", "hxx", "h++", "ipp", "tcc", "tpp", "txx", "ixx", "cuh");

    /** What only C++ says; a header that asks which of the two it is is for both. */
    private static final Pattern CPP_TEXT =
            Pattern.compile("(?m)^\\s*(namespace\\b|template\\s*<|class\\b|using\\b)|^\\s*#\\s*include\\s*<[a-z_]+>");

    private static final String INCLUDE = "include/";

    /**
     * A header.
     *
     * @param path in the fingerprint
     * @param name by which it is included
     */
    record HeaderFile(String path, String name, Path file, boolean cpp) {}

    private final Path root;
    private final List<HeaderFile> headers = new ArrayList<>();
    private final Set<String> folders = new TreeSet<>();
    private final Set<String> written = new TreeSet<>();
    private final SortedMap<String, String> texts = new TreeMap<>();

    private HeaderFiles(Path root) {
        this.root = root;
    }

    /** Unpacks them below an empty folder. */
    static HeaderFiles unpack(Path wheel, Path root) throws IOException, FormatException {
        return MappedFile.<HeaderFiles>read(wheel, bytes -> {
            HeaderFiles files = new HeaderFiles(root);
            ZipArchive archive = ZipArchive.open(bytes);
            try (Inflation inflation = new Inflation(archive)) {
                for (Entry entry : archive.entries()) {
                    files.add(entry, inflation);
                }
            }
            return files;
        });
    }

    private void add(Entry entry, Inflation inflation) throws IOException, FormatException {
        int top = entry.name().indexOf('/');
        String base = top > 0 && entry.name().startsWith(Placing.DATA, top - Placing.DATA.length())
                ? entry.name().substring(0, top - Placing.DATA.length())
                : "";
        String path = base.isEmpty() ? entry.name() : Placing.path(entry.name(), base);
        Placing placing = Placing.of(path);
        if (placing != Placing.HEADER && !(placing == Placing.BUILD && ("/" + path).contains("/" + INCLUDE))) {
            return;
        }
        Cursor content = inflation.content(entry);
        byte[] bytes = content.bytesAt(0, content.size());
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        Files.write(file, bytes);
        written.add(path);
        if (placing == Placing.HEADER) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            texts.put(path, text);
            headers.add(new HeaderFile(path, name(path), file, isCpp(path, text)));
        }
    }

    private static boolean isCpp(String path, String text) {
        String suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return CPP.contains(suffix)
                || (!text.contains("__cplusplus") && CPP_TEXT.matcher(text).find());
    }

    /** Below the last folder that is named include, the headers of a data folder, or the wheel. */
    private String name(String path) {
        int include = ("/" + path).lastIndexOf("/" + INCLUDE);
        String headers = Placing.DATA + "/headers/";
        String folder =
                include >= 0 ? path.substring(0, include + INCLUDE.length()) : path.startsWith(headers) ? headers : "";
        folders.add(folder);
        return path.substring(folder.length());
    }

    /** By path; those last whose names say that they are for others to include. */
    List<HeaderFile> headers() {
        return headers.stream()
                .sorted(Comparator.comparing((HeaderFile header) -> isPrivate(header.path()))
                        .thenComparing(HeaderFile::path))
                .toList();
    }

    private static boolean isPrivate(String path) {
        return path.startsWith("_", path.lastIndexOf('/') + 1);
    }

    /** Texts by path. */
    SortedMap<String, String> texts() {
        return texts;
    }

    /** The conditional groups of the C headers, by path. */
    SortedMap<String, Conditions> conditions() throws FormatException {
        SortedMap<String, Conditions> conditions = new TreeMap<>();
        for (HeaderFile header : headers) {
            if (!header.cpp()) {
                byte[] bytes = texts.getOrDefault(header.path(), "").getBytes(StandardCharsets.ISO_8859_1);
                conditions.put(header.path(), Conditions.of(Header.lex(Cursor.of(bytes, bytes.length, header.path()))));
            }
        }
        return conditions;
    }

    /**
     * Writes copies of all below an empty folder, the C headers with marks in their conditional groups, numbered as in {@link
     * #conditions}.
     *
     * @return the folders to look in there
     */
    List<Path> marked(Path copies) throws IOException, FormatException {
        SortedMap<String, Conditions> conditions = conditions();
        List<String> numbers = List.copyOf(conditions.keySet());
        for (String path : written) {
            Path file = copies.resolve(path);
            Files.createDirectories(file.resolveSibling(""));
            Conditions of = conditions.get(path);
            if (of == null) {
                Files.copy(root.resolve(path), file);
            } else {
                String text = of.marked(texts.getOrDefault(path, ""), numbers.indexOf(path));
                Files.writeString(file, text, StandardCharsets.ISO_8859_1);
            }
        }
        return folders.stream().map(copies::resolve).toList();
    }

    Path root() {
        return root;
    }

    /** The folders to look in. */
    List<Path> folders() {
        return folders.stream().map(root::resolve).toList();
    }
}
