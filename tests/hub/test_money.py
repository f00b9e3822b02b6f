"""Money is exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.money import InvalidAmountError, minor_digits, read_amount, write_amount


@given(st.integers(1 - 10**12, 10**12 - 1), st.sampled_from([0, 2, 3, 4]))
def test_what_is_written_is_read_again(minor: int, digits: int) -> None:
    assert read_amount(write_amount(minor, digits), digits) == minor


@given(st.decimals(-(10**9), 10**9, places=2))
def test_two_decimals_are_exact_cents(amount: Decimal) -> None:
    assert read_amount(str(amount), 2) == int(amount * 100)
    assert read_amount(str(amount).replace(".", ","), 2, ",") == int(amount * 100)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1", 100),
        (" 0.5 ", 50),
        ("-3.50", -350),
        ("+7.", 700),
        (".99", 99),
        ("12.3400", 1234),
        ("0", 0),
        ("-0.00", 0),
        ("1.5e2", 15000),
        # What programs that count in binary floats write, seen in real exports.
        ("1.776357e-15", 0),
        ("3.4899999999999998", 349),
    ],
)
def test_amounts_in_cents(text: str, minor: int) -> None:
    assert read_amount(text, 2) == minor


@pytest.mark.parametrize(
    ("text", "decimal", "reason"),
    [
        ("", ".", "is empty"),
        ("  ", ".", "is empty"),
        ("abc", ".", "not a plain number"),
        ("1,29", ".", "is it ','?"),
        ("1.29", ",", "is it '.'?"),
        ("1,234.50", ".", "not a plain number"),
        ("$5", ".", "not a plain number"),
        ("nan", ".", "not a plain number"),
        ("inf", ".", "not a plain number"),
        ("1_000", ".", "not a plain number"),
        ("١٢", ".", "not a plain number"),  # Arabic digits on purpose
        (".", ".", "not a plain number"),
        ("1.295", ".", "more than the 2 decimals"),
        ("1000000000000", ".", "too large"),
        ("1e99", ".", "too large"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(text: str, decimal: str, reason: str) -> None:
    with pytest.raises(InvalidAmountError, match=reason.replace("?", r"\?")):
        read_amount(text, 2, decimal)


def test_currencies_have_their_own_decimals() -> None:
    assert [minor_digits(code) for code in ("EUR", "JPY", "KWD", "CLF", "XXX")] == [2, 0, 3, 4, 2]
    assert read_amount("500", minor_digits("JPY")) == 500
    with pytest.raises(InvalidAmountError):
        read_amount("500.5", minor_digits("JPY"))
