package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;

/** Everything that can be asked of an ELF file. */
public final class ElfFuzz {

    private ElfFuzz() {}

    private interface Question {
        Object ask() throws FormatException;
    }

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, ElfFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    /** Asks each question of its own, since one damaged part must not hide the others; counts those answered. */
    static int read(Cursor bytes) throws FormatException {
        ElfFile elf = ElfFile.open(bytes);
        int answered = 1;
        Question[] questions = {
            elf::dynamic,
            elf::interpreter,
            elf::symbols,
            elf::dynamicSymbols,
            elf::exported,
            elf::undefined,
            elf::neededVersions,
            elf::definedVersions,
            elf::references,
            elf::copied,
            elf::fixedAddresses,
            elf::linkTimeCode
        };
        for (Question question : questions) {
            answered += answered(question);
        }
        for (Section section : elf.sections()) {
            answered += answered(() -> elf.content(section));
        }
        return answered;
    }

    private static int answered(Question question) {
        try {
            question.ask();
            return 1;
        } catch (FormatException e) {
            return 0;
        }
    }
}
