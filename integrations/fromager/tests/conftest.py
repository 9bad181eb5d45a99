"""Small packages that the real fromager builds without a network: wheels that are there, and sources with their backend."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import typing
import zipfile

import pytest

BACKEND = '''
import base64, hashlib, os, pathlib, subprocess, sysconfig, zipfile

NAME, VERSION = {name!r}, {version!r}
TAG = "py3-none-any" if {pure!r} else "cp312-cp312-linux_x86_64"


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    files = {{}}
    if {pure!r}:
        for path in sorted(pathlib.Path("payload").rglob("*")):
            if path.is_file():
                files[path.relative_to("payload").as_posix()] = path.read_bytes()
    else:
        import tinydep
        command = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", *os.environ.get("CFLAGS", "").split()]
        command += ["-I" + sysconfig.get_path("include"), "-I" + tinydep.include(), NAME + ".c", "-o", NAME + ".so"]
        subprocess.run(command, check=True)
        files[NAME + ".cpython-312-x86_64-linux-gnu.so"] = pathlib.Path(NAME + ".so").read_bytes()
    info = NAME + "-" + VERSION + ".dist-info/"
    metadata = "Metadata-Version: 2.1\\nName: " + NAME + "\\nVersion: " + VERSION + "\\n"
    files[info + "METADATA"] = metadata.encode()
    pure = "true" if {pure!r} else "false"
    files[info + "WHEEL"] = ("Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: " + pure + "\\nTag: " + TAG + "\\n").encode()
    rows = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(path + ",sha256=" + digest + "," + str(len(content)))
    files[info + "RECORD"] = ("\\n".join([*rows, info + "RECORD,,"]) + "\\n").encode()
    name = NAME + "-" + VERSION + "-" + TAG + ".whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return name
'''

EXTENSION = """
#include <Python.h>
#include <tiny.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(TINY_ANSWER); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "%(name)s", "", -1, methods};
PyMODINIT_FUNC PyInit_%(name)s(void) { return PyModule_Create(&module); }
"""

TINYDEP = """import os

def include():
    return os.path.join(os.path.dirname(__file__), "include")
