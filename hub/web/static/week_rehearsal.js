// @ts-check
// A day, or the week, in quick motion, from the hub's rehearsal: nothing here touches a lamp.

import { askHub, HubError } from "./ask_hub.js";
import { putAt } from "./floor_places.js";
import { brightness, lightColour, lit } from "./scene_picture.js";
import { later } from "./week_drag.js";
import { say } from "./words.js";

/**
 * @typedef {{ level: number, temperature_k: number | null, colour: string | null }} Light
 * @typedef {{ offset_s: number, local: string, scene: string, light: Record<string, Light>,
 *   volume: number, fragrance: string | null, intensity: number, moves: boolean }} Frame
 * @typedef {{ zone: string, name: string, frames: Frame[] }} Zone
 * @typedef {{ lasts_s: number, start: string, end: string, zones: Zone[] }} Rehearsal
 */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("week-rehearsal"));
const scrub = /** @type {HTMLInputElement} */ (document.getElementById("rehearsal-scrub"));
const playing = /** @type {HTMLButtonElement} */ (document.getElementById("rehearsal-play"));
const zones = /** @type {HTMLElement} */ (document.getElementById("rehearsal-zones"));
const wholeWeek = /** @type {HTMLInputElement} */ (document.getElementById("rehearsal-week"));
/** @type {Record<string, string>} what scenes are called */
const sceneNames = JSON.parse(zones.dataset.scenes ?? "{}");
/** @type {Record<string, [string, string]>} where zones are, on a plan that was drawn */
const places = JSON.parse(zones.dataset.places ?? "{}");
// As the zones of the floor plan on the page Now (hub/web/now/given.py).
const FLOOR = "#f3e8d8";
const BRIGHT = 0.6;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @type {Rehearsal | null} */
let rehearsal = null;
let store = "";
let day = "";
let draft = false;
/** Of several days that were asked for, the last one is shown. */
let asked = 0;
let at_s = 0;
let last_ms = 0;
let timer = 0;

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} ofStore @param {string} onDay @param {boolean} ofDraft */
export async function openRehearsal(ofStore, onDay, ofDraft) {
  [store, day, draft] = [ofStore, onDay, ofDraft];
  rehearsal = null;
  zones.replaceChildren();
  byId("rehearsal-of").textContent = draft ? say("The draft, which nothing plays yet.") : say("What is deployed.");
  for (const id of ["rehearsal-time", "rehearsal-day"]) byId(id).textContent = "";
  byId("rehearsal-days").replaceChildren(...columns().map(dayButton));
  dialog.showModal();
  if (await load(day)) play(!still.matches);
}

/** The days of the week that is on the page. */
function columns() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".column[data-day]")]);
}

/** @param {HTMLElement} column @param {number} at */
function dayButton({ dataset }, at) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.day = dataset.day;
  // As the strip of days says it: short to the eye, whole to the ear.
  const words = document.querySelectorAll(".calendar .day-strip a")[at]?.children ?? [];
  made.append(...[...words].map((each) => each.cloneNode(true)));
  made.addEventListener("click", async () => {
    if (await load(dataset.day ?? "")) play(!still.matches);
  });
  return made;
}

/** @param {string} next */
async function load(next) {
  const turn = ++asked;
  const problem = byId("rehearsal-problem");
  try {
    const path = `/api/v1/stores/${store}/rehearsal?day=${next}&draft=${draft}`;
    const { body } = await askHub("GET", path);
    if (turn !== asked) return false;
    rehearsal = /** @type {Rehearsal} */ (body);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (turn !== asked) return false;
    problem.textContent = error.message;
    play(false);
    return false;
  }
  problem.textContent = "";
  day = next;
  byId("rehearsal-day").textContent = document.getElementById(`column-${day}`)?.dataset.words ?? day;
  for (const each of /** @type {HTMLCollectionOf<HTMLElement>} */ (byId("rehearsal-days").children)) {
    each.setAttribute("aria-pressed", String(each.dataset.day === day));
  }
  scrub.max = String(Math.round((Date.parse(rehearsal.end) - Date.parse(rehearsal.start)) / 60_000));
  zones.replaceChildren(...rehearsal.zones.map(stage));
  at_s = 0;
  show();
  return true;
}

/** @param {Zone} zone */
function stage(zone) {
  const made = document.createElement("article");
  made.className = "stage";
  for (const [tag, name] of [["h3", ""], ["strong", "scene"], ["p", "what"]]) {
    const part = document.createElement(tag);
    if (name) part.dataset[name] = "";
    made.append(part);
  }
  /** @type {HTMLElement} */ (made.firstElementChild).textContent = zone.name;
  const place = places[zone.zone];
  if (place) putAt(made, ...place);
  made.toggleAttribute("data-corners", Boolean(place?.[1]));
  return made;
}

