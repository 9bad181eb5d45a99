package dev.cutoff.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonNamesTest {

    private static final PythonNames.Start SCRIPT = new PythonNames.Start.Script("gen.py");

    private static Optional<PythonNames.Start> start(String... command) {
        return PythonNames.start(List.of(command), List.of("PATH=/usr/bin", "PYTHONHASHSEED=0"));
    }

    private static Optional<NameScope> scope(String... texts) {
        PythonNames.Program program = new PythonNames.Program();
        for (String text : texts) {
            program.add(PythonCode.ofText(text));
        }
        return PythonNames.scope(SCRIPT, program, false);
    }

    private static boolean counts(NameScope scope, String name) {
        NameScope again = NameScope.parse(scope.text());
        assertThat(again).isEqualTo(scope);
        return again.of(new TreeMap<>(java.util.Map.of(name, 'f'))).containsKey(name);
    }

    @Test
    void commandLinesAreUnderstood() {
        assertThat(start("python3", "gen.py", "-i")).contains(new PythonNames.Start.Script("gen.py"));
        assertThat(start("python3", "-E", "-sB", "-X", "utf8", "-Wignore", "a/gen"))
                .contains(new PythonNames.Start.Script("a/gen"));
        assertThat(start("python3", "-c", "import a", "b")).contains(new PythonNames.Start.Text("import a"));
        assertThat(start("python3", "-m", "a.b", "c")).contains(new PythonNames.Start.Module("a.b"));
    }

    @Test
    void commandLinesThatAreNotUnderstoodLeaveEveryNameCounting() {
        assertThat(start("python3")).as("standard input").isEmpty();
        assertThat(start("python3", "-")).isEmpty();
        assertThat(start("python3", "-i", "gen.py")).isEmpty();
        assertThat(start("python3", "-W", "error::a.B", "gen.py")).isEmpty();
        assertThat(start("python3", "-X", "presite=a", "gen.py")).isEmpty();
        assertThat(start("python3", "--check-hash-based-pycs", "always", "gen.py"))
                .isEmpty();
    }

    @Test
    void variablesThatNameModulesLeaveEveryNameCounting() {
        List<String> command = List.of("python3", "gen.py");
        assertThat(PythonNames.start(command, List.of("PYTHONPATH=/a", "PYENV_VERSION=3", "PY=1")))
                .isEmpty();
        assertThat(PythonNames.start(command, List.of("PYTHONPATH=/a", "PYENV_VERSION=3")))
                .isPresent();
        assertThat(PythonNames.start(command, List.of("PYTHONWARNINGS=error::a.B")))
                .isEmpty();
        assertThat(PythonNames.start(command, List.of("PYTHONHOME=/a"))).isEmpty();
        assertThat(PythonNames.start(command, List.of("_PYTHON_SYSCONFIGDATA_NAME=a")))
                .isEmpty();
        assertThat(PythonNames.start(command, List.of("LD_PRELOAD=/a.so"))).isEmpty();
        assertThat(PythonNames.start(command, List.of("LD_PRELOAD="))).isPresent();
    }

    @Test
    void namesThatCanBeImportedCount() {
        NameScope scope = scope("import json, re\ntry: import fast\nexcept ImportError: pass\n")
                .orElseThrow();
        for (String name : List.of("fast", "fast.py", "fast.pyc", "fast.so", "fast.cpython-311-x86_64-linux-gnu.so")) {
            assertThat(counts(scope, name)).as(name).isTrue();
        }
        assertThat(counts(scope, "json.py")).isTrue();
        assertThat(counts(scope, "threading.py"))
                .as("some standard module may import it")
                .isTrue();
        assertThat(counts(scope, "sitecustomize.py")).isTrue();
        assertThat(counts(scope, "a.pth")).isTrue();
        assertThat(counts(scope, "_sysconfigdata__linux_x86_64-linux-gnu.py")).isTrue();
        assertThat(counts(scope, "other.py")).isFalse();
        assertThat(counts(scope, "other")).isFalse();
        assertThat(counts(scope, "fast.txt")).isFalse();
        assertThat(counts(scope, "fast.tests.py")).isFalse();
        assertThat(counts(scope, "a-1.0.dist-info")).isFalse();
    }

    @Test
    void whatIsImportedFromAPackageMayBeAModuleInIt() {
        NameScope scope = scope("from a.b import c\nfrom . import d\n").orElseThrow();
        assertThat(counts(scope, "b")).isTrue();
        assertThat(counts(scope, "c.py")).isTrue();
        assertThat(counts(scope, "d.py")).isTrue();
    }

    @Test
    void distributionsCountWhereMetadataWasLoaded() {
        PythonNames.Program program = new PythonNames.Program();
        program.add(PythonCode.ofText("from importlib.metadata import entry_points"));
        program.addNames("[tool.plugins]\nx = some_plugin.main:run\n");
        NameScope scope = PythonNames.scope(SCRIPT, program, true).orElseThrow();
        assertThat(counts(scope, "a-1.0.dist-info")).isTrue();
        assertThat(counts(scope, "A-1.0.Egg-Info")).isTrue();
        assertThat(counts(scope, "some_plugin")).isTrue();
        assertThat(counts(scope, "other.py")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import glob",
                "import pkgutil",
                "import importlib.util",
                "from importlib import resources",
                "import logging.handlers",
                "from logging import config",
                "from os import *",
                "import ctypes",
                "import multiprocessing",
                "import xml.sax",
                "import urllib.request",
                "import distutils.core",
                "import unittest",
                "import zipimport",
                "import posix",
                "import pickle",
            })
    void standardModulesThatListOrMakeNamesUpLeaveEveryNameCounting(String text) {
        assertThat(scope(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import os.path, sys",
                "from urllib.parse import quote",
                "import xml.etree.ElementTree as ET",
                "from xml.dom import minidom",
                "import importlib",
                "import logging",
                "from collections import abc, OrderedDict",
                "import yaml",
                "from .glob2 import x",
            })
    void othersMayBeUsed(String text) {
        assertThat(scope(text)).isPresent();
    }

    @Test
    void oneTextThatIsNotPlainSufficesToLeaveEveryNameCounting() {
        assertThat(scope("import a", "import os\nos.scandir('.')")).isEmpty();
    }

    @Test
    void importsOfAllNeedNamesThatAreWrittenDown() {
        assertThat(scope("from a import *", "__all__ = ['b']").map(s -> counts(s, "b.py")))
                .contains(true);
        assertThat(scope("from a import *", "__all__ = names()")).isEmpty();
        assertThat(scope("import a", "__all__ = names()")).isPresent();
    }

    @Test
    void aPackageInPlaceOfAStandardOneLeavesEveryNameCounting() {
        for (String path : List.of("/x/json/__init__.py", "/x/json/__pycache__/__init__.cpython-311.pyc")) {
            PythonNames.Program program = new PythonNames.Program();
            program.addFile(path);
            assertThat(PythonNames.scope(SCRIPT, program, false)).as(path).isEmpty();
        }
        PythonNames.Program program = new PythonNames.Program();
        program.addFile("/x/json.py");
        program.addFile("/x/mine/__init__.py");
        assertThat(PythonNames.scope(SCRIPT, program, false)).isPresent();
    }

    @Test
    void theShimOfSetuptoolsMayFindItsOwnMethodsByName() {
        PythonNames.Program program = new PythonNames.Program();
        program.addShim(PythonCode.ofText("import os, sys\ngetattr(self, name)\nimportlib.import_module(x)"));
        assertThat(PythonNames.scope(SCRIPT, program, false)).isPresent();
        program.addShim(PythonCode.ofText("import os\nos.listdir('.')"));
        assertThat(PythonNames.scope(SCRIPT, program, false)).isEmpty();
    }

    @Test
    void programsOfTheStandardLibraryAreKnownOnesOrNone() {
        PythonNames.Program program = new PythonNames.Program();
        assertThat(PythonNames.scope(new PythonNames.Start.Module("json.tool"), program, false))
                .isPresent();
        assertThat(PythonNames.scope(new PythonNames.Start.Module("compileall"), program, false))
                .isEmpty();
        assertThat(PythonNames.scope(new PythonNames.Start.Module("mine.main"), program, false)
                        .map(s -> counts(s, "main.py")))
                .contains(true);
        assertThat(PythonNames.scope(new PythonNames.Start.Text("import os; os.listdir('.')"), program, false))
                .isEmpty();
    }

    @Test
    void theLibraryIsKnownFromOneVersionToAnother() {
        assertThat(PythonNames.isKnown(7)).isFalse();
        assertThat(PythonNames.isKnown(8)).isTrue();
        assertThat(PythonNames.isKnown(13)).isTrue();
        assertThat(PythonNames.isKnown(14)).isFalse();
    }
}
