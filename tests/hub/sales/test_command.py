"""``stemning sales import``, as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from hub.database import migrate, open_database
from tests.hub.sales.till import add_store, receipts
from tests.parts.nursery import run

CSV = "store,receipt,time,amount\nharbour,1,2026-03-14 09:15,20.00\nharbour,2,never,1\n"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with one store."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    engine = open_database(url)
    migrate(engine)
    add_store(engine, "harbour")
    engine.dispose()
    return url


def stemning(*words: str, database: str = "", stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STEMNING_DATABASE": database}
    return run(["sales", *words], cwd=Path.cwd(), environment=environment, given=stdin)


def test_it_imports_and_tells(tmp_path: Path, database: str) -> None:
    file, bad = tmp_path / "till.csv", tmp_path / "bad.csv"
    file.write_text(CSV, encoding="utf-8")
    done = stemning("import", str(file), "--bad-rows", str(bad), database=database)
    assert done.returncode == 0, done.stderr
    assert "1 line in 1 receipt: 1 new, 0 already there, 0 changed." in done.stdout
    assert "harbour: 1 receipt, 20.00 DKK" in done.stdout
    assert "1 bad row was left out:" in done.stdout
    assert "line 3: time 'never' is not like" in done.stdout
    assert bad.read_text(encoding="utf-8").splitlines() == [
        "line,reason,store,receipt,time,amount",
        "3,time 'never' is not like 2026-03-14 15:09:26,harbour,2,never,1",
    ]
    engine = open_database(database)
    assert len(receipts(engine)) == 1
    engine.dispose()


def test_standard_input_and_json(database: str) -> None:
    done = stemning("import", "-", "--json", database=database, stdin=CSV)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["receipts_new"] == 1


def test_a_flag_wins_over_the_environment(tmp_path: Path, database: str) -> None:
    other = f"sqlite:///{tmp_path / 'nowhere' / 'hub.db'}"
    done = stemning("import", "-", "--database", database, database=other, stdin=CSV)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("import", "/no/such/file.csv"), "/no/such/file.csv can't be read"),
        (
            ("import", "-", "--columns", "amount=sum"),
            (
                "the header has no column 'sum'; it has 'store', 'receipt', 'time', "
                "'amount'. Say which is which: --columns store=…,receipt=…,time=…,amount=…"
            ),
        ),
        (
            ("import", "-", "--store", "nope"),
            "no store is called 'nope' here (--add-stores makes it)",
        ),
        (("import", "-", "--add-stores"), "adding stores needs their time zone"),
        (
            ("import", "-", "--database", "oracle://x"),
            "the hub keeps its data in sqlite or postgresql, not oracle",
        ),
        (
            ("import", "-", "--database", "sqlite:////no/such/x.db"),
            "there is no hub's database at /no/such/x.db",
        ),
        (
            ("import", "-", "--database", "hub.db"),
            "'hub.db' is no database URL; a file is written sqlite:///hub.db",
        ),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(
    database: str, words: tuple[str, ...], complaint: str
) -> None:
    done = stemning(*words, database=database, stdin=CSV)
    assert done.returncode == 1
    assert done.stderr.startswith(f"stemning sales: {complaint}")
    assert "Traceback" not in done.stderr


def test_a_database_is_made_only_for_stores_that_are_added(tmp_path: Path) -> None:
    data = tmp_path / "data" / "hub"
    file = data / "hub.db"
    refused = stemning("import", "-", "--data", str(data), stdin=CSV)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"stemning sales: there is no hub's database at {file}: start the hub once, "
        "or name another with --data or --database\n"
    )
    assert list(tmp_path.iterdir()) == []
    adding = ("--add-stores", "--time-zone", "Europe/Copenhagen", "--currency", "DKK")
    done = stemning("import", "-", "--data", str(data), *adding, stdin=CSV)
    assert done.returncode == 0, done.stderr
    assert "1 store added." in done.stdout
    assert file.exists()


def test_wrong_usage_and_help(database: str) -> None:
    assert stemning(database=database).returncode == 2
    helped = stemning("import", "--help", database=database)
    assert helped.returncode == 0
    assert "examples:" in helped.stdout
