"""Makes the hub's parts, and introduces them to each other."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Engine

from hub.alarm import AlarmClock
from hub.broker_address import BrokerAddress
from hub.changes import Changes, plans_of
from hub.floors.desk import FloorDesk
from hub.holding import Holding
from hub.inbox import Inbox
from hub.ledger.deriver import Deriver
from hub.ledger.ledger import Ledger
from hub.link import Handlers, Link, Received
from hub.metrics import Metrics
from hub.office import Office
from hub.parts import HubParts
from hub.people.people import make_people
from hub.planning.almanac import PlaceAlmanac
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
from hub.voices.desk import VoiceDesk
from hub.voices.pace import Pace
from hub.voices.playing import Playing, playing
from hub.voices.screens import WRONG_PER_MINUTE, Screens
from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from scenes.topics import is_trigger_topic, plan_topic

_LONGEST_NAME = 100


def held(holding: Holding | None) -> bool:
    """Whether data and database are this hub's; without a holding nobody else is asked."""
    return holding is None or holding.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the hub's parts are made of: its clocks, its database, and who holds it."""

    settings: Settings
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    engine: Engine
    holding: Holding | None


class Wiring:
    """All parts, made one after the other.

    Some ask for others that are made later: those are looked up here when the work begins.
    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self._engine, self._now = given.engine, given.now
        self._metrics, self._changes = Metrics(), Changes()
        self._reported = Reported(given.now, given.monotonic)
        self._requests = Requests(self._send, given.now)
        self._plan()
        self._take_wishes()
        self._take_voices()
        self._keep_schedules()
        self._take_events()
        self._reactions = Watcher(self._engine, self._planner, self._measuring, self._now)
        self._link = self._connected_to()
        self._office.begun += [self._ledger.forget, self._reactions.recall, self._events_stored]

    def parts(self) -> HubParts:
        """All of them."""
        return HubParts(
            settings=self._given.settings,
            now=self._now,
            engine=self._engine,
            planner=self._planner,
            office=self._office,
            people=make_people(
                self._engine,
                self._now,
                self._given.monotonic,
                lambda: self._changes.notify("people"),
                lambda: [store.id for store in self._planner.shop.stores],
            ),
            scene_book=self._scene_book,
            schedules=self._schedules,
            templates=self._templates,
            outlook=Outlook(self._engine, self._planner, self._library, self._now),
            floors=FloorDesk(self._engine, self._now, lambda: self._changes.notify("zones")),
            reported=self._reported,
            requests=self._requests,
            changes=self._changes,
            metrics=self._metrics,
            link=self._link,
            ledger=self._ledger,
            deriver=self._deriver,
            shop=self._shop,
            alarm=AlarmClock(self._metrics),
            outside=self._outside,
            reactions=self._reactions,
            integrations=self._integrations,
            triggers=self._triggers,
            trigger_desk=self._trigger_desk,
            voices=self._voices,
            voice_screens=self._voice_screens,
        )

    def _plan(self) -> None:
        settings, holding = self._given.settings, self._given.holding
        self._planner = Planner(
            self._engine, self._publish, self._now, timedelta(days=settings.horizon_days)
        )
        self._office = Office(
            self._engine,
            self._planner,
            self._now,
            f"{settings.hub_id} on {socket.gethostname()}"[:_LONGEST_NAME],
            lambda: held(holding),
            lambda: self._changes.notify("office"),
        )

    def _take_wishes(self) -> None:
        """What other systems ask for and measure."""
        # Each allowance is apart: whoever sends much of one must not crowd out another one.
        asked, wrong, flood = (Allowances(self._given.monotonic) for _ in range(3))
        self._outside = Outside()
        self._measuring = Measuring(self._engine, self._reported.edges, _almanac, self._outside)
        self._integrations = Integrations(self._engine, wrong, self._now)
        self._triggers = Triggers(self._planner, asked, self._now)
        self._trigger_desk = TriggerDesk(
            self._integrations, self._triggers, self._now, self._metrics, flood
        )

    def _take_voices(self) -> None:
        """What customers and staff say."""
        wrong, monotonic = Allowances(self._given.monotonic), self._given.monotonic
        self._voice_screens = Screens(
            self._engine, lambda address: wrong.take(address, WRONG_PER_MINUTE), self._now
        )
        self._voices = VoiceDesk(self._engine, self._playing, Pace(monotonic), self._now)

    def _playing(self, store: str, zone: str) -> Playing:
        plan = self._planner.planned(store, zone).plan
        return playing(plan, self._reported.zone(store, zone), self._now())

    def _keep_schedules(self) -> None:
        """Scenes, schedules and templates, and the file that says some of them."""
        engine, planner, now = self._engine, self._planner, self._now
        self._scene_book = Book(engine, planner.change_scenes, now, lambda: self._decided("zones"))
        self._schedules = ScheduleDesk(
            engine, planner, self._library, now, lambda: self._decided("shop")
        )
        self._templates = TemplateDesk(engine, planner, self._library, now)
        self._shop = ShopWatch(
            self._given.settings.shop,
            planner.load,
            now,
            Known(self._templates.schedule, self._scene_book.library),
            lambda read: (
                *self._scene_book.file_notices(read.scenes),
                *schedule_notices(engine, read),
            ),
        )

    def _take_events(self) -> None:
        """What edges tell for good, and what follows from it."""
        self._deriver = Deriver(
            self._engine,
            self._now,
            lambda: self._ledger.pouring,
            lambda: self._changes.notify("visits"),
            self._metrics,
        )
        self._ledger = Ledger(
            self._engine, self._send, self._events_stored, self._now, self._metrics
        )

    def _connected_to(self) -> Link:
        settings, office = self._given.settings, self._office
        inbox = Inbox(
            self._reported,
            self._requests,
            self._changes,
            self._metrics,
            office.hear_plan,
            office.hear_state,
        )
        return Link(
            BrokerAddress.parse(settings.broker),
            _client_id(settings, self._given.holding),
            self._handlers(inbox),
        )

    def _handlers(self, inbox: Inbox) -> Handlers:
        """Who is told of what comes over the broker.

        Who doesn't decide leaves events and triggers.
        """

        def events(received: Received) -> None:
            if self._office.decides:
                self._ledger.offer(received.topic, received.payload)

        def message(received: Received) -> None:
            if not is_trigger_topic(received.topic):
                inbox.take(received)
            elif self._office.decides:
                self._trigger_desk.offer(received)

        def connected() -> None:
            self._office.heard_out()
            self._planner.publish_all()

        return Handlers(events, message, connected)

    # --- What parts tell each other ---------------------------------------------------------------

    def _send(self, topic: str, payload: bytes) -> bool:
        return self._link.publish(topic, payload)

    def _publish(self, plan: Plan) -> None:
        # Without a connection nothing is lost: every plan goes out again at the next one.
        topic = plan_topic(plan.store, plan.zone)
        self._changes.notify("zones")
        self._changes.notify(plans_of(plan.store))
        if self._link.heard_out and self._office.publishes(plan.store, plan.zone):
            message = encode(PlanMessage(plan=plan, hub=self._office.name))
            self._metrics.plans.inc(self._link.publish(topic, message, retain=True))

    def _events_stored(self) -> None:
        self._deriver.poke()
        self._measuring.events_stored()

    def _decided(self, topic: str) -> None:
        """A person decided something: maybe a file says otherwise."""
        self._shop.look_for_notices()
        self._changes.notify(topic)

    def _library(self) -> Library:
        return self._scene_book.library({})


def _client_id(settings: Settings, holding: Holding | None) -> str:
    """What the broker calls this hub: two clients of one name throw each other out."""
    name = f"stemning-hub-{settings.hub_id}"
    return name if held(holding) else f"{name}-standby-{token_hex(4)}"


def _almanac(store: Store) -> PlaceAlmanac:
    return PlaceAlmanac(store.place, store.tz)
