"""Money as whole minor units (cents, öre), never as a float."""

from __future__ import annotations

import re
from decimal import Decimal

from scenes.errors import StemningError

UNKNOWN_CURRENCY = "XXX"
"""ISO 4217's own code for "no currency"; counted in hundredths."""

# ISO 4217: all others have two digits.
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS_OF = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}

_NUMBER = {
    ".": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,2})?\Z", re.IGNORECASE),
    ",": re.compile(r"[+-]?([0-9]+,?[0-9]*|,[0-9]+)(e[+-]?[0-9]{1,2})?\Z", re.IGNORECASE),
}
# Below this, even a receipt with a million lines stays within 64 bits.
_LARGEST = Decimal(10) ** 12
# Programs that count in binary floats write 3.4899999999999998 or 1.776e-15. That far off, in
# minor units, is their noise and no fraction of a cent.
_NOISE = Decimal("1e-6")
_OTHER_DECIMAL = {".": ",", ",": "."}


class InvalidAmountError(StemningError, ValueError):
    """A text is no amount of money in the currency at hand; the text says why."""

    code = "money.invalid-amount"


def minor_digits(currency: str) -> int:
    """How many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _DIGITS_OF.get(currency, 2)


def read_amount(text: str, digits: int, decimal: str = ".") -> int:
    """An amount as whole minor units: ``-3.5`` with two digits is -350. Exact, in decimals.

    ``decimal`` is the decimal mark, "." or ",". `InvalidAmountError` for thousands separators,
    currency signs, and more decimals than the currency has; only what is plainly the noise of
    a binary float (less than a millionth of a cent) is rounded.
    """
    plain = text.strip()
    if not _NUMBER[decimal].match(plain):
        raise InvalidAmountError(_complaint(plain, decimal))
    amount = Decimal(plain.replace(",", "."))
    if abs(amount) >= _LARGEST:
        raise InvalidAmountError(f"amount {plain!r} is too large")
    exact = amount.scaleb(digits)
    minor = exact.to_integral_value()
    if abs(exact - minor) > _NOISE:
        raise InvalidAmountError(
            f"amount {plain!r} has more than the {digits} decimals of its currency"
        )
    return int(minor)


def write_amount(minor: int, digits: int) -> str:
    """Whole minor units as a plain decimal number: -350 with two digits is ``-3.50``."""
    if digits == 0:
        return str(minor)
    whole, fraction = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{fraction:0{digits}d}"


def _complaint(shown: str, decimal: str) -> str:
    if not shown:
        return "the amount is empty"
    other = _OTHER_DECIMAL[decimal]
    if _NUMBER[other].match(shown):
        return f"amount {shown!r} is not a number with decimal mark {decimal!r}; is it {other!r}?"
    return f"amount {shown!r} is not a plain number"
