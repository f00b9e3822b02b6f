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


# The longest files come first: a file is one worker's, so what takes long may not come last.
# Before them the guard's deadlines, beside what only counts and has no deadline of its own.
LONGEST = (
    "tests/faults/test_guard_kills.py",
    "tests/edge/test_governed_zone.py",
    "tests/hub/planning/test_every_minute.py",
    "tests/faults/test_weeks_alone.py",
    "tests/faults/test_nothing_lost.py",
    "tests/faults/test_agent_kills.py",
    "tests/hub/insights/test_service.py",
    "tests/hub/sales/test_real_receipts.py",
    "tests/hub/test_serving.py",
    "tests/browser/test_now.py",
    "tests/browser/test_scenes.py",
    "tests/browser/test_week.py",
    "tests/browser/test_devices.py",
    "tests/faults/test_who_may_plan.py",
    "tests/hub/api/test_fuzz.py",
    "tests/edge/installer/test_check.py",
    "tests/faults/test_disk_faults.py",
    "tests/hub/sales/test_command.py",
    "tests/hub/demo/test_demo.py",
    "tests/browser/test_access.py",
    "tests/browser/test_floor.py",
    "tests/browser/test_effects.py",
    "tests/chain/test_chain.py",
    "tests/hub/demo/test_history.py",
    "tests/hub/sales/test_killed.py",
    "tests/hub/test_link.py",
    "tests/edge/test_agent.py",
    "tests/edge/test_returning_light.py",
    "tests/edge/test_agent_music.py",
    "tests/devices/test_mqtt_plugs.py",
    "tests/edge/test_agent_guard.py",
    "tests/house/test_edge_alone.py",
    "tests/scenes/test_compiler_model.py",
    "tests/scenes/test_compiler.py",
    "tests/hub/schedules/test_killed_deploy.py",
    "tests/hub/test_plan_command.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and mark each test by the real parts that it asks for.

    So "-m 'not browser'" works.
    """
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))
    for item in items:
        for fixture in getattr(item, "fixturenames", []):
            if fixture in MARKS_OF_FIXTURES:
                item.add_marker(MARKS_OF_FIXTURES[fixture])
