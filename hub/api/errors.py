"""Errors as JSON, the same shape for all of them."""

from __future__ import annotations

import logging
import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from hub.api.headers import dress
from hub.errors import (
    ConflictError,
    PreconditionFailedError,
    PreconditionRequiredError,
    RefusedError,
    TooOftenError,
    UnknownCallerError,
)
from scenes.errors import StemningError

_log = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="Stable; for programs.", examples=["zone.unknown"])
    message: str = Field(description="For people.", examples=["there is no zone 'attic'"])
    changed: list[str] = Field(
        default=[], description="With 412: what happened since you saw it, in sentences."
    )
    problems: list[str] = Field(
        default=[], description="With 409: each thing that is in the way, in a sentence."
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Responses for a route's documentation; 401, 403, 413, 422 and 503 stand with every route."""
    return {status: {"model": ErrorBody, "description": _TEXTS[status]} for status in statuses}


_INSTANT_ERRORS = {"timezone_aware", "datetime_parsing", "datetime_from_date_parsing"}
_INSTANTS = (
    "write 2026-10-22T09:00:00+02:00 or 2026-10-22T07:00:00Z (in an address, + is written %2B)"
)
_TEXTS = {
    401: "Who asks is not known.",
    403: "Who asks may not.",
    404: "There is no such thing.",
    409: "The present state of things forbids it.",
    412: "Somebody else changed it since you saw it; nothing was written.",
    413: "Too large.",
    415: "Not a kind of file that is read here.",
    422: "The request can't be understood.",
    428: "A write names in If-Match what it has seen.",
    429: "Too often; Retry-After says when again.",
    503: "A part that the hub needs (database, broker) doesn't answer now.",
    504: "An agent did not answer in time.",
}
DOCUMENTED = documented(401, 403, 413, 422, 503)


def status_of(error: StemningError) -> int:
    """The HTTP status of an error, by the builtin that it also is."""
    kinds: tuple[tuple[type[BaseException], int], ...] = (
        (UnknownCallerError, 401),
        (PermissionError, 403),
        (ConflictError, 409),
        (PreconditionFailedError, 412),
        (PreconditionRequiredError, 428),
        (TooOftenError, 429),
        (LookupError, 404),
        (TimeoutError, 504),
        (ConnectionError, 503),
        (ValueError, 422),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 500)


def install(app: FastAPI) -> None:
    """Answer every error in this shape."""
    app.exception_handler(StemningError)(_stemning)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.exception_handler(kind)(_database)
    app.exception_handler(Exception)(_unforeseen)


def error_answer(status: int, code: str, message: str) -> JSONResponse:
    """An error in the shape of all of them."""
    return JSONResponse({"code": code, "message": message}, status)


async def _stemning(_request: Request, error: StemningError) -> JSONResponse:
    if isinstance(error, PreconditionFailedError):
        body = {"code": error.code, "message": str(error), "changed": list(error.changed)}
        return JSONResponse(body, 412, headers={"ETag": error.tag})
    if isinstance(error, RefusedError):
        body = {"code": error.code, "message": str(error), "problems": list(error.problems)}
        return JSONResponse(body, 409)
    answer = error_answer(status_of(error), error.code, str(error))
    if isinstance(error, UnknownCallerError):
        answer.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, TooOftenError):
        answer.headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return answer


async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    return error_answer(422, "request.invalid", "; ".join(map(_in_words, error.errors())))


def _in_words(problem: Any) -> str:  # noqa: ANN401
    place = ".".join(str(step) for step in problem["loc"])
    if problem["type"] == "value_error":
        # One of our own sentences, without pydantic's "Value error, ".
        return f"{place}: {problem['ctx']['error']}"
    if problem["type"] in _INSTANT_ERRORS:
        return f"{place}: {problem['input']!r} is no instant with time zone; {_INSTANTS}"
    return f"{place}: {problem['msg']}"


async def _http(_request: Request, error: HTTPException) -> JSONResponse:
    if error.status_code == 400:
        # A body that is no text, a form that is none: to a client the same as other nonsense.
        return error_answer(422, "request.invalid", str(error.detail))
    answer = error_answer(error.status_code, f"http.{error.status_code}", str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _database(_request: Request, error: Exception) -> JSONResponse:
    _log.error("the database does not answer: %s", error)
    return error_answer(503, "database.unavailable", "the database does not answer now; try again")


async def _unforeseen(_request: Request, _error: Exception) -> JSONResponse:
    # The server logs the traceback; a client learns nothing of the inside.
    answer = error_answer(500, "internal", "something went wrong inside the hub; its log says what")
    dress(answer.headers)  # it goes out past all middleware
    return answer
