"""The real thing: bottleneck, whose binaries use numpy by a table of pointers that no linker sees, against real releases."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import Fleet
from test_incremental import PROGRAM, built, said

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not PROGRAM, reason="CUTOFF_PROGRAM does not name the program"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler"),
]

BOTTLENECK = "bottleneck==1.6.0"


class Run:
    """A fleet of bottleneck and what it is built with; each resolution is fromager's own, by bootstrap."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        fleet.environ["CUTOFF"] = PROGRAM
        (fleet.settings / "numpy.yaml").write_text("variants:\n  cpu:\n    pre_built: true\n")
        self.graphs = 0

    def bootstrap(self, numpy: str, setuptools: str = "80.9.0") -> pathlib.Path:
        """Resolves, and builds what is not there; what fromager then has is what it would reuse."""
        constraints = self.fleet.folder / "constraints.txt"
        constraints.write_text(f"numpy=={numpy}\nsetuptools=={setuptools}\nversioneer==0.29\n")
        done = self.fleet.fromager("-c", "constraints.txt", "bootstrap", BOTTLENECK, CUTOFF_FROMAGER="1")
        if "Max retries exceeded" in done.stdout or "NameResolutionError" in done.stdout:
            pytest.skip("the package index can't be reached")
        assert done.returncode == 0, done.stdout[-4000:]
        self.graphs += 1
        graph = self.fleet.folder / f"graph-{self.graphs}.json"
        shutil.copy(self.fleet.folder / "work-dir" / "graph.json", graph)
        return graph

    def incremental(self, graph: pathlib.Path, mode: str, *words: str) -> str:
        done = self.fleet.fromager("-c", "constraints.txt", "build-incremental", mode, *words, str(graph))
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    def plan(self, graph: pathlib.Path, policy: str, *words: str) -> str:
        return self.incremental(graph, "--dry-run-incremental", "--policy", policy, *words)


@pytest.fixture
def run(fleet: Fleet) -> Run:
    return Run(fleet)


def test_a_later_numpy(run: Run) -> None:
    """numpy 2.2.6, then 2.3.4: what bottleneck's binaries use of the one is in the other."""
    run.bootstrap("2.2.6")
    second = run.bootstrap("2.3.4")
    for policy in ("strict", "identical"):
        plan = run.plan(second, policy)
        assert said(plan, BOTTLENECK)[0].startswith("rebuild") and "numpy 2.2.6 -> 2.3.4" in said(plan, BOTTLENECK)[0]
    compatible = run.plan(second, "compatible")
    assert said(compatible, BOTTLENECK)[0].startswith("keep"), compatible
    assert "numpy 2.2.6 -> 2.3.4" in said(compatible, BOTTLENECK)[0], compatible
    assert built(run.incremental(second, "--incremental-rebuild", "--policy", "compatible")) == set()
    assert built(run.incremental(second, "--incremental-rebuild", "--policy", "strict")) == {BOTTLENECK}
    assert said(run.plan(second, "strict"), BOTTLENECK)[0].startswith("keep")


def test_an_earlier_numpy(run: Run) -> None:
    """numpy 2.3.4, then 2.2.6: fromager reuses the wheel, and its graph says that it was built against 2.2.6."""
    first = run.bootstrap("2.3.4")
    second = run.bootstrap("2.2.6")
    edges = json.loads(second.read_text())[BOTTLENECK]["edges"]
    assert ("numpy==2.2.6", "build-system") in {(edge["key"], edge["req_type"]) for edge in edges}
    assert len(list(run.fleet.downloads.glob("bottleneck-*.whl"))) == 1
    for policy in ("strict", "identical", "compatible"):
        plan = run.plan(second, policy, "--previous", str(first))
        assert said(plan, BOTTLENECK)[0].startswith("rebuild"), plan
        assert "numpy 2.3.4 -> 2.2.6" in said(plan, BOTTLENECK)[0]
        assert "fromager by itself would reuse" in plan and "bottleneck-1.6.0-1-" in plan


def test_from_one_major_numpy_to_the_next(run: Run) -> None:
    """numpy 1.26.4 has another table than 2.0.2: no binary of the one works with the other."""
    # Its own requirement admits numpy 2 alone.
    (run.fleet.settings / "bottleneck.yaml").write_text(
        "project_override:\n  update_build_requires:\n    - numpy\n"
    )
    run.bootstrap("1.26.4")
    second = run.bootstrap("2.0.2")
    for policy in ("strict", "identical", "compatible"):
        plan = run.plan(second, policy)
        assert said(plan, BOTTLENECK)[0].startswith("rebuild"), plan
    assert built(run.incremental(second, "--incremental-rebuild", "--policy", "compatible")) == {BOTTLENECK}


def test_another_setuptools_is_no_reason_under_compatible(run: Run) -> None:
    run.bootstrap("2.3.4", setuptools="80.8.0")
    second = run.bootstrap("2.3.4", setuptools="80.9.0")
    assert said(run.plan(second, "strict"), BOTTLENECK)[0].startswith("rebuild")
    compatible = run.plan(second, "compatible")
    assert said(compatible, BOTTLENECK)[0].startswith("keep"), compatible
    assert built(run.incremental(second, "--incremental-rebuild", "--policy", "compatible")) == set()


def test_what_bottleneck_reads_is_observed(run: Run) -> None:
    graph = run.bootstrap("2.3.4")
    wheel = next(run.fleet.downloads.glob("bottleneck-*.whl"))
    wheel.unlink()
    words = [PROGRAM, "fromager", "exec", "--", "fromager", "-c", "constraints.txt", "build-parallel", str(graph)]
    done = subprocess.run(
        words, cwd=run.fleet.folder, env=run.fleet.environ, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"cutoff: {BOTTLENECK}: observed" in done.stderr, done.stderr
    records = [json.loads(f.read_text()) for f in (run.fleet.folder / "records/records/bottleneck/1.6.0").glob("*.json")]
    (record,) = [r for r in records if r["evidence"] == "observed"]
    # The compiler looked for headers in the environment's include folder, where each of them could have put some.
    assert record["observed"]["untouched"] == []
    assert any(os.path.basename(path) == "cc1" for path in record["observed"]["system"])
    plan = run.plan(graph, "strict")
    assert said(plan, BOTTLENECK)[0].startswith("keep"), plan
