"""Where fromager builds a package: the folder of one version, the sources and the build environment in it."""

from __future__ import annotations

import json
import pathlib
import platform
import sys
import typing
from dataclasses import dataclass

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from .config import NotRecorded

if typing.TYPE_CHECKING:
    from fromager import context


@dataclass(frozen=True)
class WorkFolder:
    """``work-dir/NAME-VERSION``, while the build's hooks run.

    Args:
        path: the folder
        environment: the virtual environment that the build ran in, below it
    """

    path: pathlib.Path
    environment: pathlib.Path

    @classmethod
    def find(cls, ctx: context.WorkContext, name: str, version: str) -> WorkFolder:
        """The folder of one version of a package; its spelling of the name can be any that means the same.

        Raises:
            NotRecorded: there is none with a build environment, or more than one
        """
        environment = f"build-{platform.python_version()}{sys.abiflags}"
        wanted = (canonicalize_name(name), Version(version))
        found = [
            cls(folder, folder / environment)
            for folder in sorted(ctx.work_dir.iterdir())
            if _means(folder.name) == wanted and (folder / environment).is_dir()
        ]
        if len(found) != 1:
            several = ", ".join(folder.path.name for folder in found)
            raise NotRecorded(
                f"{ctx.work_dir} has several build environments of it: {several}"
                if found
                else f"{ctx.work_dir} has no build environment of it"
            )
        return found[0]

    def source(self) -> pathlib.Path | None:
        """What the sources were unpacked from; None if fromager has not written that down."""
        meta = self.path / "build-meta.json"
        try:
            name = json.loads(meta.read_text(encoding="utf-8"))["source-filename"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pathlib.Path(name) if isinstance(name, str) else None


def _means(folder: str) -> tuple[str, Version] | None:
    name, _, version = folder.rpartition("-")
    try:
        return canonicalize_name(name), Version(version)
    except InvalidVersion:
        return None
