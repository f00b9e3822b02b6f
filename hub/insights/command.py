"""``stemning effects``."""

from __future__ import annotations

import argparse
import sys

from hub.database_arguments import add_database_arguments, opened_database
from hub.day_argument import day

_EPILOG = """\
what you get:
  For each scene and zone: hours of verified exposure, visits, mean, median and 90th percentile
  of dwell, receipts and sales an hour, each with a 95 % interval that resamples days. Below it
  the scenes held against each other in the hours that they share, and which the schedule
  confounds. Association, not effect, while nothing was randomised. A narrow terminal gets the
  mean of dwell only; --wide, a pipe and --json give everything.

examples:
  stemning effects
  stemning effects --store harbour --from 2026-01-01 --to 2026-02-28
  stemning effects --json > effects.json"""


class EffectsCommand:
    """Prints the effects table of a store."""

    name = "effects"
    summary = "Print what each scene went together with, and how sure that is."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.epilog = _EPILOG
        parser.add_argument("--store", help="may be left out for a single shop")
        parser.add_argument(
            "--from", dest="first", type=day, metavar="DAY", help="first local day, included"
        )
        parser.add_argument(
            "--to", dest="last", type=day, metavar="DAY", help="last local day, included"
        )
        parser.add_argument(
            "--wide", action="store_true", help="every column, however narrow the terminal"
        )
        parser.add_argument(
            "--json", action="store_true", help="the document that GET /api/v1/effects gives"
        )
        add_database_arguments(parser)
        # What argparse can't see by itself is wrong usage all the same.
        parser.set_defaults(refuse=parser.error)

    def run(self, arguments: argparse.Namespace) -> int:
        """Compute and print."""
        if arguments.first and arguments.last and arguments.last < arguments.first:
            arguments.refuse(f"--to {arguments.last} lies before --from {arguments.first}")
        from hub.clock import utc_now
        from hub.insights.service import require_libraries
        from hub.insights.stores import meant_store

        require_libraries()
        from hub.insights.assembly import effects_document

        with opened_database(arguments) as engine:
            store = meant_store(engine, arguments.store)
            document = effects_document(engine, store, utc_now(), arguments.first, arguments.last)
        if arguments.json:
            sys.stdout.write(document.model_dump_json(indent=2) + "\n")
        else:
            from rich.console import Console

            from hub.insights.printing import print_effects

            print_effects(document, Console(), wide=arguments.wide)
        return 0


effects = EffectsCommand()
