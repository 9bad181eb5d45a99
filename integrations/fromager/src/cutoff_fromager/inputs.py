"""What a package's build is told, by variables and plugins, as it can be found out before as well as after it."""

from __future__ import annotations

import copy
import fnmatch
import hashlib
import importlib.metadata
import os
import pathlib
import shlex
import shutil
import subprocess
import sysconfig
import typing
from collections.abc import Mapping

from packaging.requirements import Requirement
from packaging.version import Version

from . import distributions
from .config import NotRecorded

if typing.TYPE_CHECKING:
    from fromager import context

#: Entry points of the global hook ``collect_data_for_signature(ctx, req, version) -> bytes`` (fromager issue 303).
SIGNATURE_GROUP = "cutoff_fromager.signature"

#: A variable by which an image says what it is (fromager issue 303).
IMAGE_SIGNATURE = "FROMAGER_BUILD_ENV_SIGN"

#: Variables that fromager sets by the machine's size and its own folders, run by run.
INJECTED = ("MAKEFLAGS", "MAX_JOBS", "CMAKE_BUILD_PARALLEL_LEVEL", "VIRTUAL_ENV", "PATH", "UV_*")

#: Inherited variables that say who runs the build, where and when, and not what it is to make.
UNRELATED = (
    *("PWD", "OLDPWD", "SHLVL", "_", "HOSTNAME", "HOST", "USER", "LOGNAME", "USERNAME", "MAIL", "SHELL", "EDITOR"),
    *("TERM", "TERM_*", "COLORTERM", "COLUMNS", "LINES", "LS_COLORS", "NO_COLOR", "FORCE_COLOR", "PAGER", "LESS*"),
    *("DISPLAY", "WAYLAND_DISPLAY", "SSH_*", "DBUS_*", "XDG_RUNTIME_DIR", "XDG_SESSION_*", "TMUX*", "INVOCATION_ID"),
    *("FROMAGER_*", "CUTOFF", "CUTOFF_*", "PIP_*", "PYTEST_*", "VIRTUAL_ENV_PROMPT", "PS1"),
    *("SSL_CERT_*", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"),
    *("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"),
    *("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LD_PRELOAD"),
    # What lets somebody in says nothing of the result, and is not to be kept.
    *("*TOKEN*", "*SECRET*", "*PASSWORD*", "*PASSWD*", "*CREDENTIAL*", "*API_KEY*", "*PRIVATE_KEY*", "AWS_*"),
)


class _Anywhere:
    """Stands for the build environment: its folder is another one in each run."""

    FOLDER = "{build environment}"

    def get_venv_environ(self, template_env: Mapping[str, str]) -> dict[str, str]:
        return {
            "VIRTUAL_ENV": self.FOLDER,
            "PATH": os.pathsep.join([f"{self.FOLDER}/bin", template_env.get("PATH", "/usr/bin")]),
        }


def environment(
    ctx: context.WorkContext, req: Requirement, version: Version, ignored: tuple[str, ...] = ()
) -> dict[str, str]:
    """The variables that a package's build sees: what its settings resolve to, and the digests of those it inherits.

    Without what is injected run by run, what has nothing to do with the result, and what the patterns name. What an
    override's ``update_extra_environ`` adds follows from these and from its code, which is an input of its own.

    Raises:
        NotRecorded: a setting refers to a variable that is not there
    """
    # As many jobs as one, always: the machine's size is no input.
    settings = copy.copy(ctx.package_build_info(req))
    settings.parallel_jobs = lambda: 1  # type: ignore[method-assign]
    try:
        resolved = settings.get_extra_environ(
            template_env=dict(os.environ),
            build_env=_Anywhere(),  # type: ignore[arg-type]
            version=version,
        )
    except ValueError as error:
        raise NotRecorded(f"its environment can't be resolved: {error}") from error
    inherited = {
        name: "sha256:" + hashlib.sha256(os.fsencode(value)).hexdigest()
        for name, value in os.environ.items()
        if not _matches(name, INJECTED + UNRELATED + ignored)
    }
    given = {name: value for name, value in resolved.items() if not _matches(name, INJECTED)}
    return dict(sorted((inherited | given).items()))


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def signatures(ctx: context.WorkContext, req: Requirement, version: Version) -> dict[str, str]:
    """What hooks and the image say of a package: an input's name -> its value.

    ``hook NAME`` is the SHA-256 of the bytes of a signature hook.

    Raises:
        NotRecorded: a hook failed, gave no bytes, or has the name of another
    """
    values = {}
    if IMAGE_SIGNATURE in os.environ:
        values[IMAGE_SIGNATURE] = os.environ[IMAGE_SIGNATURE]
    for point in importlib.metadata.entry_points(group=SIGNATURE_GROUP):
        name = f"hook {point.name}"
        if name in values:
            raise NotRecorded(f"two entry points of {SIGNATURE_GROUP} are called {point.name}")
        values[name] = hashlib.sha256(_signature(point, ctx, req, version)).hexdigest()
    return dict(sorted(values.items()))


def _signature(
    point: importlib.metadata.EntryPoint, ctx: context.WorkContext, req: Requirement, version: Version
) -> bytes:
    try:
        data = point.load()(ctx=ctx, req=req, version=version)
    except Exception as error:
        raise NotRecorded(f"the signature hook {point.name} failed: {error!r}") from error
    if not isinstance(data, bytes):
        raise NotRecorded(f"the signature hook {point.name} returned {type(data).__name__}, not bytes")
    return data


def compiler(ctx: context.WorkContext, req: Requirement, version: Version) -> dict[str, str] | None:
    """The C compiler that a build finds: CC of its environment, else what the interpreter was built with, else cc.

    Returns:
        path, sha256 of the program, and the first line of what it says of its version; None if there is none
    """
    settings = ctx.package_build_info(req)
    given = settings.get_extra_environ(build_env=_Anywhere(), version=version).get("CC")  # type: ignore[arg-type]
    for words in (given, os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc"):
        try:
            name = shlex.split(words or "")[0]
        except (IndexError, ValueError):
            continue
        found = shutil.which(name)
        if found is not None:
            return {"path": found, "sha256": distributions.sha256(pathlib.Path(found)), "version": _version(found)}
    return None


def _version(program: str) -> str:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.partition("\n")[0]
