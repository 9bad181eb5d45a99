"""What ``cutoff fromager exec`` needs to tell what a build has read, as long as the build's environment stands."""

from __future__ import annotations

import json
import os
import pathlib
import posixpath
import stat
import typing
import uuid
from importlib import metadata

from packaging.requirements import Requirement

from . import distributions, record
from .config import Config
from .workfolder import WorkFolder

if typing.TYPE_CHECKING:
    from fromager import context

#: docs/fromager-integration.md
SCHEMA = "cutoff.built-wheel/1"


def leave(
    config: Config,
    ctx: context.WorkContext,
    req: Requirement,
    wheel: pathlib.Path,
    folder: WorkFolder,
    document: dict[str, typing.Any],
) -> None:
    """Leaves a document of a build in the folder that ``exec`` has named."""
    spool = pathlib.Path(config.spool)
    name = f"{folder.path.name}-{uuid.uuid4()}"
    scratch = spool / name
    scratch.mkdir()
    build_env, trace = spool / f"{name}.build-env.json", spool / f"{name}.trace.json"
    build_env.write_text(json.dumps({**document, "trace": str(trace)}), encoding="utf-8")
    sites = sorted({pathlib.Path(each["location"]) for each in document["distributions"]})
    gaps = []
    if len(sites) != 1:
        gaps.append("its environment has not one folder for modules")
    if ctx.package_build_info(req).plugin is not None:
        gaps.append("a plugin of fromager overrides its build, and nobody sees what that reads within fromager")
    environment = folder.environment.resolve()
    told = {
        "schema": SCHEMA,
        "wheel": str(ctx.wheels_downloads / wheel.name),
        "build_env": str(build_env),
        "trace": str(trace),
        "options": record.options(config, ctx, scratch),
        "folder": str(folder.path.resolve()),
        "output": str(ctx.wheels_build),
        "environment": str(environment),
        "site": sites[0].relative_to(environment).as_posix() if sites else "",
        "base": base(environment, sites),
        "gaps": gaps,
    }
    # Whoever reads it sees all of it or nothing.
    written = spool / f"{name}.part"
    written.write_text(json.dumps(told), encoding="utf-8")
    written.rename(spool / f"{name}.built.json")


def base(environment: pathlib.Path, sites: list[pathlib.Path]) -> dict[str, dict[str, typing.Any]]:
    """What is in an environment of no distribution, compiled modules aside: by path from its root."""
    owned = set()
    for site in sites:
        for distribution in metadata.distributions(path=[str(site)]):
            for path in distributions.paths(distribution.read_text("RECORD") or ""):
                owned.add(posixpath.normpath(posixpath.join(site.relative_to(environment).as_posix(), path)))
    found: dict[str, dict[str, typing.Any]] = {}
    for top, folders, names in os.walk(environment):
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        for name in (*names, *links):
            path = pathlib.Path(top, name)
            place = path.relative_to(environment).as_posix()
            if place in owned or path.suffix == ".pyc":
                continue
            if path.is_symlink():
                found[place] = {"link": os.readlink(path)}
            elif path.is_file():
                status = path.stat()
                executable = bool(status.st_mode & stat.S_IXUSR)
                found[place] = {
                    "sha256": distributions.sha256(path),
                    "size": status.st_size,
                    "executable": executable,
                }
    return found
