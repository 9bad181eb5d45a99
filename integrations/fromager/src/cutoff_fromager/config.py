"""What the environment says of this package: whether it is on, which program it calls, where records are kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field

SWITCH = "CUTOFF_FROMAGER"
PROGRAM = "CUTOFF"
RECORDS = "CUTOFF_FROMAGER_RECORDS"
IGNORED = "CUTOFF_FROMAGER_IGNORE_ENV"
TIMEOUT = "CUTOFF_FROMAGER_TIMEOUT"

#: Set by ``cutoff fromager exec``: a folder that takes what is needed to tell what builds have read.
SPOOL = "CUTOFF_FROMAGER_SPOOL"


class NotRecorded(Exception):
    """Why there can be no record, in words for the log."""


@dataclass(frozen=True)
class Config:
    """What this package was told.

    Args:
        enabled: off unless ``CUTOFF_FROMAGER`` is set, and not to 0
        program: name or path of the ``cutoff`` program
        records: folder of records, "" for Cutoff's store
        ignored: patterns of inherited variables that do not count, as of a shell
        timeout: how many seconds a call of the program may take
        spool: folder of ``cutoff fromager exec``, "" where nothing observes
    """

    enabled: bool = False
    program: str = "cutoff"
    records: str = ""
    ignored: tuple[str, ...] = field(default=())
    timeout: float = 600
    spool: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Config:
        """Reads the variables.

        Raises:
            NotRecorded: one of them can't be understood
        """
        seconds = environ.get(TIMEOUT, "") or "600"
        try:
            timeout = float(seconds)
        except ValueError:
            raise NotRecorded(f"{TIMEOUT}={seconds} is no number of seconds") from None
        return cls(
            enabled=environ.get(SWITCH, "") not in ("", "0"),
            program=environ.get(PROGRAM) or "cutoff",
            records=environ.get(RECORDS, ""),
            ignored=tuple(environ.get(IGNORED, "").split()),
            timeout=timeout,
            spool=environ.get(SPOOL, ""),
        )

    @classmethod
    def read(cls) -> Config:
        return cls.of(os.environ)

    def command(self) -> str:
        """The program's path.

        Raises:
            NotRecorded: there is none
        """
        found = shutil.which(self.program)
        if found is None:
            raise NotRecorded(
                f"there is no program {self.program}: put a link to it in a folder of PATH, or name it in {PROGRAM}"
            )
        return found
