"""The agent as a process with a real music server: kills, announcements and tracks."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import PlanMessage, Reply, Request, State, TrackPlayed
from scenes.scene import MusicCue
from scenes.topics import EdgeTopic, edge_topic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.parts.mosquitto import Mosquitto
from tests.parts.mpd import Mpd
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

CONFIGURATION = """
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "hall"
[players.speakers]
driver = "mpd"
zone = "hall"
port = {port}
volume_cap = 60
"""
CALM = MusicCue(source="playlist:calm", volume=50, crossfade_s=1)
JINGLE_S = 20


@pytest.fixture
def hub(mosquitto: Mosquitto) -> Iterator[Hub]:
    listener = Hub(mosquitto.port)
    yield listener
    listener.close()


@pytest.fixture
def agent(tmp_path: Path, mosquitto: Mosquitto, mpd_server: Mpd) -> Iterator[Agent]:
    directory = tmp_path / "agent"
    directory.mkdir()
    mpd_server.add_tone("jingles/closing.wav", 660, JINGLE_S)
    made = Agent(
        directory,
        edge="ceiling",
        store="nordic",
        broker_port=mosquitto.port,
        configuration=CONFIGURATION.format(port=mpd_server.port),
    )
    it = plan([(-60, scene("calm", music=CALM))], start=datetime.now(UTC))
    PlanStore(made.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=it)))
    made.start()
    yield made
    made.kill()


def last_state(hub: Hub) -> State | None:
    said = hub.said(EdgeTopic.STATE)
    return decode(State, said[-1]) if said else None


def reading(hub: Hub) -> tuple[str | None, float | None]:
    state = last_state(hub)
    assert state is not None
    it = state.devices["speakers"].reading
    return it.source, it.volume


def plays_calm(hub: Hub) -> Callable[[], bool]:
    return lambda: reading(hub) == ("playlist:calm", 50)


def announce(hub: Hub, volume: float | None = None) -> None:
    request = Request(
        id="r1",
        action="announce",
        device="speakers",
        expires_at=datetime.now(UTC) + timedelta(seconds=5),
        source="file:jingles/closing.wav",
        volume=volume,
    )
    hub.say(edge_topic("nordic", "ceiling", EdgeTopic.REQUEST), encode(request))


def status(server: Mpd) -> dict[str, str]:
    """What the music server says of itself."""
    lines = server.ask("status").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def heard(agent: Agent) -> list[TrackPlayed]:
    """Every track in the outbox."""
    with closing(sqlite3.connect(agent.data / "outbox.db")) as database:
        rows = database.execute(
            "SELECT event.body FROM event JOIN boot USING (boot) ORDER BY boot.number, event.seq"
        ).fetchall()
    bodies = [body for (body,) in rows if b'"track-played"' in bytes(body)]
    return [msgspec.json.decode(body, type=TrackPlayed) for body in bodies]


def song_place_s(server: Mpd) -> float:
    """How far the song is."""
    return float(status(server).get("elapsed", "0"))


def test_kills_announcements_and_restarts_end_in_what_the_plan_says(
    agent: Agent, hub: Hub, mpd_server: Mpd
) -> None:
    wait_until(plays_calm(hub), 20, "the scene's music")
    announce(hub)
    wait_until(
        lambda: reading(hub)[0] == "file:jingles/closing.wav", 20, "the announcement to be heard"
    )
    (reply,) = [decode(Reply, payload) for payload in hub.said(EdgeTopic.REPLY)]
    assert (reply.done, reply.text) == (True, "speakers announces file:jingles/closing.wav")

    agent.kill()
    agent.start()
    wait_until(plays_calm(hub), 20, "the scene's music again")
    assert "closing.wav" not in mpd_server.ask("playlistinfo")
    begun_s = song_place_s(mpd_server)
    wait_until(lambda: song_place_s(mpd_server) > begun_s + 1.5, 20, "some music")

    agent.stop()
    agent.start()
    restarted_s = song_place_s(mpd_server)
    wait_until(lambda: song_place_s(mpd_server) > restarted_s + 3, 20, "some more music")
    agent.stop()

    before, killed, restarted = heard(agent)
    assert before.continued is False
    assert killed.continued is False, "after the announcement that nobody ended it began anew"
    assert (restarted.file, restarted.continued) == (killed.file, True)
    assert before.until < killed.at < killed.until <= restarted.at < restarted.until
    assert {(it.source, it.zone, it.device) for it in (before, killed, restarted)} == {
        ("playlist:calm", "hall", "speakers")
    }


@pytest.mark.parametrize("spoken", [False, True])
def test_an_agent_that_is_stopped_in_mid_announcement_leaves_the_music_as_it_was(
    agent: Agent, hub: Hub, mpd_server: Mpd, spoken: bool
) -> None:
    wait_until(plays_calm(hub), 20, "the scene's music")
    before = status(mpd_server)
    announce(hub, volume=90)
    if spoken:
        wait_until(
            lambda: (
                "closing.wav" in mpd_server.ask("currentsong")
                and status(mpd_server).get("volume") == "54"
            ),
            20,
            "the announcement, louder than the music",
        )
    else:
        wait_until(lambda: int(status(mpd_server)["volume"]) < 10, 20, "the music to fall")

    agent.stop()
    after = status(mpd_server)
    assert (after["state"], after["volume"]) == ("play", before["volume"])
    assert after["songid"] == before["songid"]
    assert "closing.wav" not in mpd_server.ask("playlistinfo")
