"""``fromager build-incremental``: builds the packages of a graph that must be built, and keeps the others' wheels."""

from __future__ import annotations

import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import typing
from dataclasses import dataclass, replace

import click
from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from . import inputs, locations
from .config import SWITCH, Config, NotRecorded
from .graph import Graph

if typing.TYPE_CHECKING:
    from fromager import context

logger = logging.getLogger(__name__)

#: docs/fromager.md
INPUTS_SCHEMA = "cutoff.inputs/1"

_BAD_INPUT = 2


@click.command("build-incremental")
@click.option(
    "--incremental-rebuild",
    "mode",
    flag_value="build",
    help="build the packages that must be built, keep the wheels of the others",
)
@click.option("--dry-run-incremental", "mode", flag_value="plan", help="say what would be built and why; build nothing")
@click.option("--force", "mode", flag_value="force", help="build all packages, whatever is known of them")
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path),
    help="graph.json of the run before, to report what changed since",
)
@click.option(
    "--wheels",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=pathlib.Path),
    help="folder of wheels that may be kept, besides those of this run; may be repeated",
)
@click.option("--records", type=click.Path(path_type=pathlib.Path), help="folder of records instead of Cutoff's store")
@click.option("--policy", type=click.Choice(["strict", "identical", "compatible"]), help="what lets a wheel be kept")
@click.option("--observe", is_flag=True, help="watch what builds read, by cutoff fromager exec")
@click.option("-m", "--max-workers", type=int, help="how many packages build-parallel builds at once")
@click.argument("graph_file", type=click.Path(exists=True, dir_okay=False, path_type=pathlib.Path))
@click.pass_context
def build_incremental(
    click_context: click.Context,
    mode: str | None,
    previous: pathlib.Path | None,
    wheels: tuple[pathlib.Path, ...],
    records: pathlib.Path | None,
    policy: str | None,
    observe: bool,
    max_workers: int | None,
    graph_file: pathlib.Path,
) -> None:
    """Build the packages of a graph that must be built

    GRAPH_FILE is a graph.json file as bootstrap writes it.

    One of --incremental-rebuild, --dry-run-incremental and --force says what
    to do. Wheels are kept that a record says are still what a build would
    give, by the policy; the others are built by build-parallel, which records
    what they were built with.

    Example: fromager -c constraints.txt build-incremental
    --incremental-rebuild --policy compatible work-dir/graph.json
    """
    if mode is None:
        raise click.UsageError("say what to do: --incremental-rebuild, --dry-run-incremental or --force")
    try:
        config = replace(Config.read(), enabled=True)
    except NotRecorded as why:
        raise click.UsageError(str(why)) from why
    if records is not None:
        config = replace(config, records=str(records))
    fromager = Fromager(_global_options(click_context), max_workers, config, observe)
    graph = Graph.read(graph_file)
    if mode == "force":
        fromager.build(graph_file, force=True)
        return
    with tempfile.TemporaryDirectory(prefix="cutoff-") as folder:
        planner = Planner(config, click_context.obj, graph, graph_file, previous, wheels, policy, pathlib.Path(folder))
        if mode == "plan":
            planner.show()
        else:
            _build(planner, fromager, graph, graph_file, pathlib.Path(folder))


def _build(
    planner: Planner, fromager: Fromager, graph: Graph, graph_file: pathlib.Path, folder: pathlib.Path
) -> None:
    """Builds in rounds: what waits for a package is judged anew when that one is built, and may be kept then."""
    built: set[str] = set()
    try:
        actions = planner.plan()
        while True:
            planner.apply(actions, built)
            ready = graph.ready(actions) - built
            waits = any(actions.get(key) not in ("keep", "rebuild") for key in graph.units())
            if not ready or not waits:
                break  # the whole graph is the last round
            part = folder / "graph.json"
            graph.part(ready).write(part)
            fromager.build(part)
            built |= ready
            actions = planner.plan()
        planner.end()
    except NotRecorded as why:
        logger.warning("cutoff can't tell what may be kept, so all packages are built: %s", why)
        fromager.build(graph_file, force=True)
        return
    fromager.build(graph_file)


