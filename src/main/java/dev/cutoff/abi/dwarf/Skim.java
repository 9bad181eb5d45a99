package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Goes over a unit once, front to back. Entries of no interest are passed over by the sizes that their abbreviations
 * tell, functions' bodies by their siblings.
 */
final class Skim {

    /** The sibling of the entry that was passed over last, 0 where it has none. */
    private long sibling;

    private final DebugInfo info;
    private final Unit unit;
    private final Cursor bytes;
    private final Exports exports;
    private final UnitIndex index;
    private final Die die;

    /** Numbers of the scopes around the place, and whether each is one; a stack. */
    private int[] scopes = new int[16];

    private int depth;

    private Skim(DebugInfo info, Unit unit, Exports exports) {
        this.info = info;
        this.unit = unit;
        this.bytes = unit.bytes().fresh();
        this.exports = exports;
        this.index = new UnitIndex(unit);
        this.die = new Die(info, new Budget(unit.end() - unit.start(), unit.bytes()));
    }

    /** The index of a unit; one that could not be read to its end says so. */
    static UnitIndex of(DebugInfo info, Unit unit, Exports exports) {
        Skim skim = new Skim(info, unit, exports);
        try {
            if (unit.end() - unit.start() > Integer.MAX_VALUE) {
                throw unit.bytes().wrong(unit.start(), "has a unit of more than 2 GiB");
            }
            skim.run();
        } catch (FormatException e) {
            skim.index.fail(Gaps.of(e));
        }
        return skim.index;
    }

    private void run() throws FormatException {
        long at = unit.first();
        while (at < unit.end()) {
            bytes.seek(at);
            long code = bytes.uleb();
            if (code == 0) {
                if (--depth <= 0) {
                    return;
                }
                at = bytes.position();
                continue;
            }
            Abbreviation abbreviation = unit.abbreviations().get(code);
            if (abbreviation == null) {
                throw bytes.wrong(
                        at, "an entry has abbreviation " + Long.toUnsignedString(code) + ", which is not there");
            }
            int tag = abbreviation.tag();
            // A function without parameters that returns nothing has no type, but in C it says that it is prototyped.
            index.tellsTypes(abbreviation.has(Attribute.TYPE)
                    || abbreviation.has(Attribute.PROTOTYPED)
                    || tag == Tag.BASE_TYPE
                    || Tag.isCompletable(tag));
            if (Tag.isScope(tag) || Tag.isCompletable(tag)) {
                at = scope(at, tag);
            } else if (isSymbol(abbreviation)) {
                die.read(unit, at);
                if (exports.mayBeOne(die, info)) {
                    index.addSymbol(at);
                }
                at = die.next();
            } else {
                at = behind(abbreviation);
            }
            if (depth == 0) {
                return;
            }
        }
    }

    /** Functions that have code and variables that have a place; what is declared or only inlined has none. */
    private static boolean isSymbol(Abbreviation entry) {
        return switch (entry.tag()) {
            case Tag.SUBPROGRAM -> entry.has(Attribute.LOW_PC) || entry.has(Attribute.RANGES);
            case Tag.VARIABLE -> entry.has(Attribute.LOCATION) && !entry.has(Attribute.DECLARATION);
            default -> false;
        };
    }

    private long scope(long at, int tag) throws FormatException {
        die.read(unit, at);
        int number = scopes[depth];
        if (depth == 0) {
            number = UnitIndex.TOP;
        } else {
            number = index.add(at, number, hash(tag, number), isDefinition(tag));
        }
        if (!Tag.isScope(tag) || !die.hasChildren()) {
            return die.next();
        }
        if (++depth == scopes.length) {
            scopes = Arrays.copyOf(scopes, 2 * depth);
        }
        scopes[depth] = number;
        return die.end();
    }

    private boolean isDefinition(int tag) {
        return Tag.isCompletable(tag)
                && !die.isFlag(Attribute.DECLARATION)
                && !die.has(Attribute.SIGNATURE)
                && (die.has(Attribute.NAME) || die.has(Attribute.SPECIFICATION));
    }

