package dev.cutoff.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the command line of GCC's compiler proper ({@code cc1}, {@code cc1plus}) asks for, as far as it decides what the
 * compiler can see of the layout of its sources.
 *
 * <p>Only options that are known to make nothing more of comments, blanks, lines and columns are let through; with any
 * other the sources count byte for byte.
 *
 * @param debugInfo whether it writes debug info, which holds lines and columns
 * @param gnuMode whether the language is a GNU one (the default), in which raw strings and no trigraphs are known
 * @param macros the texts of macros that the command line defines: {@code NAME}, {@code NAME=BODY}
 */
public record CompilerCommand(boolean debugInfo, boolean gnuMode, List<String> macros) {

    /** Options that take the next word, which is of no interest. */
    private static final Set<String> WITH_WORD = Set.of(
            "-imultiarch",
            "-imultilib",
            "-iprefix",
            "-isysroot",
            "-isystem",
            "-iquote",
            "-idirafter",
            "-iwithprefix",
            "-iwithprefixbefore",
            "-include",
            "-imacros",
            "-dumpbase",
            "-dumpbase-ext",
            "-dumpdir",
            "-auxbase",
            "-auxbase-strip",
            "-MF",
            "-MT",
            "-MQ",
            "-MD",
            "-MMD",
            "-U",
            "-I",
            "-A",
            "--param");

    private static final Set<String> ALONE = Set.of(
            "-quiet",
            "-MP",
            "-w",
            "-p",
            "-pg",
            "-pedantic",
            "-nostdinc",
            "-nostdinc++",
            "-undef",
            "-Wall",
            "-Wextra",
            "-version");

    /**
     * Names of -f options, without {@code no-} and what follows {@code =}, that make nothing of the sources' layout. Not
     * here: sanitizers, coverage, profiles, plugins, modules, link-time optimisation, dumps, message formats.
     */
    private static final Set<String> FEATURES = Set.of("""
            PIC pic PIE pie plt visibility visibility-inlines-hidden visibility-ms-compat common
            omit-frame-pointer strict-aliasing strict-overflow strict-enums wrapv wrapv-pointer trapv
            stack-protector stack-protector-strong stack-protector-all stack-protector-explicit
            stack-clash-protection cf-protection asynchronous-unwind-tables unwind-tables exceptions
            non-call-exceptions rtti threadsafe-statics permissive signed-char unsigned-char
            short-enums short-wchar signed-bitfields unsigned-bitfields builtin freestanding hosted
            fast-math math-errno finite-math-only unsafe-math-optimizations associative-math
            reciprocal-math signed-zeros trapping-math rounding-math signaling-nans cx-limited-range
            cx-fortran-rules fp-contract excess-precision float-store fp-int-builtin-inexact
            single-precision-constant inline inline-functions inline-small-functions
            inline-functions-called-once inline-limit early-inlining keep-inline-functions
            keep-static-functions keep-static-consts gnu89-inline function-sections data-sections
            section-anchors align-functions align-loops align-jumps align-labels
            unroll-loops unroll-all-loops peel-loops split-loops unswitch-loops tree-vectorize
            tree-slp-vectorize tree-loop-vectorize vect-cost-model simd-cost-model
            tree-loop-distribute-patterns tree-loop-distribution tree-pre tree-ter tree-sra tree-vrp tree-dce
            ipa-cp ipa-cp-clone ipa-icf ipa-ra ipa-sra ipa-pta ipa-pure-const semantic-interposition
            delete-null-pointer-checks isolate-erroneous-paths-dereference
            optimize-sibling-calls crossjumping gcse gcse-after-reload reorder-blocks
            reorder-blocks-and-partition reorder-functions schedule-insns schedule-insns2
            rename-registers web prefetch-loop-arrays toplevel-reorder unit-at-a-time
            merge-constants merge-all-constants zero-initialized-in-bss jump-tables
            zero-call-used-regs trivial-auto-var-init hardened harden-compares
            strict-flex-arrays openmp openmp-simd implicit-templates implicit-inline-templates
            template-depth constexpr-depth constexpr-loop-limit constexpr-ops-limit concepts coroutines
            char8_t new-inheriting-ctors sized-deallocation aligned-new enforce-eh-specs
            nothrow-opt elide-constructors ext-numeric-literals operator-names extern-tls-init
            weak use-cxa-atexit abi-version abi-compat-version tls-model lto-odr-type-merging
            random-seed file-prefix-map macro-prefix-map debug-prefix-map canonical-system-headers
            working-directory diagnostics-color diagnostics-show-option diagnostics-show-caret
            diagnostics-urls diagnostics-column-unit message-length max-errors
            dollars-in-identifiers extended-identifiers input-charset exec-charset
            syntax-only ident lifetime-dse devirtualize devirtualize-speculatively
            caller-saves split-stack split-wide-types stdarg-opt gnu-tm gnu-unique pack-struct
            leading-underscore stack-limit stack-reuse if-conversion if-conversion-2 guess-branch-probability
            tree-loop-im tree-loop-ivcanon tree-switch-conversion tree-tail-merge sched-pressure
            modulo-sched move-loop-invariants ivopts store-merging code-hoisting thread-jumps
            version-loops-for-strides loop-interchange loop-unroll-and-jam split-paths
            predictive-commoning expensive-optimizations forward-propagate combine-stack-adjustments
            allow-store-data-races branch-count-reg compare-elim cprop-registers cse-follow-jumps defer-pop
            ffp-contract hoist-adjacent-loads shrink-wrap partial-inlining printf-return-value
            """.strip().split("\\s+"));

