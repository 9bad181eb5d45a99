package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.elf.ElfSymbol;
import java.util.List;

/** Which symbols of the file an entry of a function or variable stands for. */
final class SymbolNames {

    private static final int LONGEST_CHAIN = 16;

    private SymbolNames() {}

    /** By address where the file has addresses, else by the name that linkers know; moves the window. */
    static List<ElfSymbol> of(Die die, Exports exports, DebugInfo info, Budget budget) throws FormatException {
        if (exports.byAddress()) {
            long address = Addresses.of(die, info);
            if (address != Addresses.NONE) {
                return exports.at(address);
            }
        }
        String linkage = "";
        String plain = "";
        boolean external = false;
        for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
            linkage = linkage.isEmpty() ? die.text(Attribute.LINKAGE_NAME) : linkage;
            plain = plain.isEmpty() ? die.text(Attribute.NAME) : plain;
            external |= die.isFlag(Attribute.EXTERNAL);
            int slot = die.isReference(Attribute.ABSTRACT_ORIGIN) ? Attribute.ABSTRACT_ORIGIN : Attribute.SPECIFICATION;
            long next = die.isReference(slot) ? die.reference(slot) : DebugInfo.ELSEWHERE;
            if (next == DebugInfo.ELSEWHERE) {
                break;
            }
            die.readKey(next);
        }
        return external ? exports.named(linkage.isEmpty() ? plain : linkage) : List.of();
    }
}
