"""``stemning sign-in`` and ``sign-out``: an access key for the commands of this machine."""

from __future__ import annotations

import argparse
import getpass
import socket
import sys

from hub.asking import AskedInVainError, Asking, add_hub_argument
from hub.key_ring import drop_key, keep_key, kept_key
from hub.people.errors import AccountError

_SIGN_IN_EPILOG = """\
examples:
  stemning sign-in                            asks for username and password
  stemning sign-in --hub http://hub.shop:8080 for a hub elsewhere
  STEMNING_KEY=key_… stemning plan entrance   a key for one command, kept nowhere

The key is kept in stemning/keys.json under XDG_CONFIG_HOME (~/.config), for your eyes alone. It
ends when nobody used it for 400 days, with your password, with stemning sign-out, and when you
sign in again."""


class SignInCommand:
    """``stemning sign-in``."""

    name = "sign-in"
    summary = "Let the commands of this machine ask a hub as you."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Its arguments."""
        parser.epilog = _SIGN_IN_EPILOG
        add_hub_argument(parser)
        parser.add_argument("--username", metavar="NAME", help="default: it is asked for")

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask for a key, and keep it."""
        username = (arguments.username or _asked("Username: ")).strip()
        if not username:
            raise AccountError("type the username of your account, or give it with --username")
        # Without a terminal, as in a script, the password is the next line that comes in.
        password = (
            getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
        )
        body = {
            "username": username,
            "password": password,
            "name": f"commands on {socket.gethostname()}"[:60],
        }
        made = Asking(arguments.hub, key="").post("sign-in", body=body).value
        replaced = kept_key(arguments.hub)
        path = keep_key(arguments.hub, str(made["key"]))
        if replaced:
            _end(arguments.hub, replaced)
        sys.stdout.write(f"You are signed in at {arguments.hub}; the key is in {path}.\n")
        return 0


class SignOutCommand:
    """``stemning sign-out``."""

    name = "sign-out"
    summary = "Forget this machine's key for a hub."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Its arguments."""
        add_hub_argument(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """End the key at the hub, and forget it here in any case."""
        key = drop_key(arguments.hub)
        if not key:
            sys.stdout.write(f"You were not signed in at {arguments.hub}.\n")
            return 0
        _end(arguments.hub, key)
        sys.stdout.write(f"You are signed out at {arguments.hub}.\n")
        return 0


def _end(hub: str, key: str) -> None:
    try:
        Asking(hub, key=key).delete("me", "key", seen="")
    except AskedInVainError as error:
        if error.status != 401:  # it had ended already
            raise


def _asked(question: str) -> str:
    if sys.stdin.isatty():
        return input(question)
    return sys.stdin.readline().strip()


sign_in = SignInCommand()
sign_out = SignOutCommand()
