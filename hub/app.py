"""The hub as a whole: builds it, starts and stops its parts, puts the application together."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from threading import Thread

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from hub.api.body_limit import BodyLimit
from hub.api.headers import Dressed
from hub.api.letting_in import LetIn
from hub.clock import utc_now
from hub.database import migrate, open_database
from hub.errors import NothingToPlanError
from hub.holding import Holding
from hub.parts import HubParts
from hub.planning.forgetting import forget_plans
from hub.routing import application
from hub.settings import Settings
from hub.voices.forgetting import forget_voices
from hub.web.languages.reader import Reader
from hub.web.late_taps import LateTaps
from hub.web.rendering import compile_templates
from hub.wiring import Given, Wiring, held

_SHOP_CHECK_S = 1.0
_EXTEND_S = 3600.0
# Not once a day: where the hub is off at night, that would never come.
_FORGET_S = 3600.0
_SETTLE_S = 2.0
_REACT_S = 1.0
_FOLLOW_S = 0.5
_SURPLUS_S = 5.0
_log = logging.getLogger(__name__)


def build(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    holding: Holding | None = None,
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> HubParts:
    """Make every part, with the database up to date; nothing runs yet and no plan is made.

    Without a ``holding`` nobody else is asked whether data and database are this hub's; with one
    that another hub has, this one stands by. ``monotonic`` counts seconds that nobody sets back.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    if held(holding):
        migrate(engine)
    given = Given(settings=settings, now=now, monotonic=monotonic, engine=engine, holding=holding)
    parts = Wiring(given).parts()
    _set_alarms(parts)
    _watch(parts)
    return parts


def plan_first(parts: HubParts) -> None:
    """Begin this run's term: by the shop file, or by what was planned last if that can't be.

    `NothingToPlanError` when there is neither.
    """
    parts.shop.check()
    if not parts.planner.epoch:
        _plan_as_before(parts)
    parts.office.begin()


def _plan_as_before(parts: HubParts) -> None:
    saved = parts.planner.saved_shop()
    if saved is None:
        problems = parts.shop.status.problems
        if parts.settings.shop is None:
            problems = ("no shop file is named: give --shop FILE or set STEMNING_SHOP",)
        place = f" ({parts.settings.shop})" if parts.settings.shop else ""
        raise NothingToPlanError("\n  ".join([f"there is nothing to plan by{place}:", *problems]))
    if parts.shop.status.problem:
        _log.error(
            "the shop file %s can't be used and the plan is made as before: %s",
            parts.settings.shop,
            parts.shop.status.problem,
        )
    parts.planner.load(saved)


@contextmanager
def running(parts: HubParts) -> Iterator[None]:
    """Run everything that runs by itself; ends all of it on the way out."""
    stops: list[Callable[[], None]] = [parts.engine.dispose]
    try:
        for part in (parts.deriver, parts.ledger, parts.trigger_desk, parts.link, parts.alarm):
            stops.append(part.stop)
            part.start()
        parts.people.welcome.announce()
        yield
    finally:
        for stop in reversed(stops):
            stop()


def create_app(parts: HubParts) -> FastAPI:
    """The application over ``parts``. Its lifespan runs them."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        runner = running(parts)
        runner.__enter__()
        # Beside all else, so that the first to open a page need not wait for it.
        Thread(target=compile_templates, name="templates", daemon=True).start()
        try:
            yield
        finally:
            parts.changes.close()
            await anyio.to_thread.run_sync(runner.__exit__, None, None, None)

    app = application(lifespan=lifespan)
    app.state.hub = parts
    # From the inside out: by the time that a tap is refused it is known who asks, and what they
    # chose to read in.
    app.add_middleware(LateTaps)
    app.add_middleware(Reader)
    app.add_middleware(LetIn, people=parts.people)
    app.add_middleware(BodyLimit)
    app.add_middleware(Dressed)
    # Never an event stream: that is told word by word.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    return app


def _set_alarms(parts: HubParts) -> None:
    def look_at_shop() -> None:
        if parts.shop.check():
            parts.changes.notify("shop")

    def look_for_silence() -> None:
        if parts.reported.silence_changed():
            parts.changes.notify("zones")

    def forget() -> None:
        forget_plans(parts.engine, parts.now() - timedelta(days=parts.settings.plan_days))

    def forget_said() -> None:
        forget_voices(parts.engine, parts.now() - timedelta(days=parts.settings.voice_days))

    def forget_people() -> None:
        parts.people.forget_old(parts.now())

    def every(seconds: float, name: str, ring: Callable[[], object]) -> None:
        """What decides or writes stands still while another hub is in office."""
        parts.alarm.every(seconds, name, lambda: ring() if parts.office.decides else None)

    every(_SHOP_CHECK_S, "shop-file", look_at_shop)
    every(_EXTEND_S, "extend-plans", parts.planner.extend)
    every(_FORGET_S, "forget-plans", forget)
    every(_FORGET_S, "forget-sessions", forget_people)
    every(_FORGET_S, "forget-voices", forget_said)
    every(_SETTLE_S, "settle-visits", parts.deriver.poke)
    every(_SURPLUS_S, "voices-surplus", parts.voices.keep_surplus)
    parts.alarm.every(_SHOP_CHECK_S, "silence", look_for_silence)
    parts.alarm.every(_FOLLOW_S, "follow", parts.office.follow)
    every(_REACT_S, "reactions", parts.reactions.step)


def _watch(parts: HubParts) -> None:
    """Gauges that say how things stand whenever somebody looks."""
    reported, watch = parts.reported, parts.metrics.watch
    watch("broker_connected", "1 while the broker answers.", lambda: parts.link.connected)
    watch("batches_waiting", "Batches not stored yet.", lambda: parts.ledger.backlog)
    watch("streams", "Pages that watch live.", lambda: parts.changes.listeners)
    watch("in_office", "1 while this hub decides.", lambda: parts.office.decides)
    watch(
        "zones_contested",
        "Zones with a newer plan than this hub's database knows.",
        lambda: len(parts.office.stand.contested),
    )
    watch("edges_online", "Edges that the broker says are there.", reported.online)
    watch(
        "oldest_state_age_seconds",
        "Age of the state of the edge that was heard longest ago.",
        lambda: max((edge.age_s or 0.0 for edge in reported.edges()), default=0.0),
    )