"""


def pack_wheel(
    folder: pathlib.Path, name: str, version: str, files: dict[str, str], build: str = "", tag: str = "py3-none-any"
) -> pathlib.Path:
    """Writes a wheel and returns its path."""
    info = f"{name}-{version}.dist-info"
    number = f"Build: {build}\n" if build else ""
    contents = dict(files)
    contents[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    contents[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n{number}Tag: {tag}\n"
    )
    rows = []
    for path, text in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    contents[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / "-".join(filter(None, [name, version, build, f"{tag}.whl"]))
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return wheel


class Fleet:
    """A run of fromager: its folders, the packages that it is given, and what came of it."""

    def __init__(self, folder: pathlib.Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.nodes: dict[str, typing.Any] = {}
        self.downloads = folder / "wheels-repo" / "downloads"
        self.settings = folder / "overrides" / "settings"
        self.settings.mkdir(parents=True)
        (folder / "overrides" / "patches").mkdir()
        (folder / "overrides" / "settings.yaml").write_text('changelog:\n  cpu:\n    - "first"\n')

    def wheel(self, name: str, version: str, files: dict[str, str]) -> pathlib.Path:
        """A pre-built wheel that is there."""
        (self.settings / f"{name}.yaml").write_text("variants:\n  cpu:\n    pre_built: true\n")
        wheel = pack_wheel(self.downloads, name, version, files)
        self._node(name, version, wheel.name, True, [])
        return wheel

    def tinydep(self, version: str, answer: int, comment: str = "") -> None:
        """A package of a module and a header, built from source."""
        header = f"#define TINY_ANSWER {answer}\n{comment}"
        self.source("tinydep", version, [], {"tinydep/__init__.py": TINYDEP, "tinydep/include/tiny.h": header})

    def source(self, name: str, version: str, needs: list[str], payload: dict[str, str] | None = None) -> None:
        """A package with its own build backend: of a payload's files, else a C extension that includes tinydep's header."""
        requires = [need.partition("==")[0] for need in needs]
        files = {
            "pyproject.toml": "[build-system]\nrequires = "
            + json.dumps(requires)
            + '\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": BACKEND.format(name=name, version=version, pure=payload is not None),
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        }
        if payload is None:
            files[f"{name}.c"] = EXTENSION % {"name": name}
        else:
            files |= {f"payload/{path}": text for path, text in payload.items()}
        archive = self.folder / "sdists-repo" / "downloads" / f"{name}-{version}.tar.gz"
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive, "w:gz") as tar:
            for path, text in files.items():
                entry = tarfile.TarInfo(f"{name}-{version}/{path}")
                entry.size = len(text.encode())
                tar.addfile(entry, io.BytesIO(text.encode()))
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        self._node(name, version, f"{archive.name}#sha256={digest}", False, needs)

    def _node(self, name: str, version: str, file: str, pre_built: bool, needs: list[str]) -> None:
        self.nodes[f"{name}=={version}"] = {
            "download_url": f"https://packages.invalid/{file}",
            "pre_built": pre_built,
            "version": version,
            "canonicalized_name": name,
            "constraint": None,
            "edges": [{"key": need, "req_type": "build-system", "req": need.partition("==")[0]} for need in needs],
        }

    def graph(self, name: str = "graph.json") -> pathlib.Path:
        top = [
            {"key": key, "req_type": "toplevel", "req": f"{node['canonicalized_name']}=={node['version']}"}
            for key, node in self.nodes.items()
        ]
        root = {"download_url": "", "pre_built": False, "version": "0", "canonicalized_name": "", "edges": top}
        file = self.folder / name
        file.write_text(json.dumps({"": root, **self.nodes}))
        return file

    def fromager(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Runs fromager, with CUTOFF_FROMAGER as the test has it."""
        return subprocess.run(
            [sys.executable, "-m", "fromager", *words],
            cwd=self.folder,
            env={**self.environ, **environ},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def built(self) -> list[str]:
        """The names of the wheels that are there."""
        return sorted(wheel.name for wheel in self.downloads.glob("*.whl"))

    def document(self, name: str) -> dict[str, typing.Any]:
        """What the recorder of the test was given for a package."""
        return json.loads((self.folder / "recorded" / f"{name}.json").read_text())


@pytest.fixture
def fleet(tmp_path: pathlib.Path) -> Fleet:
    """A fleet in a folder of its own; nothing of Cutoff is switched on."""
    bin_folder = pathlib.Path(sys.executable).parent
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CUTOFF_FROMAGER", "FROMAGER"))}
    environ["PATH"] = os.pathsep.join([str(bin_folder), environ["PATH"]])
    environ["CUTOFF_FROMAGER_RECORDS"] = str(tmp_path / "records")
    environ["CUTOFF_STORE"] = str(tmp_path / "store")
    return Fleet(tmp_path, environ)


#: Stands where the program is asked to record, and keeps what it was given.
RECORDER = """#!/bin/sh
mkdir -p {folder}
printf '%s\\n' "$*" >> {folder}/calls
while [ $# -gt 0 ]; do
  [ "$1" != --build-env ] || document=$2
  shift
done
name=$(sed -n 's/.*"package": "\\([^"]*\\)".*/\\1/p' "$document")
cp "$document" {folder}/$name.json
"""


@pytest.fixture
def recorder(fleet: Fleet) -> pathlib.Path:
    """A program that takes documents as ``cutoff fromager record`` does."""
    program = fleet.folder / "recorder"
    program.write_text(RECORDER.format(folder=fleet.folder / "recorded"))
    program.chmod(0o755)
    fleet.environ |= {"CUTOFF": str(program), "CUTOFF_FROMAGER": "1"}
    return program
