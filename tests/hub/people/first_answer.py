"""How an application begins to answer, and goes on: status and first bytes, also of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.types import Message

DEADLINE_S = 20.0


@dataclass(frozen=True)
class FirstAnswer:
    """The beginning of an answer; ``more`` is what comes after it, None at its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    more: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue, compare=False)

    @property
    def code(self) -> str:
        """The code of an error in JSON; empty for anything else."""
        with suppress(msgspec.DecodeError):
            said = msgspec.json.decode(self.body)
            if isinstance(said, dict):
                return str(said.get("code", ""))
        return ""

    async def next(self) -> bytes | None:
        """What comes next; None at the end."""
        return await asyncio.wait_for(self.more.get(), DEADLINE_S)


async def first_answer(
    app: FastAPI, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes = b""
) -> FirstAnswer:
    """Ask, wait for the first bytes, and go away."""
    async with an_answer(app, method, path, query, headers, body) as answer:
        return answer


@asynccontextmanager
async def an_answer(
    app: FastAPI, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes = b""
) -> AsyncGenerator[FirstAnswer]:
    """Ask, wait for the first bytes, and go away in the end."""
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
            return
        if not first.done():
            first.set_result(FirstAnswer(begun["status"], begun["headers"], message["body"]))
        else:
            first.result().more.put_nowait(message["body"])
        if not message.get("more_body"):
            first.result().more.put_nowait(None)

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
        yield first.result()
    finally:
        gone.set()
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task
