"""The hub's side of the analysis: starts the worker, and keeps what it found."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from anyio import to_thread
from pydantic import ValidationError
from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.insights.document import EffectsDocument
from hub.insights.errors import (
    InsightsFailedError,
    InsightsNotInstalledError,
    InsightsTooSlowError,
)
from hub.insights.line import Line
from hub.insights.stores import meant_store
from hub.tables import CursorRow, ExposureRow, ReceiptRow, VisitRow

LIBRARIES = ("numpy", "scipy")
MOST_WAITING = 8
_KEPT = 16
_log = logging.getLogger(__name__)

_Question = tuple[str, date | None, date | None]
_Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An effects document, and its JSON as the worker wrote it."""

    version: _Version
    computed_s: float
    document: EffectsDocument
    json: bytes


class EffectsService:
    """Effects documents for whoever asks.

    An answer is given again while the data are the same, and for ``fresh_s`` even when they are
    not: in a shop that is open something happens every second. For a new one a worker runs, one
    at a time; who waits for it holds no thread.
    """

    def __init__(
        self,
        engine: Engine,
        database_url: str,
        *,
        deadline_s: float = 120.0,
        fresh_s: float = 60.0,
        most_waiting: int = MOST_WAITING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._database_url = database_url
        self._deadline_s = deadline_s
        self._fresh_s = fresh_s
        self._monotonic = monotonic
        self._line = Line(self._compute, most_waiting)
        self._answers: OrderedDict[_Question, Answer] = OrderedDict()

    async def answer(
        self, store: str | None = None, first: date | None = None, last: date | None = None
    ) -> Answer:
        """The effects of a store between two local days, both included.

        `UnknownStoreError`, `AmbiguousStoreError`, `InsightsNotInstalledError`,
        `InsightsBusyError`, `InsightsTooSlowError` or `InsightsFailedError`.
        """
        question, kept = await to_thread.run_sync(self._look_up, store, first, last)
        return kept or await self._line.wait(question)

    def _look_up(
        self, store: str | None, first: date | None, last: date | None
    ) -> tuple[_Question, Answer | None]:
        question = (meant_store(self._engine, store), first, last)
        return question, self._kept(question)

    def _kept(self, question: _Question) -> Answer | None:
        kept = self._answers.get(question)
        if kept is None:
            return None
        fresh = self._monotonic() - kept.computed_s < self._fresh_s
        return kept if fresh or kept.version == self._version() else None

    def _compute(self, question: _Question) -> Answer:
        """On the line's thread alone."""
        # It may have been computed since this question was looked up.
        kept = self._kept(question)
        if kept is not None:
            return kept
        version = self._version()
        json = self._run_worker(*question)
        answer = Answer(version, self._monotonic(), _read(json), json)
        self._answers[question] = answer
        self._answers.move_to_end(question)
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        return answer

    def _version(self) -> _Version:
        """Another number whenever the data of an analysis may be others."""
        marks = (
            col(CursorRow.event_id),
            col(ExposureRow.id),
            col(VisitRow.id),
            col(ReceiptRow.id),
        )
        with self._engine.connect() as connection:
            return tuple(connection.scalar(select(func.max(mark))) or 0 for mark in marks)

    def _run_worker(self, store: str, first: date | None, last: date | None) -> bytes:
        require_libraries()
        command = [sys.executable, "-m", "hub.insights.worker", "--store", store]
        command += ["--from", first.isoformat()] if first else []
        command += ["--to", last.isoformat()] if last else []
        # The URL may hold a password, so it is no argument. More threads gain nothing here.
        settings = {"STEMNING_DATABASE": self._database_url, "OPENBLAS_NUM_THREADS": "1"}
        try:
            return subprocess.run(
                command,
                capture_output=True,
                check=True,
                timeout=self._deadline_s,
                env={**os.environ, **settings},
            ).stdout
        except subprocess.TimeoutExpired as error:
            raise InsightsTooSlowError(
                f"the effects took longer than {self._deadline_s:g} s; ask for fewer days"
            ) from error
        except subprocess.CalledProcessError as error:
            _log.error("the analysis failed: %s", error.stderr.decode(errors="replace"))
            raise InsightsFailedError("the effects could not be computed; see the log") from error


def _read(json: bytes) -> EffectsDocument:
    try:
        return EffectsDocument.model_validate_json(json)
    except ValidationError as error:
        raise InsightsFailedError("the analysis said something unreadable") from error


def require_libraries() -> None:
    """`InsightsNotInstalledError` unless the analysis libraries are there; imports none."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise InsightsNotInstalledError(
            f"effects need {' and '.join(missing)}: install the extra insights from your "
            "checkout or wheel: pip install '/path/to/stemning[insights]'"
        )
