"""The pages of scenes: what there is, what publishing would do, and how a new one comes."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from hub.app import create_app
from hub.by import By
from hub.parts import HubParts
from hub.people.rights import Role
from hub.people.who import Who
from hub.scene_yaml import write_scene
from hub.web.scenes.gallery import scenes_named, shelves
from hub.web.scenes.known import known, music_word, plain_word
from hub.web.scenes.making import blank, free_id, free_of, id_of_file
from hub.web.scenes.places import places
from hub.web.scenes.publishing import publishing
from hub.web.scenes.standing import standing_view
from scenes.errors import InvalidSceneError
from scenes.scene import LightCue
from scenes.scene_file import document_of, parse_scene
from tests.hub.asgi_client import AsgiClient

ELSEWHERE = Who(kind="person", role=Role.MANAGER, stores=frozenset({"elsewhere"}))
HERE = Who(kind="person", role=Role.MANAGER, stores=frozenset({"nordic"}))


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def on_now(parts: HubParts) -> str:
    """A scene that the plan of the first zone has on now."""
    return parts.planner.zones("nordic")[0].plan.at(parts.now()).scene


def draft_of(parts: HubParts, scene: str) -> None:
    """Somebody saves a draft of a scene, with less light."""
    document = document_of(parts.scene_book.standing(scene).newest)
    changed = {**document, "light": {"all": {"level": 7, "fade_s": 90}}}
    parts.scene_book.save(parse_scene(scene, changed), By("Kim"))


def test_a_card_says_where_the_scene_is_on(parts: HubParts) -> None:
    store = parts.planner.store("nordic")
    parts.scene_book.clone("event", "party", "Party", By("Kim"))
    ready, drafts = shelves(parts, store, parts.now())
    cards = {card.id: card for card in ready.cards}
    zone = parts.planner.zones("nordic")[0].zone.name
    assert zone in cards[on_now(parts)].used
    assert cards[on_now(parts)].on_now
    unused = set(cards) - scenes_named(store)
    assert {cards[scene].used for scene in unused} == {"Not in this store’s plan"}
    assert [card.id for card in drafts.cards] == ["party"]


def test_a_zone_to_try_it_out_says_what_is_reported_there_and_by_whom_it_is_tried(
    client: AsgiClient, parts: HubParts
) -> None:
    store = parts.planner.store("nordic")
    silent = client.get("/fragments/scenes/evening/places?store=nordic").text
    # Nobody reported anything: what the plan wants is no news of the zone.
    assert silent.count('data-stale="true"') == len(store.zones)
    assert "No report yet" in silent
    evening = parts.scene_book.standing("evening").newest
    parts.planner.audition("nordic", "entrance", evening, 60, author="Kim")
    mine, theirs = (places(parts, scene, store)[0] for scene in ("evening", "event"))
    assert (mine.tried, theirs.tried) == ("Evening is tried out", "Kim tries out Evening")
    assert mine.end is not None
    assert theirs.end is None


def test_what_is_tried_out_in_a_zone_gives_way_only_to_who_was_shown_it(
    client: AsgiClient, parts: HubParts
) -> None:
    def shown() -> str:
        html = client.get("/fragments/scenes/event/places?store=nordic").text
        found = re.search(r'data-zone="entrance" data-tag="([^"]+)"', html)
        assert found is not None
        return unescape(found[1])

    def ask(tag: str) -> httpx.Response:
        recipe = document_of(parts.scene_book.standing("event").newest)
        return client.post(
            "/api/v1/zones/entrance/audition?store=nordic",
            json={"scene": recipe, "of": "event"},
            headers={"If-Match": tag},
        )

    none = shown()
    evening = parts.scene_book.standing("evening").newest
    parts.planner.audition("nordic", "entrance", evening, 60, author="Kim")
    refused = ask(none)
    assert refused.status_code == 412
    assert refused.json()["changed"] == ["Kim began an audition until 12:01, at 12:00"]
    assert ask(shown()).status_code == 200


def test_publishing_tells_of_the_own_stores_by_name_and_of_others_how_many(
    parts: HubParts,
) -> None:
    scene = on_now(parts)
    draft_of(parts, scene)
    told = publishing(parts, parts.scene_book.standing(scene), HERE)
    assert "Light level" in told.changes[0]
    zone = parts.planner.zones("nordic")[0].zone.name
    assert re.search(f"On now in {zone}, .*: it fades over in 1 min", told.heard[0])
    hidden = publishing(parts, parts.scene_book.standing(scene), ELSEWHERE)
    assert len(hidden.heard) == 1
    assert re.fullmatch(r"On now in \d+ zones? of other stores", hidden.heard[0])


def test_a_draft_that_never_played_is_heard_nowhere(parts: HubParts) -> None:
    parts.scene_book.clone("event", "party", "Party", By("Kim"))
    told = publishing(parts, parts.scene_book.standing("party"), HERE)
    assert (told.before, told.changes) == (None, ())
    assert told.first.startswith("It was never published")
    assert told.heard == ("It is on nowhere now. Nothing changes at once.",)


def test_uses_in_stores_that_nobody_may_see_are_only_counted(parts: HubParts) -> None:
    store, scene = parts.planner.store("nordic"), on_now(parts)
    draft_of(parts, scene)
    standing = parts.scene_book.standing(scene)
    mine, others = (standing_view(parts, standing, store, who) for who in (HERE, ELSEWHERE))
    assert mine.uses
    assert others.uses == ()
    assert re.fullmatch(r"In \d+ more places? in other stores", others.used_elsewhere)
    assert [past.newest for past in mine.past] == [True, False]
    assert (mine.past[0].by, mine.past[1].plays) == ("Kim", True)


def test_what_scenes_name_can_be_picked_elsewhere(parts: HubParts) -> None:
    picks = known(parts)
    assert picks.groups[0].value == "all"
    assert "accent" in {pick.value for pick in picks.groups}
    assert ("calm", "Calm") in {(pick.value, pick.word) for pick in picks.music["playlist"]}
    assert "Amber" in {pick.word for pick in picks.fragrances}


def test_names_become_words_and_words_become_names() -> None:
    assert plain_word("green-tea") == "Green tea"
    assert music_word("folder", "jazz/late_nights/") == "Late nights"
    assert music_word("stream", "https://radio.example/live") == "radio.example"
    taken = {"late-evening", "late-evening-2"}
    assert free_of("Late  evening!", taken.__contains__) == "late-evening-3"
    assert free_of("Kvällsljus på Åsö", taken.__contains__) == "kvallsljus-pa-aso"
    assert free_of("Вечер", taken.__contains__) == "scene"
    assert id_of_file("C:\\scenes\\Evening.yaml") == "evening"
    with pytest.raises(InvalidSceneError, match=r"ends in \.yaml"):
        id_of_file("evening.txt")


def test_no_new_scene_takes_the_id_of_an_audition_or_of_one_that_was(parts: HubParts) -> None:
    parts.scene_book.clone("event", "party", "Party", By("Kim"))
    parts.scene_book.delete("party", By("Kim"))
    assert free_id(parts, "Audition") == "audition-2"
    assert free_id(parts, "Party") == "party-2"
    assert blank("mine", "Mine").light == {"all": LightCue(level=50, temperature_k=3000)}


def test_a_blank_and_a_copy_become_drafts_that_open(client: AsgiClient, parts: HubParts) -> None:
    form = {"store": "nordic", "name": "Late evening"}
    made = client.post("/new-scene", data=form)
    assert (made.status_code, made.headers["location"]) == (
        303,
        "/scenes/late-evening?store=nordic",
    )
    copy = client.post("/new-scene", data={**form, "start": "event"})
    assert copy.headers["location"] == "/scenes/late-evening-2?store=nordic"
    one, two = (parts.scene_book.standing(each) for each in ("late-evening", "late-evening-2"))
    assert (one.state, two.state) == ("draft", "draft")
    assert two.newest.light == parts.scene_book.standing("event").newest.light
    assert "Late evening" in client.get("/scenes/late-evening?store=nordic").text
    refused = client.post("/new-scene", data={**form, "name": "\u2028"})
    assert refused.status_code == 422


def test_a_file_makes_a_draft_and_writes_over_nothing_unseen(
    client: AsgiClient, parts: HubParts
) -> None:
    event = parts.scene_book.standing("event").newest
    file = {"file": ("party.yaml", write_scene(event).encode())}
    made = client.post("/import-scene", data={"store": "nordic"}, files=file)
    assert made.headers["location"] == "/scenes/party?store=nordic"
    assert parts.scene_book.standing("party").newest.light == event.light
    again = client.post("/import-scene", data={"store": "nordic"}, files=file)
    assert again.status_code == 412
    seen = {"store": "nordic", "scene": "party", "seen": '"scene-party-1"'}
    calm = {"file": ("x.yaml", write_scene(parts.scene_book.standing("evening").newest).encode())}
    assert client.post("/import-scene", data=seen, files=calm).status_code == 303
    assert parts.scene_book.standing("party").newest.scent is not None
    rubbish = {"file": ("rubbish.yaml", b"\xff\xfe")}
    assert client.post("/import-scene", data={"store": "nordic"}, files=rubbish).status_code == 422


def test_two_recipes_are_compared_in_words(client: AsgiClient, parts: HubParts) -> None:
    before = document_of(parts.scene_book.standing("evening").newest)
    after = {**before, "music": {**before["music"], "volume": 40}}
    path = "/fragments/scenes/evening/changes"
    said = client.post(path, json={"before": before, "after": after})
    assert re.findall(r"<li>(.*?)</li>", said.text) == ["Volume 35 % → 40 %"]
    assert client.post(path, json={"before": before, "after": {}}).status_code == 422
