package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.ArrayList;
import java.util.List;

/** The names of the files that a unit's line table lists, without folders (section 6.2.4); by number. */
final class LineFiles {

    private static final int PATH = 1;

    private LineFiles() {}

    /** The names; a unit without a line table has none. Version 5 counts from 0, older ones from 1. */
    static List<String> of(Unit unit) throws FormatException {
        long start = DebugInfo.tables(unit).lines();
        if (start < 0) {
            return List.of();
        }
        Cursor at = unit.file().lines().fresh();
        at.seek(start);
        int offsetSize = 4;
        if (at.u4() == 0xffffffffL) {
            offsetSize = 8;
            at.skip(8);
        }
        int version = at.u2();
        if (version < 2 || version > 5) {
            throw at.wrong(start, "has a line table of version " + version);
        }
        if (version >= 5) {
            at.skip(2);
        }
        Die.offset(at, offsetSize);
        at.skip(version >= 4 ? 5 : 4);
        int operations = at.u1();
        at.skip(Math.max(0, operations - 1));
        return version >= 5 ? tables(unit, at, offsetSize) : lists(at);
    }

    private static List<String> lists(Cursor at) throws FormatException {
        while (!at.cString().isEmpty()) {
            // folders
        }
        List<String> names = new ArrayList<>();
        names.add("");
        for (String name = at.cString(); !name.isEmpty(); name = at.cString()) {
            names.add(last(name));
            at.uleb();
            at.uleb();
            at.uleb();
        }
        return names;
    }

    private static List<String> tables(Unit unit, Cursor at, int offsetSize) throws FormatException {
        table(unit, at, offsetSize);
        return table(unit, at, offsetSize);
    }

    private static List<String> table(Unit unit, Cursor at, int offsetSize) throws FormatException {
        int formats = at.u1();
        long[] contents = new long[formats];
        long[] forms = new long[formats];
        for (int i = 0; i < formats; i++) {
            contents[i] = at.uleb();
            forms[i] = at.uleb();
        }
        long count = at.uleb();
        if (count < 0 || count > at.remaining() || (formats == 0 && count > 0)) {
            throw at.wrong(at.position(), "has a line table with " + Long.toUnsignedString(count) + " names");
        }
        List<String> names = new ArrayList<>();
        for (long n = 0; n < count; n++) {
            String name = "";
            for (int i = 0; i < formats; i++) {
                String text = value(unit, at, (int) forms[i], offsetSize);
                name = contents[i] == PATH ? text : name;
            }
            names.add(last(name));
        }
        return names;
    }

    private static String value(Unit unit, Cursor at, int form, int offsetSize) throws FormatException {
        switch (form) {
            case Form.STRING -> {
                return at.cString();
            }
            case Form.LINE_STRP -> {
                return unit.file().lineStrings().cStringAt(Die.offset(at, offsetSize), 1 << 16);
            }
            case Form.STRP -> {
                return unit.file().strings().cStringAt(Die.offset(at, offsetSize), 1 << 16);
            }
            case Form.UDATA -> at.uleb();
            case Form.BLOCK -> at.skip(at.uleb());
            default -> {
                int size = Form.size(form, 8, offsetSize, 5);
                if (size < 0) {
                    throw at.wrong(at.position(), "has a line table with form 0x" + Integer.toHexString(form));
                }
                at.skip(size);
            }
        }
        return "";
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
