package dev.cutoff.abi.dwarf;

/** What entries of one sort look like: their tag and the forms of their attributes. The arrays are not to be changed. */
final class Abbreviation {

    private final int tag;
    private final boolean hasChildren;
    private final int[] slots;
    private final int[] codes;
    private final int[] forms;
    private final long[] constants;
    private final int[] sizes;
    private final int size;
    private final long has;

    /**
     * An abbreviation.
     *
     * @param slots for each attribute its slot in {@link Attribute}, or {@link Attribute#NONE}
     * @param codes of the attributes, as the format numbers them
     * @param forms for each attribute; {@link Form#UNKNOWN} where it is not read
     * @param constants for each attribute, of the form implicit_const its value
     * @param sizes of each value, {@link Form#VARIES} or {@link Form#UNKNOWN}
     * @param size of all values together, or {@link Form#VARIES}
     * @param has bits by slot: which attributes entries have
     */
    Abbreviation(
            int tag,
            boolean hasChildren,
            int[] slots,
            int[] codes,
            int[] forms,
            long[] constants,
            int[] sizes,
            int size,
            long has) {
        this.tag = tag;
        this.hasChildren = hasChildren;
        this.slots = slots;
        this.codes = codes;
        this.forms = forms;
        this.constants = constants;
        this.sizes = sizes;
        this.size = size;
        this.has = has;
    }

    int tag() {
        return tag;
    }

    boolean hasChildren() {
        return hasChildren;
    }

    int[] slots() {
        return slots;
    }

    int[] codes() {
        return codes;
    }

    int[] forms() {
        return forms;
    }

    long[] constants() {
        return constants;
    }

    int[] sizes() {
        return sizes;
    }

    int size() {
        return size;
    }

    boolean has(int slot) {
        return (has >>> slot & 1) != 0;
    }
}
