"""``build-incremental`` with the real program and the real fromager, over packages of a few lines."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from conftest import Fleet

PROGRAM = os.environ.get("CUTOFF_PROGRAM", "")

pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="CUTOFF_PROGRAM does not name the program"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler"),
]

DEP, EXT, OTHER = "tinydep==1.0", "tinyext==2.0", "tinyother==1.0"
ALL = {DEP, EXT, OTHER}


@pytest.fixture
def real(fleet: Fleet) -> Fleet:
    """A fleet with the real program: an extension with its dependency, and a module beside it."""
    fleet.environ["CUTOFF"] = PROGRAM
    fleet.tinydep("1.0", 42)
    fleet.source("tinyext", "2.0", [DEP])
    fleet.source("tinyother", "1.0", [], {"tinyother.py": "answer = 1\n"})
    return fleet


def build(fleet: Fleet, *words: str, **environ: str) -> str:
    done = fleet.fromager("build-incremental", "--incremental-rebuild", *words, str(fleet.graph()), **environ)
    assert done.returncode == 0, done.stdout
    return done.stdout


def built(output: str) -> set[str]:
    """Of which packages wheels were built, by fromager's own log."""
    marker = "starting post_build hooks for "
    return {line.split(marker)[1].split(",")[0] for line in output.splitlines() if marker in line}


def said(output: str, unit: str) -> list[str]:
    """What plans said of a unit, action first."""
    lines = [line for line in output.splitlines() if line.split()[1:2] == [unit]]
    return [line for line in lines if line.split()[0] in ("keep", "rebuild", "wait")]


def answer(fleet: Fleet) -> str:
    """What the extension that is there was compiled to say."""
    import subprocess
    import sys
    import zipfile

    wheel = next(fleet.downloads.glob("tinyext-2.0-*.whl"))
    place = fleet.folder / "unpacked"
    shutil.rmtree(place, ignore_errors=True)
    zipfile.ZipFile(wheel).extractall(place)
    program = "import tinyext; print(tinyext.answer())"
    return subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(place)}, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_only_what_must_be_is_built(real: Fleet) -> None:
    first = build(real)
    assert built(first) == ALL
    assert all("no wheel of it" in line for unit in ALL for line in said(first, unit)[:1])
    # A comment in a header, and a variable of another package: the wave stops at those two, since tokens count.
    real.tinydep("1.0", 42, "/* a comment */\n")
    (real.settings / "tinyother.yaml").write_text('env:\n  COLOUR: "red"\n')
    second = build(real)
    assert built(second) == {DEP, OTHER}
    assert said(second, EXT)[0].startswith("wait") and said(second, EXT)[-1].startswith("keep")
    assert any("COLOUR" in line for line in said(second, OTHER))
    # A macro, which the extension has compiled in.
    real.tinydep("1.0", 43)
    assert answer(real) == "42"
    third = build(real)
    assert built(third) == {DEP, EXT}
    assert answer(real) == "43"
    assert sorted(path.name for path in (real.folder / "wheels-repo" / "set-aside").iterdir())
    assert not (real.folder / "wheels-repo" / "waiting").exists()


@pytest.mark.long
def test_a_dry_run_changes_nothing_and_force_builds_all(real: Fleet) -> None:
    build(real)
    (real.settings / "tinyother.yaml").write_text('env:\n  COLOUR: "red"\n')
    before = sorted((str(p), p.stat().st_mtime_ns) for p in real.folder.rglob("*.whl"))
    dry = real.fromager("build-incremental", "--dry-run-incremental", str(real.graph()))
    assert dry.returncode == 0, dry.stdout
    assert said(dry.stdout, OTHER)[0].startswith("rebuild") and said(dry.stdout, EXT)[0].startswith("keep")
    assert sorted((str(p), p.stat().st_mtime_ns) for p in real.folder.rglob("*.whl")) == before
    force = real.fromager("build-incremental", "--force", str(real.graph()))
    assert force.returncode == 0, force.stdout
    assert built(force.stdout) == ALL


