// The floor plan: puts each zone's spot where it was drawn, and shows the panel of the chosen one.

import { putAt } from "./floor_places.js";

const KEY = "stemning:zone:";
const ALL = "*";

/** @returns {HTMLElement | null} */
const zones = () => document.getElementById("zones");
/** @returns {HTMLInputElement[]} */
const radios = () => [...document.querySelectorAll('#spots input[name="zone"]')].map((each) => /** @type {HTMLInputElement} */ (each));

let chosen = "";

/** Each spot to its place; the style sheet uses it where there is room for a plan. */
function place() {
  for (const spot of document.querySelectorAll(".spot[data-place]")) {
    if (!(spot instanceof HTMLElement)) continue;
    putAt(spot, spot.dataset.place ?? "", spot.dataset.corners);
  }
}

/** The panel of a zone, or of all zones. */
function panelOf(/** @type {string} */ zone) {
  const store = zones()?.dataset.store ?? "";
  return document.getElementById(zone === ALL ? `all-${store}` : `zone-${store}-${zone}`);
}

/** Shows the chosen zone's panel alone, after whatever the hub sent too. */
function show() {
  const all = zones();
  const known = radios();
  if (!all || known.length === 0) return;
  if (!known.some((radio) => radio.value === chosen)) chosen = first(known);
  for (const radio of known) radio.checked = radio.value === chosen;
  const panel = panelOf(chosen);
  for (const each of all.querySelectorAll(".zone")) /** @type {HTMLElement} */ (each).hidden = each !== panel;
  all.dataset.picked = chosen;
}

/** What was chosen here before, else the first zone. */
function first(/** @type {HTMLInputElement[]} */ known) {
  const before = remembered();
  if (before !== null && known.some((radio) => radio.value === before)) return before;
  return known.find((radio) => radio.value !== ALL)?.value ?? ALL;
}

function remembered() {
  try {
    return sessionStorage.getItem(KEY + (zones()?.dataset.store ?? ""));
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember() {
  try {
    sessionStorage.setItem(KEY + (zones()?.dataset.store ?? ""), chosen);
  } catch {
    // Then the first zone is shown after a reload.
  }
}

function settle() {
  place();
  show();
}

document.addEventListener("change", (event) => {
  const radio = event.target;
  if (!(radio instanceof HTMLInputElement) || !radio.closest("#spots")) return;
  chosen = radio.value;
  remember();
  show();
  bringIntoView(radio);
});

/** On a phone the panel is below the list: a tap goes there, the arrow keys stay. */
function bringIntoView(/** @type {HTMLInputElement} */ radio) {
  if (radio.matches(":focus-visible")) return;
  const panel = panelOf(chosen);
  const below = panel && panel.getBoundingClientRect().top > window.innerHeight * 0.7;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (below) panel.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}

/** A screen reader is not told that a scene plays which nobody reports: it sees no grey. */
function tellPlaying(/** @type {boolean} */ known) {
  const [from, to] = known ? ["data-current", "aria-current"] : ["aria-current", "data-current"];
  for (const tile of document.querySelectorAll(`.tile[${from}]`)) {
    tile.removeAttribute(from);
    tile.setAttribute(to, "true");
  }
}

document.addEventListener("stemning:live", (event) => tellPlaying(/** @type {CustomEvent} */ (event).detail !== "lost"));
document.addEventListener("stemning:changed", settle);
settle();
