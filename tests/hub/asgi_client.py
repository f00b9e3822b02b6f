"""Requests to an application in this process, without a server."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from hub.people.accounts import Account
from hub.people.sessions import Kind, Opening
from tests.parts.signed_in import account


class AsgiClient:
    """Each request runs in an event loop of its own, so any thread may ask.

    As head office, by an access key; of somebody else with ``who``, as nobody without a ``key``.
    """

    def __init__(self, app: FastAPI, who: Account | None = None, *, key: str | None = None) -> None:
        self._app = app
        self._who = who
        self._key = key

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """An error that the application doesn't answer itself is a 500, as with a server."""
        headers = httpx.Headers(options.pop("headers", None))
        if "Authorization" not in headers and (key := self._own_key()):
            headers["Authorization"] = f"Bearer {key}"

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(ask())

    def _own_key(self) -> str:
        if self._key is None:
            parts = self._app.state.hub
            who = self._who or account(parts.engine)
            # By the hub's own clock, so that it is open there.
            self._key = parts.people.sessions.open(Opening(kind=Kind.KEY, account=who.id))
        return self._key
