"""What every player does, whatever drives it."""

from collections.abc import Callable, Iterator

import pytest

from devices.capabilities import Announcer, Player
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


class AnnouncerContract:
    """Inherit and give a ``player`` as `PlayerContract` does, and ``outlast``.

    Its library has the file ``jingle``, which lasts some seconds at most.
    """

    music = "playlist:calm"
    other_music = "playlist:rush"
    jingle = "file:jingle.wav"

    @pytest.fixture
    def player(self) -> Iterator[Announcer]:
        raise NotImplementedError

    @pytest.fixture
    def outlast(self) -> Callable[[Announcer], None]:
        """Return a function that lets the announcement under way end by itself."""
        raise NotImplementedError

    def test_can_announce(self, player: Announcer) -> None:
        assert isinstance(player, Announcer)
        assert not player.announcing()

    def test_announces_once_and_then_goes_on_with_the_music(
        self, player: Announcer, outlast: Callable[[Announcer], None]
    ) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        player.announce()
        assert player.announcing()
        assert player.reading().source == self.jingle
        outlast(player)
        assert not player.announcing()
        assert player.reading().playing is False
        player.play(self.music, 0.0)
        reading = player.reading()
        assert (reading.playing, reading.source, reading.problem) == (True, self.music, None)

    def test_what_is_prepared_is_not_heard(self, player: Announcer) -> None:
        player.play(self.music, 0.0)
        before = player.reading()
        player.prepare(self.jingle)
        assert player.reading() == before
        assert not player.announcing()

    def test_music_may_be_silenced_before_it_announces(self, player: Announcer) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        player.silence()
        player.announce()
        assert player.reading().source == self.jingle

    def test_never_starts_a_silent_player(self, player: Announcer) -> None:
        for _ in range(2):
            with pytest.raises(DeviceRefusedError, match="never starts"):
                player.prepare(self.jingle)
            with pytest.raises(DeviceRefusedError, match="prepared"):
                player.announce()
            assert player.reading().playing is False
            player.play(self.music, 0.0)
            player.silence()

    def test_each_announcement_is_prepared(
        self, player: Announcer, outlast: Callable[[Announcer], None]
    ) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        player.announce()
        outlast(player)
        with pytest.raises(DeviceRefusedError, match="prepared"):
            player.announce()
        assert player.reading().playing is False

    @pytest.mark.parametrize("file", ["jingle.wav", "file:", "file: ", "playlist:calm", ""])
    def test_refuses_what_is_no_file(self, player: Announcer, file: str) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        with pytest.raises(DeviceRefusedError, match="file:PATH"):
            player.prepare(file)
        assert player.reading().source == self.music

    def test_other_music_ends_an_announcement(self, player: Announcer) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        player.announce()
        player.play(self.other_music, 0.0)
        assert not player.announcing()
        assert player.reading().source == self.other_music

    def test_silence_ends_an_announcement(self, player: Announcer) -> None:
        player.play(self.music, 0.0)
        player.prepare(self.jingle)
        player.announce()
        player.silence()
        assert not player.announcing()
        assert player.reading().playing is False
        player.play(self.music, 0.0)
        assert player.reading().source == self.music
