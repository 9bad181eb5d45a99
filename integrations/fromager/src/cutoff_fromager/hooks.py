"""fromager's hooks: what a wheel was built with is known while its build environment still stands.

They may be called in several threads at once. What goes wrong here is logged, and no build fails for it.
"""

from __future__ import annotations

import logging
import pathlib
import typing

from . import locations
from .config import Config, NotRecorded

if typing.TYPE_CHECKING:
    from fromager import context
    from packaging.requirements import Requirement

logger = logging.getLogger(__name__)

# fromager loads all hooks before it does anything else.
locations.remember()


def post_build(
    ctx: context.WorkContext,
    req: Requirement,
    dist_name: str,
    dist_version: str,
    sdist_filename: pathlib.Path,
    wheel_filename: pathlib.Path,
) -> None:
    """``build``, ``build-sequence`` and ``build-parallel`` have built a wheel."""
    _record(ctx, req, dist_version, wheel_filename)


def post_bootstrap(
    ctx: context.WorkContext,
    req: Requirement,
    dist_name: str,
    dist_version: str,
    sdist_filename: pathlib.Path | None,
    wheel_filename: pathlib.Path | None,
) -> None:
    """``bootstrap`` is done with a package; without an sdist it has taken a wheel that was there, and built nothing."""
    if sdist_filename is not None and wheel_filename is not None:
        _record(ctx, req, dist_version, wheel_filename)


def prebuilt_wheel(
    ctx: context.WorkContext,
    req: Requirement,
    dist_name: str,
    dist_version: str,
    wheel_filename: pathlib.Path,
) -> None:
    """A wheel was built elsewhere, with what nobody here knows: there is nothing to record.

    A plan keeps it as long as the settings say that it is pre-built.
    """
    if _is_on():
        logger.debug("%s is pre-built: no record of what it was built with", wheel_filename.name)


def _is_on() -> bool:
    try:
        return Config.read().enabled
    except NotRecorded as why:
        logger.warning("cutoff records nothing: %s", why)
        return False


def _record(ctx: context.WorkContext, req: Requirement, version: str, wheel: pathlib.Path) -> None:
    if not _is_on():
        return
    try:
        # Imported late: an error in there must not fail a build.
        from . import record

        record.write(Config.read(), ctx, req, version, wheel)
    except NotRecorded as why:
        logger.warning("cutoff has no record of %s: %s", wheel.name, why)
    except Exception:
        logger.warning("cutoff has no record of %s: this is an error of cutoff-fromager", wheel.name, exc_info=True)
