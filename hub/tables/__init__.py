"""Every table of the hub's database; importing this package makes ``SQLModel.metadata`` whole."""

from hub.tables.adjustments import AuditionRow, NudgeRow
from hub.tables.audit import AuditRow
from hub.tables.derived import CursorRow, ExposureRow, VisitRow
from hub.tables.events import BootRow, EventRow
from hub.tables.floors import FloorPlanRow
from hub.tables.people import AccountRow, PinAlarmRow, SessionRow, TriesRow
from hub.tables.plans import HubRow, OverrideRow, PlanRow, RivalPlanRow
from hub.tables.reactions import IntegrationRow, ReactionStateRow, RunRow
from hub.tables.sales import ReceiptRow, SalesImportRow
from hub.tables.schedules import ScheduleDraftRow, ScheduleVersionRow, TemplateVersionRow
from hub.tables.shop import SceneRow, SceneStateRow, StoreRow, ZoneRow
from hub.tables.voices import StaffVoiceRow, VoiceRow, VoiceScreenRow, VoiceSurplusRow

__all__ = [
    "AccountRow",
    "AuditRow",
    "AuditionRow",
    "BootRow",
    "CursorRow",
    "EventRow",
    "ExposureRow",
    "FloorPlanRow",
    "HubRow",
    "IntegrationRow",
    "NudgeRow",
    "OverrideRow",
    "PinAlarmRow",
    "PlanRow",
    "ReactionStateRow",
    "ReceiptRow",
    "RivalPlanRow",
    "RunRow",
    "SalesImportRow",
    "SceneRow",
    "SceneStateRow",
    "ScheduleDraftRow",
    "ScheduleVersionRow",
    "SessionRow",
    "StaffVoiceRow",
    "StoreRow",
    "TemplateVersionRow",
    "TriesRow",
    "VisitRow",
    "VoiceRow",
    "VoiceScreenRow",
    "VoiceSurplusRow",
    "ZoneRow",
]
