"""``stemning sign-in``, ``sign-out`` and ``people reset``."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest

import stemning
from hub.audit import Search, find
from hub.clock import utc_now
from hub.key_ring import KEY_VARIABLE, key_for
from hub.parts import HubParts
from hub.people.accounts import Wish
from hub.people.rights import Role
from hub.people.sessions import RESET, Kind, Sessions, id_of
from hub.people.who import NOBODY
from tests.parts.signed_in import account

PASSWORD = "nine green lamps"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this machine's keys are kept; it has none yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "stemning" / "keys.json"


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_who_signs_in_asks_with_a_key_until_they_sign_out(
    parts: HubParts,
    address: str,
    keys: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    kim = account(parts.engine, "kim", Role.MANAGER, ["nordic"], name="Kim Lund")
    wish = Wish(password_hash=parts.people.hasher.hash(PASSWORD))
    parts.people.accounts.change(kim.id, wish, NOBODY)
    hub = ["--hub", address]
    assert stemning.main(["audit", *hub]) == 1
    assert f"run 'stemning sign-in --hub {address}'" in capsys.readouterr().err
    type_in(monkeypatch, "kim", "not this one")
    assert stemning.main(["sign-in", *hub]) == 1
    assert not keys.exists()
    type_in(monkeypatch, "kim", PASSWORD)
    assert stemning.main(["sign-in", *hub]) == 0
    said = capsys.readouterr()
    key = key_for(address)
    assert key
    assert str(keys) in said.out
    assert key not in said.out + said.err
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stemning.main(["audit", *hub]) == 0
    # Whoever signs in again leaves none behind.
    first = key
    type_in(monkeypatch, "kim", PASSWORD)
    assert stemning.main(["sign-in", *hub]) == 0
    key = key_for(address)
    assert key != first
    open_keys = {each.id for each in parts.people.sessions.of(Kind.KEY)}
    assert (id_of(key) in open_keys, id_of(first) in open_keys) == (True, False)
    # Nor minds one that ended by itself.
    parts.people.sessions.end(id_of(key))
    type_in(monkeypatch, "kim", PASSWORD)
    assert stemning.main(["sign-in", *hub]) == 0
    key = key_for(address)
    assert stemning.main(["sign-out", *hub]) == 0
    assert key_for(address) == ""
    assert parts.people.sessions.find(key) is None
    assert stemning.main(["sign-out", *hub]) == 0
    assert "You were not signed in" in capsys.readouterr().out


def test_who_forgot_their_password_has_a_link_from_the_hub_s_machine(
    parts: HubParts, capsys: pytest.CaptureFixture[str]
) -> None:
    account(parts.engine, "kim", Role.HEAD_OFFICE, name="Kim Lund")
    database = ["--database", parts.engine.url.render_as_string(hide_password=False)]
    assert stemning.main(["people", "reset", "max", *database]) == 1
    assert "no active account is called 'max'" in capsys.readouterr().err
    assert stemning.main(["people", "reset", "kim", *database, "--hub", "http://hub.shop"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("For Kim Lund, once, within 30 minutes:\nhttp://hub.shop/enter/")
    assert "assumed" not in said
    link = Sessions(parts.engine, utc_now).find(said.rpartition("/")[2].strip())
    assert link is not None
    assert (link.kind, link.name) == (Kind.LINK, RESET)
    with parts.engine.connect() as connection:
        (told,) = find(connection, Search(action="account.reset"), 5)
    assert (told.change.author, told.change.subject) == ("the hub's machine", "account kim")


def test_a_link_says_which_address_it_assumes(
    parts: HubParts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STEMNING_HUB", raising=False)
    account(parts.engine, "kim", Role.HEAD_OFFICE, name="Kim Lund")
    database = ["--database", parts.engine.url.render_as_string(hide_password=False)]
    assert stemning.main(["people", "reset", "kim", *database]) == 0
    assert (
        "http://127.0.0.1:8080 is assumed. Give another one with --hub." in capsys.readouterr().out
    )


def test_no_username_is_no_question_to_the_hub(
    keys: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "", PASSWORD)
    # Nobody listens there.
    assert stemning.main(["sign-in", "--hub", "http://127.0.0.1:9"]) == 1
    assert "type the username of your account" in capsys.readouterr().err
    assert not keys.exists()
