"""The hub's parts in one bag, as pages and routes get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from hub.alarm import AlarmClock
from hub.changes import Changes
from hub.floors.desk import FloorDesk
from hub.ledger.deriver import Deriver
from hub.ledger.ledger import Ledger
from hub.link import Link
from hub.metrics import Metrics
from hub.office import Office
from hub.people.people import People
from hub.planning.planner import Planner
from hub.reactions.outside import Outside
from hub.reactions.watcher import Watcher
from hub.reported import Reported
from hub.requests import Requests
from hub.scene_book.book import Book
from hub.schedules.desk import ScheduleDesk
from hub.schedules.outlook import Outlook
from hub.schedules.template_desk import TemplateDesk
from hub.settings import Settings
from hub.shop_watch import ShopStatus, ShopWatch
from hub.triggers.desk import TriggerDesk
from hub.triggers.integrations import Integrations
from hub.triggers.triggers import Triggers
from hub.voices.desk import VoiceDesk
from hub.voices.screens import Screens


@dataclass(frozen=True, slots=True, kw_only=True)
class HubParts:
    """Everything that a request may need. ``now`` is the hub's clock."""

    settings: Settings
    now: Callable[[], datetime]
    engine: Engine
    planner: Planner
    office: Office
    people: People
    scene_book: Book
    schedules: ScheduleDesk
    templates: TemplateDesk
    outlook: Outlook
    floors: FloorDesk
    reported: Reported
    requests: Requests
    changes: Changes
    metrics: Metrics
    link: Link
    ledger: Ledger
    deriver: Deriver
    shop: ShopWatch
    alarm: AlarmClock
    outside: Outside
    reactions: Watcher
    integrations: Integrations
    triggers: Triggers
    trigger_desk: TriggerDesk
    voices: VoiceDesk
    voice_screens: Screens

    @property
    def shop_status(self) -> ShopStatus:
        """How the shop file stands."""
        return self.shop.status


async def hub_parts(request: Request) -> HubParts:
    """The parts of the application that serves ``request``."""
    parts: HubParts = request.app.state.hub
    return parts


HubPartsDep = Annotated[HubParts, Depends(hub_parts)]
"""What a route asks for: ``def zones(hub: HubPartsDep)``."""
