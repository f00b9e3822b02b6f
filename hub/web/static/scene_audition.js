// Tries the recipe out in one zone. It returns by itself; moving a slider meanwhile is heard at
// once, at most twice a second.

import { askHub, HubError } from "./ask_hub.js";
import { hear, isLost } from "./truth.js";
import { say } from "./words.js";

/** @typedef {import("./scene_recipe.js").Document} Document */

const SECONDS = 60;
const PAUSE_MS = 500;
const LOOK_MS = 1000;
const PLACES_MS = 5000;
const AUDITION = "audition";

/**
 * Takes over the part of the page that auditions.
 * @param {HTMLElement} part
 * @param {{ store: string, scene: string, recipe: () => Document }} of recipe: what the controls say
 */
export function takeAuditions(part, { store, scene, recipe }) {
  const words = part.querySelector("#trying");
  const places = () => /** @type {HTMLInputElement[]} */ ([...part.querySelectorAll("input[name=place]")]);
  /** @type {{ zone: string, end: number, tag: string | null } | null} ours */
  let trying = begun();
  let sentAt = 0;
  /** The asking that is under way; the next one, or an end, comes after it with its tag.
   * @type {Promise<void> | null} */
  let sending = null;
  let timer = 0;
  let looked = 0;
  let heard = "";

  const place = () => places().find((each) => each.checked)?.value ?? "";
  const name = (/** @type {string} */ zone) =>
    places().find((each) => each.value === zone)?.parentElement?.querySelector("strong")?.textContent ?? zone;
  const address = (/** @type {string} */ zone) => `/api/v1/zones/${zone}/audition?store=${store}`;
  const button = (/** @type {string} */ act) =>
    /** @type {HTMLButtonElement | null} */ (part.querySelector(`[data-do="${act}"]`));

  /** @param {string} text */
  const tell = (text) => {
    if (words && words.textContent !== text) words.textContent = text;
  };

  async function ask() {
    const zone = trying?.zone ?? place();
    sentAt = Date.now();
    // Of somebody else's, who was faster, ours is not to take the place.
    const options = { ifMatch: trying?.tag };
    const body = { scene: recipe(), of: scene, seconds: SECONDS };
    const answer = await askHub("POST", address(zone), body, options);
    trying = { zone, end: Date.parse(answer.body.end), tag: answer.etag };
    show();
  }

  function send() {
    sending = ask().finally(() => {
      sending = null;
    });
    return sending;
  }

  /** Sends what the sliders say now, unless that was done less than half a second ago. */
  function follow() {
    if (!trying || timer) return;
    const wait = Math.max(0, sentAt + PAUSE_MS - Date.now());
    timer = setTimeout(async () => {
      timer = 0;
      if (!trying) return;
      if (sending) return follow();
      await send().catch((error) => {
        if (!(error instanceof HubError)) throw error;
        if (error.status === 412) over();
        tell([error.message, ...error.changed].join(" "));
      });
    }, wait);
  }

  function over() {
    trying = null;
    clearTimeout(timer);
    timer = 0;
    show();
  }

  function show() {
    const stop = button("stop");
    if (stop) {
      const came = stop.hidden && Boolean(trying);
      stop.hidden = !trying;
      // The bar with what becomes of the edits may lie over it.
      if (came) stop.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    part.toggleAttribute("data-trying", Boolean(trying));
    for (const each of places()) each.disabled = Boolean(trying);
  }

  /** The audition of this scene that was under way when the page came. */
  function begun() {
    const found = places().find((each) => each.dataset.end);
    if (!found) return null;
    found.checked = true;
    return { zone: found.value, end: Date.parse(found.dataset.end ?? ""), tag: found.dataset.tag ?? null };
  }

  async function stop() {
    // What a slider asked last is answered first; meanwhile no other is asked.
    clearTimeout(timer);
    timer = 0;
    await sending?.catch(() => undefined);
    if (!trying) return;
    const { zone, tag } = trying;
    over();
    tell(say("Stopping in {zone}…", { zone: name(zone) }));
    await askHub("DELETE", address(zone), undefined, { ifMatch: tag });
    await back(zone);
  }

  /**
   * Looks until the zone reports what it plays after an audition.
   * @param {string} zone
   */
  async function back(zone) {
    for (let tries = 0; tries < 10 && !trying; tries += 1) {
      const { body } = await askHub("GET", `/api/v1/zones/${zone}?store=${store}`);
      const reported = body.reported;
      if (reported && !reported.stale && reported.scene && reported.scene !== AUDITION) {
        return tell(say("{zone} is back: {scene}.", { zone: name(zone), scene: reported.scene_name ?? reported.scene }));
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    if (!trying) tell(say("It was asked to return. {zone} hasn’t answered yet.", { zone: name(zone) }));
  }

  async function look() {
    if (!trying) return;
    const { zone } = trying;
    const { body } = await askHub("GET", `/api/v1/zones/${zone}?store=${store}`).catch((error) => {
      // Nobody may go on believing what was true a while ago.
      heard = say("unknown, the hub doesn’t answer");
      throw error;
    });
    const reported = body.reported;
    const plays = reported && !reported.stale && reported.scene === AUDITION;
    if (reported?.stale) heard = say("unknown, nobody reports from there");
    else if (plays) heard = reported.fading ? say("fading in") : say("done: it plays");
    else heard = say("asked");
    if (trying && body.desired.scene !== AUDITION) {
      // Somebody ended it, or a quiet hour began over it.
      over();
      tell(say("The audition in {zone} was ended.", { zone: name(zone) }));
    }
  }

  /** What is on in each zone, and who is there: anew while somebody looks at it. */
  async function showPlaces() {
    if (document.visibilityState !== "visible" || isLost()) return;
    const said = await askHub("GET", `/fragments/scenes/${scene}/places?store=${store}`, undefined, { accept: "text/html" });
    const found = document.createElement("template");
    found.innerHTML = said.body;
    for (const now of /** @type {NodeListOf<HTMLElement>} */ (found.content.querySelectorAll(".there"))) {
      part.querySelector(`.there[data-zone="${now.dataset.zone}"]`)?.replaceWith(now);
    }
    document.dispatchEvent(new Event("stemning:changed"));
  }

  setInterval(() => showPlaces().catch(() => undefined), PLACES_MS);
  hear("plan", () => showPlaces().catch(() => undefined));

  setInterval(async () => {
    if (!trying) return;
    const skew = Number(document.documentElement.dataset.skew || 0);
    const left = Math.max(0, Math.ceil((trying.end - Date.now() - skew) / 1000));
    if (left === 0) {
      const { zone } = trying;
      over();
      tell(say("Over. {zone} returns by itself.", { zone: name(zone) }));
      await back(zone).catch(() => undefined);
      return;
    }
    tell(say("{zone}: {state}. Returns by itself in {left} s.", { zone: name(trying.zone), state: heard || say("asked"), left }));
    if (Date.now() - looked < LOOK_MS) return;
    looked = Date.now();
    await look().catch(() => undefined);
  }, 250);

  part.addEventListener("click", async (event) => {
    const tapped = /** @type {HTMLElement} */ (event.target).closest("[data-do]");
    const act = tapped instanceof HTMLElement ? tapped.dataset.do : "";
    try {
      if (act === "audition") {
        heard = "";
        tell(say("Asked…"));
        await send();
      } else if (act === "stop") {
        await stop();
      }
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      tell(error.status === 401 ? say("Sign in, then tap again. Your edits are kept.") : error.message);
    }
  });

  show();
  return { follow };
}
