"""The page of a store: what is on, what is asked, what is wrong, and how old all that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from hub.web import words
from scenes.messages import DeviceState, Reading
from tests.browser.ceiling import Report
from tests.browser.conftest import SHOP, OpenTablet, Shop, card, spot
from tests.browser.looks import too_small
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until

OVERRIDE = {"scene": "event", "end": 30}

# The hub tells of the entrance once more, with another choice or the same: where does it say Done?
QUICK = """async (choice) => {
    const { putZone } = await import(document.querySelector("script[src*='/live.js']").src);
    return ["zone-oslo-entrance", "spot-oslo-entrance"].filter(id => {
        const zone = document.getElementById(id);
        const told = zone.cloneNode(true);
        told.removeAttribute("style"); // where a script put it; the hub tells none
        told.dataset.choice = choice ?? zone.dataset.choice;
        putZone(id, told.outerHTML);
        return "done" in document.getElementById(id).dataset;
    });
}"""


def test_every_zone_says_what_is_wanted_and_what_is_reported_and_nothing_else(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet("/")
    expect(page).to_have_title("Oslo, Storgata · Stemning")
    for zone in ("entrance", "sales-floor"):
        said = shop.zone(zone)
        shown = card(page, zone)
        expect(shown).to_have_attribute("data-status", "playing")
        expect(shown).to_have_attribute("data-stale", "false")
        expect(shown.locator(".scene")).to_have_text(said["reported"]["scene_name"])
        expect(shown.locator(".why")).to_contain_text(said["desired"]["reason"])
        facts = shown.locator(".facts dd")
        expect(facts.nth(0)).to_contain_text(f"{said['desired']['scene_name']} for")
        expect(facts.nth(1)).to_have_text(re.compile(r"^Trading \d+ s ago by ceiling$"))

    # Nothing is green without a report.
    attic = card(page, "attic")
    expect(attic).to_have_attribute("data-stale", "true")
    expect(attic.locator(".status")).to_have_text("No report yet", use_inner_text=True)
    expect(attic.locator(".scene")).to_have_text("Unknown")
    expect(attic.locator(".when")).to_contain_text("Closed is wanted")
    expect(attic.locator(".tile[aria-current]")).to_have_count(0)
    assert [each for each in green(page) if "spot-oslo-attic" in each] == []

    # What ticks says the same words as the hub.
    seconds = [0, 59, 60, 3599, 3600, 86_399, 86_400, 200_000]
    ticking = page.evaluate(
        """async seconds => {
            const { age, left } = await import('/static/ages.js');
            return seconds.map(each => [age(each), left(each)]);
        }""",
        seconds,
    )
    assert ticking == [[words.age(each), words.left(each)] for each in seconds]

    # An end says its time.
    card(page, "entrance").get_by_role("button", name="Evening").click()
    choices = page.locator(".choice")
    change = re.compile(r"^\s*Until the next change( \w+)?, \d\d:\d\d\s*$")
    expect(choices.nth(0)).to_have_text(change)
    expect(choices.nth(1)).to_have_text(re.compile(r"^\s*30 minutes until (\w+ )?\d\d:\d\d\s*$"))
    expect(choices.nth(3)).to_have_text(re.compile(r"^\s*Until closing( \w+)?, \d\d:\d\d\s*$"))
    page.keyboard.press("Escape")

    # Another store is picked from the list.
    page.locator(".stores summary").click()
    page.get_by_role("link", name="Bergen").click()
    expect(page.locator("#zone-bergen-entrance h2")).to_have_text("Door")
    expect(page.locator(".spot[data-place]")).to_have_count(1)


def test_a_tap_asks_how_long_then_is_asked_then_done(shop: Shop, tablet: OpenTablet) -> None:
    shop.ceiling.say("entrance", Report(obeys=False, scene="trading"))
    page = tablet()
    entrance = card(page, "entrance")
    entrance.get_by_role("button", name="Evening").click()
    dialog = page.get_by_role("dialog", name="Evening, Entrance")
    choices = dialog.locator(".choice")
    expect(choices).to_have_count(4)
    expect(choices.first).to_be_focused()
    dialog.get_by_role("button", name="30 minutes").click()

    expect(dialog).to_be_hidden()
    expect(entrance).to_have_attribute("data-status", "asked")
    expect(entrance.locator(".scene")).to_have_text("Trading")
    expect(entrance.locator(".when")).to_contain_text("Evening asked")
    said = shop.zone("entrance")
    assert (said["desired"]["scene"], said["reported"]["scene"]) == ("evening", "trading")

    # The agent took it over, which is what was asked; its fade is the scene's own way.
    shop.ceiling.say("entrance", Report(fading=True))
    status = entrance.locator(".status")
    expect(status).to_have_text("Done, fading in", use_inner_text=True)
    expect(spot(page, "entrance").locator(".done-only")).to_be_visible()
    shop.ceiling.say("entrance", Report())
    expect(entrance).to_have_attribute("data-status", "playing")
    expect(entrance.locator(".scene")).to_have_text("Evening")
    expect(entrance.locator(".override")).to_contain_text("Done", use_inner_text=True)
    # The word is shown for a moment; then an agent that is quicker than the hub's first word of a
    # choice: it plays already, and that, too, is what was asked.
    expect(status).to_have_text("Playing", use_inner_text=True, timeout=8000)
    expect(spot(page, "entrance").locator(".done-only")).to_be_hidden()
    assert page.evaluate(QUICK, None) == []
    # Nobody does a choice that waits, whatever plays meanwhile.
    assert page.evaluate(QUICK, "") == []
    assert page.evaluate(QUICK, "another") == ["zone-oslo-entrance", "spot-oslo-entrance"]
    expect(status).to_have_text("Done", use_inner_text=True)
    expect(spot(page, "entrance").locator(".done-only")).to_be_visible()
    expect(entrance.get_by_role("button", name="Evening")).to_have_attribute("aria-current", "true")


def test_an_override_counts_down_until_it_ends_by_itself_or_by_one_tap(
    shop: Shop, tablet: OpenTablet
) -> None:
    page, other = tablet(), tablet()
    entrance = card(page, "entrance")
    entrance.get_by_role("button", name="Event", exact=True).click()
    page.get_by_role("button", name="60 minutes").click()
    left = entrance.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"^59:\d\d$"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    entrance.get_by_role("button", name="Return to plan").click()
    expect(entrance.locator(".override")).to_have_count(0)
    expect(entrance.locator(".scene")).to_have_text("Trading")
    assert shop.zone("entrance")["override"] is None

    for each in (page, other):
        # What was there is remembered: on a slow machine it comes and goes between two looks.
        each.evaluate(
            """() => {
                const panel = () => document.querySelector('#zone-oslo-entrance .override');
                window.chosen = panel() !== null;
                new MutationObserver(() => { window.chosen ||= panel() !== null; })
                    .observe(document.getElementById('zones'), { childList: true, subtree: true });
            }"""
        )
    shop.hub.call(
        "PUT",
        "/api/v1/zones/entrance/override?store=oslo",
        {"scene": "cleaning", "end": {"minutes": 0.03}},
    )
    for each in (page, other):
        each.wait_for_function("window.chosen")
        expect(card(each, "entrance").locator(".override")).to_have_count(0, timeout=10_000)
        expect(card(each, "entrance").locator(".scene")).to_have_text("Trading")


def test_of_two_tablets_the_slower_sees_what_the_faster_chose_and_may_tap_again(
    shop: Shop, tablet: OpenTablet
) -> None:
    # A browser itself complains of every answer that is an error.
    first, second = tablet(), tablet(may_complain="412")
    card(second, "entrance").get_by_role("button", name="Evening").click()
    dialog = second.get_by_role("dialog", name="Evening, Entrance")
    expect(dialog).to_be_visible()
    card(first, "entrance").get_by_role("button", name="Event", exact=True).click()
    first.get_by_role("button", name="60 minutes").click()
    expect(card(first, "entrance").locator(".override")).to_be_visible()

    dialog.get_by_role("button", name="30 minutes").click()
    happened = re.compile(r"^Somebody chose Event until \S+, at \d\d:\d\d\. Choose again")
    expect(dialog.locator(".problem")).to_have_text(happened)
    expect(dialog.locator(".choice").first).to_be_focused()
    assert shop.zone("entrance")["override"]["scene"] == "event"
    dialog.get_by_role("button", name="30 minutes").click()
    expect(dialog).to_be_hidden()
    expect(card(second, "entrance").locator(".scene")).to_have_text("Evening")


def test_what_is_wrong_is_said_in_words(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    floor = card(page, "sales-floor")
    lit = Reading(level=80, temperature_k=3000)
    for name in ("spots", "shelf-lamps"):
        device = DeviceState(kind="light", zone="sales-floor", reading=lit)
        shop.ceiling.devices[name] = device
    shop.ceiling.say("sales-floor", Report())
    expect(floor.locator(".given")).to_contain_text("Light 80%, 3,000 K")
    shop.ceiling.say("sales-floor", Report(broken={"window-strip": "does not answer"}))
    words = re.compile(r"2 of 3 lamps on; window strip has not answered since \d\d:\d\d$")
    expect(floor).to_have_attribute("data-status", "partly")
    expect(floor.locator(".trouble")).to_have_text(words)
    expect(spot(page, "sales-floor").locator(".flag")).to_have_text(words)
    expect(card(page, "entrance")).to_have_attribute("data-status", "playing")


def test_the_plan_shows_each_zone_in_its_own_light_as_long_as_its_agent_speaks(
    shop: Shop, tablet: OpenTablet
) -> None:
    reading = Reading(level=70, colour="#3060ff")
    shop.ceiling.devices["spots"] = DeviceState(kind="light", zone="entrance", reading=reading)
    shop.ceiling.speak()
    page = tablet()
    entrance = card(page, "entrance")
    expect(entrance).to_have_attribute("data-stale", "false")
    light = spot(page, "entrance").locator(".light rect")
    expect(light).to_be_visible()
    colour = light.get_attribute("fill") or ""
    assert int(colour[5:7], 16) > int(colour[1:3], 16), "blue light on a warm floor"
    expect(spot(page, "attic").locator(".light")).to_have_count(0)

    shop.ceiling.be_gone()
    # Far sooner than the 15 s after which any report is old; and no young one takes it back.
    unknown = re.compile(r"^\s*Unknown since\s+\d\d:\d\d\s*$")
    expect(entrance.locator(".status")).to_have_text(unknown, use_inner_text=True)
    expect(entrance.locator(".trouble")).to_contain_text("ceiling is offline since")
    expect(entrance).to_have_attribute("data-stale", "true")
    expect(light).to_be_hidden()
    assert shop.zone("entrance")["reported"]["stale"]

    shop.ceiling.be_gone(False)
    expect(entrance).to_have_attribute("data-status", "playing")
    expect(entrance).to_have_attribute("data-stale", "false")
    expect(light).to_be_visible()


def test_no_tile_moves_whatever_happens_to_its_zone(shop: Shop, tablet: OpenTablet) -> None:
    def devices(mist: Reading) -> dict[str, DeviceState]:
        lamp = DeviceState(kind="light", zone="sales-floor", reading=Reading(level=80))
        return {
            "lamp": lamp,
            "mist": DeviceState(kind="diffuser", zone="sales-floor", reading=mist),
        }

    shop.ceiling.devices |= devices(Reading(on=False))
    shop.ceiling.speak()
    pages = [
        tablet(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        for width in (1280, 800, 390)
    ]
    floors = [card(page, "sales-floor") for page in pages]
    places = """() => [...document.querySelectorAll('.tile')]
        .filter(tile => tile.checkVisibility())
        .map(tile => Math.round(tile.getBoundingClientRect().top + scrollY))"""
    before = []
    for page, floor in zip(pages, floors, strict=True):
        expect(floor).to_have_attribute("data-status", "playing")
        expect(floor.locator(".knob")).to_have_count(2)
        before.append(page.evaluate(places))
        # From six to nine of them; the others wait.
        assert len(before[-1]) == 9
    shop.ceiling.devices |= devices(Reading(problem="is jammed"))
    shop.ceiling.say("sales-floor", Report(broken={"other": "is off"}))
    shop.hub.call("PUT", "/api/v1/zones/sales-floor/override?store=oslo", OVERRIDE)
    for page, floor, was in zip(pages, floors, before, strict=True):
        expect(floor.locator(".what > .trouble")).to_contain_text("and 1 more")
        expect(floor.locator(".troubles li")).to_have_count(2)
        expect(floor.locator(".override")).to_be_visible()
        # On a phone the list of zones above says what is wrong, too, and grows by that.
        moved = {now - then for now, then in zip(page.evaluate(places), was, strict=True)}
        assert len(moved) == 1
        if page.viewport_size and page.viewport_size["width"] > 390:
            assert moved == {0}


def test_an_old_report_turns_grey_and_says_since_when(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    entrance = card(page, "entrance")
    expect(entrance).to_have_attribute("data-stale", "false")
    # The tablet's own clock runs ahead: as if no report had come for so long. A beat would set
    # it right at any moment, so what the card says then is read in one go.
    said = page.wait_for_function(
        """() => {
            document.documentElement.dataset.skew = '60000';
            const zone = document.getElementById('zone-oslo-entrance');
            return zone.dataset.stale === 'true' && zone.querySelector('.status').innerText;
        }""",
        timeout=4000,
    )
    assert re.fullmatch(r"\s*Unknown since\s+\d\d:\d\d\s*", said.json_value())
    # The hub's next beat sets the clock right.
    expect(entrance).to_have_attribute("data-stale", "false", timeout=7000)


@pytest.mark.timeout(120)  # a hub has to start
def test_a_page_lets_the_hub_stop_notices_it_and_comes_back(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    entrance = card(page, "entrance")
    banner = page.locator("#lost")
    expect(page.locator("html")).to_have_attribute("data-live", "yes")
    expect(banner).to_be_hidden()
    assert green(page) != []
    with stopped(shop.hub):
        assert "graceful shutdown exceeded" not in shop.hub.log, "an open page held up the hub"
        expect(banner).to_be_visible(timeout=5000)
        expect(entrance.locator(".status")).to_contain_text("Unknown since", use_inner_text=True)
        entrance.get_by_role("button", name="Evening").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        everywhere = page.locator("#spot-all-oslo")
        expect(everywhere).not_to_contain_text("play what is wanted", use_inner_text=True)
        everywhere.locator("input").check()
        expect(page.locator("#all-oslo .well")).to_have_text("Unknown", use_inner_text=True)
        assert green(page) == [], "nothing is green without a report"
        expect(page.locator(".tile[aria-current]")).to_have_count(0)
        spot(page, "entrance").locator("input").check()
        assert green(page) == [], "nothing is green without a report"

    expect(banner).to_be_hidden(timeout=10_000)
    shop.ceiling.speak()
    expect(entrance).to_have_attribute("data-status", "playing", timeout=10_000)
    expect(entrance.locator(".tile[aria-current]")).to_have_text("Trading")
    # What was tapped while the hub was away is never sent afterwards.
    assert shop.zone("entrance")["override"] is None
    entrance.get_by_role("button", name="Evening").click()
    page.get_by_role("button", name="30 minutes").click()
    expect(entrance.locator(".scene")).to_have_text("Evening")


def green(page: Page) -> list[str]:
    """Everything that is seen in the colour of what is well."""
    found: list[str] = page.evaluate(
        """() => {
            const probe = document.createElement('i');
            probe.style.color = 'var(--good)';
            document.documentElement.append(probe);
            const good = getComputedStyle(probe).color;
            probe.remove();
            const options = { visibilityProperty: true };
            return [...document.querySelectorAll('body *')]
                .filter(each => each.checkVisibility(options))
                .filter(each => {
                    const style = getComputedStyle(each);
                    return style.color === good || style.backgroundColor === good;
                })
                .map(each => `${each.closest('[id]')?.id} ${each.outerHTML.slice(0, 80)}`);
        }"""
    )
    return found


@contextmanager
def stopped(hub: Hub) -> Iterator[None]:
    """No hub meanwhile; whatever comes of it, the next test has one."""
    hub.stop()
    try:
        yield
    finally:
        hub.start()


def test_every_button_works_without_script(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet(java_script_enabled=False)
    card(page, "entrance").get_by_role("button", name="Evening").click()
    page.get_by_role("button", name="Until closing").click()
    assert page.url.endswith("/?store=oslo")
    expect(card(page, "entrance").locator(".override")).to_be_visible()
    assert shop.zone("entrance")["desired"]["scene"] == "evening"
    card(page, "entrance").get_by_role("button", name="Return to plan").click()
    expect(card(page, "entrance").locator(".override")).to_have_count(0)


def test_a_quiet_hour_begins_at_the_bar_and_an_emergency_ends_by_two_taps(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet()
    dialog = page.get_by_role("dialog")
    page.locator("#bar--quiet-hour").click()
    dialog.get_by_role("button", name="60 minutes").click()
    page.get_by_role("button", name="End: Quiet hour").click()
    expect(page.locator(".holding")).to_have_count(0)
    page.locator("#bar--emergency").click()
    dialog.get_by_role("button", name="Set off the emergency").click()
    page.get_by_role("button", name="End: Emergency").click()
    assert shop.zone("entrance")["desired"]["layer"] == "emergency"
    dialog.get_by_role("button", name="End the emergency").click()
    expect(page.locator(".holding")).to_have_count(0)
    assert shop.zone("entrance")["desired"]["layer"] == "fallback"


def test_a_zone_is_picked_on_the_plan_by_finger_or_keys_and_stays_picked(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet()
    expect(page.locator(".what:visible h2")).to_have_text("Entrance")
    spot(page, "sales-floor").click(position={"x": 20, "y": 20})
    expect(page.locator(".what:visible h2")).to_have_text("Sales floor")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".what:visible h2")).to_have_text("Attic")
    # News of the zones takes nobody's choice or place away.
    shop.ceiling.say("entrance", Report(broken={"lamp": "is off"}))
    expect(spot(page, "entrance").locator(".flag")).to_be_visible()
    expect(page.locator(".what:visible h2")).to_have_text("Attic")
    expect(spot(page, "attic").locator("input")).to_be_focused()
    page.reload()
    expect(page.locator(".what:visible h2")).to_have_text("Attic")


def test_a_scene_for_the_whole_shop_is_asked_once(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    page.locator("#spot-all-oslo input").check()
    whole = page.locator("#all-oslo")
    words = "2 of 3 zones play what is wanted"
    expect(whole.locator(".well")).to_have_text(words, use_inner_text=True)
    whole.get_by_role("button", name="Evening").click()
    dialog = page.get_by_role("dialog", name="Evening, the whole shop")
    dialog.get_by_role("button", name="30 minutes").click()
    for zone in ("entrance", "sales-floor"):
        expect(spot(page, zone).locator(".plays")).to_have_text("Evening")
    assert shop.zone("attic")["override"]["scene"] == "evening"
    for zone in ("entrance", "sales-floor", "attic"):
        shop.hub.call("DELETE", f"/api/v1/zones/{zone}/override?store=oslo")


def test_light_and_volume_are_nudged_in_place_and_scent_only_lessened(
    shop: Shop, tablet: OpenTablet
) -> None:
    for kind in ("light", "player", "diffuser"):
        device = DeviceState(kind=kind, zone="entrance", reading=Reading())
        shop.ceiling.devices[f"own-{kind}"] = device
    shop.ceiling.speak()
    page = tablet()
    entrance = card(page, "entrance")
    entrance.get_by_role("button", name="Quieter", exact=True).click()
    stands = entrance.locator("#zone-oslo-entrance--plain-volume .stands")
    expect(stands).to_have_text(re.compile(r"^10 % quieter until "))
    entrance.get_by_role("button", name="Quieter", exact=True).click()
    expect(stands).to_have_text(re.compile(r"^20 % quieter until "))
    assert shop.zone("entrance")["in_force"]["volume"] == 80
    expect(entrance).to_have_attribute("data-status", "playing")
    entrance.get_by_role("button", name="Less scent now").click()
    expect(entrance.locator("#zone-oslo-entrance--plain-scent")).to_contain_text(
        "20 % less scent until "
    )
    entrance.locator("#zone-oslo-entrance--plain-volume").click()
    expect(stands).to_have_text("unchanged")
    entrance.locator("#zone-oslo-entrance--plain-scent").click()
    expect(entrance.locator("#zone-oslo-entrance--plain-scent")).to_be_disabled()


def test_the_scent_is_off_for_everybody_until_somebody_ends_it(
    shop: Shop, tablet: OpenTablet
) -> None:
    page, other = tablet(), tablet("/effects?store=oslo")
    height = "document.getElementById('bar').offsetHeight"
    before = page.evaluate(height)
    page.locator("#bar--scent-off").click()
    answer = page.get_by_role("dialog").get_by_role("button", name="Until somebody ends it")
    expect(answer).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator("#ask .disc")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    answer.click()
    held = other.locator(".holding[data-what=scent-off]")
    expect(held).to_contain_text(re.compile(r"Scent off until somebody .*since \d\d:\d\d"))
    expect(page.locator(".holding[data-what=scent-off]")).to_be_visible()
    assert page.evaluate(height) == before
    assert too_small(page, ".holding .button") == []
    assert shop.zone("sales-floor")["in_force"]["scent"] == 0
    other.get_by_role("button", name="End: Scent off").click()
    expect(page.locator("#bar--scent-off")).to_be_visible()
    assert shop.zone("sales-floor")["in_force"]["scent"] == 100


def test_the_shop_file_changes_under_an_open_page(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    health, banner = page.locator(".health"), page.locator("#bar .banner")
    expect(health).to_contain_text("1 agent reports")
    shop.file.write_text(SHOP.replace("fallback: closed", "fallback: clsed"))
    expect(banner).to_contain_text("clsed", timeout=10_000)
    expect(card(page, "attic")).to_be_visible()

    shop.file.write_text(SHOP.replace("id: sales-floor", "id: shop-floor"))
    expect(banner).to_have_count(0, timeout=10_000)
    words = "ceiling serves sales-floor: the shop file has no such zone"
    expect(health).to_contain_text(words, timeout=10_000)
    expect(health).not_to_contain_text("1 agent reports")

    cellar = "      - {id: cellar, name: Cellar, fallback: closed}\n    rules: []\n  - id: bergen"
    shop.file.write_text(SHOP.replace("    rules: []\n  - id: bergen", cellar))
    expect(spot(page, "cellar")).to_be_visible(timeout=10_000)
    expect(card(page, "cellar")).to_be_visible()
    expect(health).to_contain_text("1 agent reports")


def test_what_happens_while_the_page_s_scripts_are_on_their_way_is_shown(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet("/effects?store=oslo", may_complain="Service Worker", service_workers="block")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/live.js*", hold)
    page.goto(f"{shop.hub.address}/?store=oslo", wait_until="commit")
    # The script that listens is there, the one that takes over what changed is not.
    page.wait_for_function("() => document.documentElement.dataset.skew")
    wait_until(lambda: page.evaluate("() => 1") and held, 10, "the other one to be asked for")
    shop.ceiling.say("entrance", Report(broken={"lamp": "is off"}))
    wait_until(
        lambda: shop.zone("entrance")["reported"]["problems"], 10, "the hub to hear of the lamp"
    )
    held.pop().continue_()
    expect(spot(page, "entrance").locator(".flag")).to_be_visible()


def test_a_refusal_is_said_on_the_page(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet(may_complain="status of 404")
    card(page, "entrance").get_by_role("button", name="Evening").click()
    page.locator("#ask-body input[name=zone]").evaluate("field => field.value = 'cellar'")
    page.get_by_role("button", name="30 minutes").click()
    expect(page.locator("#notice")).to_have_text(re.compile("cellar"))
    expect(page.get_by_role("dialog")).to_have_count(0)
