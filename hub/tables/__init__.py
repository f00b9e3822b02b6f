"""Every table of the hub's database; importing this package makes ``SQLModel.metadata`` whole."""

from hub.tables.derived import CursorRow, ExposureRow, VisitRow
from hub.tables.events import BootRow, EventRow
from hub.tables.plans import HubRow, OverrideRow, PlanRow
from hub.tables.sales import ReceiptRow, SalesImportRow
from hub.tables.shop import RuleRow, SceneRow, StoreRow, ZoneRow

__all__ = [
    "BootRow",
    "CursorRow",
    "EventRow",
    "ExposureRow",
    "HubRow",
    "OverrideRow",
    "PlanRow",
    "ReceiptRow",
    "RuleRow",
    "SalesImportRow",
    "SceneRow",
    "StoreRow",
    "VisitRow",
    "ZoneRow",
]
