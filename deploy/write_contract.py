"""Write the wire contract's documents to ``scenes/contract/`` (``make contract``)."""

from __future__ import annotations

import json
from pathlib import Path

from scenes.contract_documents import asyncapi, json_schemas

CONTRACT = Path(__file__).resolve().parent.parent / "scenes" / "contract"


def main() -> None:
    """Write both documents, stable to the byte."""
    CONTRACT.mkdir(exist_ok=True)
    for name, document in (("asyncapi.json", asyncapi()), ("messages.schema.json", json_schemas())):
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        (CONTRACT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
