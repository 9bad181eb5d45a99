"""What is installed in a build environment, and from which wheels."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import pathlib
import typing
import zipfile
from collections.abc import Iterable
from importlib import metadata

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from .config import NotRecorded

#: Path in an installation or a wheel -> digest, as RECORD has them (PEP 376, PEP 427).
Contents = dict[str, str]


def installed(environment: pathlib.Path, wheels: Iterable[pathlib.Path]) -> list[dict[str, str]]:
    """The distributions of a virtual environment, ordered by name.

    Each has ``name`` (canonical), ``version`` and ``location``, and where one of the wheels is what was installed
    ``wheel`` and ``sha256``: its RECORD lists the same files with the same content, so that its name and version need
    not be believed.

    Args:
        wheels: files that it may have been installed from

    Raises:
        NotRecorded: the environment has no place for distributions, or one that has no name
    """
    sites = sorted({site.resolve() for site in environment.glob("lib*/python*/site-packages")})
    if not sites:
        raise NotRecorded(f"{environment} has no site-packages")
    offered = _offered(wheels)
    found = []
    for site in sites:
        for distribution in metadata.distributions(path=[str(site)]):
            name = distribution.metadata["Name"]
            if not name:
                raise NotRecorded(f"a distribution in {site} has no name")
            known = {"name": canonicalize_name(name), "version": distribution.version, "location": str(site)}
            wheel = _origin(distribution, offered)
            if wheel is not None:
                known["wheel"] = str(wheel)
                known["sha256"] = sha256(wheel)
            found.append(known)
    return sorted(found, key=lambda entry: (entry["name"], entry["version"], entry["location"]))


def sha256(file: pathlib.Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _offered(wheels: Iterable[pathlib.Path]) -> dict[tuple[str, Version], list[pathlib.Path]]:
    offered: dict[tuple[str, Version], list[pathlib.Path]] = {}
    for wheel in sorted(wheels):
        try:
            name, version, _, _ = parse_wheel_filename(wheel.name)
        except InvalidWheelFilename:
            continue
        offered.setdefault((name, version), []).append(wheel)
    return offered


def _origin(
    distribution: metadata.Distribution, offered: dict[tuple[str, Version], list[pathlib.Path]]
) -> pathlib.Path | None:
    try:
        version = Version(distribution.version)
    except InvalidVersion:
        return None
    present = contents(distribution.read_text("RECORD") or "")
    for wheel in offered.get((canonicalize_name(distribution.metadata["Name"]), version), []):
        packed = _packed(wheel)
        if packed and packed.items() <= present.items():
            return wheel
    return None


def _packed(wheel: pathlib.Path) -> Contents:
    """What a wheel installs below site-packages: all but its RECORD and its .data folder, which is taken apart."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            records = [name for name in archive.namelist() if _is_record(name)]
            if len(records) != 1:
                return {}
            listed = contents(archive.read(records[0]).decode("utf-8"))
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError):
        return {}
    return {path: digest for path, digest in listed.items() if not path.split("/")[0].endswith(".data")}


def _is_record(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 2 and parts[0].endswith(".dist-info") and parts[1] == "RECORD"


def contents(record: str) -> Contents:
    """The paths of a RECORD that have a digest, in hexadecimal behind the algorithm's name."""
    listed = {}
    for row in csv.reader(io.StringIO(record)):
        if len(row) >= 2 and row[1]:
            algorithm, _, digest = row[1].partition("=")
            padded = digest + "=" * (-len(digest) % 4)
            try:
                listed[row[0]] = f"{algorithm}={base64.urlsafe_b64decode(padded).hex()}"
            except ValueError:
                listed[row[0]] = row[1]
    return listed


def paths(record: str) -> list[str]:
    """All paths of a RECORD, from the folder that its .dist-info is in."""
    return [row[0] for row in csv.reader(io.StringIO(record)) if row]


def wheels_of(folders: Iterable[pathlib.Path]) -> typing.Iterator[pathlib.Path]:
    """All wheels of folders, those that are there."""
    for folder in folders:
        if folder.is_dir():
            yield from folder.glob("*.whl")
