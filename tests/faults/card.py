"""An agent's data directory on a disk of its own that fills up, becomes read-only or dies."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts.binaries import need


class Card:
    """A tmpfs of one megabyte; mounting it needs root."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """Leave not one byte free."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                assert _free(self.path) == 0

    def empty(self) -> None:
        """Make room again."""
        self._ballast.unlink()

    def remount(self, how: str) -> None:
        """``ro`` or ``rw``; nobody may have a file open for writing."""
        _run("mount", "-o", f"remount,{how}", str(self.path))


class DyingCard:
    """An ext4 disk in a file, on which the kernel can give up as on a card that dies."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def die(self) -> None:
        """From now on it is read-only, whoever has a file open."""
        _run("mount", "-o", "remount,abort", str(self.path))


@contextmanager
def card(path: Path) -> Iterator[Card]:
    """Mount a small one at ``path``."""
    _need_root()
    path.mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path))
    try:
        yield Card(path)
    finally:
        _run("umount", "--lazy", str(path))


@contextmanager
def dying_card(path: Path) -> Iterator[DyingCard]:
    """Mount one that can die at ``path``."""
    _need_root()
    path.mkdir()
    image = path.with_suffix(".ext4")
    with image.open("wb") as file:
        file.truncate(8 * 1024 * 1024)
    _run("mkfs.ext4", "-q", "-F", str(image))
    _run("mount", "-o", "loop,errors=remount-ro", str(image), str(path))
    try:
        yield DyingCard(path)
    finally:
        _run("umount", "--lazy", str(path))


def _need_root() -> None:
    assert os.geteuid() == 0, "mounting a disk needs root: run the tests as root"


def _free(path: Path) -> int:
    return os.statvfs(path).f_bavail


def _run(*command: str) -> None:
    words = [str(need(command[0])), *command[1:]]
    done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
