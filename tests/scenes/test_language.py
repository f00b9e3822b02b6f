"""Sentences are English unless somebody's own language is spoken, and only there."""

import gettext
import threading

from scenes.language import _, ngettext, pgettext, speaking, spoken


class Shouting(gettext.NullTranslations):
    """A language that anybody can check."""

    def gettext(self, message: str) -> str:
        return message.upper()

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return (msgid1 if n == 1 else msgid2).upper()

    def pgettext(self, context: str, message: str) -> str:
        return f"{message.upper()} ({context})"


def test_without_a_language_everything_is_english() -> None:
    assert (_("Now"), ngettext("one lamp", "{n} lamps", 1), spoken()) == ("Now", "one lamp", "en")
    assert ngettext("one lamp", "{n} lamps", 2).format(n=2) == "2 lamps"
    assert pgettext("month", "May") == "May"


def test_a_language_is_spoken_inside_and_nowhere_else() -> None:
    with speaking("sv", Shouting()):
        assert (_("Now"), ngettext("lamp", "lamps", 2), spoken()) == ("NOW", "LAMPS", "sv")
        assert pgettext("month", "May") == "MAY (month)"
        heard: list[str] = []
        other = threading.Thread(target=lambda: heard.append(_("Now")))
        other.start()
        other.join(10)
        assert heard == ["Now"]
    assert _("Now") == "Now"
