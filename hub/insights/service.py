"""The hub's side of the analysis: starts the worker, keeps what it found, never two at once."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.insights.document import EffectsDocument
from hub.insights.errors import (
    InsightsFailedError,
    InsightsNotInstalledError,
    InsightsTooSlowError,
)
from hub.insights.stores import meant_store
from hub.tables import CursorRow, ExposureRow, ReceiptRow, VisitRow

LIBRARIES = ("numpy", "scipy")
_KEPT = 16
_log = logging.getLogger(__name__)

_Question = tuple[str, date | None, date | None]
_Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    version: _Version
    computed_s: float
    document: EffectsDocument


class EffectsService:
    """Effects documents for whoever asks. Blocks while the worker runs: call it from a thread.

    An answer is given again while the data are the same, and for ``fresh_s`` even when they are
    not: in a shop that is open something happens every second.
    """

    def __init__(
        self,
        engine: Engine,
        database_url: str,
        *,
        deadline_s: float = 120.0,
        fresh_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._database_url = database_url
        self._deadline_s = deadline_s
        self._fresh_s = fresh_s
        self._monotonic = monotonic
        self._one_at_a_time = threading.Lock()
        self._answers: OrderedDict[_Question, _Answer] = OrderedDict()

    def document(
        self, store: str | None = None, first: date | None = None, last: date | None = None
    ) -> EffectsDocument:
        """The effects of a store between two local days, both included.

        `UnknownStoreError`, `AmbiguousStoreError`, `InsightsNotInstalledError`,
        `InsightsTooSlowError` or `InsightsFailedError`.
        """
        question = (meant_store(self._engine, store), first, last)
        with self._one_at_a_time:
            version = self._version()
            kept = self._answers.get(question)
            if kept is not None and (
                kept.version == version or self._monotonic() - kept.computed_s < self._fresh_s
            ):
                return kept.document
            document = self._compute(*question)
            self._answers[question] = _Answer(version, self._monotonic(), document)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
            return document

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

    def _compute(self, store: str, first: date | None, last: date | None) -> EffectsDocument:
        require_libraries()
        command = [sys.executable, "-m", "hub.insights.worker", "--store", store]
        command += ["--from", first.isoformat()] if first else []
        command += ["--to", last.isoformat()] if last else []
        # The URL may hold a password, so it is no argument. More threads gain nothing here.
        settings = {"STEMNING_DATABASE": self._database_url, "OPENBLAS_NUM_THREADS": "1"}
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                check=True,
                timeout=self._deadline_s,
                env={**os.environ, **settings},
            )
            return EffectsDocument.model_validate_json(done.stdout)
        except subprocess.TimeoutExpired as error:
            raise InsightsTooSlowError(
                f"the effects took longer than {self._deadline_s:g} s; ask for fewer days"
            ) from error
        except subprocess.CalledProcessError as error:
            _log.error("the analysis failed: %s", error.stderr.decode(errors="replace"))
            raise InsightsFailedError("the effects could not be computed; see the log") from error
        except ValidationError as error:
            raise InsightsFailedError("the analysis said something unreadable") from error


def require_libraries() -> None:
    """`InsightsNotInstalledError` unless the analysis libraries are there; imports none."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise InsightsNotInstalledError(
            f"effects need {' and '.join(missing)}: pip install 'stemning[insights]'"
        )
