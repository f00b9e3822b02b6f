"""The token by which a page's writes show that they are the hub's own, masked for each answer.

Pages are packed, and some repeat what an address says: a token that stood there always alike could
be guessed from the length of many answers, letter by letter.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hmac import compare_digest
from secrets import token_bytes

from hub.people.who import asking

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_mask: ContextVar[bytes] = ContextVar("mask", default=b"")


@contextmanager
def masking() -> Iterator[None]:
    """Within one answer a token looks the same wherever it stands, so that it packs well."""
    outer = _mask.set(token_bytes(64))
    try:
        yield
    finally:
        _mask.reset(outer)


def shown_token() -> str:
    """The token of whoever asks, for a page; empty for who isn't let in by a cookie."""
    return masked(asking.get().csrf)


def masked(token: str) -> str:
    """A token as an answer says it."""
    if not token:
        return ""
    mask = (_mask.get() or token_bytes(64))[: len(token)]
    return urlsafe_b64encode(mask + _xor(mask, token.encode())).decode()


def is_token(given: str, token: str) -> bool:
    """Whether ``given`` is ``token`` as some answer said it."""
    try:
        raw = urlsafe_b64decode(given.encode())
    except (Error, ValueError):
        return False
    half = len(raw) // 2
    return len(raw) % 2 == 0 and compare_digest(_xor(raw[:half], raw[half:]), token.encode())


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
