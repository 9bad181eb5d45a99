package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings together the units of a file, of its supplementary file and of its split parts. */
final class InfoBuilder {

    private final DebugFiles files;
    private final Forms forms;
    private final List<String> missing = new ArrayList<>();
    private final List<Unit> units = new ArrayList<>();
    private final UnitHeaders headers;
    private int sections;

    InfoBuilder(DebugFiles files, Forms forms) {
        this.files = files;
        this.forms = forms;
        this.headers = new UnitHeaders(forms, units, missing);
    }

    DebugInfo build(DebugFile main) throws FormatException {
        add(main);
        int supplementSection = sections;
        DebugFile supplement = supplement(main);
        if (supplement == null) {
            supplementSection = -1;
        } else {
            add(supplement);
        }
        DebugInfo plain = info(supplementSection, supplement);
        List<Unit.Bases> skeletons = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            Unit unit = units.get(i);
            Unit.Bases bases = bases(plain, unit, null);
            units.set(i, unit.with(bases));
            if (bases.split() != null) {
                skeletons.add(bases);
            }
        }
        if (!skeletons.isEmpty()) {
            split(plain, skeletons);
        }
        return info(supplementSection, supplement);
    }

    private DebugInfo info(int supplementSection, @Nullable DebugFile supplement) {
        Map<Long, Long> types = new HashMap<>();
        for (Unit unit : units) {
            if (unit.type() > unit.start() && unit.type() < unit.end()) {
                // Units of one signature are the same type.
                types.putIfAbsent(unit.signature(), unit.key(unit.type()));
            }
        }
        return new DebugInfo(List.copyOf(units), types, supplementSection, supplement, List.copyOf(missing), forms);
    }

    private void add(DebugFile file) {
        for (Cursor section : file.info()) {
            headers.read(file, section, sections++, false);
        }
        for (Cursor section : file.types()) {
            headers.read(file, section, sections++, true);
        }
        headers.finish();
    }

    /** What a unit's first entry says of tables; for a split unit, its skeleton's say in part. */
    private Unit.Bases bases(DebugInfo info, Unit unit, Unit.@Nullable Bases skeleton) {
        try {
            Die die = new Die(info, new Budget(unit.end() - unit.start(), unit.bytes()));
            long usual = unit.version() < 5 ? 0 : unit.offsetSize() == 8 ? 16 : 8;
            if (!die.read(unit, unit.first())) {
                return nothing(unit);
            }
            long strings = die.has(Attribute.STR_OFFSETS_BASE) ? die.number(Attribute.STR_OFFSETS_BASE) : usual;
            boolean isSplit = skeleton == null && die.has(Attribute.DWO_NAME);
            if (isSplit) {
                // So that its strings by index can be read.
                Unit.Bases first = new Unit.Bases(strings, 0, unit.file(), -1, null, 0, null, 0);
                die.read(unit.with(first), unit.first());
            }
            return new Unit.Bases(
                    strings,
                    skeleton != null
                            ? skeleton.addresses()
                            : die.has(Attribute.ADDR_BASE) ? die.number(Attribute.ADDR_BASE) : usual,
                    skeleton != null ? skeleton.addressFile() : unit.file(),
                    die.has(Attribute.STMT_LIST) ? die.number(Attribute.STMT_LIST) : -1,
                    isSplit ? die.text(Attribute.DWO_NAME) : null,
                    unit.version() < 5 && die.has(Attribute.DWO_ID) ? die.number(Attribute.DWO_ID) : unit.signature(),
                    isSplit && die.has(Attribute.COMP_DIR) ? die.text(Attribute.COMP_DIR) : null,
                    die.isConstant(Attribute.LANGUAGE) ? (int) die.number(Attribute.LANGUAGE) : 0);
        } catch (FormatException e) {
            missing.add(Gaps.of(e));
            return nothing(unit);
        }
    }

    private static Unit.Bases nothing(Unit unit) {
        return new Unit.Bases(0, 0, unit.file(), -1, null, 0, null, 0);
    }

    /** Section 7.3.2: the rest of each of these units is in a package, or in a file of its own. */
    private void split(DebugInfo plain, List<Unit.Bases> skeletons) throws FormatException {
        Set<Long> packed = packed(plain, skeletons);
        Map<String, DebugFile> opened = new HashMap<>();
        for (Unit.Bases skeleton : skeletons) {
            if (!packed.contains(skeleton.splitId())) {
                split(plain, skeleton, Objects.requireNonNull(skeleton.split()), opened);
            }
        }
    }

    /** Takes the units of some skeletons from the package of the file, and all type units; gives the ids of those it has. */
    private Set<Long> packed(DebugInfo plain, List<Unit.Bases> skeletons) throws FormatException {
        Cursor bytes = files.splitPackage();
        Map<Long, Unit.Bases> wanted = new HashMap<>();
        skeletons.forEach(skeleton -> wanted.put(skeleton.splitId(), skeleton));
        Set<Long> found = new HashSet<>();
        int from = units.size();
        try {
            if (bytes == null) {
                return found;
            }
            SplitPackage all = SplitPackage.of(ElfFile.open(bytes));
            for (Cursor section : all.whole().info()) {
                headers.read(at -> all.unit(false, at), section, sections++, false);
            }
            for (Cursor section : all.whole().types()) {
                headers.read(at -> all.unit(true, at), section, sections++, true);
            }
            headers.finish();
        } catch (FormatException e) {
            missing.add(Gaps.of(e));
        }
        List<Unit> read = new ArrayList<>(units.subList(from, units.size()));
        units.subList(from, units.size()).clear();
        for (Unit unit : read) {
            Unit.Bases own = bases(plain, unit, skeletons.getFirst());
            Unit.Bases skeleton = wanted.get(own.splitId());
            if (unit.type() != 0) {
                units.add(unit.with(own));
            } else if (skeleton != null && found.add(own.splitId())) {
                units.add(unit.with(own.at(skeleton)));
            }
        }
        return found;
    }

    /** Takes a unit from the file that its skeleton names. */
    private void split(DebugInfo plain, Unit.Bases bases, String name, Map<String, DebugFile> opened)
            throws FormatException {
        DebugFile file = opened.get(name);
        int from = units.size();
        if (file == null) {
            Cursor bytes = files.split(name, bases.folder());
            if (bytes == null) {
                missing.add("the split unit " + name + " is not there");
                return;
            }
            try {
                file = DebugFile.split(ElfFile.open(bytes));
            } catch (FormatException e) {
                missing.add(Gaps.of(e));
                return;
            }
            opened.put(name, file);
            add(file);
        }
        boolean found = false;
        for (int i = from; i < units.size(); i++) {
            Unit unit = units.get(i);
            Unit.Bases own = bases(plain, unit, bases);
            found |= own.splitId() == bases.splitId();
            units.set(i, unit.with(own));
        }
        if (!found) {
            missing.add("the split unit " + name + " is not the one that the file was built with");
        }
    }

    /** The file that {@code .gnu_debugaltlink} or {@code .debug_sup} (section 7.3.6) names. */
    private @Nullable DebugFile supplement(DebugFile main) {
        Cursor link = main.supplementLink();
        if (link == null) {
            return null;
        }
        try {
            Cursor at = link.fresh();
            if (main.isStandardLink()) {
                if (at.u2() != 5 || at.u1() != 0) {
                    return null;
                }
            }
            String name = at.cString();
            if (main.isStandardLink()) {
                at.uleb();
            }
            byte[] id = at.bytes(at.remaining());
            Cursor bytes = files.supplement(name, id);
            if (bytes == null) {
                missing.add("the supplementary file " + name + " is not there");
                return null;
            }
            return DebugFile.of(ElfFile.open(bytes));
        } catch (FormatException e) {
            missing.add(Gaps.of(e));
            return null;
        }
    }

    /** The section that names a supplementary file, null where there is none. */
    static @Nullable Section link(ElfFile elf) {
        for (Section section : elf.sections()) {
            if (section.name().equals(".gnu_debugaltlink") || section.name().equals(".debug_sup")) {
                return section;
            }
        }
        return null;
    }
}
