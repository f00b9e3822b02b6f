"""``stemning people``: on the hub's own machine, a way in for who forgot their password."""

from __future__ import annotations

import argparse
import sys

from hub.asking import DEFAULT_HUB, add_hub_argument
from hub.audit import Change
from hub.clock import utc_now
from hub.database_arguments import add_database_arguments, opened_database
from hub.people.accounts import Accounts
from hub.people.errors import UnknownAccountError
from hub.people.sessions import LASTS, MACHINE, RESET, Kind, Opening, Sessions

_EPILOG = """\
example:
  stemning people reset kim --data /var/lib/stemning

It works on the hub's database itself, so it needs no password: whoever may read that may do this.
The link lets one browser in, once, to set a new password. The audit keeps that it was made."""


class PeopleCommand:
    """``stemning people``."""

    name = "people"
    summary = "Let somebody in who forgot their password."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Its verb and arguments."""
        parser.epilog = _EPILOG
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="reset")
        reset = verbs.add_parser("reset", help="print a link that sets a new password, once")
        reset.add_argument("username")
        add_database_arguments(reset)
        add_hub_argument(reset)

    def run(self, arguments: argparse.Namespace) -> int:
        """Print the link."""
        with opened_database(arguments) as engine:
            found = Accounts(engine, utc_now, lambda: None).find(arguments.username)
            if found is None:
                raise UnknownAccountError(f"no active account is called {arguments.username!r}")
            account, _hash = found
            change = Change(
                at=utc_now(),
                author=MACHINE,
                action="account.reset",
                subject=f"account {account.username}",
            )
            opening = Opening(kind=Kind.LINK, account=account.id, name=RESET)
            token = Sessions(engine, utc_now).open(opening, change)
        minutes = LASTS[Kind.LINK].total_seconds() / 60
        sys.stdout.write(
            f"For {account.name or account.username}, once, within {minutes:.0f} minutes:\n"
            f"{arguments.hub.rstrip('/')}/enter/{token}\n"
        )
        if arguments.hub == DEFAULT_HUB:
            sys.stdout.write(
                f"The database doesn't know its hub's address: {DEFAULT_HUB} is assumed. "
                "Give another one with --hub.\n"
            )
        return 0


people = PeopleCommand()
