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
  const there = (/** @type {string} */ zone) =>
    /** @type {HTMLElement | null} */ (part.querySelector(`.there[data-zone="${zone}"]`));
  /** What of this scene is tried out, as far as this page knows. Sliders are heard only in what was
   * begun by a tap here (`mine`).
   * @type {{ zone: string, end: number, tag: string | null | undefined, mine: boolean } | null} */
  let trying = begun();
  let sentAt = 0;
  /** The asking that is under way; the next one, or an end, comes after it with its tag.
   * @type {Promise<void> | null} */
  let sending = null;
  let stopping = false;
  let timer = 0;
  let looked = 0;
  /** What is reported of it, and what the hub refused since: that stays until the next good answer. */
  let heard = "";
  let refusal = "";
  /** So often this page changed something: what was drawn before it came is not put in place. */
  let writes = 0;

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
    // What was reported is of the recipe before.
    heard = say("asked");
    // Of somebody else's, who was faster than this page could show, ours is not to take the place.
    const options = { ifMatch: trying ? trying.tag : there(zone)?.dataset.tag };
    const body = { scene: recipe(), of: scene, seconds: SECONDS };
    const answer = await askHub("POST", address(zone), body, options);
    trying = { zone, end: Date.parse(answer.body.end), tag: answer.etag, mine: true };
    [refusal, looked] = ["", 0];
    wrote(zone, answer.etag);
    show();
  }

  /**
   * @param {string} zone
   * @param {string | null} tag of what is there now
   */
  function wrote(zone, tag) {
    writes += 1;
    const place = there(zone);
    if (place) place.dataset.tag = tag ?? "";
  }

  /** @param {unknown} error */
  function refused(error) {
    if (!(error instanceof HubError)) throw error;
    if (error.status === 412) {
      over();
      showPlaces().catch(() => undefined);
    }
    const signIn = say("Sign in, then tap again. Your edits are kept.");
    const words = error.status === 401 ? signIn : [error.message, ...error.changed].join(" ");
    if (trying) refusal = words;
    tell(words);
  }

  function send() {
    sending = ask().finally(() => {
      sending = null;
    });
    return sending;
  }

  /** Sends what the sliders say now, unless that was done less than half a second ago. */
  function follow() {
    if (!trying?.mine || timer) return;
    const wait = Math.max(0, sentAt + PAUSE_MS - Date.now());
    timer = setTimeout(async () => {
      timer = 0;
      if (!trying || stopping) return;
      if (sending) return follow();
      await send().catch(refused);
    }, wait);
  }

  function over() {
    trying = null;
    refusal = "";
    clearTimeout(timer);
    timer = 0;
    show();
  }

  function show() {
    const stop = button("stop");
    if (stop) {
      const came = stop.hidden && Boolean(trying);
      stop.hidden = !trying;
      // The bar with what becomes of the edits may lie over it, and over what it says.
      if (came && trying?.mine) words?.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    part.toggleAttribute("data-trying", Boolean(trying));
    for (const each of places()) each.disabled = Boolean(trying);
  }

  /** The audition of this scene that was under way when the page came, whoever began it. */
  function begun() {
    const found = places().find((each) => each.dataset.end);
    if (!found) return null;
    found.checked = true;
    const zone = found.value;
    return { zone, end: Date.parse(found.dataset.end ?? ""), tag: there(zone)?.dataset.tag, mine: false };
  }

  async function stop() {
    if (!trying || stopping) return;
    const { zone } = trying;
    stopping = true;
    try {
      tell(say("Stopping in {zone}…", { zone: name(zone) }));
      // What a slider asked last is answered first; meanwhile no other is asked.
      await sending?.catch(() => undefined);
      if (!trying) return;
      const { etag } = await askHub("DELETE", address(zone), undefined, { ifMatch: trying.tag });
      wrote(zone, etag);
      // Until the hub has done it, it goes on, and can be stopped.
      over();
    } finally {
      stopping = false;
    }
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
    const asked = trying;
    if (!asked) return;
    const { zone } = asked;
    const { body } = await askHub("GET", `/api/v1/zones/${zone}?store=${store}`).catch((error) => {
      // Nobody may go on believing what was true a while ago.
      heard = say("unknown, the hub doesn’t answer");
      throw error;
    });
    // What is being changed meanwhile is told by the answer to that.
    if (trying !== asked || sending || stopping) return;
    const { reported, desired, audition } = body;
    // An earlier recipe has the same name, and began before.
    const plays =
      reported?.scene === AUDITION && Date.parse(reported.since) === Date.parse(desired.since);
    if (reported?.stale) heard = say("unknown, nobody reports from there");
    else if (plays) heard = reported.fading ? say("fading in") : say("done: it plays");
    else heard = say("asked");
    if (desired.scene !== AUDITION) {
      // Somebody ended it, or a quiet hour began over it.
      over();
      tell(say("The audition in {zone} was ended.", { zone: name(zone) }));
    } else if (audition && Date.parse(audition.end) !== asked.end) {
      over();
      tell(say("{who} tries out {scene}", { who: audition.author || say("Somebody"), scene: audition.name }));
    }
  }

  /** What is on in each zone, and who is there: anew while somebody looks at it. */
  async function showPlaces() {
    if (document.visibilityState !== "visible" || isLost()) return;
    const before = writes;
    const said = await askHub("GET", `/fragments/scenes/${scene}/places?store=${store}`, undefined, { accept: "text/html" });
    if (writes !== before) return;
    const found = document.createElement("template");
    found.innerHTML = said.body;
    for (const now of /** @type {NodeListOf<HTMLElement>} */ (found.content.querySelectorAll(".there"))) {
      there(now.dataset.zone ?? "")?.replaceWith(now);
    }
    document.dispatchEvent(new Event("stemning:changed"));
  }

  setInterval(() => showPlaces().catch(() => undefined), PLACES_MS);
  hear("plan", () => showPlaces().catch(() => undefined));

  setInterval(async () => {
    if (!trying || stopping) return;
    const skew = Number(document.documentElement.dataset.skew || 0);
    const left = Math.max(0, Math.ceil((trying.end - Date.now() - skew) / 1000));
    if (left === 0) {
      const { zone } = trying;
      over();
      tell(say("Over. {zone} returns by itself.", { zone: name(zone) }));
      await back(zone).catch(() => undefined);
      return;
    }
    tell(refusal || say("{zone}: {state}. Returns by itself in {left} s.", { zone: name(trying.zone), state: heard || say("asked"), left }));
    if (Date.now() - looked < LOOK_MS) return;
    looked = Date.now();
    await look().catch(() => undefined);
  }, 250);

  part.addEventListener("click", async (event) => {
    const tapped = /** @type {HTMLElement} */ (event.target).closest("[data-do]");
    const act = tapped instanceof HTMLElement ? tapped.dataset.do : "";
    try {
      if (act === "audition") {
        if (sending || stopping) return;
        tell(say("Asked…"));
        await send();
      } else if (act === "stop") {
        await stop();
      }
    } catch (error) {
      refused(error);
    }
  });

  show();
  return { follow };
}
