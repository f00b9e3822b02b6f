"""Small files that a power cut leaves whole: as they were, or as they were to be."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_safely(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``; `OSError` when the disk won't have it, then it is as before.

    The content is on the disk before the name points at it, and the name before this returns.
    """
    make_directory(path.parent)
    temporary = path.with_suffix(".tmp")
    try:
        _write(temporary, content)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_directory(path.parent)


def make_directory(directory: Path) -> None:
    """Make ``directory`` and its parents, for good."""
    if directory.is_dir():
        return
    make_directory(directory.parent)
    directory.mkdir(exist_ok=True)
    _sync_directory(directory.parent)


def _write(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)


def _sync_directory(path: Path) -> None:
    # Without this a power cut may forget what the directory's names point at.
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