function show() {
  if (!rehearsal) return;
  const minutes = Math.round((at_s / rehearsal.lasts_s) * Number(scrub.max));
  scrub.value = String(minutes);
  rehearsal.zones.forEach((zone, number) => draw(zone, number));
  const words = localTime(minutes);
  scrub.setAttribute("aria-valuetext", words);
  byId("rehearsal-time").textContent = words;
}

/** What the shop's clock shows so many minutes into the day. @param {number} minutes */
function localTime(minutes) {
  if (!rehearsal) return "";
  const timeZone = document.body.dataset.timeZone;
  const instant = Date.parse(rehearsal.start) + minutes * 60_000;
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

/** @param {Zone} zone @param {number} number */
function draw(zone, number) {
  const index = Math.max(zone.frames.findLastIndex((frame) => frame.offset_s <= at_s), 0);
  const [frame, next] = [zone.frames[index], zone.frames[index + 1]];
  const share = frame.moves && next ? (at_s - frame.offset_s) / (next.offset_s - frame.offset_s) : 0;
  const between = (/** @type {number} */ a, /** @type {number | undefined} */ b) => a + ((b ?? a) - a) * share;
  const group = "all" in frame.light ? "all" : Object.keys(frame.light)[0];
  const light = frame.light[group] ?? { level: 0, temperature_k: null, colour: null };
  const level = between(light.level, next?.light[group]?.level);
  const card = /** @type {HTMLElement} */ (zones.children[number]);
  card.style.setProperty("--light", tint(light, level));
  const parts = [say("Light {level} %", { level: Math.round(level) })];
  const volume = Math.round(between(frame.volume, next?.volume));
  parts.push(volume ? say("music {volume} %", { volume }) : say("no music"));
  if (frame.intensity) parts.push(say("{fragrance} scent", { fragrance: frame.fragrance ?? "" }));
  write(card, "[data-scene]", sceneNames[frame.scene] ?? frame.scene);
  write(card, "[data-what]", parts.join(" · "));
}

/** @param {Element} card @param {string} selector @param {string} words */
function write(card, selector, words) {
  const part = card.querySelector(selector);
  if (part && part.textContent !== words) part.textContent = words;
}

/** A floor in this light. @param {Light} light @param {number} level */
function tint({ colour, temperature_k }, level) {
  const cue = { level, ...(colour ? { colour } : {}), ...(temperature_k ? { temperature_k } : {}) };
  return lit(FLOOR, lightColour(cue), brightness(level) ** BRIGHT);
}

/** @param {boolean} on */
function play(on) {
  playing.setAttribute("aria-pressed", String(on));
  /** @type {HTMLElement} */ (playing.querySelector("span")).textContent = on ? say("Pause") : say("Play");
  const picture = /** @type {SVGUseElement} */ (playing.querySelector("use"));
  picture.setAttribute("href", (picture.getAttribute("href") ?? "").replace(/#.*/, on ? "#pause" : "#play"));
  cancelAnimationFrame(timer);
  last_ms = performance.now();
  if (on) timer = requestAnimationFrame(tick);
}

/** @param {number} now_ms */
async function tick(now_ms) {
  if (!rehearsal || !dialog.open || playing.getAttribute("aria-pressed") !== "true") return;
  const speed = Number(/** @type {HTMLSelectElement} */ (document.getElementById("rehearsal-speed")).value);
  at_s += ((now_ms - last_ms) / 1000) * speed;
  last_ms = now_ms;
  if (at_s >= rehearsal.lasts_s) {
    at_s = rehearsal.lasts_s - 0.01;
    const next = later(day, 1);
    const more = wholeWeek.checked && document.querySelector(`.column[data-day="${next}"]`) !== null;
    if (!more || !(await load(next))) {
      show();
      return play(false);
    }
    last_ms = performance.now();
  }
  show();
  timer = requestAnimationFrame(tick);
}

/** To the change before or after: every new scene of any zone. @param {number} sign */
function step(sign) {
  play(false);
  const changes = (rehearsal?.zones ?? []).flatMap(({ frames }) =>
    frames.filter((frame, index) => index && frame.scene !== frames[index - 1].scene).map((frame) => frame.offset_s),
  );
  const sorted = [...new Set([0, ...changes])].sort((a, b) => a - b);
  const next = sign > 0 ? sorted.find((each) => each > at_s + 0.001) : sorted.findLast((each) => each < at_s - 0.001);
  if (next !== undefined) at_s = next;
  show();
}

playing.addEventListener("click", () => {
  if (still.matches) return step(1);
  if (rehearsal && at_s >= rehearsal.lasts_s - 0.02) at_s = 0;
  play(playing.getAttribute("aria-pressed") !== "true");
});
for (const button of dialog.querySelectorAll("button[data-step]")) {
  button.addEventListener("click", () => step(Number(/** @type {HTMLElement} */ (button).dataset.step)));
}
scrub.addEventListener("input", () => {
  play(false);
  if (rehearsal) at_s = (Number(scrub.value) / Number(scrub.max)) * rehearsal.lasts_s;
  show();
});
dialog.addEventListener("close", () => play(false));
