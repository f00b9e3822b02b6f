"""What the scene book refuses."""

from __future__ import annotations

from hub.errors import ConflictError, RefusedError
from scenes.errors import StemningError


class UnknownRevisionError(StemningError, LookupError):
    """A scene has no such revision."""

    code = "scene.unknown-revision"


class SceneExistsError(ConflictError):
    """The id of a new scene is taken."""

    code = "scene.exists"


class SceneStateError(ConflictError):
    """What is asked for can't be done with a scene that stands where it does."""

    code = "scene.state"


class SceneInUseError(RefusedError):
    """A scene that plans, drafts or people name can't go; ``problems`` are the places, in words."""

    code = "scene.in-use"


class SceneBusyError(ConflictError):
    """The library changed again and again while this was tried."""

    code = "scene.busy"
