"""Markdown for a terminal: a narrow one cuts a table's cells, so tables are shown as lists."""

from __future__ import annotations

from collections.abc import Iterator

from rich.markdown import Markdown


def readable(text: str) -> Markdown:
    """A page, or a part of one, that loses nothing at 80 columns."""
    return Markdown("\n".join(_lines(text)))


def _lines(text: str) -> Iterator[str]:
    heads: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            heads = []
            yield line
        elif not heads:
            heads = _cells(line)
        elif set(line) - set("|-: "):
            first, *others = _cells(line)
            told = [
                f"{head}: {cell}" if head else cell
                for head, cell in zip(heads[1:], others, strict=False)
                if cell
            ]
            yield f"- {first or '…'}: {'; '.join(told)}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
