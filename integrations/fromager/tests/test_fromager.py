"""The hooks and the command in the real fromager, which builds packages of a few lines."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from conftest import Fleet

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


def small(fleet: Fleet) -> None:
    fleet.tinydep("1.0", 42)
    fleet.source("tinyext", "2.0", ["tinydep==1.0"])


def test_off_by_default(fleet: Fleet) -> None:
    small(fleet)
    fleet.environ["CUTOFF"] = "/nonexistent/cutoff"
    done = fleet.fromager("build-parallel", str(fleet.graph()))
    assert done.returncode == 0, done.stdout
    assert "cutoff" not in done.stdout
    assert fleet.built() == ["tinydep-1.0-1-py3-none-any.whl", "tinyext-2.0-1-cp312-cp312-linux_x86_64.whl"]


def test_what_a_wheel_was_built_with_is_recorded(fleet: Fleet, recorder) -> None:
    small(fleet)
    (fleet.settings / "tinyext.yaml").write_text('env:\n  CFLAGS: "-g0 ${EXTRA:-}"\n  JOBS: "${MAX_JOBS}"\n')
    done = fleet.fromager(
        "build-parallel", str(fleet.graph()), EXTRA="-DX", SOME_TOKEN="secret", FROMAGER_BUILD_ENV_SIGN="image 7"
    )
    assert done.returncode == 0, done.stdout
    calls = (fleet.folder / "recorded" / "calls").read_text().splitlines()
    assert len(calls) == 2
    overrides = fleet.folder / "overrides"
    for option in (
        f"--settings {overrides / 'settings'}",
        f"--settings-file {overrides / 'settings.yaml'}",
        f"--patches-dir {overrides / 'patches'}",
        "--variant cpu",
        f"--records {fleet.folder / 'records'}",
    ):
        assert option in calls[1]
    document = fleet.document("tinyext")
    assert document["schema"] == "cutoff.build-env/1"
    assert (document["package"], document["version"], document["variant"]) == ("tinyext", "2.0", "cpu")
    wheel = fleet.downloads / "tinydep-1.0-1-py3-none-any.whl"
    assert [(d["name"], d["version"], d["wheel"]) for d in document["distributions"]] == [
        ("tinydep", "1.0", str(wheel))
    ]
    assert document["distributions"][0]["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = fleet.folder / "sdists-repo" / "downloads" / "tinyext-2.0.tar.gz"
    assert document["source"] == {
        "file": "tinyext-2.0.tar.gz",
        "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
    }
    assert document["environment"]["CFLAGS"] == "-g0 -DX"
    assert document["environment"]["JOBS"] == "1"
    assert document["environment"]["EXTRA"] == "sha256:" + hashlib.sha256(b"-DX").hexdigest()
    assert not {"MAKEFLAGS", "MAX_JOBS", "CMAKE_BUILD_PARALLEL_LEVEL", "VIRTUAL_ENV", "PATH", "UV_PYTHON"} & set(
        document["environment"]
    )
    assert "secret" not in json.dumps(document) and "SOME_TOKEN" not in document["environment"]
    assert document["inputs"] == {"FROMAGER_BUILD_ENV_SIGN": "image 7"}
    assert document["seconds"] > 0
    assert document["compiler"]["sha256"] and document["compiler"]["version"]


def test_a_wheel_that_is_taken_as_it_is_gets_no_record(fleet: Fleet, recorder) -> None:
    fleet.source("tinypure", "1.0", [], {"tinypure.py": "answer = 1\n"})
    done = fleet.fromager("build-sequence", str(order(fleet)))
    assert done.returncode == 0, done.stdout
    assert fleet.document("tinypure")["distributions"] == []
    (fleet.folder / "recorded" / "tinypure.json").unlink()
    done = fleet.fromager("build-parallel", str(fleet.graph()))
    assert done.returncode == 0, done.stdout
    assert not (fleet.folder / "recorded" / "tinypure.json").exists()


def test_a_prebuilt_wheel_gets_no_record(fleet: Fleet, recorder) -> None:
    fleet.wheel("tinypre", "1.0", {"tinypre.py": ""})
    done = fleet.fromager("-v", "build-parallel", str(fleet.graph()))
    assert done.returncode == 0, done.stdout
    assert "tinypre-1.0-py3-none-any.whl is pre-built: no record" in done.stdout
    assert not (fleet.folder / "recorded").exists()


def order(fleet: Fleet):
    file = fleet.folder / "build-order.json"
    file.write_text(
        json.dumps(
            [
                {"dist": n["canonicalized_name"], "version": n["version"], "source_url": n["download_url"]}
                for n in fleet.nodes.values()
            ]
        )
    )
    return file


def test_a_failure_of_ours_fails_no_build(fleet: Fleet) -> None:
    small(fleet)
    done = fleet.fromager(
        "build-parallel", str(fleet.graph()), CUTOFF="/nonexistent/cutoff", CUTOFF_FROMAGER="1"
    )
    assert done.returncode == 0, done.stdout
    assert "there is no program /nonexistent/cutoff" in done.stdout
    assert "cutoff has no record of tinyext-2.0-1-" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_command_wants_to_know_what_to_do(fleet: Fleet) -> None:
    small(fleet)
    done = fleet.fromager("build-incremental", str(fleet.graph()))
    assert done.returncode == 2
    assert "--incremental-rebuild, --dry-run-incremental or --force" in done.stdout


def test_force_is_fromagers_own_with_the_same_options(fleet: Fleet, recorder) -> None:
    small(fleet)
    del fleet.environ["CUTOFF_FROMAGER"]
    done = fleet.fromager(
        "--no-network-isolation", "-O", ".", "--variant", "cpu", "build-incremental", "--force", "-m", "1", str(fleet.graph())
    )
    assert done.returncode == 0, done.stdout
    assert "network isolation: False" in done.stdout
    assert fleet.document("tinyext")["package"] == "tinyext"


def test_a_build_that_fails_is_told_by_the_exit_code(fleet: Fleet, recorder) -> None:
    small(fleet)
    (fleet.settings / "tinyext.yaml").write_text('env:\n  CC: "false"\n')
    done = fleet.fromager("build-incremental", "--force", str(fleet.graph()))
    assert done.returncode == 1, done.stdout
    assert "Failed to build tinyext==2.0" in done.stdout


def test_without_a_plan_all_is_built(fleet: Fleet) -> None:
    small(fleet)
    (fleet.folder / "cutoff").write_text("#!/bin/sh\nexit 70\n")
    (fleet.folder / "cutoff").chmod(0o755)
    done = fleet.fromager(
        "build-incremental", "--incremental-rebuild", str(fleet.graph()), CUTOFF=str(fleet.folder / "cutoff")
    )
    assert done.returncode == 0, done.stdout
    assert "can't tell what may be kept, so all packages are built" in done.stdout
    assert "tinyext-2.0-1-cp312-cp312-linux_x86_64.whl" in fleet.built()


def test_a_bad_graph_is_refused(fleet: Fleet) -> None:
    fleet.folder.joinpath("graph.json").write_text('{"a==1": {"edges": []}}')
    done = fleet.fromager("build-incremental", "--force", "graph.json")
    assert done.returncode == 1
    assert "has no root" in done.stdout and "Traceback" not in done.stdout
