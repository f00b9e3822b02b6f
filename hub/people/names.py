"""What people may be called."""

from __future__ import annotations

import re
from unicodedata import category

from hub.people.errors import AccountError, UsernameError
from scenes.language import _

LONGEST_NAME = 60
LONGEST_USERNAME = 40
_USERNAME = re.compile(r"[^\W_](?:[\w.@+-]*[^\W_])?")


def clean_username(username: str) -> str:
    """A username without spaces around it; `AccountError`."""
    cleaned = username.strip()
    if len(cleaned) > LONGEST_USERNAME or not _USERNAME.fullmatch(cleaned):
        raise UsernameError(
            _(
                "a username is letters and digits, with . _ - + @ between them, "
                "and at most {n} characters"
            ).format(n=LONGEST_USERNAME)
        )
    return cleaned


def clean_name(name: str) -> str:
    """A person's or tablet's name on one line; `AccountError`."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise AccountError(_("a name has 1 to {n} characters").format(n=LONGEST_NAME))
    if any(category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in cleaned):
        raise AccountError(_("a name holds nothing that can't be seen"))
    return cleaned
