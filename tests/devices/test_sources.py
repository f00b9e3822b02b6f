"""The names of music sources."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from devices.errors import DeviceRefusedError
from devices.sources import parse_source


def test_a_source_is_a_kind_and_a_name() -> None:
    assert parse_source("playlist:calm") == ("playlist", "calm")
    assert parse_source("folder:jazz/late night") == ("folder", "jazz/late night")
    assert parse_source("stream:http://radio:8000/a") == ("stream", "http://radio:8000/a")


@given(st.text().filter(lambda text: not text.startswith(("playlist:", "folder:", "stream:"))))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DeviceRefusedError) as refused:
        parse_source(text)
    assert repr(text) in str(refused.value)


@given(st.sampled_from(["playlist", "folder", "stream"]), st.text(min_size=1))
def test_whatever_follows_the_kind_is_the_name(kind: str, name: str) -> None:
    assume(name.strip())
    assert parse_source(f"{kind}:{name}") == (kind, name)


@pytest.mark.parametrize("text", ["", "calm", "playlist", "playlist:", "stream: ", "Folder:x"])
def test_these_are_refused(text: str) -> None:
    with pytest.raises(DeviceRefusedError):
        parse_source(text)
