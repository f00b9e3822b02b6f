"""The player in memory keeps the contracts of a player and of an announcer."""

from collections.abc import Callable

import pytest

from devices.capabilities import Announcer, Player
from devices.drivers.simulated.player import ANNOUNCEMENT_S, SimulatedPlayer
from tests.devices.contract_player import AnnouncerContract, PlayerContract


class TestSimulatedPlayer(PlayerContract):
    @pytest.fixture
    def player(self) -> Player:
        return SimulatedPlayer()


class TestSimulatedAnnouncer(AnnouncerContract):
    @pytest.fixture
    def seconds(self) -> list[float]:
        return [0.0]

    @pytest.fixture
    def player(self, seconds: list[float]) -> Announcer:
        return SimulatedPlayer(lambda: seconds[0])

    @pytest.fixture
    def outlast(self, seconds: list[float]) -> Callable[[Announcer], None]:
        def let_pass(player: Announcer) -> None:
            seconds[0] += ANNOUNCEMENT_S

        return let_pass
