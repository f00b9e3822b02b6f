"""What customers and staff said by scene: the card on the page of effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.voices.document import Figure, LeftOut, StaffCell, VoiceCell, VoicesDocument
from hub.voices.questions import Complaint, Question
from hub.web.looks import Look, scene_look
from hub.web.voice.words import complaint_word, question_word, top_word
from hub.web.words import date_words, number_words, percent_words
from scenes.language import _, ngettext


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and its interval in words; both empty where too few said anything."""

    value: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What was said while one scene played."""

    look: Look
    n: str
    mean: Value
    top: Value
    nps: Value


@dataclass(frozen=True, slots=True)
class Group:
    """One question in one zone; ``has_nps`` where recommendations are netted."""

    id: str
    zone: str
    question: str
    top: str
    has_nps: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SaidCard:
    """The card."""

    store: str
    period: str
    groups: tuple[Group, ...]
    left_out: tuple[str, ...]
    staff: tuple[str, ...]
    method: str


def said_card(document: VoicesDocument) -> SaidCard:
    """The document in the page's terms."""
    keys = dict.fromkeys((cell.zone, cell.question) for cell in document.cells)
    days = date_words(document.first_day, year=False), date_words(document.last_day)
    return SaidCard(
        store=document.store,
        period=_("{first} to {last}").format(first=days[0], last=days[1]),
        groups=tuple(
            _group([cell for cell in document.cells if (cell.zone, cell.question) == key])
            for key in keys
        ),
        left_out=tuple(words for each in document.left_out if (words := _left_out(each))),
        staff=_staff(document.staff),
        method=_(document.method),
    )


def _group(cells: Sequence[VoiceCell]) -> Group:
    first = cells[0]
    return Group(
        id=f"{first.zone}-{first.question}",
        zone=first.zone_name,
        question=question_word(first.question),
        top=top_word(first.question),
        has_nps=first.question is Question.NPS,
        rows=tuple(
            Row(
                look=scene_look(cell.scene, cell.scene_name),
                n=_("1 to 4") if cell.n is None else number_words(cell.n),
                mean=_value(cell.mean),
                top=_share(cell.top),
                nps=_value(cell.nps, 0),
            )
            for cell in cells
        ),
    )


def _value(figure: Figure | None, digits: int = 1) -> Value:
    if figure is None:
        return Value()
    value, low, high = (
        number_words(each, digits) for each in (figure.value, figure.low, figure.high)
    )
    return Value(value, _("{low} to {high}").format(low=low, high=high))


def _share(figure: Figure | None) -> Value:
    if figure is None:
        return Value()
    value, low, high = (
        percent_words(round(100 * each)) for each in (figure.value, figure.low, figure.high)
    )
    return Value(value, _("{low} to {high}").format(low=low, high=high))


def _left_out(left: LeftOut) -> str:
    """What belongs to no scene; of what is too few to tell it is only said that there is some."""
    reasons = (
        (left.changing, _("{n} while the scene changed")),
        (left.unconfirmed, _("{n} while a device did otherwise")),
        (left.nudged, _("{n} while somebody had nudged the scene or tried one out")),
        (left.unlogged, _("{n} without an as-run record (yet)")),
    )
    said = [
        words.format(n=_("1 to 4") if n is None else number_words(n))
        for n, words in reasons
        if n != 0
    ]
    if not said:
        return ""
    return f"{question_word(left.question)}: {', '.join(said)}"


def _staff(cells: Sequence[StaffCell]) -> tuple[str, ...]:
    lines = []
    for zone in dict.fromkeys(cell.zone for cell in cells):
        mine = [cell for cell in cells if cell.zone == zone]
        counts = [
            (complaint_word(what), sum(cell.n for cell in mine if cell.what == what))
            for what in Complaint
        ]
        said = (
            ngettext("%(what)s once", "%(what)s %(num)s times", n)
            % {"what": word, "num": number_words(n)}
            for word, n in counts
            if n
        )
        lines.append(f"{mine[0].zone_name}: {', '.join(said)}")
    return tuple(lines)
