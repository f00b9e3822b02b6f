"""The files of the demo's shop: what the hub reads, and one configuration for each agent."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoEdge:
    """One agent of the demo: a Pi in the ceiling of one zone."""

    name: str
    zone: str
    visits_per_hour: float
    seed: int


EDGES = (
    DemoEdge("ceiling-entrance", "entrance", 60, 11),
    DemoEdge("ceiling-sales-floor", "sales-floor", 40, 12),
    DemoEdge("ceiling-fitting-rooms", "fitting-rooms", 25, 13),
)


def write_shop_file(directory: Path) -> Path:
    """Copy the demo's shop file, unless there is one already: people may edit theirs."""
    path = directory / "shop.yaml"
    if not path.exists():
        text = (files("hub.demo") / "shop.yaml").read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
    return path


def write_edge_file(directory: Path, edge: DemoEdge, store: str) -> Path:
    """Write the agent's configuration, unless there is one already."""
    path = directory / f"{edge.name}.toml"
    if not path.exists():
        template = (files("hub.demo") / "edge.toml.template").read_text(encoding="utf-8")
        text = template.format(
            store=store,
            edge=edge.name,
            zone=edge.zone,
            visits_per_hour=edge.visits_per_hour,
            seed=edge.seed,
            directory=directory.resolve(),
        )
        path.write_text(text, encoding="utf-8")
    return path