    /**
     * Warnings that come from declarations and types alone, in GCC and clang: as errors they make nothing of comments,
     * indentation or line ends. Not here are groups that hold others ({@code all}, {@code format}), and what GCC keeps
     * quiet about by the place of an expression: columns beyond 4096 are one place ({@code unused-value},
     * {@code nonnull}, {@code return-type}).
     */
    private static final Set<String> OF_MEANING = Set.of("""
            format-security format-nonliteral implicit implicit-int implicit-function-declaration int-conversion
            incompatible-pointer-types incompatible-function-pointer-types discarded-qualifiers pointer-sign
            pointer-to-int-cast int-to-pointer-cast cast-qual write-strings strict-prototypes missing-prototypes
            missing-declarations old-style-definition nested-externs declaration-after-statement vla
            """.strip().split("\\s+"));

    /** What the driver calls assembly that it removes itself. */
    private static final Pattern TEMPORARY = Pattern.compile("(^|/)cc[A-Za-z0-9]{6}\\.s$");

    /** The first language standards of C have no {@code //} comments. */
    private static final Set<String> OLD_C = Set.of("c89", "c90", "iso9899:1990", "iso9899:199409", "gnu89", "gnu90");

    /** Reads a command line; empty where something in it lets the layout of sources count in ways not known here. */
    public static Optional<CompilerCommand> of(List<String> command) {
        boolean debugInfo = false;
        boolean gnuMode = true;
        boolean leavesAssembly = false;
        List<String> macros = new ArrayList<>();
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals("-D")) {
                macros.add(i + 1 < command.size() ? command.get(++i) : "");
            } else if (word.startsWith("-D")) {
                macros.add(word.substring(2));
            } else if (word.equals("-o")) {
                String output = i + 1 < command.size() ? command.get(++i) : "-";
                if (output.equals("-") || output.endsWith(".gch") || output.endsWith(".pch")) {
                    return Optional.empty();
                }
                leavesAssembly =
                        output.endsWith(".s") && !TEMPORARY.matcher(output).find();
            } else if (WITH_WORD.contains(word)) {
                i++;
            } else if (word.startsWith("-g")) {
                if (word.startsWith("-gsplit") || word.startsWith("-gtoggle") || word.startsWith("-gstabs")) {
                    return Optional.empty();
                }
                debugInfo = !word.equals("-g0");
            } else if (word.startsWith("-std=")) {
                gnuMode = word.startsWith("-std=gnu");
                if (OLD_C.contains(word.substring(5))) {
                    return Optional.empty();
                }
            } else if (!isHarmless(word)) {
                return Optional.empty();
            }
        }
        if (leavesAssembly) {
            // In assembly debug info is text like the rest, and asm statements have their lines beside them.
            return Optional.empty();
        }
        return Optional.of(new CompilerCommand(debugInfo, gnuMode, List.copyOf(macros)));
    }

    /** Options of clang that take the next word, besides those of GCC. */
    private static final Set<String> CLANG_WITH_WORD = Set.of(
            "-triple",
            "-main-file-name",
            "-mrelocation-model",
            "-pic-level",
            "-target-cpu",
            "-target-feature",
            "-tune-cpu",
            "-target-abi",
            "-mllvm",
            "-resource-dir",
            "-internal-isystem",
            "-internal-externc-isystem",
            "-dependency-file",
            "-ferror-limit",
            "-x",
            "-target",
            "-stack-protector",
            "-mstack-alignment",
            "-L",
            "-l",
            "-z",
            "-Xlinker",
            "-framework");

    private static final Set<String> CLANG_ALONE = Set.of(
            "-cc1",
            "-c",
            "-emit-obj",
            "-pthread",
            "-pie",
            "-no-pie",
            "-shared",
            "-static",
            "-rdynamic",
            "-pic-is-pie",
            "-disable-free",
            "-clear-ast-before-backend",
            "-disable-llvm-verifier",
            "-discard-value-names",
            "-vectorize-loops",
            "-vectorize-slp",
            "--mrelax-relocations",
            "-sys-header-deps",
            "-v");

    /** Names of -f options that clang's driver adds of itself, or that only clang has. */
    private static final Set<String> CLANG_FEATURES = Set.of("""
            gnuc-version coverage-compilation-dir debug-compilation-dir addrsig cxx-exceptions color-diagnostics
            colored-diagnostics caret-diagnostics integrated-as integrated-cc1 rounding-math spell-checking assume-sane-operator-new
            deprecated-macro vectorize slp-vectorize unroll-loops show-column standalone-debug limit-debug-info
            complete-member-pointers c++-static-destructors force-emit-vtables new-infallible sized-deallocation
            """.strip().split("\\s+"));

    /**
     * Reads a command line of clang, of its driver or of its compiler proper ({@code -cc1}); empty as in {@link #of}. A
     * driver that only links, or has others compile, reads no sources, and may be taken for a compiler.
     */
    public static Optional<CompilerCommand> ofClang(List<String> command) {
        boolean proper = command.size() > 1 && command.get(1).equals("-cc1");
        List<String> rest = new ArrayList<>(List.of("clang"));
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            if (!proper && (word.equals("-MD") || word.equals("-MMD"))) {
                // The driver's take no word.
                continue;
            }
            if (CLANG_WITH_WORD.contains(word)) {
                String value = i + 1 < command.size() ? command.get(i + 1) : "";
                boolean unknownPass = word.equals("-mllvm") && !value.equals("-treat-scalable-fixed-error-as-warning");
                if (unknownPass || (word.equals("-x") && !value.equals("c") && !value.equals("c++"))) {
                    return Optional.empty();
                }
                i++;
            } else if (word.equals("-fopenmp") || word.startsWith("-fopenmp=")) {
                // With debug info the program itself holds places in the sources.
                return Optional.empty();
            } else if (proper && (word.startsWith("-debug-info-kind=") || word.startsWith("-dwarf-version="))) {
                rest.add("-g");
            } else if (!isOfClang(word)) {
                rest.add(word);
            }
        }
        // Which standard is the default differs from version to version: texts that read differently are not sure.
        return of(rest).map(gcc -> new CompilerCommand(gcc.debugInfo, false, gcc.macros));
    }

    private static boolean isOfClang(String word) {
        if (word.startsWith("-f")) {
            String name = word.startsWith("-fno-") ? word.substring(5) : word.substring(2);
            int equals = name.indexOf('=');
            return CLANG_FEATURES.contains(equals < 0 ? name : name.substring(0, equals));
        }
        return CLANG_ALONE.contains(word)
                || word.startsWith("-L")
                || word.startsWith("-l")
                || word.startsWith("-Wl,")
                || word.startsWith("-debugger-tuning=")
                || word.startsWith("--target=");
    }

    private static boolean isHarmless(String word) {
        if (word.startsWith("-Wp,") || word.startsWith("-Wa,")) {
            return false;
        }
        if (!word.startsWith("-")) {
            // A source file. What comes in by a pipe is not known.
            return !word.endsWith(".i") && !word.endsWith(".ii") && !word.startsWith("@");
        }
        if (word.equals("-ansi") || word.equals("-")) {
            return false;
        }
        if (word.startsWith("-f")) {
            String name = word.startsWith("-fno-") ? word.substring(5) : word.substring(2);
            int equals = name.indexOf('=');
            return FEATURES.contains(equals < 0 ? name : name.substring(0, equals));
        }
        if (word.startsWith("-Werror")) {
            return word.startsWith("-Werror=") && isOfMeaning(word.substring(8));
        }
        return ALONE.contains(word)
                || word.startsWith("-W")
                || word.startsWith("-O")
                || word.startsWith("-m")
                || word.startsWith("-I")
                || word.startsWith("-U")
                || word.startsWith("--param=")
                || word.startsWith("-isystem")
                || word.startsWith("-iquote");
    }

    private static boolean isOfMeaning(String warning) {
        int equals = warning.indexOf('=');
        return OF_MEANING.contains(equals < 0 ? warning : warning.substring(0, equals));
    }
}
