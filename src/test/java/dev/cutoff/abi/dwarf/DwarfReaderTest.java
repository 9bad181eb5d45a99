package dev.cutoff.abi.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Tool;
import dev.cutoff.abi.type.Kind;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import dev.cutoff.abi.type.TypeWords;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same source gives the same ids, however its debug information is written and wherever it stands. */
class DwarfReaderTest {

    @TempDir
    Path folder;

    private Compiled compiled;

    @BeforeEach
    void tools() {
        Skips.unlessInstalled("gcc", "g++", "objcopy", "strip");
        compiled = new Compiled(folder);
    }

    private Map<String, String> ids(String name, String source, String... command) throws Exception {
        Surface types = Compiled.types(compiled.compile(name, source, command));
        assertThat(types.gaps()).as(String.join(" ", command)).isEmpty();
        return Compiled.ids(types);
    }

    private Map<String, String> expected() throws Exception {
        Map<String, String> ids = ids("expected.o", Compiled.C, "gcc", "-g", "-c");
        assertThat(ids).containsKeys("walk", "sum", "each", "table", "names", "flag", "byte", "first", "variadic");
        return ids;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-gdwarf-2 -gno-strict-dwarf",
                "-gdwarf-3",
                "-gdwarf-4",
                "-gdwarf-5 -O2",
                "-gdwarf-5 -gdwarf64",
                "-gdwarf-4 -fdebug-types-section",
                "-gdwarf-5 -fdebug-types-section",
                "-g3 -O1",
                "-g -gz=zlib",
                "-g -gz=zlib-gnu",
                "-g -ffunction-sections -fdata-sections"
            })
    void howItIsWrittenDoesNotCount(String options) throws Exception {
        String[] command = ("gcc -c " + options).split(" ", -1);
        assertThat(ids("a.o", Compiled.C, command)).isEqualTo(expected());
        String[] linked = ("gcc -shared -fPIC " + options).split(" ", -1);
        assertThat(ids("a.so", Compiled.C, linked)).isEqualTo(expected());
        if (options.contains("zlib-gnu")) {
            for (String name : new String[] {"a.o", "a.so"}) {
                assertThat(compiled.sections(name)).as(name).contains(".zdebug_info", ".zdebug_str");
            }
        }
    }

    @Test
    void sectionsCompressedWithZstd() throws Exception {
        Skips.unlessInstalled("clang", "llvm-objcopy");
        compiled.compile("z.o", Compiled.C, "gcc", "-g", "-c");
        try {
            compiled.run("objcopy", "--compress-debug-sections=zstd", "z.o", "zstd.o");
        } catch (IllegalStateException e) {
            Skips.unless(false, "objcopy knows no zstd");
        }
        assertThat(Compiled.ids(compiled.types("zstd.o"))).isEqualTo(expected());
    }

    @Test
    void whereItStandsDoesNotCount() throws Exception {
        Map<String, String> expected = ids("whole.so", Compiled.C, "gcc", "-g", "-shared", "-fPIC", "-Wl,--build-id");
        Files.createDirectory(folder.resolve(".debug"));
        compiled.run("objcopy", "--only-keep-debug", "whole.so", ".debug/x.debug");
        compiled.run("strip", "-g", "-o", "linked.so", "whole.so");
        assertThat(compiled.types("linked.so").tier()).isEqualTo(Tier.SYMBOLS);
        compiled.run("objcopy", "--add-gnu-debuglink=.debug/x.debug", "linked.so");
        assertThat(Compiled.ids(compiled.types("linked.so"))).isEqualTo(expected);
        // A file of that name that is another one is none.
        compiled.compile("y.so", "int y;", "gcc", "-g", "-shared");
        compiled.run("objcopy", "--only-keep-debug", "y.so", ".debug/x.debug");
        assertThat(compiled.types("linked.so").tier()).isEqualTo(Tier.SYMBOLS);
    }

    @Test
    void splitUnits() throws Exception {
        Map<String, String> expected = expected();
        for (String version : new String[] {"-gdwarf-4", "-gdwarf-5"}) {
            compiled.compile("split.o", Compiled.C, "gcc", "-c", version, "-gsplit-dwarf");
            assertThat(Compiled.ids(compiled.types("split.o"))).as(version).isEqualTo(expected);
            compiled.run("gcc", "-shared", "-fPIC", version, "-gsplit-dwarf", "split.o.c", "-o", "split.so");
        }
        Files.delete(folder.resolve("split.dwo"));
        Surface lost = compiled.types("split.o");
        assertThat(lost.gaps())
                .singleElement()
                .asString()
                .contains("split unit")
                .contains("is not there");
        assertThat(lost.symbols()).containsKey("walk");
        assertThat(lost.graph().kind(lost.symbols().get("walk"))).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void compilersAgreeOnC() throws Exception {
        Skips.unlessInstalled("clang");
        Map<String, String> clang = ids("clang.o", Compiled.C, "clang", "-g", "-c");
        assertThat(clang).isEqualTo(expected());
    }

    @Test
    void classes() throws Exception {
        Map<String, String> five = ids("five.so", Compiled.CXX, "g++", "-g", "-shared", "-fPIC");
        assertThat(five).containsKeys("_ZN1n4makeEONS_7derivedERNS_4baseEPKNS_5otherE", "_ZN1n7derived5countE");
        // Without optimisation there are copies of inline functions too.
        assertThat(five).containsAllEntriesOf(ids("opt.so", Compiled.CXX, "g++", "-g", "-O2", "-shared", "-fPIC"));
        assertThat(ids("types.so", Compiled.CXX, "g++", "-g", "-fdebug-types-section", "-shared", "-fPIC"))
                .isEqualTo(five);
        Surface types = compiled.types("five.so");
        int make = types.symbols().get("_ZN1n4makeEONS_7derivedERNS_4baseEPKNS_5otherE");
        assertThat(TypeWords.of(types.graph(), make))
                .isEqualTo("struct n::derived (struct n::derived &&, struct n::base &, const struct n::other *)");
        assertThat(types.types()).containsKeys("struct n::derived", "struct n::base", "enum n::derived::e");
    }

    @Test
    void theOrderOfUnitsAndDuplicatesDoNotCount() throws Exception {
        String header = "struct s; struct t { struct s *s; int x; }; struct s { struct t t; long y; };\n";
        String a = header + "int a(struct s *s) { return s->t.x; }";
        String b = "struct s; struct s *b(struct s *s) { return s; }";
        String c = header + "struct t c; struct s d;";
        compiled.compile("a.o", a, "gcc", "-g", "-c", "-fPIC");
        compiled.compile("b.o", b, "gcc", "-g", "-c", "-fPIC");
        compiled.compile("c.o", c, "gcc", "-g", "-c", "-fPIC");
        compiled.run("gcc", "-shared", "a.o", "b.o", "c.o", "-o", "abc.so");
        compiled.run("gcc", "-shared", "c.o", "b.o", "a.o", "-o", "cba.so");
        Surface abc = compiled.types("abc.so");
        assertThat(Compiled.ids(abc))
                .isEqualTo(Compiled.ids(compiled.types("cba.so")))
                .hasSize(4);
        // What b.o only declares is what the others define.
        assertThat(abc.types()).containsKeys("struct s", "struct t");
        compiled.run("gcc", "-shared", "b.o", "-o", "b.so");
        assertThat(compiled.types("b.so").types()).isEmpty();
        // Link-time optimisation has one unit for all, which leads into those of the sources.
        compiled.run(
                "gcc",
                "-g",
                "-O2",
                "-flto",
                "-flto-partition=max",
                "-shared",
                "-fPIC",
                "a.o.c",
                "b.o.c",
                "c.o.c",
                "-o",
                "lto.so");
        assertThat(Compiled.ids(compiled.types("lto.so"))).isEqualTo(Compiled.ids(abc));
    }

    /** GNU's way, and that of DWARF 5 (section 7.3.6). */
    @ParameterizedTest
    @CsvSource({".gnu_debugaltlink, -gdwarf-4", ".gnu_debugaltlink, -gdwarf-5", ".debug_sup, -gdwarf-5"})
    void whatSeveralFilesShare(String section, String version) throws Exception {
        Skips.unlessInstalled("dwz");
        String[] command = {"gcc", version, "-shared", "-fPIC", "-Wl,--build-id"};
        Map<String, String> expected = ids("a.so", Compiled.C, command);
        ids("b.so", Compiled.C + "int more;", "gcc", version, "-O2", "-shared", "-fPIC", "-Wl,--build-id");
        String dwz = section.equals(".debug_sup") ? "dwz -5" : "dwz";
        compiled.run((dwz + " -m common.debug -M common.debug a.so b.so").split(" ", -1));
        assertThat(compiled.sections("a.so")).contains(section);
        Surface shared = compiled.types("a.so");
        assertThat(shared.gaps()).isEmpty();
        assertThat(Compiled.ids(shared)).isEqualTo(expected);
        Files.delete(folder.resolve("common.debug"));
        Surface lost = compiled.types("a.so");
        assertThat(lost.gaps()).anyMatch(gap -> gap.contains("supplementary file common.debug is not there"));
        assertThat(Compiled.ids(lost).get("walk")).isNotEqualTo(expected.get("walk"));
        // Another file of that name is none.
        compiled.compile("c.so", "int c;", "gcc", version, "-shared", "-fPIC", "-Wl,--build-id");
        Files.copy(folder.resolve("c.so"), folder.resolve("common.debug"));
        assertThat(compiled.types("a.so").gaps()).anyMatch(gap -> gap.contains("common.debug is not there"));
    }

    @Test
    void fortran() throws Exception {
        Skips.unlessInstalled("gfortran");
        String source = """
                module m
                  type point
                    real(8) :: x, y
                    integer :: tags(3)
                  end type
                contains
                  function norm(p, a) result(r)
                    type(point), intent(in) :: p
                    real(8), intent(in) :: a(:)
                    real(8) :: r
                    r = p%x * p%y + a(1)
                  end function
                end module
                """;
        Files.writeString(folder.resolve("m.f90"), source);
        compiled.run("gfortran", "-g", "-shared", "-fPIC", "m.f90", "-o", "m.so");
        Files.writeString(folder.resolve("m.f90"), source.replace("tags(3)", "tags(4)"));
        compiled.run("gfortran", "-g", "-shared", "-fPIC", "m.f90", "-o", "n.so");
        Surface old = compiled.types("m.so");
        assertThat(old.gaps()).isEmpty();
        assertThat(old.idOf("__m_MOD_norm"))
                .isNotNull()
                .isNotEqualTo(compiled.types("n.so").idOf("__m_MOD_norm"));
        assertThat(old.types()).containsKey("struct m::point");
    }

    @Test
    void ada() throws Exception {
        Skips.unlessInstalled("gnatmake");
        String specification = """
                package Shapes is
                   type Color is (Red, Green, Blue);
                   for Color use (Red => 1, Green => 4, Blue => 9);
                   subtype Small is Integer range 1 .. 10;
                   type Row is array (Small range <>) of Long_Float;
                   type Point is record X, Y : Long_Float; Tag : Color; end record;
                   type Figure (Round : Boolean := False) is record
                      At_Point : Point;
                      case Round is
                         when True => Radius : Long_Float;
                         when False => Width, Height : Integer;
                      end case;
                   end record;
                   type Link is access all Figure;
                   type Rooted is tagged record Id : Integer; end record;
                   function Area (F : Figure; More : Row) return Long_Float;
                   procedure Paint (R : in out Rooted; L : Link; C : Color);
                   Last : Point;
                end Shapes;
                """;
        String body = """
                package body Shapes is
                   function Area (F : Figure; More : Row) return Long_Float is
                   begin return F.At_Point.X * More (More'First); end Area;
                   procedure Paint (R : in out Rooted; L : Link; C : Color) is
                   begin R.Id := Color'Pos (C) + (if L = null then 0 else 1); end Paint;
                end Shapes;
                """;
        Files.writeString(folder.resolve("shapes.adb"), body);
        Map<String, Surface> types = new TreeMap<>();
        for (String tag : new String[] {"Green => 4", "Green => 5", "Tag : Color; Z : Integer"}) {
            String changed = tag.startsWith("Tag")
                    ? specification.replace("Tag : Color", tag)
                    : specification.replace("Green => 4", tag);
            Files.writeString(folder.resolve("shapes.ads"), changed);
            compiled.run("gcc", "-g", "-c", "-fPIC", "shapes.adb", "-o", "shapes.o");
            compiled.run("gcc", "-shared", "shapes.o", "-o", "shapes.so");
            types.put(tag, compiled.types("shapes.so"));
            // The object tells the same, by names in place of addresses.
            Surface object = compiled.types("shapes.o");
            assertThat(object.gaps()).isEmpty();
            assertThat(Compiled.ids(object)).containsAllEntriesOf(Compiled.ids(types.get(tag)));
        }
        Surface old = types.get("Green => 4");
        assertThat(old.gaps()).isEmpty();
        assertThat(old.symbols()).containsKeys("shapes__area", "shapes__paint", "shapes__last");
        assertThat(old.types()).containsKeys("struct shapes__figure", "enum shapes__color");
        for (String symbol : new String[] {"shapes__area", "shapes__paint", "shapes__last"}) {
            assertThat(old.graph().kind(old.symbols().get(symbol))).as(symbol).isNotEqualTo(Kind.UNKNOWN);
            assertThat(types.get("Green => 5").idOf(symbol)).as(symbol).isNotEqualTo(old.idOf(symbol));
            assertThat(types.get("Tag : Color; Z : Integer").idOf(symbol))
                    .as(symbol)
                    .isNotEqualTo(old.idOf(symbol));
        }
    }

    @Test
    void rust() throws Exception {
        Skips.unlessInstalled("rustc");
        Skips.unless(Tool.output("rustc", "--version").length > 0, "rustc has no toolchain here");
        String source = """
                #[repr(C)] pub struct P { pub x: u64, pub y: Option<&'static u32> }
                pub enum E { A(u32), B { c: u64 }, C }
                #[no_mangle] pub extern "C" fn f(p: &P, e: &E) -> u64 { match e { E::A(a) => *a as u64, E::B { c } => *c + p.x, E::C => 0 } }
                """;
        Files.writeString(folder.resolve("r.rs"), source);
        compiled.run("rustc", "-g", "--crate-type", "cdylib", "--crate-name", "r", "r.rs", "-o", "r.so");
        Files.writeString(
                folder.resolve("r.rs"), source.replace("c: u64", "c: u32").replace("*c +", "*c as u64 +"));
        compiled.run("rustc", "-g", "--crate-type", "cdylib", "--crate-name", "r", "r.rs", "-o", "s.so");
        Surface old = compiled.types("r.so");
        assertThat(old.gaps()).isEmpty();
        assertThat(old.idOf("f"))
                .isNotNull()
                .isNotEqualTo(compiled.types("s.so").idOf("f"));
        assertThat(old.types()).containsKeys("struct r::P", "struct r::E");
    }

    @Test
    void versionsAndAliasesAreFoundByAddress() throws Exception {
        Path map = Files.writeString(folder.resolve("map"), "V1 { global: *; }; V2 { global: f; } V1;");
        String source = """
                __asm__(".symver old, f@V1"); __asm__(".symver new, f@@V2");
                int old(int x) { return x; } long new(long x, char c) { return x + c; }
                int g(void) { return 1; } int h(void) __attribute__((alias("g")));
                """;
        Surface types = Compiled.types(
                compiled.compile("v.so", source, "gcc", "-g", "-shared", "-fPIC", "-Wl,--version-script=" + map));
        assertThat(types.symbols()).containsKeys("f@V1", "f@@V2", "g@@V1", "h@@V1");
        assertThat(TypeWords.of(types.graph(), types.symbols().get("f@V1"))).isEqualTo("int (int)");
        assertThat(TypeWords.of(types.graph(), types.symbols().get("f@@V2"))).isEqualTo("long (long, char)");
        assertThat(types.idOf("h@@V1")).isEqualTo(types.idOf("g@@V1"));
    }

    @Test
    void linesAloneAreNoTypes() throws Exception {
        Surface lines = Compiled.types(compiled.compile("lines.so", Compiled.C, "gcc", "-g1", "-shared", "-fPIC"));
        Surface stripped = Compiled.types(compiled.compile("none.so", Compiled.C, "gcc", "-g0", "-shared", "-fPIC"));
        assertThat(lines.tier()).isEqualTo(Tier.SYMBOLS);
        assertThat(lines.gaps()).singleElement().asString().contains("no types");
        assertThat(stripped.gaps()).singleElement().asString().contains("no debug information");
    }

    @Test
    void aFormThatIsNotReadMakesTypesUnknownNeverEqual() throws Exception {
        int[] forms = {
            Form.DATA1,
            Form.DATA2,
            Form.SDATA,
            Form.STRP,
            Form.LINE_STRP,
            Form.STRING,
            Form.REF4,
            Form.FLAG_PRESENT,
            Form.EXPRLOC,
            Form.IMPLICIT_CONST,
            Form.ADDR,
            Form.SEC_OFFSET,
            Form.STRX1,
            Form.ADDRX,
            Form.REF_SIG8,
            Form.DATA4,
            Form.UDATA,
            Form.DATA8,
            Form.RNGLISTX,
            Form.BLOCK1
        };
        String other = Compiled.C.replace("double d;", "double d, e;");
        String[][] commands = {
            {"gcc", "-g", "-shared", "-fPIC"},
            {"gcc", "-gdwarf-3", "-shared", "-fPIC"},
            {"gcc", "-gdwarf-5", "-fdebug-types-section", "-shared", "-fPIC"},
            {"clang", "-gdwarf-5", "-shared", "-fPIC"}
        };
        int missed = 0;
        for (String[] command : commands) {
            Path a = compiled.compile("a.so", Compiled.C, command);
            Path b = compiled.compile("b.so", other, command);
            Map<String, String> whole = Compiled.ids(Compiled.types(a));
            Map<String, String> changed = Compiled.ids(Compiled.types(b));
            for (int form : forms) {
                Map<String, String> one = Compiled.ids(Compiled.without(a, form));
                Map<String, String> two = Compiled.ids(Compiled.without(b, form));
                missed += one.equals(whole) ? 0 : 1;
                one.forEach((symbol, id) -> {
                    if (id.equals(two.get(symbol))) {
                        assertThat(changed.get(symbol))
                                .as("%s without form 0x%x, %s", String.join(" ", command), form, symbol)
                                .isEqualTo(whole.get(symbol));
                        assertThat(id).isEqualTo(whole.get(symbol));
                    }
                });
            }
        }
        assertThat(missed).isGreaterThan(20);
    }
}
