"""What every player does, whatever drives it."""

from collections.abc import Iterator

import pytest

from devices.capabilities import Player
from devices.errors import DeviceError, DeviceRefusedError


class PlayerContract:
    """Inherit and give a silent ``player`` with a cap of 60 that has two playlists and a folder."""

    first = "playlist:calm"
    second = "playlist:rush"
    folder = "folder:quiet"

    @pytest.fixture
    def player(self) -> Iterator[Player]:
        raise NotImplementedError

    def test_is_silent_at_first(self, player: Player) -> None:
        assert player.reading().playing is False
        assert player.reading().source is None

    def test_plays_what_it_is_told(self, player: Player) -> None:
        for source in (self.first, self.second, self.folder, self.first):
            player.play(source, 0.0)
            reading = player.reading()
            assert (reading.playing, reading.source, reading.problem) == (True, source, None)

    def test_reads_the_volume_that_it_was_told(self, player: Player) -> None:
        for volume in (100, 0, 0.4, 33.3, 50, 99.9, 100, 1):
            player.set_volume(volume)
            assert player.reading().volume == pytest.approx(volume)

    @pytest.mark.parametrize("volume", [-1.0, 101.0, float("nan")])
    def test_refuses_an_impossible_volume(self, player: Player, volume: float) -> None:
        player.set_volume(10.0)
        with pytest.raises(DeviceRefusedError):
            player.set_volume(volume)
        assert player.reading().volume == pytest.approx(10)

    def test_is_silent_when_told_and_plays_again(self, player: Player) -> None:
        player.play(self.first, 0.0)
        for _ in range(2):
            player.silence()
            assert player.reading().playing is False
            assert player.reading().source is None
        player.play(self.first, 0.0)
        assert player.reading().source == self.first

    def test_saying_it_twice_changes_nothing(self, player: Player) -> None:
        player.set_volume(30.0)
        player.play(self.first, 2.0)
        before = player.reading()
        player.set_volume(30.0)
        player.play(self.first, 2.0)
        assert player.reading() == before

    @pytest.mark.parametrize("source", ["calm", "tape:calm", "playlist:", "folder: "])
    def test_refuses_what_is_no_source_and_plays_on(self, player: Player, source: str) -> None:
        player.play(self.first, 0.0)
        with pytest.raises(DeviceRefusedError, match="no music source"):
            player.play(source, 0.0)
        assert player.reading().source == self.first

    def test_says_so_when_closed(self, player: Player) -> None:
        player.play(self.first, 0.0)
        player.close()
        player.close()
        with pytest.raises(DeviceError):
            player.play(self.second, 0.0)
        with pytest.raises(DeviceError):
            player.silence()
