"""Which passwords and PINs are accepted."""

from __future__ import annotations

import re

from hub.people.errors import WeakPinError, WeakSecretError
from scenes.language import _

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
PIN_PATTERN = r"^[0-9]{4,8}$"
_COMMON = frozenset(
    word
    for line in (
        "1234567890 12345678910 0123456789 0987654321 1q2w3e4r5t qwertyuiop qwerty1234",
        "qwerty12345 qwerty123456 password10 password12 password123 password1234 passw0rd123",
        "p@ssword123 letmein1234 welcome123 welcome1234 iloveyou123 administrator admin12345",
        "admin123456 changeme123 stemning123 stemning1234 summer2024 summer2025 summer2026",
        "abcdefghij abcd123456 1qaz2wsx3edc zaq12wsxcde3 football123 baseball123 superman123",
        "dragon1234 sunshine123 princess123 monkey12345 shadow12345 master12345 losenord123",
        "lösenord123 passord1234 parol12345",
    )
    for word in line.split()
)
_COMMON_PINS = frozenset({"2580", "0852", "1397", "1379", "9731", "1004", "6969", "1357", "2468"})
_DIGITS = "01234567890123456789"


def check_password(password: str, username: str) -> None:
    """`WeakSecretError` for what is tried first."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakSecretError(
            _("a password has at least {n} characters").format(n=SHORTEST_PASSWORD)
        )
    if len(password) > LONGEST_PASSWORD:
        raise WeakSecretError(_("a password has at most {n} characters").format(n=LONGEST_PASSWORD))
    plain = password.casefold()
    if plain.strip() == "" or len(set(plain)) < 4:
        raise WeakSecretError(_("a password has at least four different characters"))
    if username.casefold() in plain and len(username) > 3:
        raise WeakSecretError(_("a password doesn't hold the username"))
    if plain in _COMMON:
        raise WeakSecretError(_("this password is one of the commonest: choose another one"))


def check_pin(pin: str) -> None:
    """`WeakPinError` for what isn't 4 to 8 digits, and for what is tried first."""
    if not re.fullmatch(PIN_PATTERN, pin, re.ASCII):
        raise WeakPinError(_("a PIN is 4 to 8 digits"))
    half = len(pin) // 2
    easy = (
        len(set(pin)) == 1
        or pin in _DIGITS
        or pin[::-1] in _DIGITS
        or (len(pin) % 2 == 0 and pin[:half] == pin[half:])
        or pin in _COMMON_PINS
    )
    if easy:
        raise WeakPinError(_("this PIN is guessed too easily: choose another one"))
