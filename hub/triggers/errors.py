"""What can be wrong with an integration or a trigger."""

from __future__ import annotations

from hub.errors import ConflictError
from scenes.errors import StemningError


class UnknownIntegrationError(StemningError, LookupError):
    """No integration has this id."""

    code = "integration.unknown"


class IntegrationExistsError(ConflictError):
    """Another integration has, or had, this id: what it did stays told under it."""

    code = "integration.exists"


class IdleIntegrationError(StemningError, ValueError):
    """An integration that may do nothing."""

    code = "integration.idle"


class UnknownTriggerError(StemningError, LookupError):
    """The integration has no trigger of this key at work."""

    code = "trigger.unknown"


class TriggerTimeError(StemningError, ValueError):
    """A trigger can't last like this."""

    code = "trigger.time"


class TooManyTriggersError(ConflictError):
    """The integration has so many wishes at work that there can't be another one."""

    code = "trigger.too-many"
