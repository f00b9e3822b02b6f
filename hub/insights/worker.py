"""The process that does the arithmetic: ``python -m hub.insights.worker --store ID``.

Reads the database, prints the effects document as JSON, and ends. The database's URL comes by
flag or, so that no password shows in a list of processes, by STEMNING_DATABASE.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date

from hub.clock import utc_now
from hub.database import open_database
from hub.insights.assembly import effects_document

_NICER = 10


def main() -> int:
    """Run; the exit code is 0 when a document was printed."""
    parser = argparse.ArgumentParser(description="Computes the effects of one store as JSON.")
    parser.add_argument("--database", default=os.environ.get("STEMNING_DATABASE", ""))
    parser.add_argument("--store", required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat)
    parser.add_argument("--to", dest="last", type=date.fromisoformat)
    arguments = parser.parse_args()
    # A shop that plays comes before a table that is read.
    os.nice(_NICER)
    engine = open_database(arguments.database)
    try:
        document = effects_document(
            engine, arguments.store, utc_now(), arguments.first, arguments.last
        )
    finally:
        engine.dispose()
    sys.stdout.write(document.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
