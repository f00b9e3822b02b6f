"""Frames of an LD2410 out of any stream of bytes, and what they mean."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.drivers.ld2410.frames import (
    COMMAND_HEAD,
    COMMAND_TAIL,
    LONGEST,
    REPORT_HEAD,
    REPORT_TAIL,
    Frame,
    FrameReader,
    framed,
)
from devices.drivers.ld2410.protocol import (
    ENABLE,
    END,
    READ_VERSION,
    Report,
    read_answer,
    read_report,
    set_range,
    set_sensitivity,
    version,
)
from tests.devices.radar import sample

REAL = [
    frame
    for name in ("basic-documented", "engineering-documented", "basic-v1-07", "answers-documented")
    for frame in sample(name)
]
PIECES = [REPORT_HEAD, REPORT_TAIL, COMMAND_HEAD, COMMAND_TAIL, b"\x0d\x00", b"\x24\x00", b"\xf4"]
AFTERWARDS = bytes(LONGEST + 10)

real_frames = st.lists(st.sampled_from(REAL), max_size=6)
garbage = st.lists(
    st.binary(max_size=12)
    | st.sampled_from(PIECES)
    # a frame of which the beginning, the end or something in the middle was lost
    | st.builds(
        lambda frame, start, length: frame[:start] + frame[start + length :],
        st.sampled_from(REAL),
        st.integers(0, 44),
        st.integers(1, 44),
    ),
    max_size=3,
).map(b"".join)


def is_frame(piece: bytes) -> bool:
    return len(FrameReader().feed(piece)) > 0


def frames_of(stream: bytes, cuts: list[int]) -> list[Frame]:
    reader = FrameReader()
    ends = sorted({cut % (len(stream) + 1) for cut in cuts} | {len(stream)})
    return [
        frame
        for start, end in zip([0, *ends], ends, strict=False)
        for frame in reader.feed(stream[start:end])
    ]


@given(real_frames, garbage, st.lists(st.integers(0, 1000), max_size=30))
def test_however_a_stream_is_cut_it_holds_the_same_frames(
    frames: list[bytes], noise: bytes, cuts: list[int]
) -> None:
    stream = noise.join(frames) + noise
    assert frames_of(stream, cuts) == frames_of(stream, [])


@given(st.lists(st.tuples(garbage, st.sampled_from(REAL)), max_size=6))
@example([(REPORT_HEAD + b"\x17\x00", REAL[0])])  # would swallow it to the byte
def test_no_garbage_hides_a_whole_frame_behind_it(parts: list[tuple[bytes, bytes]]) -> None:
    stream = b"".join(noise + frame for noise, frame in parts) + AFTERWARDS
    found = iter(frames_of(stream, []))
    for _, frame in parts:
        payload = frame[6:-4]
        assert any(each.payload == payload for each in found), "in order"


@given(st.integers(0, 5), st.integers(0, 22), st.integers(1, 255))
def test_a_damaged_byte_costs_its_own_frame_at_most(number: int, place: int, damage: int) -> None:
    frames = sample("basic-v1-07")
    hurt = bytearray(frames[number])
    hurt[place] ^= damage
    others = frames[:number] + frames[number + 1 :]
    stream = b"".join(frames[:number]) + bytes(hurt) + b"".join(frames[number + 1 :]) + AFTERWARDS
    found = [frame.payload for frame in frames_of(stream, [])]
    for frame in others:
        assert frame[6:-4] in found
        found.remove(frame[6:-4])
    assert len(found) <= 1


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(noise: bytes) -> None:
    for frame in frames_of(noise, []):
        read_report(frame.payload)
        read_answer(frame.payload)
    read_report(noise)
    read_answer(noise)
    version(noise)


def test_a_stream_without_frames_is_not_kept() -> None:
    reader = FrameReader()
    for _ in range(100):
        assert reader.feed(REPORT_HEAD + b"\xff\xff" + bytes(1000)) == []
    assert len(reader._waiting) < LONGEST + 10


def reports(name: str) -> list[Report | None]:
    return [read_report(frame.payload) for frame in FrameReader().feed(b"".join(sample(name)))]


def test_the_documented_reports() -> None:
    assert reports("basic-documented") == [Report(True, 81, 0, 0, 59, None)]
    assert reports("engineering-documented") == [Report(True, 30, 60, 0, 57, 30)]


def test_a_real_modules_reports() -> None:
    read = [report for report in reports("basic-v1-07") if report]
    assert [report.present for report in read] == [False, False, True, True, True, True]
    assert [report.distance_cm for report in read] == [None, None, 70, None, None, 42]
    assert [report.still_energy for report in read] == [55, 58, 60, 100, 54, 100]


@pytest.mark.parametrize(("state", "present"), [(3, True), (4, None), (5, None), (6, None)])
def test_while_it_measures_its_background_it_knows_of_nobody(state: int, present: object) -> None:
    payload = bytearray(sample("basic-documented")[0][6:-4])
    payload[2] = state
    report = read_report(bytes(payload))
    assert report is not None
    assert report.present is present


@pytest.mark.parametrize(
    ("place", "value"), [(0, 3), (1, 0xAB), (2, 7), (11, 0x54), (12, 1)], ids=str
)
def test_a_report_of_another_shape_is_damaged(place: int, value: int) -> None:
    payload = bytearray(sample("basic-documented")[0][6:-4])
    payload[place] = value
    assert read_report(bytes(payload)) is None
    assert read_report(bytes(payload)[:-1]) is None


def test_the_documented_commands() -> None:
    ours = [ENABLE, READ_VERSION, set_range(8, 5), set_sensitivity(40, 40), END]
    assert [command.to_bytes() for command in ours] == sample("commands-documented")


def test_the_documented_answers() -> None:
    frames = FrameReader().feed(b"".join(sample("answers-documented")))
    answers = [read_answer(frame.payload) for frame in frames]
    assert [answer and (answer.word, answer.done) for answer in answers] == [
        (0xFF, True),
        (0xA0, True),
        (0x60, True),
        (0x64, True),
        (0xFE, True),
    ]
    assert answers[1] is not None
    assert version(answers[1].value) == "V1.02.22062416"
    assert read_answer(b"\xa0\x00\x00\x00") is None, "a command is no answer"


def test_a_frame_is_longer_than_the_modules_buffer_never() -> None:
    assert is_frame(framed(bytes(LONGEST)))
    assert not is_frame(framed(bytes(LONGEST + 1)))
