package dev.cutoff.abi.elf;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The relocation types of the machines that we know, each with the use that it stands for. */
final class RelocationTypes {

    /** By e_machine: use, then the types that mean it; types that are not listed are unknown. */
    private static final String X86_64 = "none 0 8 37-38 address 1-2 10-15 24-25 call 4 31 40 copy 5 slot 6-7"
            + " got 3 9 26-30 41-43 thread 16-23 34-36 44-45 size 32-33 address 39";

    private static final String I386 = "none 0 8 42 address 1-2 9 20-23 call 4 11 copy 5 slot 6-7 got 3 10 43"
            + " thread 14-19 24-37 39-41 size 38";
    private static final String AARCH64 =
            "none 0 256 1027 1032 address 257-278 284-293 299 307-308 call 279-280 282-283 314"
                    + " got 300-306 309-313 315 thread 512-573 1028-1031 copy 1024 slot 1025-1026";
    private static final String ARM =
            "none 0 23 40 160 address 2-9 11 24 31-39 41-50 53-89 98 call 1 10 15-16 27-30 51-52 94"
                    + " 102-103 got 25-26 95-97 99 thread 13 17-19 90-93 104-111 129-130 copy 20 slot 21-22";
    private static final String PPC64 =
            "none 0 22 109 123 248 address 1-9 26 38-44 47-51 56-57 63-64 110-111 117 132 249-252"
                    + " call 10-13 27-31 45-46 60 116 119-120 got 14-17 52-55 58-59 133 thread 67-108 112-115 146-151 copy 19"
                    + " slot 20-21";
    private static final String S390X =
            "none 0 12 61 address 1-5 13 16-17 19 22-23 27-28 57 62 64 call 8 18 20 25 34-36 63 65"
                    + " got 6-7 14-15 21 24 26 29-33 58-59 thread 37-56 60 copy 9 slot 10-11";
    private static final String RISCV =
            "none 0 3 43 51 58 address 1-2 23-28 33-40 46 52-57 60-61 call 16-19 44-45 59 got 20 41"
                    + " thread 6-12 21-22 29-32 62-65 copy 4 slot 5";

    private final RelocationUse[] use;

    private RelocationTypes(String table) {
        RelocationUse[] uses = new RelocationUse[1100];
        Arrays.fill(uses, RelocationUse.UNKNOWN);
        RelocationUse current = RelocationUse.UNKNOWN;
        for (String word : table.split(" ", -1)) {
            if (Character.isLetter(word.charAt(0))) {
                current = RelocationUse.valueOf(word.toUpperCase(Locale.ROOT));
            } else {
                int dash = word.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? word : word.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(word.substring(dash + 1));
                Arrays.fill(uses, first, last + 1, current);
            }
        }
        this.use = uses;
    }

    /**
     * The table of a machine, null for one that we do not know.
     *
     * @param wide whether the file is ELFCLASS64: the types of 32-bit files on 64-bit machines are others on some
     */
    static @Nullable RelocationTypes of(int machine, boolean wide) {
        return switch (machine) {
            case 3 -> new RelocationTypes(I386);
            case 21 -> wide ? new RelocationTypes(PPC64) : null;
            case 22 -> wide ? new RelocationTypes(S390X) : null;
            case 40 -> new RelocationTypes(ARM);
            case 62 -> new RelocationTypes(X86_64);
            case 183 -> wide ? new RelocationTypes(AARCH64) : null;
            case 243 -> new RelocationTypes(RISCV);
            default -> null;
        };
    }

    RelocationUse use(int type) {
        return type < 0 || type >= use.length ? RelocationUse.UNKNOWN : use[type];
    }
}
