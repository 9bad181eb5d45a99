package dev.cutoff.abi.link;

import java.util.Set;

/**
 * Names that GNU ld makes of itself, or for its scripts, where somebody mentions them: a library that begins to define
 * one gives the product a symbol that it did not have, though no object asks for it.
 */
final class LinkerNames {

    private static final Set<String> MADE = Set.of(
            "__executable_start",
            "__ehdr_start",
            "etext",
            "_etext",
            "__etext",
            "edata",
            "_edata",
            "__edata",
            "end",
            "_end",
            "__end",
            "__bss_start",
            "__data_start",
            "__tdata_start",
            "__preinit_array_start",
            "__preinit_array_end",
            "__init_array_start",
            "__init_array_end",
            "__fini_array_start",
            "__fini_array_end",
            "__rela_iplt_start",
            "__rela_iplt_end",
            "__rel_iplt_start",
            "__rel_iplt_end",
            "__GNU_EH_FRAME_HDR",
            "_DYNAMIC",
            "_GLOBAL_OFFSET_TABLE_",
            "_PROCEDURE_LINKAGE_TABLE_",
            "_TLS_MODULE_BASE_");

    private LinkerNames() {}

    /** Whether the linker may define a symbol of this name because a library has one. */
    static boolean isMade(String name) {
        return MADE.contains(name)
                // Of each section whose name is one of C's.
                || name.startsWith("__start_")
                || name.startsWith("__stop_")
                || name.startsWith(".startof.")
                || name.startsWith(".sizeof.");
    }
}
