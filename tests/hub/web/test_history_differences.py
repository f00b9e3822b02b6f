"""What changes of schedules and scenes came to, in the language of whoever reads the history."""

from __future__ import annotations

import msgspec

from hub.audit import Change, record
from hub.database import writing
from hub.parts import HubParts
from hub.web.history.timeline import Filters
from hub.web.history.view import history_page
from hub.web.languages.catalogues import translations
from scenes.language import speaking
from tests.hub.schedules.drafts import KIM, begun_and_changed, whatever


def details(parts: HubParts, action: str) -> list[str]:
    """All that today's history tells below the changes of one person."""
    store = parts.planner.store("nordic")
    entries = history_page(parts, store, None, Filters(kind="changed"), 1).entries
    return [line for entry in entries if action in entry.words for line in entry.details]


def in_swedish(parts: HubParts, action: str) -> list[str]:
    with speaking("sv", translations("sv")):
        return details(parts, action)


def test_a_deployed_difference_is_said_in_the_readers_language(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    begun_and_changed(parts)
    parts.schedules.deploy("nordic", KIM, whatever)
    (english, _why) = details(parts, "deployed version 2")
    assert english == "Rule “Late afternoon” added: every day 15:00 to 17:00 Evening in Entrance"
    (swedish, _why) = in_swedish(parts, "version 2")
    assert swedish == "Regel “Late afternoon” tillagt: varje dag 15:00 till 17:00 Kväll i Entrance"


def test_a_scenes_difference_is_said_in_the_readers_language(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    evening = parts.planner.shop.scenes["evening"]
    assert evening.music is not None
    louder = msgspec.structs.replace(evening.music, volume=evening.music.volume + 5)
    parts.scene_book.save(msgspec.structs.replace(evening, music=louder), KIM)
    (english, _why) = details(parts, "saved revision 2")
    assert english.startswith("Volume ")
    (swedish, _why) = in_swedish(parts, "2")
    assert swedish.startswith("Volym ")
    assert swedish.partition(" ")[2] == english.partition(" ")[2]


def test_what_cannot_be_made_again_is_said_as_it_was_kept(parts: HubParts) -> None:
    older = Change(
        at=parts.now(),
        author="Kim",
        action="schedule.deploy",
        store="nordic",
        subject="schedule of nordic",
        before={"version": 1},
        after={"version": 2, "changes": ["As an older hub said it"]},
    )
    with writing(parts.engine) as connection:
        record(connection, older)
    assert in_swedish(parts, "version 2") == ["As an older hub said it"]
