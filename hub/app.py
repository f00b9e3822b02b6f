"""Wires the hub: makes its parts, starts and stops them, and puts the application together."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from secrets import token_hex

import anyio.to_thread
from fastapi import FastAPI
from sqlalchemy import Engine

import hub.insights.api
import hub.plays.api
import hub.sales.api
import hub.web
import hub.web.pages
from hub.alarm import AlarmClock
from hub.api import errors, health, routes
from hub.broker_address import BrokerAddress
from hub.changes import Changes
from hub.clock import utc_now
from hub.database import migrate, open_database
from hub.errors import NothingToPlanError
from hub.holding import Holding
from hub.inbox import Inbox
from hub.ledger.deriver import Deriver
from hub.ledger.ledger import Ledger
from hub.link import Handlers, Link, Received
from hub.metrics import Metrics
from hub.office import Office
from hub.parts import HubParts
from hub.planning.almanac import PlaceAlmanac
from hub.planning.forgetting import forget_plans
from hub.planning.planner import Planner
from hub.reactions.measuring import Measuring
from hub.reactions.outside import Outside
from hub.reactions.watcher import Watcher
from hub.reported import Reported
from hub.requests import Requests
from hub.scene_book.book import Book
from hub.schedules.desk import ScheduleDesk
from hub.schedules.notices import schedule_notices
from hub.schedules.outlook import Outlook
from hub.schedules.template_desk import TemplateDesk
from hub.settings import Settings
from hub.shop import Library, Store
from hub.shop_file import Known
from hub.shop_watch import ShopWatch
from hub.triggers.allowances import Allowances
from hub.triggers.desk import TriggerDesk
from hub.triggers.integrations import Integrations
from hub.triggers.triggers import Triggers
from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from scenes.topics import is_trigger_topic, plan_topic

_SHOP_CHECK_S = 1.0
_EXTEND_S = 3600.0
# Not once a day: where the hub is off at night, that would never come.
_FORGET_S = 3600.0
_SETTLE_S = 2.0
_REACT_S = 1.0
_FOLLOW_S = 0.5
_LONGEST_NAME = 100
_log = logging.getLogger(__name__)


def build(
    settings: Settings, now: Callable[[], datetime] = utc_now, holding: Holding | None = None
) -> HubParts:
    """Make every part, with the database up to date; nothing runs yet and no plan is made.

    Without a ``holding`` nobody else is asked whether data and database are this hub's; with one
    that another hub has, this one stands by.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    if _held(holding):
        migrate(engine)
    parts = _parts(settings, now, engine, holding)
    _set_alarms(parts)
    _watch(parts)
    return parts


def _parts(
    settings: Settings, now: Callable[[], datetime], engine: Engine, holding: Holding | None
) -> HubParts:
    """The parts, introduced to each other. A few are asked for by parts that stand before them."""
    metrics, changes, reported = Metrics(), Changes(), Reported(now)

    def send(topic: str, payload: bytes) -> bool:
        return link.publish(topic, payload)

    def publish_plan(plan: Plan) -> None:
        # Without a connection nothing is lost: every plan goes out again at the next one.
        topic = plan_topic(plan.store, plan.zone)
        changes.notify("zones")
        if link.heard_out and office.publishes(plan.store, plan.zone):
            message = encode(PlanMessage(plan=plan, hub=office.name))
            metrics.plans.inc(link.publish(topic, message, retain=True))

    def events_stored() -> None:
        deriver.poke()
        measuring.events_stored()

    planner = Planner(engine, publish_plan, now, timedelta(days=settings.horizon_days))
    office = Office(
        engine,
        planner,
        now,
        f"{settings.hub_id} on {socket.gethostname()}"[:_LONGEST_NAME],
        lambda: _held(holding),
        lambda: changes.notify("office"),
    )
    allowances, outside = Allowances(time.monotonic), Outside()
    # Wrong tokens are counted apart: whoever sends many must not crowd out what others may.
    integrations = Integrations(engine, Allowances(time.monotonic), now)
    triggers = Triggers(planner, allowances, now)
    desk = TriggerDesk(integrations, triggers, now, metrics, Allowances(time.monotonic))
    measuring = Measuring(engine, reported.edges, _almanac, outside)
    requests = Requests(send, now)
    inbox = Inbox(reported, requests, changes, metrics, office.hear_plan, office.hear_state)
    link = Link(
        BrokerAddress.parse(settings.broker),
        _client_id(settings, holding),
        _handlers(
            office,
            planner,
            inbox,
            desk,
            lambda received: ledger.offer(received.topic, received.payload),
        ),
    )

    def decided(topic: str) -> None:
        """A person decided something: maybe a file says otherwise."""
        shop.look_for_notices()
        changes.notify(topic)

    def library() -> Library:
        return scene_book.library({})

    scene_book = Book(engine, planner.change_scenes, now, lambda: decided("zones"))
    templates = TemplateDesk(engine, planner, library, now)
    shop = ShopWatch(
        settings.shop,
        planner.load,
        now,
        Known(templates.schedule, scene_book.library),
        lambda read: (
            *scene_book.file_notices(read.scenes),
            *schedule_notices(engine, read),
        ),
    )
    deriver = Deriver(
        engine, now, lambda: ledger.pouring, lambda: changes.notify("visits"), metrics
    )
    ledger = Ledger(engine, send, events_stored, now, metrics)
    reactions = Watcher(engine, planner, measuring, now)
    office.begun += [ledger.forget, reactions.recall, events_stored]
    return HubParts(
        settings=settings,
        now=now,
        engine=engine,
        planner=planner,
        office=office,
        scene_book=scene_book,
        schedules=ScheduleDesk(engine, planner, library, now, lambda: decided("shop")),
        templates=templates,
        outlook=Outlook(engine, planner, library, now),
        reported=reported,
        requests=requests,
        changes=changes,
        metrics=metrics,
        link=link,
        ledger=ledger,
        deriver=deriver,
        shop=shop,
        alarm=AlarmClock(metrics),
        outside=outside,
        reactions=reactions,
        integrations=integrations,
        triggers=triggers,
        trigger_desk=desk,
    )


