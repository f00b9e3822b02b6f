"""The play log as CSV: every play once, by local days, from the command line and the API."""

from __future__ import annotations

import argparse
import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from hub.app import create_app
from hub.database import open_database, writing
from hub.errors import UnknownStoreError
from hub.ledger.batch import read_batch
from hub.ledger.store import write_batches
from hub.parts import HubParts
from hub.plays.command import plays as command
from hub.plays.errors import PlaysRangeError
from hub.plays.reading import Play, plays, stretches
from hub.plays.table import COLUMNS, csv_lines
from scenes.codec import encode
from scenes.messages import AnyEvent, EventBatch, Presence, TrackPlayed
from scenes.topics import edge_topic
from tests.hub.asgi_client import AsgiClient

START = datetime(2026, 10, 22, 10, 0, tzinfo=UTC)
"""Three days before Copenhagen's clocks go back."""


@pytest.fixture
def shops(engine: Engine) -> Engine:
    """Two stores, hours apart."""
    add_store(engine, "nordic", "Europe/Copenhagen")
    add_store(engine, "pacific", "Pacific/Auckland")
    return engine


def add_store(engine: Engine, store: str, time_zone: str) -> None:
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO store (id, name, time_zone, currency) VALUES (:id, :id, :zone, 'EUR')"
            ),
            {"id": store, "zone": time_zone},
        )


def track(
    begin_s: float,
    end_s: float,
    file: str = "so-what.flac",
    *,
    continued: bool = False,
    title: str = "So What",
    player: str = "speakers",
) -> TrackPlayed:
    """A track from one second after `START` to another."""
    return TrackPlayed(
        seq=1,
        at=START + timedelta(seconds=begin_s),
        until=START + timedelta(seconds=end_s),
        zone="entrance",
        device=player,
        file=file,
        source="playlist:calm",
        title=title,
        artist="Miles Davis",
        album="Kind of Blue",
        continued=continued,
    )


def store_events(engine: Engine, events: Sequence[AnyEvent], store: str = "nordic") -> None:
    """As the ledger does with a batch that came over the wire."""
    numbered = tuple(msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(events, 1))
    topic = edge_topic(store, "ceiling", "events")
    boot = "0000000000000001"
    payload = encode(EventBatch(store=store, edge="ceiling", boot=boot, events=numbered))
    with writing(engine) as connection:
        write_batches(connection, [read_batch(topic, payload, START)], {}, START)


def all_plays(
    engine: Engine,
    store: str | None = "nordic",
    first: date | None = None,
    last: date | None = None,
) -> list[Play]:
    with engine.connect() as connection:
        return [
            play
            for stretch in stretches(engine, store, first, last)
            for play in plays(connection, stretch)
        ]


def times(found: Sequence[Play]) -> list[tuple[str, float, float, float]]:
    return [
        (
            play.file,
            (play.started - START).total_seconds(),
            (play.ended - START).total_seconds(),
            play.heard_s,
        )
        for play in found
    ]


def test_each_track_is_a_play(shops: Engine) -> None:
    seen = Presence(seq=1, at=START, zone="entrance", device="door", present=True)
    store_events(shops, [track(0, 180), seen, track(180, 300, "blue.flac"), track(300, 480)])
    assert times(all_plays(shops)) == [
        ("so-what.flac", 0, 180, 180),
        ("blue.flac", 180, 300, 120),
        ("so-what.flac", 300, 480, 180),
    ]


def test_what_was_interrupted_is_one_play(shops: Engine) -> None:
    events = [
        track(0, 60),
        track(61, 66, "jingle.ogg", title=""),
        track(67, 120, continued=True),
        track(130, 200, continued=True),
        track(200, 380),
    ]
    store_events(shops, events)
    assert times(all_plays(shops)) == [
        ("so-what.flac", 0, 200, 60 + 53 + 70),
        ("jingle.ogg", 61, 66, 5),
        ("so-what.flac", 200, 380, 180),
    ]


def test_what_goes_on_without_a_beginning_is_a_play_of_its_own(shops: Engine) -> None:
    store_events(shops, [track(0, 60, continued=True), track(90_000, 90_060, continued=True)])
    assert len(all_plays(shops)) == 2, "a kill before the first, more than a day before the second"


def test_two_players_of_one_song_are_two_plays(shops: Engine) -> None:
    store_events(shops, [track(0, 60), track(30, 90, player="upstairs", continued=True)])
    assert [play.player for play in all_plays(shops)] == ["speakers", "upstairs"]


def test_a_stations_titles_are_plays(shops: Engine) -> None:
    radio = "http://radio/jazz"
    store_events(shops, [track(0, 60, radio, title="A"), track(60, 90, radio, title="B")])
    assert [(play.title, play.heard_s) for play in all_plays(shops)] == [("A", 60), ("B", 30)]


def test_days_are_the_stores_own(shops: Engine) -> None:
    midnight_s = 12 * 3600  # of Copenhagen
    events = [track(midnight_s - 10, midnight_s + 50), track(midnight_s + 50, midnight_s + 100)]
    store_events(shops, events)
    thursday, friday = date(2026, 10, 22), date(2026, 10, 23)
    assert len(all_plays(shops, first=thursday, last=thursday)) == 1
    assert len(all_plays(shops, first=friday)) == 1
    assert len(all_plays(shops, last=thursday)) == 1
    assert len(all_plays(shops, first=thursday, last=friday)) == 2
    assert all_plays(shops, first=date(2026, 10, 24)) == []


