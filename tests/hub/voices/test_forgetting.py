"""What was said is kept for so many days, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.parts import HubParts
from hub.tables import StaffVoiceRow, VoiceRow, VoiceScreenRow, VoiceSurplusRow
from hub.voices.errors import SurplusError
from hub.voices.forgetting import forget_voices
from hub.voices.questions import Complaint
from tests.hub.ringing import ring
from tests.hub.shops import FakeClock
from tests.hub.voices.saying import a_screen, report
from tests.hub.voices.test_desk import rows

DAY = timedelta(days=1)
TABLES = (VoiceRow, StaffVoiceRow, VoiceSurplusRow, VoiceScreenRow)


def say_something(parts: HubParts) -> None:
    """An answer, a tap too many, a complaint, and a screen that is revoked then."""
    screen = a_screen(parts)
    report(parts)
    parts.voices.say(screen, 4)
    with pytest.raises(SurplusError):
        parts.voices.say(screen, 4)
    parts.voices.keep_surplus()
    parts.voices.complain("nordic", "entrance", Complaint.TOO_LOUD)
    parts.voice_screens.revoke(screen.id)


def test_what_is_too_old_goes_and_the_rest_stays(parts_on_both: HubParts, clock: FakeClock) -> None:
    parts = parts_on_both
    asking = a_screen(parts)
    say_something(parts)
    clock.forward(days=10)
    say_something(parts)
    assert [len(rows(parts, table)) for table in TABLES] == [2, 2, 2, 3]
    assert forget_voices(parts.engine, clock() - 11 * DAY) == 0
    assert forget_voices(parts.engine, clock() - 9 * DAY) == 4
    assert [len(rows(parts, table)) for table in TABLES] == [1, 1, 1, 2]
    assert parts.voice_screens.get(asking.id).revoked_at is None, "it still asks"
    assert all(row.minute > clock() - DAY for row in rows(parts, VoiceRow))


def test_the_alarm_clock_does_it_by_the_setting(parts: HubParts, clock: FakeClock) -> None:
    say_something(parts)
    clock.forward(days=parts.settings.voice_days + 1)
    ring(parts, "forget-voices")
    assert [len(rows(parts, table)) for table in TABLES] == [0, 0, 0, 0]
