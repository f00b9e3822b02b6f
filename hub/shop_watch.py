"""Keeps the plan in step with the shop file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from hub.shop import Shop
from hub.shop_file import Known, ShopFileError, read_shop_file

Marks = tuple[tuple[str, int, int], ...]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShopStatus:
    """How the shop file stands. ``problems`` says in words, line by line, what is wrong with it.

    With problems the plan is that of ``loaded_at``, the last time all was well. ``notices`` say
    what of the files waits, because people decided otherwise.
    """

    path: Path | None
    loaded_at: datetime | None
    problems: Sequence[str] = ()
    notices: Sequence[str] = ()

    @property
    def problem(self) -> str | None:
        """Everything that is wrong, in one text; None when all is well."""
        return "; ".join(self.problems) or None


def _no_notices(_shop: Shop) -> Sequence[str]:
    return ()


class ShopWatch:
    """Reads the shop file when it has changed; a bad one leaves the plan as it is.

    ``known`` is what it may name without saying it. ``notices`` says where what people decided
    holds in place of what was read.
    """

    def __init__(
        self,
        path: Path | None,
        load: Callable[[Shop], None],
        now: Callable[[], datetime],
        known: Known | None = None,
        notices: Callable[[Shop], Sequence[str]] = _no_notices,
    ) -> None:
        self._path = path
        self._load = load
        self._now = now
        self._known = known or Known()
        self._notices = notices
        self._read: Shop | None = None
        self._seen: Marks | None = None
        self._scene_directory: Path | None = None
        self.status = ShopStatus(path, None)

    def look_for_notices(self) -> None:
        """Look what of the files waits, after people decided something."""
        try:
            notices = tuple(self._notices(self._read)) if self._read is not None else ()
        except SQLAlchemyError:
            # What people decided is done; what is told of it can wait.
            _log.exception("what of the shop file waits can't be looked up")
        else:
            self.status = replace(self.status, notices=notices)

    def check(self) -> bool:
        """Look at the file, and plan by it if it has changed; whether the status is new."""
        if self._path is None:
            return False
        seen = _marks(self._path, self._scene_directory)
        if seen == self._seen:
            return False
        try:
            read = read_shop_file(self._path, self._known)
        except ShopFileError as error:
            directory = error.scene_directory
            told = self.status.problems
            self.status = replace(self.status, problems=error.problems)
            # At a start nobody knows yet whether there is an old plan to keep: whoever starts says
            # it. Later the same problems may be met twice, for the scenes are looked at once more.
            if self._seen is not None and self.status.problems != told:
                _log.error("the shop file can't be used and the old plan stays: %s", error)
        else:
            # A database that fails raises here: then the file is looked at again.
            self._load(read.shop)
            self._read, directory = read.shop, read.scene_directory
            self.status = ShopStatus(self._path, self._now())
            self.look_for_notices()
            _log.info("planned by %s", self._path)
        if directory != self._scene_directory:
            # What was looked at was not all of it: look again next time.
            self._scene_directory, seen = directory, ()
        self._seen = seen
        return True


def _marks(path: Path, scene_directory: Path | None) -> Marks:
    """Name, size and time of change of every file that matters; a missing one has none."""
    own = sorted(scene_directory.glob("*.yaml")) if scene_directory else []
    return tuple(_mark(file) for file in (path, *own))


def _mark(file: Path) -> tuple[str, int, int]:
    try:
        status = file.stat()
    except OSError:
        return str(file), -1, -1
    return str(file), status.st_size, status.st_mtime_ns
