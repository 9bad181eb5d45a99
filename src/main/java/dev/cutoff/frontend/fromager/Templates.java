package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves the environment that settings declare, as fromager does: {@code $NAME}, {@code ${NAME}}, {@code ${NAME:-default}},
 * {@code $$}. What differs from run to run (the jobs, the folder of the build environment) stays as it is written.
 */
final class Templates {

    private static final Pattern WITH_DEFAULT =
            Pattern.compile("(?<!\\$)\\$\\{(?<name>[A-Za-z0-9_]+)(?::-(?<default>[^}:]*))?\\}");

    /** Python's {@code string.Template}. */
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$(?:(?<escaped>\\$)|(?<named>[_A-Za-z][_A-Za-z0-9]*)|\\{(?<braced>[_A-Za-z][_A-Za-z0-9]*)\\}|(?<invalid>))");

    private static final Set<String> VOLATILE =
            Set.of("MAKEFLAGS", "MAX_JOBS", "CMAKE_BUILD_PARALLEL_LEVEL", "VIRTUAL_ENV", "PATH");

    /**
     * Variables of the caller's own environment that compilers, linkers and build systems take up, and that reach a build
     * although no setting names them.
     */
    private static final Pattern OF_TOOLCHAINS = Pattern.compile(
            "CC|CXX|CPP|FC|F77|F90|LD|AR|AS|NM|RANLIB|STRIP|OBJC|NVCC|CUDACXX|HIPCXX"
                    + "|(?:[A-Z0-9]+_)*(?:C|CPP|CXX|F|FC|LD|AS|OBJC|NVCC|RUST)FLAGS"
                    + "|CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|LD_RUN_PATH|LD_PRELOAD"
                    + "|PKG_CONFIG(?:_.*)?|CMAKE_(?!BUILD_PARALLEL_LEVEL$).*|SKBUILD_.*|MESON.*|NINJA.*|SETUPTOOLS_.*|DISTUTILS_.*|DIST_EXTRA_CONFIG"
                    + "|CUDA_?(?:HOME|PATH)?(?:_.*)?|ROCM_.*|HIP_.*|TORCH_.*|PYTORCH_.*|NPY_.*|BLAS.*|LAPACK.*|OPENBLAS.*|MKL.*"
                    + "|CARGO_(?!HOME$|NET_).*|RUST(?:FLAGS|DOCFLAGS|C|C_.*|UP_TOOLCHAIN)|_PYTHON_.*|PYTHON(?:PATH|HOME|OPTIMIZE|HASHSEED)|ARCHFLAGS|SOURCE_DATE_EPOCH");

    /** Stands around the name of what is volatile, in resolved values. */
    private static final char MARK = '\u0001';

    private static final Pattern BETWEEN_MARKS = Pattern.compile(MARK + "([^" + MARK + "]*)" + MARK);

    private final Map<String, String> process;

    /** @param process the environment that fromager runs in */
    Templates(Map<String, String> process) {
        this.process = Map.copyOf(process);
    }

    static boolean isVolatile(String name) {
        return VOLATILE.contains(name) || name.startsWith("UV_");
    }

    /** Whether a resolved value has something in it that no two runs need have in common. */
    static boolean refersToVolatile(String value) {
        return value.indexOf(MARK) >= 0;
    }

    /** A resolved value as people write it: with {@code ${NAME}} for what is volatile. */
    static String shown(String value) {
        return BETWEEN_MARKS.matcher(value).replaceAll("\\${$1}");
    }

    /**
     * What a build is given: variables of toolchains of the caller's, then those of the settings, resolved in their order. In
     * place of what is volatile stands its name between control characters.
     */
    SortedMap<String, String> resolve(List<Map.Entry<String, String>> settings, Version version) {
        SortedMap<String, String> resolved = new TreeMap<>();
        process.forEach((name, value) -> {
            if (OF_TOOLCHAINS.matcher(name).matches()) {
                resolved.put(name, value);
            }
        });
        Map<String, String> known = new HashMap<>(process);
        known.keySet().removeIf(Templates::isVolatile);
        known.put("__version__", version.toString());
        for (Map.Entry<String, String> variable : settings) {
            String value = substitute(variable.getValue(), known);
            resolved.put(variable.getKey(), value);
            known.put(variable.getKey(), value);
        }
        return resolved;
    }

    private static String substitute(String template, Map<String, String> known) {
        Map<String, String> local = new HashMap<>(known);
        String value = template;
        Matcher matcher = WITH_DEFAULT.matcher(template);
        while (matcher.find()) {
            String otherwise = matcher.group("default");
            if (otherwise != null) {
                String name = matcher.group("name");
                if (!isVolatile(name)) {
                    local.putIfAbsent(name, otherwise);
                }
                value = value.replace(matcher.group(), "${" + name + "}");
            }
        }
        return REFERENCE.matcher(value).replaceAll(found -> Matcher.quoteReplacement(replacement(found, local)));
    }

    private static String replacement(java.util.regex.MatchResult found, Map<String, String> known) {
        if (found.group("escaped") != null) {
            return "$";
        }
        String name = found.group("named") == null ? found.group("braced") : found.group("named");
        if (name == null) {
            return "(undefined: what stands behind a lone $)";
        }
        String value = known.get(name);
        if (value != null) {
            return value;
        }
        // fromager itself stops where a variable is not defined: no build has this value.
        return isVolatile(name) ? MARK + name + MARK : "(undefined: " + name + ")";
    }
}
