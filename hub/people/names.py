"""What people may be called."""

from __future__ import annotations

import re
from unicodedata import category

from hub.people.errors import AccountError

LONGEST_NAME = 60
LONGEST_USERNAME = 40
_USERNAME = re.compile(r"[^\W_](?:[\w.@+-]*[^\W_])?")


def clean_username(username: str) -> str:
    """A username without spaces around it; `AccountError`."""
    cleaned = username.strip()
    if len(cleaned) > LONGEST_USERNAME or not _USERNAME.fullmatch(cleaned):
        raise AccountError(
            "a username is letters and digits, with . _ - + @ between them, "
            f"and at most {LONGEST_USERNAME} characters"
        )
    return cleaned


def clean_name(name: str) -> str:
    """A person's or tablet's name on one line; `AccountError`."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise AccountError(f"a name has 1 to {LONGEST_NAME} characters")
    if any(category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in cleaned):
        raise AccountError("a name holds nothing that can't be seen")
    return cleaned
