"""Where a run of fromager takes its settings and plugins from."""

from __future__ import annotations

import importlib.metadata
import pathlib
import typing

import click

if typing.TYPE_CHECKING:
    from fromager import context

OVERRIDES = "fromager.project_overrides"


def _settings_file() -> pathlib.Path | None:
    """The settings file, which no object of fromager's names but the command line's."""
    current = click.get_current_context(silent=True)
    if current is None:
        return None
    file = current.find_root().params.get("settings_file")
    return file if isinstance(file, pathlib.Path) else None


_at_start: pathlib.Path | None = None


def remember() -> None:
    """To be called while fromager reads its command line: hooks run in threads that know of none."""
    global _at_start
    _at_start = _settings_file() or _at_start


def options(ctx: context.WorkContext, scratch: pathlib.Path) -> list[str]:
    """Options of ``cutoff fromager`` for the settings, patches, plugins and variant of a run.

    Files and folders that are not there are left out: fromager takes them for empty.

    Args:
        scratch: a folder for what has to be there
    """
    settings = ctx.settings_dir
    if settings is None or not settings.is_dir():
        settings = scratch / "none" / "settings"
        settings.mkdir(parents=True, exist_ok=True)
    words = ["--settings", str(settings.absolute())]
    file = _settings_file() or _at_start
    if file is not None and file.is_file():
        words += ["--settings-file", str(file.absolute())]
    if ctx.settings.patches_dir.is_dir():
        words += ["--patches-dir", str(ctx.settings.patches_dir.absolute())]
    for folder in plugins():
        words += ["--plugins", str(folder)]
    return [*words, "--variant", ctx.variant]


def plugins() -> list[pathlib.Path]:
    """The folders that override plugins are installed in."""
    found = set()
    for point in importlib.metadata.entry_points(group=OVERRIDES):
        if point.dist is not None:
            found.add(pathlib.Path(str(point.dist.locate_file(""))).resolve())
    return sorted(found)