@pytest.mark.long
def test_records_that_are_none(real: Fleet) -> None:
    """One is gone, one was cut, one is of a schema that is not known: each is rebuilt, and it is said why."""
    build(real)
    folder = real.folder / "records" / "records"

    def record(unit: str):
        name, _, version = unit.partition("==")
        (file,) = (folder / name / version).glob("*.json")
        return file

    record(OTHER).unlink()
    record(DEP).write_bytes(record(DEP).read_bytes()[:-20])
    output = build(real)
    assert built(output) == {DEP, OTHER}
    assert "no record" in said(output, OTHER)[0]
    assert "damaged" in said(output, DEP)[0]
    changed = json.loads(record(EXT).read_text())
    changed["schema"] = "cutoff.wheel-record/99"
    record(EXT).write_text(json.dumps(changed))
    output = build(real)
    assert built(output) == {EXT}
    assert "damaged or was edited" in said(output, EXT)[0]


@pytest.mark.long
@pytest.mark.parametrize("what", ["patch", "override", "hook", "image"])
def test_each_input_rebuilds_its_package(real: Fleet, what: str) -> None:
    """What it is that changed is named; the hook and the image are of all packages."""
    plugin = real.folder / "plugin"
    info = plugin / "signer-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: signer\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[cutoff_fromager.signature]\nimage = signer:image\n[fromager.project_overrides]\ntinyother = signer_other\n"
    )
    (plugin / "signer.py").write_text("def image(ctx, req, version):\n    return b'1'\n")
    (plugin / "signer_other.py").write_text("LEVEL = 1\n")
    real.environ["PYTHONPATH"] = str(plugin)
    patches = real.folder / "overrides" / "patches" / "tinyother"
    patches.mkdir()
    patch = "--- a/payload/tinyother.py\n+++ b/payload/tinyother.py\n@@ -1 +1 @@\n-answer = 1\n+answer = {}\n"
    (patches / "001-answer.patch").write_text(patch.format(2))
    build(real, FROMAGER_BUILD_ENV_SIGN="image 1")
    environ = {"FROMAGER_BUILD_ENV_SIGN": "image 1"}
    if what == "patch":
        (patches / "001-answer.patch").write_text(patch.format(3))
        expected, reason = {OTHER}, "patch 001-answer.patch changed"
    elif what == "override":
        (plugin / "signer_other.py").write_text("LEVEL = 2\n")
        expected, reason = {OTHER}, "override signer_other.py changed"
    elif what == "hook":
        (plugin / "signer.py").write_text("def image(ctx, req, version):\n    return b'2'\n")
        expected, reason = ALL, "hook image changed"
    else:
        environ["FROMAGER_BUILD_ENV_SIGN"] = "image 2"
        expected, reason = ALL, "FROMAGER_BUILD_ENV_SIGN changed"
    output = build(real, **environ)
    assert built(output) == expected
    assert any(reason in line for unit in expected for line in said(output, unit)), output
    assert built(build(real, **environ)) == set()


@pytest.mark.long
def test_observed_builds(real: Fleet) -> None:
    """A record of a build that was watched names the files of the machine that it read, and they count."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    header = real.folder / "machine" / "limit.h"
    header.parent.mkdir()
    header.write_text("#define LIMIT 1\n")
    (real.settings / "tinyext.yaml").write_text(f'env:\n  CFLAGS: "-include {header}"\n')
    output = build(real, "--observe")
    assert built(output) == ALL
    for unit in ALL:
        assert f"cutoff: {unit}: observed" in output, output
    (file,) = (real.folder / "records" / "records" / "tinyext" / "2.0").glob("*.json")
    record = json.loads(file.read_text())
    assert record["evidence"] == "observed"
    system = record["observed"]["system"]
    assert str(header) in system
    assert any(path.endswith("/cc1") for path in system) and any(path.endswith("/Python.h") for path in system)
    assert record["observed"]["untouched"] == []
    assert built(build(real, "--observe")) == set()
    header.write_text("#define LIMIT 2\n")
    output = build(real, "--observe")
    assert built(output) == {EXT}
    assert any(str(header) in line for line in said(output, EXT))
