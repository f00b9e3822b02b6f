"""One reaction in one zone, as the watcher keeps it in mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

import msgspec

from hub.audit import Change
from hub.reactions import words
from hub.reactions.keeping import Kept, ReactionKey
from hub.reactions.measuring import Measured
from scenes.reaction import ReactionState
from scenes.rules import Reaction, Run

KEEP_EVERY_S = 10.0
"""A state is written at most this often, but for the beginning and the end of a run."""

_KEEP_EVERY = timedelta(seconds=KEEP_EVERY_S)


@dataclass(frozen=True, slots=True)
class Watched:
    """Where a reaction stands (``now``), and what was measured last, and when.

    ``kept`` is what the database has, and ``kept_at`` since when.
    """

    store: str
    zone: str
    now: Kept
    measured: Measured | None = None
    measured_at: datetime | None = None
    kept: Kept | None = None
    kept_at: datetime | None = None

    @property
    def key(self) -> ReactionKey:
        """Names it among all."""
        return self.store, self.zone, self.now.reaction.id

    @property
    def reaction(self) -> Reaction:
        """What it is."""
        return self.now.reaction

    @property
    def state(self) -> ReactionState:
        """Where it stands."""
        return self.now.state

    def run(self, value: float | None, now: datetime) -> Run:
        """The run that begins now; a hub that dies leaves it to its end."""
        reaction = self.reaction
        return Run(
            id=f"{reaction.id}-{token_hex(6)}",
            zone=self.zone,
            scene=reaction.scene,
            start=now,
            end=now + timedelta(seconds=reaction.longest_s),
            source=f"reaction:{reaction.id}",
            reason=words.reason(reaction, value),
            priority=reaction.priority,
        )

    def run_again(self, run: Run) -> Run:
        """Its run by the clock that the state goes by now."""
        began_at = self.state.began_at or run.start
        end = began_at + timedelta(seconds=self.reaction.longest_s)
        return msgspec.structs.replace(run, start=began_at, end=end)

    def why_over(self, now: datetime) -> str:
        """Why its run ends now, for the audit."""
        reaction, began_at = self.reaction, self.state.began_at or now
        if now - began_at >= timedelta(seconds=reaction.longest_s):
            return f"its longest time of {words.span(reaction.longest_s)} is over"
        calm = words.amount(reaction.measure, reaction.below)
        return f"not more than {calm} for {words.span(reaction.calm_s)}"

    def begun(self, at: datetime, run: Run) -> Change:
        """For the audit: its run begins."""
        return self._change("reaction.begin", at, run.reason, after=run)

    def ended(self, at: datetime, why: str) -> Change:
        """For the audit: its run ends."""
        return self._change("reaction.end", at, why, before={"run": self.now.run})

    def worth_keeping(self, now: datetime) -> bool:
        """Whether a restart would forget something, and the last writing is long enough ago.

        While a count runs, when it was known last is part of it.
        """
        state, kept = self.state, self.kept
        if self.kept_at is not None and timedelta() <= now - self.kept_at < _KEEP_EVERY:
            return False
        before = kept.state if kept is not None else ReactionState()
        counts = state.above_since if state.began_at is None else state.calm_since
        looked = {"known_at": state.known_at, "stepped_at": state.stepped_at}
        same = msgspec.structs.replace(before, **looked) == state
        return not same or (counts is not None and before.known_at != state.known_at)

    def _change(self, action: str, at: datetime, why: str, **what: object) -> Change:
        return Change(
            at=at,
            author=f"reaction:{self.reaction.id}",
            action=action,
            subject=self.zone,
            store=self.store,
            why=why,
            before=what.get("before"),
            after=what.get("after"),
        )
