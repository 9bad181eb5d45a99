package dev.cutoff.abi.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Split units that were packed into one file (section 7.3.5), by GNU's tool and by LLVM's. The former (2.40) leaves units of
 * DWARF 5 out, the latter (14) does not come to an end with GCC's of that version.
 */
class SplitPackageTest {

    private static final String MORE = """
            struct node; struct extra { struct node *node; double more[4]; enum { ON, OFF } state; };
            struct extra *extra(struct extra *of) { of->more[0]++; return of; }
            struct opaque { long secret; }; long reveal(struct opaque *o) { return o->secret; }
            """;

    @TempDir
    Path folder;

    private Compiled compiled;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("gcc", "objcopy");
        compiled = new Compiled(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "gcc, -gdwarf-4, dwp",
        "gcc, -gdwarf-4 -fdebug-types-section, dwp",
        "clang, -gdwarf-4, llvm-dwp",
        "clang, -gdwarf-4 -fdebug-types-section, llvm-dwp",
        "clang, -gdwarf-5, llvm-dwp",
        "clang, -gdwarf-5 -fdebug-types-section, llvm-dwp",
    })
    void unitsAreFoundByTheirIds(String compiler, String options, String packer) throws Exception {
        Skips.unlessInstalled(compiler, packer);
        Map<String, String> expected = built(compiler, options, "");
        assertThat(built(compiler, options, "-gsplit-dwarf"))
                .as("files of their own")
                .isEqualTo(expected);
        compiled.run(packer, "a.dwo", "b.dwo", "-o", "ab.so.dwp");
        Files.move(folder.resolve("a.dwo"), folder.resolve("a.gone"));
        Files.move(folder.resolve("b.dwo"), folder.resolve("b.gone"));
        Surface packed = compiled.types("ab.so");
        assertThat(packed.gaps()).isEmpty();
        assertThat(Compiled.ids(packed)).isEqualTo(expected);

        // A package that has one of the two: what it lacks is looked for in files, and is unknown without them.
        Files.copy(folder.resolve("a.gone"), folder.resolve("a.dwo"));
        compiled.run(packer, "a.dwo", "-o", "ab.so.dwp");
        Files.delete(folder.resolve("a.dwo"));
        Surface half = compiled.types("ab.so");
        assertThat(half.gaps()).singleElement().asString().contains("b.dwo is not there");
        assertThat(half.graph().kind(half.symbols().get("extra"))).isEqualTo(Kind.UNKNOWN);
        assertThat(half.idOf("sum").hex()).isEqualTo(expected.get("sum"));
        assertThat(half.idOf("walk").hex())
                .as("what may be defined in the part that is not there")
                .isNotEqualTo(expected.get("walk"));
        Files.copy(folder.resolve("b.gone"), folder.resolve("b.dwo"));
        assertThat(Compiled.ids(compiled.types("ab.so"))).isEqualTo(expected);
    }

    /** Ids of a library of two units; compiled here, so that the parts are named without folders. */
    private Map<String, String> built(String compiler, String options, String split) throws Exception {
        Files.writeString(folder.resolve("a.c"), Compiled.C);
        Files.writeString(folder.resolve("b.c"), MORE);
        for (String unit : new String[] {"a", "b"}) {
            String command = compiler + " " + options + " " + split + " -c -fPIC " + unit + ".c -o " + unit + ".o";
            compiled.run(command.replace("  ", " ").split(" ", -1));
        }
        compiled.run("gcc", "-shared", "a.o", "b.o", "-o", "ab.so");
        Surface types = compiled.types("ab.so");
        assertThat(types.gaps()).isEmpty();
        return Compiled.ids(types);
    }

    @ParameterizedTest
    @CsvSource({"gcc, -gdwarf-4, dwp", "clang, -gdwarf-5, llvm-dwp"})
    void aPackageOfAnotherBuildIsNone(String compiler, String options, String packer) throws Exception {
        Skips.unlessInstalled(compiler, packer);
        built(compiler, options, "-gsplit-dwarf");
        compiled.run(packer, "a.dwo", "b.dwo", "-o", "ab.so.dwp");
        Files.copy(folder.resolve("ab.so.dwp"), folder.resolve("kept"));
        Files.writeString(folder.resolve("a.c"), Compiled.C.replace("double d;", "double d, e;"));
        compiled.run((compiler + " " + options + " -gsplit-dwarf -c -fPIC a.c -o a.o").split(" ", -1));
        compiled.run("gcc", "-shared", "a.o", "b.o", "-o", "ab.so");
        Map<String, String> changed = Compiled.ids(compiled.types("ab.so"));
        Files.delete(folder.resolve("a.dwo"));
        Files.copy(folder.resolve("kept"), folder.resolve("ab.so.dwp"), StandardCopyOption.REPLACE_EXISTING);
        Surface types = compiled.types("ab.so");
        assertThat(types.gaps()).singleElement().asString().contains("a.dwo is not there");
        assertThat(types.graph().kind(types.symbols().get("walk"))).isEqualTo(Kind.UNKNOWN);
        assertThat(types.idOf("reveal").hex()).isEqualTo(changed.get("reveal"));
    }
}