def test_a_play_over_the_edge_of_a_report_stands_in_one_of_them_whole(shops: Engine) -> None:
    midnight_s = 12 * 3600
    events = [
        track(midnight_s - 60, midnight_s - 1),
        track(midnight_s + 1, midnight_s + 60, continued=True),
    ]
    store_events(shops, events)
    assert [play.heard_s for play in all_plays(shops, last=date(2026, 10, 22))] == [59 + 59]
    assert all_plays(shops, first=date(2026, 10, 23)) == []


def test_every_store_or_one(shops: Engine) -> None:
    store_events(shops, [track(0, 60)])
    store_events(shops, [track(0, 70)], store="pacific")
    assert [play.store for play in all_plays(shops, None)] == ["nordic", "pacific"]
    assert [play.store for play in all_plays(shops, "pacific")] == ["pacific"]
    with pytest.raises(UnknownStoreError, match="no store is called 'attic'"):
        all_plays(shops, "attic")


@pytest.mark.parametrize("day", [date.min, date(1969, 12, 31), date.max])
def test_days_at_the_end_of_the_calendar_are_days(shops: Engine, day: date) -> None:
    assert all_plays(shops, first=day) == []
    assert all_plays(shops, last=day) == []
    with pytest.raises(PlaysRangeError):
        all_plays(shops, first=date(2026, 2, 2), last=date(2026, 2, 1))


def test_the_small_index_is_enough(shops: Engine) -> None:
    """Whether it is used is the database's affair, so PostgreSQL is told to wherever it can."""
    sqlite = shops.dialect.name == "sqlite"
    with shops.begin() as connection:
        if not sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.execute(
            text(
                f"EXPLAIN {'QUERY PLAN' if sqlite else ''} SELECT body FROM event "
                "WHERE kind = 'track-played' AND store = 'nordic' ORDER BY at"
            )
        ).all()
    assert "event_played" in str(plan)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 50), st.booleans()), max_size=30))
def test_no_second_is_lost_or_doubled(
    empty_sqlite: Engine, parts_of_plays: list[tuple[int, int, bool]]
) -> None:
    events, at_s = [], 0
    for length_s, pause_s, continued in parts_of_plays:
        events.append(track(at_s, at_s + length_s, continued=continued))
        at_s += length_s + pause_s
    with writing(empty_sqlite) as connection:
        connection.execute(text("DELETE FROM event"))
        connection.execute(text("DELETE FROM edge_boot"))
    if events:
        store_events(empty_sqlite, events)
    found = all_plays(empty_sqlite)
    assert sum(play.heard_s for play in found) == sum(length for length, _, _ in parts_of_plays)
    begun = [part for n, part in enumerate(parts_of_plays) if n == 0 or not part[2]]
    assert len(found) == len(begun)


@pytest.fixture
def empty_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "plays.db")
    opened = open_database(f"sqlite:///{tmp_path / 'plays.db'}")
    add_store(opened, "nordic", "Europe/Copenhagen")
    yield opened
    opened.dispose()


def read(lines: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lines)))


def test_the_csv_has_local_times_and_all_columns(shops: Engine) -> None:
    store_events(shops, [track(0, 180.4)])
    written = "".join(csv_lines(shops, stretches(shops, None, None, None)))
    (row,) = read(written)
    assert tuple(row) == COLUMNS
    assert row == {
        "store": "nordic",
        "zone": "entrance",
        "edge": "ceiling",
        "player": "speakers",
        "started": "2026-10-22T12:00:00+02:00",
        "ended": "2026-10-22T12:03:00+02:00",
        "heard_s": "180",
        "title": "So What",
        "artist": "Miles Davis",
        "album": "Kind of Blue",
        "file": "so-what.flac",
        "source": "playlist:calm",
    }


def test_commas_quotes_and_formulas_are_only_text(shops: Engine) -> None:
    titles = ['Say "no", twice', "=HYPERLINK(1)", "-40 °C", "Å"]
    store_events(
        shops, [track(n, n + 1, f"{n}.ogg", title=title) for n, title in enumerate(titles)]
    )
    rows = read("".join(csv_lines(shops, stretches(shops, "nordic", None, None))))
    assert [row["title"] for row in rows] == [
        'Say "no", twice',
        "'=HYPERLINK(1)",
        "'-40 °C",
        "Å",
    ]


def test_the_readme_describes_every_column() -> None:
    readme = (Path(__file__).parents[3] / "hub" / "plays" / "README.md").read_text(encoding="utf-8")
    table = readme.split("| column | |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [name for cell in cells for name in cell.replace("`", "").replace(",", "").split()]
    assert tuple(named) == COLUMNS


def test_the_command_prints_it(
    shops: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store_events(shops, [track(0, 60), track(86_400, 86_460)])
    parser = argparse.ArgumentParser()
    command.configure(parser)
    words = ["--database", database_url, "--from", "2026-10-23", "--to", "2026-10-23"]
    assert command.run(parser.parse_args(words)) == 0
    (row,) = read(capsys.readouterr().out)
    assert row["started"] == "2026-10-23T12:00:00+02:00"


def test_the_api_gives_the_same(parts: HubParts) -> None:
    store_events(parts.engine, [track(0, 60)])
    client = AsgiClient(create_app(parts))
    answer = client.get("/api/v1/plays.csv?store=nordic&from=2026-10-22&to=2026-10-22")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "plays.csv" in answer.headers["content-disposition"]
    (row,) = read(answer.text)
    assert row["title"] == "So What"
    assert read(client.get("/api/v1/plays.csv?from=2026-10-23").text) == []
    assert client.get("/api/v1/plays.csv?store=attic").json()["code"] == "store.unknown"
    wrong = client.get("/api/v1/plays.csv?from=2026-10-23&to=2026-10-22")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "plays.range")
    assert client.get("/api/v1/plays.csv?from=soon").status_code == 422
