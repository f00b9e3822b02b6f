"""What is wrong with a file that is no TOML, in the words of whoever wrote it."""

from __future__ import annotations

import re
import tomllib

_TWICE = re.compile(r"Cannot declare \((.*)\) twice (\(at .*\))")


def toml_mistake(error: tomllib.TOMLDecodeError) -> str:
    """A sentence with the place in the file, and what to do where that can be guessed."""
    text = str(error)
    twice = _TWICE.match(text)
    if twice is not None:
        table = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return (
            f"[{table}] stands there twice {twice[2]}: a table, and a device's name, "
            "stands only once; give the second another name, or join the two"
        )
    if text.startswith("Invalid value"):
        return f'is no TOML file: {text}: text needs quotes (zone = "entrance")'
    if text.startswith("Cannot overwrite a value"):
        return f"is no TOML file: {text}: a setting stands twice in its table; delete one"
    return f"is no TOML file: {text}"