@dataclass(frozen=True)
class Fromager:
    """Starts fromager's own build-parallel with the options that this run was given."""

    options: list[str]
    max_workers: int | None
    config: Config
    observe: bool

    def build(self, graph: pathlib.Path, force: bool = False) -> None:
        """Builds a graph; what fromager's exit code says of it is said by this process, too."""
        command = [sys.executable, "-m", "fromager", *self.options, "build-parallel"]
        if self.max_workers is not None:
            command += ["--max-workers", str(self.max_workers)]
        if force:
            command.append("--force")
        command.append(str(graph))
        if self.observe:
            try:
                command = [self.config.command(), "fromager", "exec", "--", *command]
            except NotRecorded as why:
                logger.warning("builds are not observed: %s", why)
        environ = {**os.environ, SWITCH: "1"}
        if self.config.records:
            environ["CUTOFF_FROMAGER_RECORDS"] = self.config.records
        code = subprocess.run(command, env=environ, check=False).returncode
        if code != 0:
            raise click.exceptions.Exit(code if code > 0 else 128 - code)


class Planner:
    """Asks ``cutoff fromager plan`` what may be kept, and lays the wheels out accordingly."""

    def __init__(
        self,
        config: Config,
        ctx: context.WorkContext,
        graph: Graph,
        graph_file: pathlib.Path,
        previous: pathlib.Path | None,
        wheels: tuple[pathlib.Path, ...],
        policy: str | None,
        folder: pathlib.Path,
    ) -> None:
        self.config = config
        self.ctx = ctx
        self.graph = graph
        self.result = folder / "plan.json"
        self.inputs = folder / "inputs.json"
        self.inputs.write_text(json.dumps(self._inputs(), indent=1, sort_keys=True), encoding="utf-8")
        self.aside = ctx.wheels_repo / "set-aside"
        self.waiting = ctx.wheels_repo / "waiting"
        self.options = [str(graph_file), *locations.options(ctx, folder), "--inputs", str(self.inputs)]
        if previous is not None:
            self.options += ["--previous", str(previous)]
        for constraints in ctx.input_constraints_files:
            self.options += ["--constraints", constraints]
        for place in (ctx.wheels_downloads, ctx.wheels_prebuilt, *wheels):
            if place.is_dir():
                self.options += ["--wheels", str(place)]
        self.waiting.mkdir(parents=True, exist_ok=True)
        self.options += ["--wheels", str(self.waiting)]
        if config.records:
            self.options += ["--records", str(pathlib.Path(config.records).absolute())]
        if policy is not None:
            self.options += ["--policy", policy]

    def _inputs(self) -> dict[str, typing.Any]:
        """What signature hooks and variables say of each package now."""
        packages = {}
        for key in self.graph.units():
            node = self.graph.nodes[key]
            req, version = Requirement(node["canonicalized_name"]), Version(node["version"])
            told: dict[str, dict[str, str]] = {}
            try:
                told["environment"] = inputs.environment(self.ctx, req, version, self.config.ignored)
                told["inputs"] = inputs.signatures(self.ctx, req, version)
            except NotRecorded as why:
                logger.warning("%s: %s", key, why)
                # No record has this input, so the package is rebuilt, and the plan says why.
                told["inputs"] = {"what is not known": str(why)}
            packages[key] = told
        return {"schema": INPUTS_SCHEMA, "packages": packages}

    def show(self) -> None:
        """Lets the program print the plan."""
        try:
            command = [self.config.command(), "fromager", "plan", *self.options]
        except NotRecorded as why:
            raise click.ClickException(str(why)) from why
        code = subprocess.run(command, check=False).returncode
        if code != 0:
            raise click.exceptions.Exit(code)

    def plan(self) -> dict[str, str]:
        """The action for each unit, and all reasons on the terminal.

        Raises:
            NotRecorded: the program could not tell
        """
        command = [self.config.command(), "fromager", "plan", *self.options, "--json", str(self.result)]
        code = subprocess.run(command, check=False).returncode
        if code == _BAD_INPUT:
            raise click.exceptions.Exit(code)
        if code != 0:
            raise NotRecorded(f"cutoff fromager plan ended with {code}")
        try:
            units = json.loads(self.result.read_text(encoding="utf-8"))["units"]
            return {unit["unit"]: unit["action"] for unit in units}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotRecorded(f"the plan can't be read: {error!r}") from error

    def apply(self, actions: dict[str, str], built: set[str]) -> None:
        """Puts the wheels that are kept where fromager finds them, and those that are not out of its way.

        Raises:
            NotRecorded: that can't be done
        """
        stale = {key for key in self.graph.units() if actions.get(key) != "keep"} - built
        touched = self._take_away(stale, actions)
        self._leave_out(built)
        output = self.ctx.wheels_repo.parent
        if self.ctx.wheels_repo != output / "wheels-repo":
            raise NotRecorded(f"{self.ctx.wheels_repo} is not called wheels-repo")
        command = [self.config.command(), "fromager", "apply", str(self.result), "--seed", str(output)]
        code = subprocess.run(command, check=False).returncode
        if code != 0:
            raise NotRecorded(f"cutoff fromager apply ended with {code}")
        kept = {self.graph.nodes[key]["canonicalized_name"] for key in self.graph.units() if key not in stale}
        names = sorted(kept | touched)
        if names:
            # uv would go on using what it has unpacked of another wheel of the same name.
            self.ctx.uv_clean_cache(*map(Requirement, names))

    def _leave_out(self, built: set[str]) -> None:
        """Takes what this run has built out of the plan: it is where it belongs, be there a record of it or not."""
        plan = json.loads(self.result.read_text(encoding="utf-8"))
        plan["units"] = [unit for unit in plan["units"] if unit["unit"] not in built]
        self.result.write_text(json.dumps(plan), encoding="utf-8")

    def _take_away(self, stale: set[str], actions: dict[str, str]) -> set[str]:
        """fromager takes any wheel of the right name, version and build tag: those that are not to be used go.

        Those of units that wait may be kept yet, and a plan must see them.
        """
        nodes = {key: self.graph.nodes[key] for key in stale}
        folders = {
            (node["canonicalized_name"], Version(node["version"])): (
                self.aside if actions.get(key) == "rebuild" else self.waiting
            )
            for key, node in nodes.items()
        }
        moved = set()
        for wheel in sorted(self.ctx.wheels_downloads.glob("*.whl")):
            try:
                name, version, _, _ = parse_wheel_filename(wheel.name)
            except InvalidWheelFilename:
                continue
            folder = folders.get((name, version))
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                wheel.replace(folder / wheel.name)
                moved.add(str(name))
        return moved

    def end(self) -> None:
        """Nothing waits any more: what was not kept is set aside. After a build that failed the next run finds it."""
        for wheel in sorted(self.waiting.glob("*.whl")):
            self.aside.mkdir(parents=True, exist_ok=True)
            wheel.replace(self.aside / wheel.name)
        self.waiting.rmdir()


def _global_options(click_context: click.Context) -> list[str]:
    """The options before the command's name, as they came to be: by words, by variables, by default."""
    root = click_context.find_root()
    words: list[str] = []
    for option in root.command.params:
        if not isinstance(option, click.Option) or option.name not in root.params:
            continue
        value = root.params[option.name]
        if option.is_flag:
            name = option.opts[-1] if value else option.secondary_opts[-1:] and option.secondary_opts[-1]
            words += [name] if name else []
        elif option.multiple:
            words += [word for each in value for word in (option.opts[-1], str(each))]
        elif value not in (None, ""):
            words += [option.opts[-1], str(value)]
    return words
