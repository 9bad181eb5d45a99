package dev.cutoff.abi.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What readelf prints, and our reading in the same words. */
final class Readelf {

    /** A symbol as a line: index, name with version, kind, binding, visibility, section, value, size. */
    private static final Pattern SYMBOL =
            Pattern.compile("\\s*(\\d+): ([0-9a-f]+)\\s+(\\d+|0x[0-9a-f]+) (<[^>]*>: \\d+|\\S+)\\s+"
                    + "(<[^>]*>: \\d+|\\S+)\\s+(\\S+)\\s+(?:\\[[^]]*\\]\\s+)?(\\S+)(?: (.*))?");

    private static final Pattern VERSION_NUMBER = Pattern.compile(" \\(\\d+\\)$");
    private static final Pattern DYNAMIC = Pattern.compile("\\s*0x[0-9a-f]+ \\((\\w+)\\)\\s+[^\\[]*\\[(.*)\\]");

    private Readelf() {}

    /** The lines of a table of symbols, {@code .dynsym} or {@code .symtab}, entry 0 aside. */
    static List<String> symbols(List<String> lines, String table) {
        List<String> symbols = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            if (line.startsWith("Symbol table ")) {
                inside = line.contains("'" + table + "'") || line.contains("for image");
            }
            Matcher m = SYMBOL.matcher(line);
            if (inside && m.matches() && !m.group(1).equals("0")) {
                symbols.add(symbol(m));
            }
        }
        return symbols;
    }

    private static String symbol(Matcher m) {
        String name =
                m.group(8) == null ? "" : VERSION_NUMBER.matcher(m.group(8)).replaceFirst("");
        if (m.group(4).equals("SECTION")) {
            name = ""; // readelf gives them the name of the section
        }
        return String.join(
                " ",
                m.group(1),
                name,
                name(m.group(4), "IFUNC"),
                name(m.group(5), "UNIQUE"),
                m.group(6),
                m.group(7),
                m.group(2).replaceFirst("^0+(?=.)", ""),
                String.valueOf(Long.decode(m.group(3))));
    }

    /** readelf does not call 10 by its name where the file does not say that it is GNU's; linkers and loaders do. */
    private static String name(String word, String ten) {
        return word.equals("<OS specific>: 10") ? ten : word.startsWith("<") ? "OTHER" : word;
    }

    /** A symbol of ours in the same form. */
    static String line(ElfSymbol symbol) {
        String section = switch (symbol.section()) {
            case ElfSymbol.UNDEFINED -> "UND";
            case ElfSymbol.ABSOLUTE -> "ABS";
            case ElfSymbol.COMMON -> "COM";
            default -> String.valueOf(symbol.section());
        };
        return String.join(
                " ",
                String.valueOf(symbol.index()),
                name(symbol),
                symbol.kind().name(),
                symbol.binding().name(),
                symbol.visibility().name(),
                section,
                Long.toHexString(symbol.value()),
                String.valueOf(symbol.size()));
    }

    private static String name(ElfSymbol symbol) {
        if (symbol.kind() == SymbolKind.SECTION) {
            return "";
        }
        // The symbol that stands for a version itself has that version, which readelf does not repeat.
        boolean versionNode = symbol.section() == ElfSymbol.ABSOLUTE
                && symbol.version() != null
                && symbol.version().name().equals(symbol.name());
        return versionNode ? symbol.name() : symbol.fullName();
    }

    /** Lines such as {@code NEEDED libc.so.6}, sorted. */
    static List<String> dynamic(List<String> lines) {
        List<String> found = new ArrayList<>();
        for (String line : lines) {
            Matcher m = DYNAMIC.matcher(line);
            if (m.matches()) {
                found.add(m.group(1).toUpperCase(Locale.ROOT) + " " + m.group(2));
            }
        }
        return found.stream().sorted().toList();
    }

    static List<String> lines(Dynamic dynamic) {
        List<String> lines = new ArrayList<>();
        dynamic.needed().forEach(name -> lines.add("NEEDED " + name));
        dynamic.filters().forEach(name -> lines.add("FILTER " + name));
        if (dynamic.soname() != null) {
            lines.add("SONAME " + dynamic.soname());
        }
        if (dynamic.rpath() != null) {
            lines.add("RPATH " + dynamic.rpath());
        }
        if (dynamic.runpath() != null) {
            lines.add("RUNPATH " + dynamic.runpath());
        }
        return lines.stream().sorted().toList();
    }
}
