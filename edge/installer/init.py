"""``stemning edge init``: a commented configuration to adapt, one for each kit."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from edge.errors import ConfigurationError, UnknownNameError
from edge.table_reading import no_such

SUFFIX = ".toml"


def kits() -> dict[str, str]:
    """The text of each kit, by its name."""
    found = [it for it in files("edge.installer.kits").iterdir() if it.name.endswith(SUFFIX)]
    return {
        it.name.removesuffix(SUFFIX): it.read_text(encoding="utf-8")
        for it in sorted(found, key=lambda it: it.name)
    }


def list_kits() -> int:
    """Print each kit with what it is for; returns the exit code."""
    lines = [f"  {name:20} {_title(text)}" for name, text in kits().items()]
    hint = "stemning edge init KIT FILE writes one, to be adapted; every line says what it is for"
    sys.stdout.write("\n".join(["kits:", *lines, "", hint, ""]))
    return 0


def write_kit(name: str, path: Path) -> int:
    """Write a kit to ``path``, which must not be there yet; returns the exit code."""
    known = kits()
    if name not in known:
        raise UnknownNameError(f"{name}: {no_such('kit', name, known)}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(known[name])
    except FileExistsError:
        raise ConfigurationError(str(path), ["is there already and is left as it is"]) from None
    except OSError as error:
        raise ConfigurationError(str(path), [f"can't be written: {error.strerror}"]) from error
    sys.stdout.write(
        f"{path} is written. Adapt store, edge, the zones and pins to this shop; then:\n"
        f"  stemning edge check --config {path} --wiring    what goes where\n"
        f"  stemning edge check --config {path}             every device live\n"
    )
    return 0


def _title(text: str) -> str:
    """A kit's first line is ``# name: title``."""
    return text.partition("\n")[0].partition(": ")[2]
