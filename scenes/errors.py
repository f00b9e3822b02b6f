"""The one root of all errors, and the errors of this package."""

from __future__ import annotations

from typing import ClassVar


class StemningError(Exception):
    """Root of every error that Stemning raises on purpose.

    ``code`` is stable and may cross a wire or stand in a log; the text is for people.
    """

    code: ClassVar[str] = "stemning.error"


class InvalidMessageError(StemningError, ValueError):
    """A message or document does not say what its schema asks for."""

    code = "wire.invalid"


class UnsupportedSchemaError(InvalidMessageError):
    """A message was written by a newer (or unknown) schema version."""

    code = "wire.unsupported-schema"


class InvalidTopicError(StemningError, ValueError):
    """A topic is none of the contract's."""

    code = "wire.invalid-topic"


class InvalidSceneError(StemningError, ValueError):
    """A scene document is not a scene; the text names the field."""

    code = "scene.invalid"


class OutsidePlanError(StemningError, LookupError):
    """An instant lies before the plan's first slot or at or after its end."""

    code = "plan.outside"


class UnknownSceneError(StemningError, LookupError):
    """A rule, override or request names a scene that nobody has."""

    code = "scene.unknown"
