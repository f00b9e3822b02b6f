"""``stemning plays``."""

from __future__ import annotations

import argparse
import sys

from hub.database_arguments import add_database_arguments, opened_database
from hub.day_argument import day

_EPILOG = """\
what you get:
  CSV on standard output, one row a play: store, zone, edge, player, started, ended (local time),
  heard_s, title, artist, album, file, source. A track that was interrupted for less than a day
  is one play. hub/plays/README.md describes the columns.

examples:
  stemning plays --from 2026-10-01 --to 2026-10-31 > october.csv
  stemning plays --store harbour --database postgresql://stemning@db/stemning"""


class PlaysCommand:
    """Prints the play log."""

    name = "plays"
    summary = "Print every track that was played, for licence reports (CSV)."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.epilog = _EPILOG
        parser.add_argument("--store", help="default: every store")
        parser.add_argument(
            "--from", dest="first", type=day, metavar="DAY", help="first local day, included"
        )
        parser.add_argument(
            "--to", dest="last", type=day, metavar="DAY", help="last local day, included"
        )
        add_database_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Read and print."""
        from hub.plays.reading import stretches
        from hub.plays.table import csv_lines

        with opened_database(arguments) as engine:
            asked = stretches(engine, arguments.store, arguments.first, arguments.last)
            for line in csv_lines(engine, asked):
                sys.stdout.write(line)
        return 0


plays = PlaysCommand()
