"""Before a schedule is saved: who meets whom, what never plays, and where nothing is planned.

Mistakes of a schedule as a document are in `scenes.mistakes`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from scenes.day_words import capitalised, listed
from scenes.language import _, ngettext
from scenes.names import Names
from scenes.opening import Opening
from scenes.plan import Slot
from scenes.rules import Layer
from scenes.schedule_words import kind_words
from scenes.stretches import Occasion, Review, Stretch, joined
from scenes.wishes import Wish, strength_of

Wishes = Mapping[str, Sequence[Wish]]
Slots = Mapping[str, Sequence[Slot]]
"""By zone. The last slot of a zone goes on to the review's end."""

_Pair = tuple[Wish, Wish]
_Played = tuple[Slot, datetime, datetime]
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two wishes of one layer and priority that want different scenes at once, joined over days.

    ``winner`` and ``loser`` are sources; the winner plays.
    """

    winner: str
    loser: str
    stretches: tuple[Stretch, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class NeverPlays:
    """What wishes for scenes and never wins in ``zones`` within the review: ``source``."""

    source: str
    zones: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Opening hours in which nothing but the fallback plays, joined over days and zones."""

    stretches: tuple[Stretch, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Clash:
    """What a conflict is about: wishes by their source."""

    winner: str
    loser: str
    scenes: tuple[str, str]
    together: bool


def conflicts(wishes: Wishes, review: Review) -> tuple[Conflict, ...]:
    """Every conflict that shows within the review, the earliest first; said once for all its days.

    None is where something stronger stands above both, and none where the winner begins within the
    loser and ends with it at the latest, as somebody plans on purpose.
    """
    found = {
        stretch: clash
        for zone in review.names.zones
        for stretch, clash in _clashes(zone, wishes.get(zone, ()), review)
    }
    return tuple(
        _conflict(found[occasion.stretches[0]], occasion, review.names)
        for occasion in joined(found, review)
    )


def never_plays(wishes: Wishes, slots: Slots, review: Review) -> tuple[NeverPlays, ...]:
    """What has a wish within the review and wins no moment of it in some zones, or in any.

    Not a rule under exceptions alone: those are for their dates, and it plays when they are over.
    ``slots`` are compiled from ``wishes``, and from nothing that is only for today.
    """
    beaten: dict[str, dict[str, dict[str, float]]] = {}
    wanted: dict[str, set[str]] = defaultdict(set)
    for zone in review.names.zones:
        playing = _spans(slots[zone], review)
        heard = {slot.source for slot, _, _ in playing}
        for wish in wishes.get(zone, ()):
            if wish.start >= review.end or wish.end <= review.start:
                continue
            wanted[wish.source].add(zone)
            if wish.source not in heard:
                above = beaten.setdefault(wish.source, {}).setdefault(zone, {})
                _add_seconds(above, wish, playing)
    never = {
        source: {zone: above for zone, above in zones.items() if not _waits(source, above)}
        for source, zones in beaten.items()
    }
    return tuple(
        _never(source, zones, review.names, everywhere=wanted[source] == {*zones})
        for source, zones in never.items()
        if zones
    )


def gaps(slots: Slots, openings: Iterable[Opening], review: Review) -> tuple[Gap, ...]:
    """Where nothing is planned while the store is open, the earliest first."""
    open_hours = list(openings)
    stretches = [
        Stretch(zone, max(start, opening.start), min(end, opening.end), about=slot.scene)
        for zone in review.names.zones
        for slot, start, end in _spans(slots[zone], review)
        if slot.layer is Layer.FALLBACK
        for opening in open_hours
        if opening.start < end and start < opening.end
    ]
    return tuple(
        Gap(
            each.stretches,
            _("Nothing is planned {when} {where}: the fallback {scene} plays").format(
                when=each.when,
                where=review.names.in_where(each.zones),
                scene=review.names.scene(str(each.stretches[0].about)),
            ),
        )
        for each in joined(stretches, review)
    )


@dataclass(slots=True)
class _Sweep:
    """The wishes of one zone that stand at a moment, as time goes on; each moment asked once."""

    coming: list[Wish]
    standing: list[Wish] = field(default_factory=list)

    def at(self, moment: datetime) -> list[Wish]:
        """Those that stand, the strongest first."""
        while self.coming and self.coming[-1].start <= moment:
            self.standing.append(self.coming.pop())
        self.standing = sorted(
            (wish for wish in self.standing if wish.end > moment), key=strength_of
        )
        return self.standing


def _clashes(zone: str, wishes: Sequence[Wish], review: Review) -> Iterator[tuple[Stretch, _Clash]]:
    """Who meets whom in one zone, each time that they do."""
    edges = {edge for wish in wishes for edge in (wish.start, wish.end)}
    edges = {edge for edge in edges if review.start < edge < review.end}
    sweep = _Sweep(sorted(wishes, key=lambda wish: wish.start, reverse=True))
    running: dict[_Pair, datetime] = {}
    for moment in (review.start, *sorted(edges), review.end):
        pairs = list(_pairs(sweep.at(moment))) if moment < review.end else []
        going_on = set(pairs)
        for pair, start in running.items():
            if pair not in going_on:
                clash = _clash(*pair)
                series = (clash.winner, clash.loser)
                yield Stretch(zone, start, moment, about=clash, series=series), clash
        running = {pair: running.get(pair, moment) for pair in pairs}


def _clash(winner: Wish, loser: Wish) -> _Clash:
    return _Clash(
        winner=winner.source,
        loser=loser.source,
        scenes=(winner.scene, loser.scene),
        together=winner.start == loser.start,
    )


def _pairs(standing: Sequence[Wish]) -> Iterator[_Pair]:
    """Of those that stand, the strongest first: what plays, and who wanted as much and lost."""
    if not standing:
        return
    winner, *others = standing
    for loser in others:
        if (loser.layer, loser.priority) != (winner.layer, winner.priority):
            return
        meant = loser.start < winner.start and winner.end <= loser.end
        if loser.scene != winner.scene and not meant:
            yield winner, loser


def _conflict(clash: _Clash, occasion: Occasion, names: Names) -> Conflict:
    winner, loser = _apart(clash.winner, clash.loser, names)
    why = _("it began last")
    if clash.together:
        first, second = (source.partition(":")[2] for source in (clash.winner, clash.loser))
        why = _("both begin at once and “{first}” sorts before “{second}”").format(
            first=first, second=second
        )
    said = _("{loser} and {winner} both want {zones} {when}; {winner} wins because {why}").format(
        loser=loser,
        winner=winner,
        zones=names.every_where(occasion.zones),
        when=occasion.when,
        why=why,
    )
    return Conflict(clash.winner, clash.loser, occasion.stretches, capitalised(said))


def _apart(one: str, other: str, names: Names) -> tuple[str, str]:
    """What people call two sources; with their ids where that is the same."""
    words = names.source(one), names.source(other)
    if words[0] != words[1]:
        return words
    return f"{words[0]} ({one.partition(':')[2]})", f"{words[1]} ({other.partition(':')[2]})"


def _spans(slots: Sequence[Slot], review: Review) -> list[_Played]:
    """Slots and the time that they have within the review."""
    ends = [*(slot.start for slot in slots[1:]), review.end]
    return [
        (slot, max(slot.start, review.start), min(end, review.end))
        for slot, end in zip(slots, ends, strict=True)
        if slot.start < review.end and end > review.start
    ]


def _add_seconds(stronger: dict[str, float], wish: Wish, playing: Sequence[_Played]) -> None:
    """What plays in the time of a wish, and for how long."""
    first = bisect_right(playing, wish.start, key=itemgetter(2))
    last = bisect_left(playing, wish.end, key=itemgetter(1))
    for slot, start, end in playing[first:last]:
        seconds = (min(end, wish.end) - max(start, wish.start)).total_seconds()
        stronger[slot.source] = stronger.get(slot.source, 0.0) + seconds


def _waits(source: str, above: Iterable[str]) -> bool:
    """Whether a rule is under exceptions, and under nothing else."""
    return source.startswith("rule:") and all(each.startswith("exception:") for each in above)


def _never(
    source: str, zones: Mapping[str, Mapping[str, float]], names: Names, *, everywhere: bool
) -> NeverPlays:
    stronger: dict[str, float] = defaultdict(float)
    for above_there in zones.values():
        for each, seconds in above_there.items():
            stronger[each] += seconds
    ranked = sorted(stronger, key=lambda each: (-stronger[each], each))
    above = [names.source(each) for each in ranked[:_MOST_NAMED]]
    above += [_("others")] if len(ranked) > _MOST_NAMED else []
    said = ngettext(
        "{what} never plays{place}: {above} is above it",
        "{what} never plays{place}: {above} are above it",
        len(above),
    ).format(
        what=f"{kind_words(source)} {names.source(source)}",
        place="" if everywhere else f" {names.in_where(tuple(zones))}",
        above=listed(above),
    )
    return NeverPlays(source, tuple(zones), said)
