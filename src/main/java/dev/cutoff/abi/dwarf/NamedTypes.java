package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import java.util.ArrayList;
import java.util.List;

/** The types that have names at the top of a file's units or in namespaces, reached by symbols or not. */
public final class NamedTypes {

    private static final int DEEPEST = 20;

    /**
     * A type.
     *
     * @param spelling how code names it: {@code struct tm}, {@code size_t}; in C++ {@code ::arrow::Buffer}
     * @param file the name of the file that declares it, without folders; empty where that is not said
     */
    public record Named(String spelling, String file) {}

    private final DebugInfo info;
    private final boolean cpp;
    private final Budget budget;
    private final List<Named> found = new ArrayList<>();

    private NamedTypes(DebugInfo info, boolean cpp, Budget budget) {
        this.info = info;
        this.cpp = cpp;
        this.budget = budget;
    }

    /**
     * Reads them, in the file's order.
     *
     * @param cpp whether it was compiled from C++
     */
    public static List<Named> read(ElfFile elf, boolean cpp) throws FormatException {
        DebugFile main = DebugFile.of(elf);
        if (main.isEmpty()) {
            return List.of();
        }
        DebugInfo info = new InfoBuilder(DebugFiles.NONE, Forms.ALL).build(main);
        List<Named> all = new ArrayList<>();
        for (Unit unit : info.units()) {
            NamedTypes types = new NamedTypes(info, cpp, new Budget(unit.end() - unit.start(), unit.bytes()));
            types.unit(unit);
            all.addAll(types.found);
        }
        return all;
    }

    private void unit(Unit unit) throws FormatException {
        Die die = new Die(info, budget);
        if (die.read(unit, unit.first()) && die.hasChildren()) {
            children(unit, die.end(), cpp ? "::" : "", LineFiles.of(unit), 0);
        }
    }

    private void children(Unit unit, long first, String scope, List<String> files, int depth) throws FormatException {
        Die die = new Die(info, budget);
        long at = first;
        while (at < unit.end() && die.read(unit, at)) {
            String name = die.text(Attribute.NAME);
            if (die.tag() == Tag.NAMESPACE && !name.isEmpty() && depth < DEEPEST && die.hasChildren()) {
                children(unit, die.end(), scope + name + "::", files, depth + 1);
            } else if ((Tag.isCompletable(die.tag()) || die.tag() == Tag.TYPEDEF) && isSpelt(name)) {
                found.add(new Named((cpp ? scope : word(die.tag())) + name, file(die, files)));
            }
            die.read(unit, at);
            at = die.next();
        }
    }

    /** Instances of templates have names that need not be spelt so. */
    private static boolean isSpelt(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
    }

    private static String word(int tag) {
        return switch (tag) {
            case Tag.UNION_TYPE -> "union ";
            case Tag.ENUMERATION_TYPE -> "enum ";
            case Tag.TYPEDEF -> "";
            default -> "struct ";
        };
    }

    private static String file(Die die, List<String> files) {
        long number = die.isConstant(Attribute.DECL_FILE) ? die.number(Attribute.DECL_FILE) : -1;
        return number >= 0 && number < files.size() ? files.get((int) number) : "";
    }
}
