package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonCodeTest {

    private static PythonCode code(String text) {
        return PythonCode.ofText(text);
    }

    @Test
    void importsAreFoundInAllTheirForms() {
        assertThat(code("import a, b.c as d; import e\nx = 1\n").imports()).containsExactly("a", "b.c", "e");
        assertThat(code("from a.b import c as d, e\n").imports()).containsExactly("a.b", "a.b.c", "a.b.e");
        assertThat(code("from a import (b, # not ) the end\n    c)\n").imports())
                .containsExactly("a", "a.b", "a.c");
        assertThat(code("from . import a\nfrom .b import c\nfrom.d import*\n").imports())
                .containsExactly(".a", ".b", ".b.c", ".d", ".d.*");
        assertThat(code("from a . b \\\n import \\\n c\n").imports()).containsExactly("a.b", "a.b.c");
        assertThat(code("try: import fast\nexcept ImportError: fast = None\n").imports())
                .containsExactly("fast");
        assertThat(code("def f(): from a import b\r\n\tx()\rimport c").imports())
                .containsExactly("a", "a.b", "c");
        assertThat(code("yield from x; import größe").imports()).contains("größe");
    }

    @Test
    void importsByNameCountWhereTheNameStandsInTheCode() {
        PythonCode code = code("from importlib import import_module\nimport_module('a.b')\n__import__(\"c\")\n"
                + "m = import_module('.d', __package__)\n");
        assertThat(code.plain()).isTrue();
        assertThat(code.imports()).contains("a.b", "c", ".d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import os\nos.listdir('.')",
                "import os\nfor d, _, files in os . walk('.'): pass",
                "from os import (\n  walk as w)",
                "import os\nf = (os. # here\n  walk)",
                "match os:\n  case object(walk=f): f('.')",
                "import pathlib\npathlib.Path('.').glob('*')",
                "import glob",
                "import os\ngetattr(os, 'listdir')",
                "import os\ngetattr(os, 'li' + 'stdir')",
                "import os\ngetattr(os, name)",
                "import os\nos.ｌｉｓｔｄｉｒ('.')",
                "exec('import os; os.listdir(\".\")')",
                "exec('import os; os.list\\x64ir()')",
                "exec('import os; os.list\\\ndir()')",
                "exec(open('more').read())",
                "exec('exec(\"os.list\\\\x64ir()\")')",
                "exec('x' 'y')",
                "eval(x)",
                "import importlib\nimportlib.import_module(name)",
                "from importlib import import_module as load\nload(name)",
                "from importlib import import_module\nlist(map(str, import_module))",
                "__import__('a', fromlist=names)",
                "__import__('a' + x)",
                "import os\nos.__dict__[x]()",
                "import builtins\nvars(builtins)[x]()",
                "help('modules')",
                "class A:\n  import __b",
                "from shutil import copytree",
                "import importlib\nimportlib.resources.files('a')",
            })
    void whatMayListFoldersOrMakeNamesUpIsNotPlain(String text) {
        assertThat(code(text).plain()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import json, re\nprint(json.dumps({'a': 1}))",
                "# a walk over all, and what moves\nimport os\nos.makedirs('x', exist_ok=True)",
                "import re\nre.compile('x').match('y')",
                "import ast\nast.literal_eval('1')",
                "x = getattr(args, 'name', None)",
                "exec('import a\\nb = 1')",
                "from a import __version__\nimport __b__.c",
                "exec(\"try:\\n import a\\n f.write(b'\\\\n')\\nexcept Exception: pass\\n\")",
                "parser.add_argument('--x', help='y')\nparser.print_help()",
            })
    void otherCodeIsPlain(String text) {
        assertThat(code(text).plain()).isTrue();
    }

    @Test
    void namesOfferedToAnImportOfAllAreKnownWhereTheyAreWrittenDown() {
        PythonCode literal = code("__all__ = [\n    'a',  # one\n    \"b\",\n]\n");
        assertThat(literal.open()).isFalse();
        assertThat(literal.imports()).containsExactly(".a", ".b");
        assertThat(code("__all__ = ['a'] + more\n").open()).isTrue();
        assertThat(code("__all__ = a.__all__\n").open()).isTrue();
    }

    @Test
    void longTextsAreReadToo() {
        String all = "__all__ = [\n" + "    'name', # more\n".repeat(20_000) + "]\n";
        assertThat(code(all).open()).isFalse();
        assertThat(code("exec('" + "a = 1\\n".repeat(50_000) + "import b')\n").imports())
                .containsExactly("b");
        assertThat(code("x = (os.\n" + "# one more\n".repeat(50_000) + "walk)").plain())
                .isFalse();
    }

    @Test
    void sourcesAreReadInTheirEncoding() {
        assertThat(PythonCode.ofSource("# -*- coding: utf-8 -*-\nimport a".getBytes(StandardCharsets.UTF_8)))
                .isPresent();
        byte[] latin = "#!/usr/bin/python3\n# coding=latin-1\nimport x\nx.glºb()".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PythonCode.ofSource(latin).map(PythonCode::plain))
                .as("Python reads x.glob")
                .contains(false);
        assertThat(PythonCode.ofSource("# coding: utf-7\nimport a".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(PythonCode.ofSource(new byte[] {'i', 0, 'x'})).isEmpty();
    }

    @Test
    void ofAPthFileTheImportsAreCode() {
        byte[] pth = "# import os; os.listdir('.')\n/some/glob/walk\nimport a; a.install()\n"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(PythonCode.ofPth(pth).imports()).containsExactly("a");
        assertThat(PythonCode.ofPth(pth).plain()).isTrue();
        assertThat(PythonCode.ofPth("\ufeffimport os; os.listdir('.')".getBytes(StandardCharsets.UTF_8))
                        .plain())
                .isFalse();
    }

    private static List<Path> pythons() throws IOException {
        Path versions = Path.of(System.getProperty("user.home"), ".pyenv/versions");
        List<Path> found = new java.util.ArrayList<>(List.of(Path.of("/usr/bin/python3")));
        if (Files.isDirectory(versions)) {
            try (Stream<Path> folders = Files.list(versions)) {
                folders.map(f -> f.resolve("bin/python3")).forEach(found::add);
            }
        }
        found.removeIf(python -> !Files.isExecutable(python));
        return found;
    }

    /** Compiles a source with each Python of the machine. */
    private static List<PythonCode> compiled(Path folder, String source) throws IOException, InterruptedException {
        List<PythonCode> all = new java.util.ArrayList<>();
        Path file = Files.writeString(folder.resolve("x.py"), source);
        for (Path python : pythons()) {
            Path target = folder.resolve("x.pyc");
            String script = "import py_compile, sys; py_compile.compile(*sys.argv[1:], doraise=True);"
                    + " print(sys.version_info[0] * 100 + sys.version_info[1])";
            Process process = new ProcessBuilder(
                            python.toString(), "-S", "-E", "-c", script, file.toString(), target.toString())
                    .start();
            String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            process.waitFor();
            if (!version.isEmpty()
                    && Integer.parseInt(version) >= 308
                    && StandardPython.isKnown(Integer.parseInt(version) - 300)) {
                all.add(PythonCode.ofCompiled(Files.readAllBytes(target)).orElseThrow());
            }
        }
        assumeTrue(!all.isEmpty(), "no Python is installed");
        return all;
    }

    @Test
    void compiledCodeSaysTheSameAsItsSource(@TempDir Path folder) throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append("name").append(i).append(" = ").append(i).append('\n');
        }
        // Behind more names than one byte counts.
        String source = many + "import a, b.c as d\nfrom e import f\ndef g():\n    from h import i\n"
                + "    x = [1.5, 2j, 1 << 70, 'ä', b'x', (1, (2, 'q')), frozenset({1})]\n    class K: import k\n";
        for (PythonCode code : compiled(folder, source)) {
            assertThat(code.imports()).contains("a", "b.c", "e", "e.f", "h", "h.i", "k");
            assertThat(code.imports()).isSubsetOf("a", "b.c", "b.c.c", "e", "e.f", "h", "h.i", "k");
            assertThat(code.plain()).isTrue();
        }
        for (String text :
                List.of("import os\nos.walk('.')", "from os import _fwalk as f", "getattr(a, 'b')", "eval('1')")) {
            for (PythonCode code : compiled(folder, text)) {
                assertThat(code.plain()).as(text).isFalse();
            }
        }
        for (PythonCode code : compiled(folder, "from a import *\nx = ('*',)\nfrom b import *\ndef f(): import c\n")) {
            assertThat(code.imports()).contains("a.*", "b.*", "c").doesNotContain("c.*");
        }
    }

    @Test
    void whatIsNoCompiledCodeIsNotGuessedAt(@TempDir Path folder) throws Exception {
        compiled(folder, "import a\n");
        byte[] bytes = Files.readAllBytes(folder.resolve("x.pyc"));
        byte[] other = bytes.clone();
        other[0]++;
        assertThat(PythonCode.ofCompiled(other)).as("another version").isEmpty();
        assertThat(PythonCode.ofCompiled(java.util.Arrays.copyOf(bytes, bytes.length - 1)))
                .isEmpty();
        assertThat(PythonCode.ofCompiled(java.util.Arrays.copyOf(bytes, bytes.length + 1)))
                .isEmpty();
        assertThat(PythonCode.ofCompiled(new byte[0])).isEmpty();
    }
}
