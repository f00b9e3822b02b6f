"""How an application begins to answer: its status and first bytes, also of what never ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.types import Message

DEADLINE_S = 20.0


@dataclass(frozen=True)
class FirstAnswer:
    """The beginning of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of an error in JSON; empty for anything else."""
        with suppress(msgspec.DecodeError):
            said = msgspec.json.decode(self.body)
            if isinstance(said, dict):
                return str(said.get("code", ""))
        return ""


async def first_answer(
    app: FastAPI, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes = b""
) -> FirstAnswer:
    """Ask, wait for the first bytes, and go away."""
    first: asyncio.Future[FirstAnswer] = asyncio.get_running_loop().create_future()
    begun: dict[str, Any] = {}
    gone = asyncio.Event()
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun["status"] = message["status"]
            begun["headers"] = {k.decode(): v.decode() for k, v in message["headers"]}
        elif not first.done():
            first.set_result(FirstAnswer(begun["status"], begun["headers"], message["body"]))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (k.lower().encode(), v.encode()) for k, v in {"Host": "hub", **headers}.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("hub", 80),
    }
    task = asyncio.create_task(app(scope, receive, send))
    try:
        waited: set[asyncio.Future[Any]] = {task, first}
        await asyncio.wait(waited, timeout=DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
        assert first.done(), f"{method} {path} has no answer: {task}"
        return first.result()
    finally:
        gone.set()
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task
