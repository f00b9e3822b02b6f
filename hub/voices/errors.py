"""What can be wrong with a voice, and with a screen that asks for one."""

from __future__ import annotations

from hub.errors import ConflictError, TooOftenError
from scenes.errors import StemningError


class UnknownScreenError(StemningError, LookupError):
    """No screen has this code, or its code was revoked."""

    code = "voice.screen-unknown"


class ScreenError(StemningError, ValueError):
    """A screen that can't be made like that."""

    code = "voice.screen"


class AnswerError(StemningError, ValueError):
    """An answer that is none to the screen's question."""

    code = "voice.answer"


class SurplusError(TooOftenError):
    """An answer came too soon after another one, and was not counted as one."""

    code = "voice.surplus"


class RemediedError(ConflictError):
    """Somebody did something about this complaint already."""

    code = "voice.remedied"


class VoicesRangeError(StemningError, ValueError):
    """Days in the wrong order, or too many."""

    code = "voices.range"
