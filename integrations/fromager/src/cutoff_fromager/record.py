"""A record of one build: what was known of it goes to ``cutoff fromager record``."""

from __future__ import annotations

import json
import logging
import pathlib
import subprocess
import tempfile
import typing

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from . import distributions, inputs, locations, observed
from .config import Config, NotRecorded
from .workfolder import WorkFolder

if typing.TYPE_CHECKING:
    from fromager import context

logger = logging.getLogger(__name__)

#: docs/fromager.md
SCHEMA = "cutoff.build-env/1"


def write(config: Config, ctx: context.WorkContext, req: Requirement, version: str, wheel: pathlib.Path) -> None:
    """Records what a wheel was built with.

    Under ``cutoff fromager exec`` too, which records it again once it knows what the build has read: should that one be
    killed, something is known at least.

    Raises:
        NotRecorded: something can't be found out, or the program failed
    """
    folder = WorkFolder.find(ctx, req.name, version)
    document = describe(config, ctx, req, version, folder)
    if config.spool:
        observed.leave(config, ctx, req, wheel, folder, document)
    with tempfile.TemporaryDirectory(prefix="cutoff-") as scratch:
        file = pathlib.Path(scratch) / "build-env.json"
        file.write_text(json.dumps(document, indent=1, sort_keys=True), encoding="utf-8")
        command = [config.command(), "fromager", "record", str(wheel), "--build-env", str(file)]
        call(config, command + options(config, ctx, pathlib.Path(scratch)))
    logger.info("cutoff: recorded what %s was built with", wheel.name)


def options(config: Config, ctx: context.WorkContext, scratch: pathlib.Path) -> list[str]:
    """What ``cutoff fromager record`` is told besides the wheel and its document."""
    records = ["--records", str(pathlib.Path(config.records).absolute())] if config.records else []
    # fromager has just built it: that the bytes may be those of another build is no mistake.
    return [*locations.options(ctx, scratch), *records, "--again"]


def describe(
    config: Config, ctx: context.WorkContext, req: Requirement, version: str, folder: WorkFolder
) -> dict[str, typing.Any]:
    """The document of a build whose environment still stands.

    Raises:
        NotRecorded: something can't be found out
    """
    document: dict[str, typing.Any] = {
        "schema": SCHEMA,
        "package": canonicalize_name(req.name),
        "version": version,
        "variant": ctx.variant,
        "distributions": distributions.installed(
            folder.environment, distributions.wheels_of([ctx.wheels_downloads, ctx.wheels_prebuilt])
        ),
        "environment": inputs.environment(ctx, req, Version(version), config.ignored),
        "inputs": inputs.signatures(ctx, req, Version(version)),
        "seconds": round(_seconds(ctx, req, version), 3),
    }
    source = folder.source()
    if source is not None and source.is_file():
        document["source"] = {"file": source.name, "sha256": distributions.sha256(source)}
    compiler = inputs.compiler(ctx, req, Version(version))
    if compiler is not None:
        document["compiler"] = compiler
    return document


def call(config: Config, command: list[str]) -> str:
    """Calls the program, and returns what it wrote to standard output.

    Raises:
        NotRecorded: it failed, or took too long
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=config.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotRecorded(f"{command[0]} took more than {config.timeout:g} seconds") from None
    except OSError as error:
        raise NotRecorded(f"{command[0]} can't be run: {error}") from error
    if done.returncode != 0:
        raise NotRecorded(f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _seconds(ctx: context.WorkContext, req: Requirement, version: str) -> float:
    """How long fromager worked on the package, all its steps; it counts by the name as the requirement spells it."""
    return sum(ctx.time_store.get(f"{req.name}=={version}", {}).values())
