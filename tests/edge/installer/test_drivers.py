"""`stemning edge drivers`: every installed driver, and its page."""

import pytest

import stemning
from devices.catalogue import KINDS, driver_names
from devices.pages import find_page


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert stemning.main(["edge", "drivers", *words]) == 0
    return capsys.readouterr().out


def test_every_driver_is_listed_with_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys)
    for kind in KINDS:
        assert f"{kind}\n" in text
        for name in driver_names(kind):
            page = find_page(kind, name)
            assert page is not None
            assert f"{name:20} {page.title}" in text
    assert "brings no page" not in text


def test_a_drivers_page_is_shown_with_the_options_that_all_of_its_kind_have(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = said(capsys, "gpio-relay")
    assert text.startswith("# gpio-relay: ")
    assert "## Wiring" in text
    assert "`active_high`" in text
    assert "| `fragrance` |" in text
    assert "| `daily_ml` | number of millilitres (to 5000) | 3 |" in text


def test_a_slip_of_the_pen_is_told_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["edge", "drivers", "gpio-relai"]) == 1
    assert "did you mean gpio-relay?" in capsys.readouterr().err


def test_a_name_that_no_distribution_brings_has_no_page() -> None:
    assert find_page("lights", "gas-lamp") is None
