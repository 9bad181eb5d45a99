"""The parts of the package by themselves."""

from __future__ import annotations

import logging
import pathlib
import subprocess
import sys
import types

import click
import pytest
from conftest import pack_wheel
from cutoff_fromager import config, distributions, graph, hooks, inputs, observed, record, workfolder
from cutoff_fromager.command import _global_options
from fromager import context, packagesettings
from packaging.requirements import Requirement
from packaging.version import Version

REQ, VERSION = Requirement("tiny.ext"), Version("2.0")


def work(folder: pathlib.Path, settings: str = "") -> context.WorkContext:
    """fromager's context for a run in a folder, with settings of tiny-ext."""
    own = [packagesettings.PackageSettings.from_string("tiny-ext", settings)] if settings else []
    ctx = context.WorkContext(
        active_settings=packagesettings.Settings(
            settings=packagesettings.SettingsFile(),
            package_settings=own,
            variant="cpu",
            patches_dir=folder / "patches",
            max_jobs=None,
        ),
        patches_dir=folder / "patches",
        sdists_repo=folder / "sdists-repo",
        wheels_repo=folder / "wheels-repo",
        work_dir=folder / "work-dir",
    )
    ctx.work_dir.mkdir(exist_ok=True)
    return ctx


def environment(folder: pathlib.Path, *wheels: pathlib.Path) -> pathlib.Path:
    """A virtual environment as fromager makes it, by uv."""
    uv = str(pathlib.Path(sys.executable).parent / "uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, "--no-project", str(folder)], check=True)
    if wheels:
        install = [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", str(folder / "bin" / "python3")]
        subprocess.run([*install, *map(str, wheels)], check=True)
    return folder


# config


@pytest.mark.parametrize(("value", "on"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)])
def test_the_switch(value: str | None, on: bool) -> None:
    assert config.Config.of({} if value is None else {"CUTOFF_FROMAGER": value}).enabled is on


def test_a_timeout_is_a_number() -> None:
    with pytest.raises(config.NotRecorded, match="CUTOFF_FROMAGER_TIMEOUT=soon"):
        config.Config.of({"CUTOFF_FROMAGER_TIMEOUT": "soon"})


# distributions


def test_a_distribution_is_of_the_wheel_that_has_its_files(tmp_path: pathlib.Path) -> None:
    ours = pack_wheel(tmp_path / "a", "tinydep", "1.0", {"tinydep.py": "answer = 1\n"})
    other = pack_wheel(tmp_path / "b", "tinydep", "1.0", {"tinydep.py": "answer = 2\n"}, build="7")
    venv = environment(tmp_path / "build", ours)
    found = distributions.installed(venv, [other, ours])
    assert [(d["name"], d["version"], d["wheel"]) for d in found] == [("tinydep", "1.0", str(ours))]
    assert found[0]["sha256"] == distributions.sha256(ours)
    assert "wheel" not in distributions.installed(venv, [other])[0]


def test_a_file_that_was_changed_in_the_wheel_is_no_origin(tmp_path: pathlib.Path) -> None:
    ours = pack_wheel(tmp_path / "a", "tinydep", "1.0", {"tinydep.py": "answer = 1\n"})
    venv = environment(tmp_path / "build", ours)
    ours.write_bytes(b"no zip")
    assert "wheel" not in distributions.installed(venv, [ours])[0]


def test_names_are_canonical_and_versions_compared_as_such(tmp_path: pathlib.Path) -> None:
    wheel = pack_wheel(tmp_path, "Tiny_Dep", "1.0.0", {"tinydep.py": ""})
    found = distributions.installed(environment(tmp_path / "build", wheel), [wheel])
    assert [(d["name"], d["wheel"]) for d in found] == [("tiny-dep", str(wheel))]


def test_what_is_no_environment(tmp_path: pathlib.Path) -> None:
    with pytest.raises(config.NotRecorded, match="has no site-packages"):
        distributions.installed(tmp_path, [])


def test_what_an_environment_has_of_no_wheel(tmp_path: pathlib.Path) -> None:
    wheel = pack_wheel(tmp_path, "tinydep", "1.0", {"tinydep.py": ""})
    venv = environment(tmp_path / "build", wheel).resolve()
    base = observed.base(venv, [next(venv.glob("lib/python*/site-packages"))])
    assert base["bin/python3"] == {"link": "python"}
    assert base["pyvenv.cfg"]["sha256"] == distributions.sha256(venv / "pyvenv.cfg")
    assert not [path for path in base if "tinydep" in path]


# work folders


def test_a_work_folder_is_found_by_what_its_name_means(tmp_path: pathlib.Path) -> None:
    ctx = work(tmp_path)
    own = next(iter([f"build-{sys.version.split()[0]}{sys.abiflags}"]))
    (ctx.work_dir / "tiny_ext-2.0" / own).mkdir(parents=True)
    (ctx.work_dir / "tiny_ext-2.0.1" / own).mkdir(parents=True)
    (ctx.work_dir / "uv-cache").mkdir()
    folder = workfolder.WorkFolder.find(ctx, "Tiny.Ext", "2.0.0")
    assert folder.path == ctx.work_dir / "tiny_ext-2.0"
    assert folder.environment == folder.path / own
    assert folder.source() is None
    (folder.path / "build-meta.json").write_text('{"source-filename": "/a/b.tar.gz"}')
    assert folder.source() == pathlib.Path("/a/b.tar.gz")
    with pytest.raises(config.NotRecorded, match="has no build environment"):
        workfolder.WorkFolder.find(ctx, "tiny-ext", "3")
    (ctx.work_dir / "tiny-ext-2.0" / own).mkdir(parents=True)
    with pytest.raises(config.NotRecorded, match="several build environments"):
        workfolder.WorkFolder.find(ctx, "tiny-ext", "2.0")


# inputs


def test_a_setting_that_refers_to_nothing(tmp_path: pathlib.Path) -> None:
    ctx = work(tmp_path, 'env:\n  X: "${NOT_THERE_AT_ALL}"\n')
    with pytest.raises(config.NotRecorded, match="NOT_THERE_AT_ALL"):
        inputs.environment(ctx, REQ, VERSION)


def test_variables_that_count(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = work(
        tmp_path,
        'env:\n  A: "1"\n  PREFIX: "${VIRTUAL_ENV}/x"\n  PATH: "/opt/bin:$PATH"\nvariants:\n  cpu:\n    env:\n      A: "$A$A"\n',
    )
    monkeypatch.setenv("TORCH_CUDA_ARCH_LIST", "9.0")
    monkeypatch.setenv("CI_JOB_ID", "1")
    found = inputs.environment(ctx, REQ, VERSION, ("CI_*",))
    assert found["A"] == "11"
    assert found["PREFIX"] == "{build environment}/x"
    assert found["TORCH_CUDA_ARCH_LIST"].startswith("sha256:")
    assert not {"PATH", "CI_JOB_ID", "MAX_JOBS", "PWD"} & set(found)
    monkeypatch.setenv("TORCH_CUDA_ARCH_LIST", "10.0")
    assert inputs.environment(ctx, REQ, VERSION, ("CI_*",)) != found


def plugin(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, points: dict[str, str]) -> None:
    """An installed distribution with signature hooks."""
    info = folder / "signer-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: signer\nVersion: 1\n")
    lines = "\n".join(f"{name} = signer:{function}" for name, function in points.items())
    (info / "entry_points.txt").write_text(f"[{inputs.SIGNATURE_GROUP}]\n{lines}\n")
    (folder / "signer.py").write_text(
        "def image(ctx, req, version):\n    return f'{ctx.variant} {req.name} {version}'.encode()\n"
        "def text(ctx, req, version):\n    return 'text'\n"
        "def broken(ctx, req, version):\n    raise OSError('no image')\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "signer", raising=False)


def test_signature_hooks(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = work(tmp_path)
    monkeypatch.setenv("FROMAGER_BUILD_ENV_SIGN", "image 7")
    plugin(tmp_path / "plugin", monkeypatch, {"image": "image"})
    first = inputs.signatures(ctx, REQ, VERSION)
    assert first["FROMAGER_BUILD_ENV_SIGN"] == "image 7"
    assert len(first["hook image"]) == 64
    assert inputs.signatures(ctx, REQ, Version("3"))["hook image"] != first["hook image"]


@pytest.mark.parametrize(("function", "why"), [("text", "returned str, not bytes"), ("broken", "no image")])
def test_a_signature_hook_that_gives_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, function: str, why: str
) -> None:
    plugin(tmp_path / "plugin", monkeypatch, {"x": function})
    with pytest.raises(config.NotRecorded, match=why):
        inputs.signatures(work(tmp_path), REQ, VERSION)


def test_the_compiler_is_that_of_the_settings(tmp_path: pathlib.Path) -> None:
    own = tmp_path / "mycc"
    own.write_text("#!/bin/sh\necho mycc 1\necho more\n")
    own.chmod(0o755)
    found = inputs.compiler(work(tmp_path, f"env:\n  CC: {own} -m64\n"), REQ, VERSION)
    assert found == {"path": str(own), "sha256": distributions.sha256(own), "version": "mycc 1"}


# records


@pytest.mark.parametrize(
    ("program", "why"),
    [("echo 'cutoff: no space' >&2\nexit 3\n", "ended with 3: cutoff: no space"), ("exec sleep 60\n", "more than 1 s")],
)
def test_a_program_that_fails(tmp_path: pathlib.Path, program: str, why: str) -> None:
    file = tmp_path / "cutoff"
    file.write_text("#!/bin/sh\n" + program)
    file.chmod(0o755)
    with pytest.raises(config.NotRecorded, match=why):
        record.call(config.Config(timeout=1), [str(file), "fromager", "record"])


def test_hooks_log_what_goes_wrong_and_raise_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wheel = tmp_path / "tiny_ext-2.0-py3-none-any.whl"

    def run() -> None:
        hooks.post_build(work(tmp_path), REQ, "tiny-ext", "2.0", wheel, wheel)

    monkeypatch.delenv("CUTOFF_FROMAGER", raising=False)
    with caplog.at_level(logging.DEBUG):
        run()
        assert not caplog.records
        monkeypatch.setenv("CUTOFF_FROMAGER", "1")
        run()
        assert "has no build environment" in caplog.text
        monkeypatch.setattr(record, "write", lambda *_: 1 / 0)
        run()
        assert "this is an error of cutoff-fromager" in caplog.text
        monkeypatch.setenv("CUTOFF_FROMAGER_TIMEOUT", "soon")
        run()
        assert "cutoff records nothing: CUTOFF_FROMAGER_TIMEOUT" in caplog.text
        assert {entry.levelname for entry in caplog.records} == {"WARNING"}


def test_what_was_not_built_is_not_recorded(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setenv("CUTOFF_FROMAGER", "1")
    monkeypatch.setattr(record, "write", lambda *_: called.append(1))
    ctx, path = work(tmp_path), tmp_path / "x"
    hooks.post_bootstrap(ctx, REQ, "tiny-ext", "2.0", None, path)
    hooks.post_bootstrap(ctx, REQ, "tiny-ext", "2.0", path, None)
    hooks.prebuilt_wheel(ctx, REQ, "tiny-ext", "2.0", path)
    assert not called
    hooks.post_bootstrap(ctx, REQ, "tiny-ext", "2.0", path, path)
    assert called


# graphs


def edge(key: str, kind: str = "build-system") -> dict[str, str]:
    return {"key": key, "req_type": kind, "req": key.split("==")[0]}


def node(key: str, *edges: dict[str, str]) -> dict[str, object]:
    name, _, version = key.partition("==")
    return {"canonicalized_name": name, "version": version, "edges": list(edges)}


def fleet() -> graph.Graph:
    """app is built with lib, lib with gen, which needs base installed; other is built with nothing."""
    return graph.Graph(
        {
            "": node("", *(edge(k, "toplevel") for k in ("app==1", "other==1"))),
            "app==1": node("app==1", edge("lib==1"), edge("other==1", "install")),
            "lib==1": node("lib==1", edge("gen==1"), edge("app==1", "install")),
            "gen==1": node("gen==1", edge("base==1", "install")),
            "base==1": node("base==1", edge("gen==1", "install")),
            "other==1": node("other==1"),
        }
    )


def test_a_build_environment_has_what_its_packages_need_installed() -> None:
    assert fleet().environment("lib==1") == {"gen==1", "base==1"}
    assert fleet().environment("app==1") == {"lib==1", "app==1", "other==1"}


def test_what_waits_is_not_ready_and_nothing_above_it() -> None:
    actions = {"app==1": "rebuild", "lib==1": "wait", "gen==1": "rebuild", "base==1": "keep", "other==1": "rebuild"}
    assert fleet().ready(actions) == {"gen==1", "other==1"}
    assert fleet().ready({**actions, "lib==1": "keep"}) == {"gen==1", "other==1", "app==1"}
    everything = dict.fromkeys(actions, "rebuild")
    assert fleet().ready(everything) == set(actions)
    assert fleet().ready({**everything, "base==1": "maybe"}) == {"gen==1", "other==1"}


def test_a_part_has_all_that_its_builds_need(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "graph.json"
    fleet().part({"lib==1"}).write(file)
    part = graph.Graph.read(file)
    assert sorted(part.units()) == ["base==1", "gen==1", "lib==1"]
    assert part.nodes["lib==1"]["edges"] == [edge("gen==1")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "can't be read as a graph"),
        ("[]", "has no root"),
        ('{"": {"edges": []}, "a==1": {}}', "'a==1' has no list of edges"),
        ('{"": {"edges": [{"key": "b==1", "req_type": "toplevel"}]}}', "leads to no package"),
        ('{"": {"edges": []}, "a==1": {"edges": []}}', "has no canonicalized_name or version"),
    ],
)
def test_what_is_no_graph(tmp_path: pathlib.Path, text: str, why: str) -> None:
    (tmp_path / "graph.json").write_text(text)
    with pytest.raises(click.ClickException, match=why):
        graph.Graph.read(tmp_path / "graph.json")


def test_nodes_that_nothing_leads_to_are_left_out(tmp_path: pathlib.Path) -> None:
    (tmp_path / "graph.json").write_text(
        '{"": {"edges": []}, "a==1": {"edges": [], "canonicalized_name": "a", "version": "1"}}'
    )
    assert graph.Graph.read(tmp_path / "graph.json").units() == []


# the command


def test_the_options_of_the_run_are_given_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from fromager.__main__ import main

    words = ["--no-cleanup", "-c", "a.txt", "-c", "b.txt", "--variant", "cuda", "-j", "3", "--no-network-isolation"]
    first = main.make_context("fromager", [*words, "lint"], auto_envvar_prefix="FROMAGER")
    given = _global_options(types.SimpleNamespace(find_root=lambda: first))  # type: ignore[arg-type]
    monkeypatch.setenv("FROMAGER_VARIANT", "rocm")
    again = main.make_context("fromager", [*given, "lint"], auto_envvar_prefix="FROMAGER")
    assert again.params == first.params
