"""What every test can rely on: the real parts, and how hard hypothesis tries."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.parts.fixtures", "tests.never_skip"]

MARKS_OF_FIXTURES = {
    "mosquitto": "broker",
    "mpd_server": "mpd",
    "ola": "ola",
    "postgres_cluster": "postgres",
    "chromium": "browser",
}

# The same examples on every run, so that a red build is red again on the next try. The soak
# searches anew each time: pytest --hypothesis-profile=soak (make soak).
settings.register_profile("default", max_examples=50, derandomize=True, deadline=None)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the real parts it asks for, so that "-m 'not browser'" works."""
    for item in items:
        for fixture in getattr(item, "fixturenames", []):
            if fixture in MARKS_OF_FIXTURES:
                item.add_marker(MARKS_OF_FIXTURES[fixture])
