// Lets ages, countdowns, the clock and the now-line move without asking the hub.

import { hubNow } from "./truth.js";
import { say, sayMany } from "./words.js";

/**
 * How long ago, in the words of hub/web/words.py.
 * @param {number} seconds
 */
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return say("{n} s", { n: s });
  if (s < 3600) return say("{n} min", { n: Math.floor(s / 60) });
  if (s < 86400) {
    return say("{hours} h {minutes} min", { hours: Math.floor(s / 3600), minutes: Math.floor((s % 3600) / 60) });
  }
  return sayMany("{n} day", "{n} days", Math.floor(s / 86400));
}

/**
 * Time left, to the second when it is less than an hour.
 * @param {number} seconds
 */
export function left(seconds) {
  const s = Math.max(0, Math.ceil(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  return say("{hours} h {minutes} min", { hours: Math.floor(s / 3600), minutes: two(Math.floor((s % 3600) / 60)) });
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} selector
 * @returns {NodeListOf<HTMLTimeElement>}
 */
const times = (selector) => document.querySelectorAll(`time${selector}`);

function tick() {
  const instant = hubNow();
  for (const element of times("[data-age]")) write(element, age((instant - Date.parse(element.dateTime)) / 1000));
  for (const element of times("[data-left]")) write(element, left((Date.parse(element.dateTime) - instant) / 1000));
  for (const element of times("[data-clock]")) if (element.dateTime) write(element, clock(Date.parse(element.dateTime)));
  for (const element of times("[data-shop-time]")) write(element, clock(instant));
  for (const zone of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-reported-at]"))) {
    const at = Date.parse(zone.dataset.reportedAt ?? "");
    // Of an agent that is gone a young report is the past, too.
    const stale = zone.dataset.gone === "true" || !(instant - at <= Number(zone.dataset.staleAfter) * 1000);
    zone.dataset.stale = String(stale);
    if (!stale) for (const since of zone.querySelectorAll("[data-last-report]")) write(since, clock(at));
  }
  for (const line of /** @type {NodeListOf<SVGLineElement>} */ (document.querySelectorAll("line.now"))) {
    const from = Date.parse(line.dataset.from ?? "");
    const share = (instant - from) / (Date.parse(line.dataset.until ?? "") - from);
    const x = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
  }
}

const wall = new Intl.DateTimeFormat("en-GB", {
  timeZone: document.body.dataset.timeZone,
  hour: "2-digit",
  minute: "2-digit",
});

/**
 * Wall time in the store's own zone, HH:MM.
 * @param {number} instant
 */
const clock = (instant) => wall.format(instant);

document.addEventListener("stemning:changed", tick);
tick();
setInterval(tick, 1000);
