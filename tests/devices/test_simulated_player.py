"""The player in memory keeps the contract of a player."""

import pytest

from devices.capabilities import Player
from devices.drivers.simulated.player import SimulatedPlayer
from tests.devices.contract_player import PlayerContract


class TestSimulatedPlayer(PlayerContract):
    @pytest.fixture
    def player(self) -> Player:
        return SimulatedPlayer()