    private long hash(int tag, int parent) throws FormatException {
        if (die.isReference(Attribute.SPECIFICATION)) {
            // Defined outside of the class that it belongs to: the name stands at the declaration.
            int declared = index.find(Unit.offsetOf(die.reference(Attribute.SPECIFICATION)));
            return declared < 0 ? 0 : index.hash(declared);
        }
        long around = parent == UnitIndex.TOP ? 1 : index.hash(parent);
        if (around == 0 || !die.has(Attribute.NAME)) {
            return 0;
        }
        long hash = 0x9e3779b97f4a7c15L * (around + family(tag)) ^ die.textHash(Attribute.NAME);
        hash ^= hash >>> 29;
        return hash == 0 ? 1 : hash;
    }

    /** What can't complete each other; a class may be declared as a struct. */
    static int family(int tag) {
        return switch (tag) {
            case Tag.CLASS_TYPE, Tag.STRUCTURE_TYPE, Tag.INTERFACE_TYPE -> 2;
            case Tag.UNION_TYPE -> 3;
            case Tag.ENUMERATION_TYPE -> 4;
            default -> 5;
        };
    }

    /** The offset behind an entry whose abbreviation was just read, and behind all below it. */
    private long behind(Abbreviation entry) throws FormatException {
        pass(entry);
        long at = bytes.position();
        if (!entry.hasChildren()) {
            return at;
        }
        if (sibling != 0) {
            return checkedSibling(at);
        }
        int below = 1;
        while (below > 0) {
            long code = bytes.uleb();
            if (code == 0) {
                below--;
                continue;
            }
            @Nullable Abbreviation inner = unit.abbreviations().get(code);
            if (inner == null || bytes.position() > unit.end()) {
                throw bytes.wrong(bytes.position(), "has entries without an end");
            }
            pass(inner);
            if (inner.hasChildren()) {
                if (sibling != 0) {
                    bytes.seek(checkedSibling(bytes.position()));
                } else {
                    below++;
                }
            }
        }
        return bytes.position();
    }

    private long checkedSibling(long from) throws FormatException {
        if (sibling < from || sibling > unit.end()) {
            throw bytes.wrong(from, "an entry's sibling is outside of its unit");
        }
        return sibling;
    }

    private void pass(Abbreviation entry) throws FormatException {
        sibling = 0;
        if (entry.size() >= 0 && !(entry.hasChildren() && entry.has(Attribute.SIBLING))) {
            bytes.skip(entry.size());
            return;
        }
        int[] forms = entry.forms();
        for (int i = 0; i < forms.length; i++) {
            pass(forms[i], entry.slots()[i] == Attribute.SIBLING && forms[i] != Form.INDIRECT);
        }
    }

    private void pass(int form, boolean isSibling) throws FormatException {
        int size = Form.size(form, unit.addressSize(), unit.offsetSize(), unit.version());
        if (isSibling) {
            sibling = unit.start()
                    + switch (size) {
                        case 1 -> bytes.u1();
                        case 2 -> bytes.u2();
                        case 4 -> bytes.u4();
                        case 8 -> bytes.s8();
                        default -> bytes.uleb();
                    };
            if (form == Form.REF_ADDR) {
                sibling -= unit.start();
            }
        } else if (size >= 0) {
            bytes.skip(size);
        } else if (size == Form.UNKNOWN) {
            throw bytes.wrong(bytes.position(), "an attribute has a form that is not known");
        } else {
            passVarying(form);
        }
    }

    private void passVarying(int form) throws FormatException {
        switch (form) {
            case Form.BLOCK1 -> bytes.skip(bytes.u1());
            case Form.BLOCK2 -> bytes.skip(bytes.u2());
            case Form.BLOCK4 -> bytes.skip(bytes.u4());
            case Form.BLOCK, Form.EXPRLOC -> bytes.skip(bytes.uleb());
            case Form.STRING -> {
                long zero = bytes.find(bytes.position(), 0);
                if (zero < 0) {
                    throw bytes.wrong(bytes.position(), "a string has no end");
                }
                bytes.seek(zero + 1);
            }
            case Form.INDIRECT -> {
                long real = bytes.uleb();
                if (real == Form.INDIRECT
                        || real == Form.IMPLICIT_CONST
                        || real < 0
                        || real > 0xffff
                        || !info.forms().areRead((int) real)) {
                    throw bytes.wrong(bytes.position(), "an indirect form leads to one that is not known");
                }
                pass((int) real, false);
            }
            // Of the others some have a sign: -2^63 is no unsigned number.
            default -> bytes.skipLeb();
        }
    }
}
