"""Who an agent is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """One run of one edge of one store; ``boot`` is new at every start."""

    store: str
    edge: str
    boot: str
    version: str
