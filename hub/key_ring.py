"""The access keys of whoever uses the commands here, one for each hub, for their eyes alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

KEY_VARIABLE = "STEMNING_KEY"
_FILE = Path("stemning", "keys.json")


def key_for(hub: str) -> str:
    """The key to send to a hub: ``STEMNING_KEY``, or the one that was kept; empty for none."""
    return os.environ.get(KEY_VARIABLE) or kept_key(hub)


def kept_key(hub: str) -> str:
    """The key for a hub that was kept; empty for none."""
    return _read().get(_address(hub), "")


def keep_key(hub: str, key: str) -> Path:
    """Keep a key for a hub, in place of an older one; the file, which nobody else can read."""
    keys = _read() | {_address(hub): key}
    return _write(keys)


def drop_key(hub: str) -> str:
    """Forget the key for a hub; it, or empty when there was none."""
    keys = _read()
    key = keys.pop(_address(hub), "")
    if key:
        _write(keys)
    return key


def _address(hub: str) -> str:
    return hub.rstrip("/")


def _path() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / _FILE


def _read() -> dict[str, str]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(hub): str(key) for hub, key in found.items()}


def _write(keys: dict[str, str]) -> Path:
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file, indent=1)
    unfinished.replace(path)
    return path
