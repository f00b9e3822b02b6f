"""What no schedule may say, whoever reads it."""

from typing import Any

import msgspec
import pytest

from scenes.rules import DateException, DateSpan, QuietHour, Reaction, Rule, SpecialDays
from scenes.schedule import Schedule

RULE: dict[str, Any] = {
    "id": "r",
    "zones": ["entrance"],
    "scene": "calm",
    "from": "09:00",
    "until": "11:00",
}
DAY = {"first": "2026-12-24", "last": "2026-12-24"}
TOO_LONG = "Expected `array` of length <= "


def refusal(kind: Any, document: dict[str, Any]) -> str:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(document, kind)
    return str(refused.value)


@pytest.mark.parametrize("kind", [Rule, QuietHour])
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"valid_from": "2026-02-30"}, "there is no 2026-02-30"),
        ({"valid_to": "2026-13-01"}, "there is no 2026-13-01"),
        ({"weekdays": ["mon", "tue", "mon"]}, "a weekday is named twice"),
        ({"weekdays": ["mon"] * 8}, TOO_LONG + "7"),
        ({"zones": [f"z{number}" for number in range(501)]}, TOO_LONG + "500"),
    ],
)
def test_rules_and_quiet_hours(kind: Any, change: dict[str, Any], complaint: str) -> None:
    assert msgspec.convert(RULE, kind)
    assert complaint in refusal(kind, {**RULE, **change})


@pytest.mark.parametrize("sign", ["\n", "\t", "\x00", "\x7f", "\x9f", "\u2028", "\u202e", "\u2067"])
@pytest.mark.parametrize("field", ["name", "note", "author"])
def test_texts_are_one_line_that_turns_nothing(field: str, sign: str) -> None:
    for text in (f"a{sign}b", f"ab{sign}"):
        assert "matching regex" in refusal(Rule, {**RULE, field: text})


@pytest.mark.parametrize(
    "text", ["", "Fête “été” 🎉", "שבת שלום", "نهاية الأسبوع", "\u0645\u06cc\u200c\u062e\u0648"]
)
def test_texts_are_in_every_script(text: str) -> None:
    assert msgspec.convert({**RULE, "name": text, "note": text}, Rule).name == text


@pytest.mark.parametrize(
    ("days", "complaint"),
    [
        ({"dates": [{"first": "2026-02-27", "last": "2026-02-30"}]}, "there is no 2026-02-30"),
        ({"dates": [{"first": "2026-02-30", "last": "2026-03-01"}]}, "there is no 2026-02-30"),
        ({"dates": [DAY] * 401}, TOO_LONG + "400"),
        ({"holidays": ["all"] * 201}, TOO_LONG + "200"),
        ({}, "name at least one date or holiday"),
    ],
)
def test_special_days(days: dict[str, Any], complaint: str) -> None:
    assert complaint in refusal(SpecialDays, days)
    assert complaint in refusal(DateException, {**RULE, "days": days})


def test_a_date_that_does_not_exist_is_none_in_python_either() -> None:
    with pytest.raises(ValueError, match="there is no 2026-02-29"):
        DateSpan(first="2026-02-29", last="2026-03-01")


def test_other_lists_of_zones_and_reasons() -> None:
    zones = [f"z{number}" for number in range(501)]
    reaction = {"id": "r", "scene": "calm", "measure": "noise", "above": 70, "below": 60}
    assert TOO_LONG in refusal(Reaction, {**reaction, "zones": zones})
    assert TOO_LONG in refusal(Schedule, {"zone_groups": {"front": zones}})
    template = {"id": "t", "version": 1, "without": {"r": "too\u202elate"}}
    assert "matching regex" in refusal(Schedule, {"template": template})
