"""``build-incremental`` with the real program and the real fromager, over packages of a few lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import typing

import pytest
from conftest import Fleet

PROGRAM = os.environ.get("CUTOFF_PROGRAM", "")

pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="CUTOFF_PROGRAM does not name the program"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler"),
]

DEP, EXT, OTHER = "tinydep==1.0", "tinyext==2.0", "tinyother==1.0"


@pytest.fixture
def real(fleet: Fleet) -> Fleet:
    """A fleet with the real program: an extension with its dependency, and a module beside it."""
    fleet.environ["CUTOFF"] = PROGRAM
    fleet.tinydep("1.0", 42)
    fleet.source("tinyext", "2.0", [DEP])
    fleet.source("tinyother", "1.0", [], {"tinyother.py": "answer = 1\n"})
    return fleet


def build(fleet: Fleet, *words: str, **environ: str) -> str:
    done = fleet.fromager(
        "build-incremental", "--incremental-rebuild", *words, str(fleet.graph()), **environ
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def plan(fleet: Fleet, *words: str, **environ: str) -> dict[str, typing.Any]:
    """What a dry run says of each unit; it changes nothing."""
    before = sorted(str(path) for path in fleet.folder.rglob("*.whl"))
    done = fleet.fromager("build-incremental", "--dry-run-incremental", *words, str(fleet.graph()), **environ)
    assert done.returncode == 0, done.stdout
    assert sorted(str(path) for path in fleet.folder.rglob("*.whl")) == before
    return {line.split()[1]: line for line in done.stdout.splitlines() if "==" in line and len(line.split()) > 1}


def built(output: str) -> set[str]:
    """Of which packages wheels were built, by fromager's own log."""
    return {word for line in output.splitlines() if "starting post_build hooks for " in line
            for word in [line.split("post_build hooks for ")[1].split(",")[0]]}


def test_nothing_is_built_twice_and_only_what_changed(real: Fleet) -> None:
    assert built(build(real)) == {DEP, EXT, OTHER}
    assert built(build(real)) == set()
    # An environment variable of one package.
    (real.settings / "tinyother.yaml").write_text('env:\n  COLOUR: "red"\n')
    assert built(build(real)) == {OTHER}
    # A comment in the header: the wave stops at the package that has it, since tokens count.
    real.tinydep("1.0", 42, "/* a comment */\n")
    assert built(build(real)) == {DEP}
    # A macro: whoever includes it is judged again once it is built.
    real.tinydep("1.0", 43)
    assert built(build(real)) == {DEP, EXT}
    answer = subprocess.run(
        [shutil.which("python3", path=real.environ["PATH"]) or "", "-c", "import tinyext; print(tinyext.answer())"],
        env={**real.environ, "PYTHONPATH": str(real.downloads / "tinyext-2.0-1-cp312-cp312-linux_x86_64.whl")},
        capture_output=True,
        text=True,
    )
    assert answer.returncode != 0 or answer.stdout == "43\n"


def test_force_builds_all(real: Fleet) -> None:
    build(real)
    done = real.fromager("build-incremental", "--force", str(real.graph()))
    assert done.returncode == 0, done.stdout
    assert built(done.stdout) == {DEP, EXT, OTHER}


@pytest.mark.parametrize("harm", ["gone", "cut", "schema"])
def test_a_record_that_is_none(real: Fleet, harm: str) -> None:
    build(real)
    records = list((real.folder / "records").rglob("tinyext/2.0/*.json"))
    assert len(records) == 1
    if harm == "gone":
        records[0].unlink()
    elif harm == "cut":
        records[0].write_bytes(records[0].read_bytes()[:-20])
    else:
        document = json.loads(records[0].read_text())
        document["schema"] = "cutoff.wheel-record/99"
        records[0].write_text(json.dumps(document))
    output = build(real)
    assert built(output) == {EXT}
    said = [line for line in output.splitlines() if EXT in line and "rebuil" in line]
    assert said, output
    assert any({"gone": "no record", "cut": "damaged", "schema": "damaged"}[harm] in line for line in said), said
