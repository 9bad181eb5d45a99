package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Json;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CMake itself as the oracle: it tells every command that it runs with all variables replaced. What its modules look for
 * must be in the scope that is read from their texts.
 */
class CMakeNamesOracleTest {

    /** Modules that come with CMake, whose search for libraries is written in many ways. */
    private static final String MODULES = """
            ALSA Armadillo ASPELL BLAS Boost BZip2 CUPS CURL Curses CxxTest EXPAT FLTK Freetype GDAL GIF GLEW GLUT GSL
            GTest HDF5 HSPELL Iconv ICU ImageMagick Intl Jasper JPEG LAPACK LibArchive LibLZMA LibXml2 LibXslt MPI
            ODBC OpenAL OpenGL OpenSSL Perl PhysFS PNG PostgreSQL Protobuf Python3 QuickTime SDL SQLite3 SWIG TCL Threads
            TIFF wxWidgets X11 XalanC XCTest XercesC ZLIB""";

    @TempDir
    Path folder;

    @Test
    @Tag("long")
    void whatModulesLookForIsInTheirScope() throws IOException, InterruptedException {
        Skips.unlessInstalled("cmake");
        List<String> missed = new ArrayList<>();
        int told = 0;
        int lookups = 0;
        for (String module : MODULES.strip().split("\\s+")) {
            Path project = Files.createDirectories(folder.resolve(module));
            Files.writeString(project.resolve("CMakeLists.txt"), """
                    cmake_minimum_required(VERSION 3.16)
                    project(x NONE)
                    set(CMAKE_SIZEOF_VOID_P 8)
                    set(extra one_more)
                    find_library(OWN NAMES own_${extra} ${extra})
                    find_package(%s QUIET)
                    """.formatted(module));
            Path trace = project.resolve("trace");
            Process cmake = new ProcessBuilder(
                            "cmake",
                            "--trace-expand",
                            "--trace-format=json-v1",
                            "--trace-redirect=" + trace,
                            "-S",
                            project.toString(),
                            "-B",
                            project.resolve("b").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(project.resolve("log").toFile())
                    .start();
            cmake.waitFor();
            List<Map<String, Object>> calls = calls(trace);
            Optional<NameScope> scope = CMakeNames.of(texts(project, calls), List.of("cmake"), null);
            if (scope.isEmpty()) {
                continue;
            }
            told++;
            for (Map<String, Object> call : calls) {
                for (String wanted : wanted(call)) {
                    lookups++;
                    if (!scope.get().of(new TreeMap<>(Map.of(wanted, 'f'))).containsKey(wanted)) {
                        missed.add(module + ": " + wanted + " of " + call);
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(told).as("modules whose names are told").isGreaterThan(20);
        assertThat(lookups).as("names that were looked for").isGreaterThan(100);
    }

    private static List<Map<String, Object>> calls(Path trace) throws IOException {
        List<Map<String, Object>> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            Map<String, Object> call = Json.object(Json.parse(line));
            if (call.containsKey("cmd")) {
                calls.add(call);
            }
        }
        return calls;
    }

    private static Map<String, String> texts(Path project, List<Map<String, Object>> calls) throws IOException {
        Set<String> files = new TreeSet<>();
        calls.forEach(call -> files.add((String) call.get("file")));
        // Files that were read and ran no command are scripts too.
        try (Stream<Path> own = Files.walk(project)) {
            own.map(Path::toString).filter(f -> f.endsWith(".cmake")).forEach(files::add);
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (String file : files) {
            Path path = Path.of(file);
            if (path.isAbsolute() && Files.exists(path)) {
                texts.put(file, Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }

    /** The names of files that a command can find, one for each that it looks for. */
    private static List<String> wanted(Map<String, Object> call) {
        List<String> arguments =
                ((List<?>) call.get("args")).stream().map(String::valueOf).toList();
        List<String> wanted = new ArrayList<>();
        if (call.get("cmd").equals("find_library")) {
            int names = arguments.indexOf("NAMES");
            int first = names < 0 ? 1 : names + 1;
            for (String argument : arguments.subList(first, arguments.size())) {
                if (argument.matches("HINTS|PATHS|PATH_SUFFIXES|DOC|NAMES_PER_DIR|REQUIRED|NO_.*")
                        || argument.startsWith("/")) {
                    break;
                }
                for (String name : argument.split(";")) {
                    // With a slash it is no name of a folder's list; CMake asks for such a file by its path.
                    if (!name.isEmpty() && name.indexOf('/') < 0) {
                        wanted.add("lib" + name + ".so");
                    }
                }
            }
        } else if (call.get("cmd").equals("find_package") && !arguments.isEmpty()) {
            wanted.add(arguments.get(0).toLowerCase(Locale.ROOT) + "-9");
        }
        return wanted;
    }
}
