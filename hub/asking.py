"""How a command asks the running hub, and says in a sentence why it got no answer."""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from hub.errors import UnavailableError
from hub.key_ring import KEY_VARIABLE, key_for
from scenes.errors import StemningError

HUB_VARIABLE = "STEMNING_HUB"
DEFAULT_HUB = "http://127.0.0.1:8080"
_TIMEOUT_S = 10.0
_JSON = "application/json"
_MOST_NAMES = 12
_MOST_CHANGES = 3


class AskedInVainError(StemningError, LookupError):
    """The hub answered that it can't or won't. ``status`` is that of HTTP.

    ``hub_code`` is the stable code of its error; ``problems`` says with 409 what is in the way,
    in sentences.
    """

    code = "hub.refused"

    def __init__(
        self, message: str, status: int, hub_code: str = "", problems: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.hub_code = hub_code
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub answered: its text, and the tag of what it is about (empty: none)."""

    text: str
    tag: str

    @property
    def value(self) -> Any:  # noqa: ANN401 - JSON
        """The text as JSON; `UnavailableError` when it is none."""
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise UnavailableError("what answers there is no hub: say where with --hub") from error


def add_hub_argument(parser: argparse.ArgumentParser) -> None:
    """``--hub``: where to ask."""
    parser.add_argument(
        "--hub",
        default=os.environ.get(HUB_VARIABLE) or DEFAULT_HUB,
        metavar="URL",
        help=f"the running hub, or {HUB_VARIABLE}; default: {DEFAULT_HUB}",
    )


class Asking:
    """Asks the hub at an address. Everything raises `AskedInVainError` and `UnavailableError`.

    With the access key that is kept for this hub, if there is one: see `hub.key_ring`.
    """

    def __init__(self, hub: str, key: str | None = None) -> None:
        if not hub.startswith(("http://", "https://")):
            raise UnavailableError(f"{hub!r} is no address of a hub; write {DEFAULT_HUB}")
        self._hub = hub
        self._key = key_for(hub) if key is None else key

    def get(self, *path: str, **query: str) -> Answer:
        """What stands at ``/api/v1/`` and the steps of the path."""
        return self._ask("GET", path, query)

    def post(self, *path: str, seen: str = "", body: Mapping[str, Any]) -> Answer:
        """Do something; ``seen`` is the tag of what it is done to."""
        data = json.dumps(body).encode()
        return self._ask("POST", path, {}, seen=seen, data=data, kind=_JSON)

    def put(self, *path: str, seen: str, data: bytes, kind: str, **query: str) -> Answer:
        """Put something there, in place of what was ``seen``."""
        return self._ask("PUT", path, query, seen=seen, data=data, kind=kind)

    def put_json(self, *path: str, seen: str, body: Mapping[str, Any], **query: str) -> Answer:
        """Put a JSON body there, in place of what was ``seen``."""
        data = json.dumps(body).encode()
        return self.put(*path, seen=seen, data=data, kind=_JSON, **query)

    def delete(self, *path: str, seen: str, **query: str) -> Answer:
        """Remove what was ``seen`` there."""
        return self._ask("DELETE", path, query, seen=seen)

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        query: Mapping[str, str],
        *,
        seen: str = "",
        data: bytes | None = None,
        kind: str = "",
    ) -> Answer:
        steps = "/".join(urllib.parse.quote(step, safe="") for step in path)
        asked = urllib.parse.urlencode({name: value for name, value in query.items() if value})
        url = f"{self._hub.rstrip('/')}/api/v1/{steps}" + (f"?{asked}" if asked else "")
        bearer = f"Bearer {self._key}" if self._key else ""
        headers = {"If-Match": seen, "Content-Type": kind, "Authorization": bearer}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            url,
            data,
            {name: value for name, value in headers.items() if value},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                return Answer(answer.read().decode(), answer.headers.get("ETag", ""))
        except urllib.error.HTTPError as error:
            refused = self._with_how_to_sign_in(_refused(error))
            raise self._with_what_there_is(refused, query.get("store", "")) from error
        except (OSError, ValueError, HTTPException) as error:
            raise UnavailableError(
                f"no hub answers at {self._hub}: say where it is with --hub or {HUB_VARIABLE}, "
                "or start one with 'stemning hub'"
            ) from error

    def _with_how_to_sign_in(self, error: AskedInVainError) -> AskedInVainError:
        """Who isn't known hears what to run."""
        if error.hub_code != "people.sign-in":
            return error
        known = "your key opens nothing (any more)" if self._key else "the hub doesn't know you"
        message = f"{known}: run 'stemning sign-in --hub {self._hub}', or set {KEY_VARIABLE}"
        return AskedInVainError(message, error.status, error.hub_code)

    def _with_what_there_is(self, error: AskedInVainError, store: str) -> AskedInVainError:
        """Who asked for a store or a zone that there is not hears which there are."""
        try:
            if error.hub_code == "store.unknown":
                known = [each["store"] for each in self.get("stores").value]
            elif error.hub_code == "zone.unknown":
                known = [each["zone"] for each in self.get("zones", store=store).value]
            else:
                return error
        except (AskedInVainError, UnavailableError):
            return error
        names = list(dict.fromkeys(known))
        shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        message = f"{error}; there are: {shown}" if names else str(error)
        return AskedInVainError(message, error.status, error.hub_code)


def newest_first(changed: Sequence[str]) -> str:
    """The last few of what happened, as sentences after another one."""
    return "".join(f". {one}" for one in [*reversed(changed)][:_MOST_CHANGES])


def _refused(error: urllib.error.HTTPError) -> AskedInVainError:
    with error:
        try:
            body = json.load(error)
            message, hub_code = str(body["message"]), str(body["code"])
            changed = tuple(map(str, body.get("changed", ())))
            problems = tuple(map(str, body.get("problems", ())))
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            return AskedInVainError(f"the hub answered {error.code}", error.code)
    if changed:
        # The hub says all of it, in the order of time; a terminal's last line is read first.
        message = message.partition(f". {changed[0]}")[0] + newest_first(changed)
    return AskedInVainError(message, error.code, hub_code, problems)
