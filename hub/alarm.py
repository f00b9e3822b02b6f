"""The hub's alarm clock: APScheduler rings, and each part looks for itself what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hub.metrics import Metrics

_log = logging.getLogger(__name__)


class AlarmClock:
    """Calls functions every so many seconds. A call that is late is made once, never skipped."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2)},
            # The library's own default skips, silently, whatever is late by more than a second.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._scheduler.add_listener(self._missed, EVENT_JOB_MISSED | EVENT_JOB_ERROR)

    def every(self, seconds: float, name: str, ring: Callable[[], object]) -> None:
        """Call ``ring`` every so many seconds from `start` on."""
        self._scheduler.add_job(ring, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more; a call under way is waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _missed(self, event: JobExecutionEvent) -> None:
        self._metrics.missed_alarms.inc()
        if event.exception is not None:
            _log.error("%s failed: %s", event.job_id, event.exception, exc_info=event.exception)
        else:
            _log.warning("%s was missed at %s", event.job_id, event.scheduled_run_time)
