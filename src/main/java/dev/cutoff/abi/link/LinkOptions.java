package dev.cutoff.abi.link;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of GNU ld under which a link sees no more of a library than {@link LinkScope} tells. An option that is
 * missing here makes the whole library count: those that tell of everything that was read ({@code -Map},
 * {@code --trace}, {@code --cref}), that drop names from the product's symbol table ({@code -s}, {@code --gc-sections}),
 * that rename ({@code --wrap}, {@code --defsym}), a script of the user's, a relocatable link, an argument file.
 */
final class LinkOptions {

    /** What an option has after it. */
    enum Argument {
        NONE,
        /** {@code --option=VALUE}, {@code --option VALUE}. */
        NEXT,
        /** {@code --option=VALUE} or nothing. */
        MAYBE_ATTACHED
    }

    private static final Set<String> FLAGS = Set.of(
            "eh-frame-hdr",
            "no-eh-frame-hdr",
            "ld-generated-unwind-info",
            "no-ld-generated-unwind-info",
            "as-needed",
            "no-as-needed",
            "push-state",
            "pop-state",
            "E",
            "export-dynamic",
            "no-export-dynamic",
            "pie",
            "pic-executable",
            "no-pie",
            "shared",
            "Bshareable",
            "static",
            "Bstatic",
            "dn",
            "non_shared",
            "Bdynamic",
            "dy",
            "call_shared",
            "no-dynamic-linker",
            "no-undefined",
            "no-undefined-version",
            "undefined-version",
            "allow-shlib-undefined",
            "no-allow-shlib-undefined",
            "Bsymbolic",
            "Bsymbolic-functions",
            "whole-archive",
            "no-whole-archive",
            "start-group",
            "end-group",
            "(",
            ")",
            "S",
            "strip-debug",
            "X",
            "discard-locals",
            "enable-new-dtags",
            "disable-new-dtags",
            "no-copy-dt-needed-entries",
            "no-add-needed",
            "no-gc-sections",
            "no-fatal-warnings",
            "no-warn-mismatch",
            "warn-common",
            "warn-once",
            "warn-execstack",
            "no-warn-execstack",
            "warn-rwx-segments",
            "no-warn-rwx-segments",
            "warn-unresolved-symbols",
            "error-unresolved-symbols",
            "warn-shared-textrel",
            "demangle",
            "no-demangle",
            "nostdlib",
            "no-keep-memory",
            "relax",
            "no-relax",
            "dynamic-list-data",
            "dynamic-list-cpp-new",
            "dynamic-list-cpp-typeinfo",
            "sort-common",
            "v");

    private static final Map<String, Argument> WITH_VALUE = Map.ofEntries(
            Map.entry("output", Argument.NEXT),
            Map.entry("dynamic-linker", Argument.NEXT),
            Map.entry("soname", Argument.NEXT),
            Map.entry("rpath", Argument.NEXT),
            Map.entry("rpath-link", Argument.NEXT),
            Map.entry("library-path", Argument.NEXT),
            Map.entry("library", Argument.NEXT),
            Map.entry("sysroot", Argument.MAYBE_ATTACHED),
            Map.entry("undefined", Argument.NEXT),
            Map.entry("entry", Argument.NEXT),
            Map.entry("init", Argument.NEXT),
            Map.entry("fini", Argument.NEXT),
            Map.entry("hash-style", Argument.NEXT),
            Map.entry("build-id", Argument.MAYBE_ATTACHED),
            Map.entry("version-script", Argument.NEXT),
            Map.entry("dynamic-list", Argument.NEXT),
            Map.entry("exclude-libs", Argument.NEXT),
            Map.entry("plugin", Argument.NEXT),
            Map.entry("plugin-opt", Argument.NEXT),
            Map.entry("unresolved-symbols", Argument.NEXT),
            Map.entry("compress-debug-sections", Argument.NEXT),
            Map.entry("dependency-file", Argument.NEXT),
            Map.entry("package-metadata", Argument.MAYBE_ATTACHED));

    private static final Set<String> KEYWORDS = Set.of(
            "now",
            "lazy",
            "relro",
            "norelro",
            "defs",
            "undefs",
            "text",
            "notext",
            "noexecstack",
            "execstack",
            "nodelete",
            "nodlopen",
            "origin",
            "initfirst",
            "interpose",
            "global",
            "combreloc",
            "separate-code",
            "noseparate-code",
            "ibt",
            "shstk");

    private static final Set<String> NUMBERED_KEYWORDS = Set.of("max-page-size", "common-page-size", "stack-size");

    private LinkOptions() {}

    /** What follows a long option, given without dashes; null where the option is not understood. */
    static @Nullable Argument argumentOf(String option) {
        return FLAGS.contains(option) ? Argument.NONE : WITH_VALUE.get(option);
    }

    /** Whether {@code -z KEYWORD} is understood. */
    static boolean understood(String keyword) {
        int equals = keyword.indexOf('=');
        return equals < 0 ? KEYWORDS.contains(keyword) : NUMBERED_KEYWORDS.contains(keyword.substring(0, equals));
    }

    /**
     * Whether this is the plugin that gcc always names. It does nothing where no input has intermediate code, which an
     * archive's state looks at; other plugins may do anything.
     */
    static boolean isGcc(String plugin) {
        return plugin.endsWith("/liblto_plugin.so") && plugin.contains("/gcc");
    }
}
