"""For whom the hub acts just now, as the audit names them."""

from __future__ import annotations

from contextvars import ContextVar

acting_account: ContextVar[str] = ContextVar("acting_account", default="")
"""The username of whoever sent the request that is being answered, or ``tablet:`` and the name of
the tablet that it came from, which no username is; empty where the hub acts by itself."""
