"""What the hub counts, for Prometheus. Each hub object has a registry of its own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LATENCIES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The hub's counters and gauges; names begin with ``stemning_``."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.events = Counter(
            "stemning_events_committed", "Events of edges stored for good.", registry=registry
        )
        self.batches = Counter(
            "stemning_batches_committed", "Batches of events answered.", registry=registry
        )
        self.refused = Counter(
            "stemning_batches_refused",
            "Batches not taken; the edge sends them again.",
            ["reason"],
            registry=registry,
        )
        self.unreadable = Counter(
            "stemning_events_unreadable", "Events stored unread.", registry=registry
        )
        self.implausible = Counter(
            "stemning_events_implausible",
            "Events whose time can't be so: no visit and no exposure follows from them.",
            registry=registry,
        )
        self.malformed = Counter(
            "stemning_messages_malformed", "Messages that broke the contract.", registry=registry
        )
        self.ack_s = Histogram(
            "stemning_ack_seconds",
            "From a batch's arrival to its commit.",
            buckets=_LATENCIES_S,
            registry=registry,
        )
        self.plans = Counter("stemning_plans_published", "Plans published.", registry=registry)
        self.overrides = Counter(
            "stemning_overrides", "Scenes that people chose.", registry=registry
        )
        self.triggers = Counter(
            "stemning_triggers",
            "What came from integrations: taken, or why not.",
            ["result"],
            registry=registry,
        )
        self.database_errors = Counter(
            "stemning_database_errors", "Transactions that failed.", registry=registry
        )
        self.missed_alarms = Counter(
            "stemning_alarms_missed", "Alarms that rang too late or failed.", registry=registry
        )
        self._watched: list[Gauge] = []

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show what ``value`` says whenever somebody looks."""
        gauge = Gauge(f"stemning_{name}", text, registry=self._registry)
        gauge.set_function(value)
        self._watched.append(gauge)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