def _handlers(
    office: Office,
    planner: Planner,
    inbox: Inbox,
    desk: TriggerDesk,
    take_events: Callable[[Received], object],
) -> Handlers:
    """Who is told of what comes over the broker. Who doesn't decide leaves events and triggers."""

    def events(received: Received) -> None:
        if office.decides:
            take_events(received)

    def message(received: Received) -> None:
        if not is_trigger_topic(received.topic):
            inbox.take(received)
        elif office.decides:
            desk.offer(received)

    def connected() -> None:
        office.heard_out()
        planner.publish_all()

    return Handlers(events, message, connected)


def _held(holding: Holding | None) -> bool:
    return holding is None or holding.held


def _client_id(settings: Settings, holding: Holding | None) -> str:
    """What the broker calls this hub: two clients of one name throw each other out."""
    name = f"stemning-hub-{settings.hub_id}"
    return name if _held(holding) else f"{name}-standby-{token_hex(4)}"


def _almanac(store: Store) -> PlaceAlmanac:
    return PlaceAlmanac(store.place, store.tz)


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
        try:
            yield
        finally:
            parts.changes.close()
            await anyio.to_thread.run_sync(runner.__exit__, None, None, None)

    app = FastAPI(
        title="Stemning",
        summary="The atmosphere of a shop: what it shall be, what it is, and what it did.",
        version="1",
        lifespan=lifespan,
        responses=errors.DOCUMENTED,
        # Theirs load from the internet; ours is hub.web.docs.
        docs_url=None,
        redoc_url=None,
    )
    app.state.hub = parts
    errors.install(app)
    for router in (
        routes.router,
        hub.sales.api.router,
        hub.insights.api.router,
        hub.plays.api.router,
        health.router,
        hub.web.pages.router,
    ):
        app.include_router(router)
    hub.web.mount(app)
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

    def every(seconds: float, name: str, ring: Callable[[], object]) -> None:
        """What decides or writes stands still while another hub is in office."""
        parts.alarm.every(seconds, name, lambda: ring() if parts.office.decides else None)

    every(_SHOP_CHECK_S, "shop-file", look_at_shop)
    every(_EXTEND_S, "extend-plans", parts.planner.extend)
    every(_FORGET_S, "forget-plans", forget)
    every(_SETTLE_S, "settle-visits", parts.deriver.poke)
    parts.alarm.every(_SHOP_CHECK_S, "silence", look_for_silence)
    parts.alarm.every(_FOLLOW_S, "follow", parts.office.follow)
    every(_REACT_S, "reactions", parts.reactions.step)


def _watch(parts: HubParts) -> None:
    """Gauges that say how things stand whenever somebody looks."""
    now, reported, watch = parts.now, parts.reported, parts.metrics.watch
    watch("broker_connected", "1 while the broker answers.", lambda: parts.link.connected)
    watch("batches_waiting", "Batches not stored yet.", lambda: parts.ledger.backlog)
    watch("streams", "Pages that watch live.", lambda: parts.changes.listeners)
    watch("edges_online", "Edges that the broker says are there.", reported.online)
    watch(
        "oldest_state_age_seconds",
        "Age of the state of the edge that was heard longest ago.",
        lambda: max((edge.age_s(now()) or 0.0 for edge in reported.edges()), default=0.0),
    )
