// Whether this page still hears the hub. Every page listens: what it shows is true while the hub
// speaks (at least every 2 s), "unknown since" as soon as it doesn't, and nothing is asked of a
// hub that isn't heard: such a tap is refused, not kept for later.

import { say } from "./words.js";

const SILENCE_MS = 4500;
const WATCH_MS = 500;
const RETRY_MS = [250, 500, 1000, 2000];
const TAP_IS_OLD_MS = 5000;
const TAPS = ["submit", "click", "change", "input", "keydown"];

const root = document.documentElement;
const url = document.body.dataset.liveUrl;

/** @type {EventSource | null} */
let source = null;
let lastHeard = Date.now();
/** The same by a clock that nobody sets, but that may stand still while the device sleeps. */
let lastHeardSteady = performance.now();
let lastTry = 0;
let tries = 0;
let watched = Date.now();
/** The hub's clock before this device's, by the beat that came quickest over this connection.
 * @type {{ from: EventSource, skew: number } | null} */
let quickest = null;

/** @type {Map<string, ((event: MessageEvent) => void)[]>} */
const takers = new Map();

/**
 * Takes one kind of live event: hear("zone", event => put(event.lastEventId, event.data)).
 * @param {string} name
 * @param {(event: MessageEvent) => void} take
 */
export function hear(name, take) {
  const known = takers.get(name);
  takers.set(name, [...(known ?? []), take]);
  if (source && !known) listen(source, name);
}

/**
 * Whether htmx asks because of a tap; a part of the page that looks again by itself is none.
 * @param {Event} event
 */
export const byTap = (event) => TAPS.includes(/** @type {CustomEvent} */ (event).detail?.ctx?.sourceEvent?.type);

const notSent = () => say("No connection to the hub. Nothing was sent.");

/** Whether the page has lost the hub, as far as it knows. */
export const isLost = () => root.dataset.live === "lost";

/** The hub's time in milliseconds, whatever this device believes. */
export const hubNow = () => Date.now() + Number(root.dataset.skew || 0);

/**
 * Replaces one part of the page without losing focus or an open menu.
 * @param {string} id
 * @param {string} html
 */
export function put(id, html) {
  const target = document.getElementById(id);
  if (!target) return;
  if (window.htmx) {
    window.htmx.swap({ text: html, target, sourceElement: target, swap: "outerMorph ignoreTitle:true" });
  } else {
    target.outerHTML = html;
  }
  document.dispatchEvent(new Event("stemning:changed"));
}

/**
 * Says why a tap was not done, where every page says so.
 * @param {string} words
 */
export function notice(words) {
  const place = document.querySelector("dialog[open] [role=alert]") ?? document.getElementById("notice");
  if (place) place.textContent = words;
  return place;
}

/** What a tap was told is over. */
export function unsay() {
  document.getElementById("notice")?.replaceChildren();
}

/** Where it was said that nothing was sent: that is over as soon as the hub answers again.
 * @type {Element | null} */
let unsent = null;

/**
 * Shows whether the page still hears the hub.
 * @param {"yes" | "lost"} live
 */
function setLive(live) {
  if (root.dataset.live === live) return;
  root.dataset.live = live;
  const banner = document.getElementById("lost");
  if (banner) banner.hidden = live !== "lost";
  if (live === "yes" && unsent?.textContent === notSent()) unsent.replaceChildren();
  const since = document.getElementById("lost-since");
  if (since instanceof HTMLTimeElement) {
    since.dateTime = new Date(lastHeard + Number(root.dataset.skew || 0)).toISOString();
  }
  document.dispatchEvent(new CustomEvent("stemning:live", { detail: live }));
  document.dispatchEvent(new Event("stemning:changed"));
}

/** How long nothing was heard, even if somebody set this device's clock meanwhile. */
const silentMs = () => Math.max(Math.abs(Date.now() - lastHeard), performance.now() - lastHeardSteady);

/** Whether this device ran nothing for a while: whatever reaches it now may have waited as long. */
const slept = () => Math.abs(Date.now() - watched) > SILENCE_MS;

/**
 * Takes the hub's clock from a beat; how late that came, in milliseconds.
 *
 * What waited on its way would else make every report look younger than it is.
 * @param {EventSource} from
 * @param {string} data
 */
function lateness(from, data) {
  const measured = Date.parse(JSON.parse(data).now) - Date.now();
  const skew = quickest?.from === from ? Math.max(quickest.skew, measured) : measured;
  quickest = { from, skew };
  root.dataset.skew = String(skew);
  return skew - measured;
}

/**
 * @param {EventSource} from
 * @param {string} name
 */
function listen(from, name) {
  from.addEventListener(name, (event) => {
    if (from !== source) return;
    if (slept()) return watch();
    watched = Date.now();
    const { data } = /** @type {MessageEvent} */ (event);
    // Every change is followed by a beat: that says whether this is the present.
    if (name === "beat" && lateness(from, data) < SILENCE_MS) {
      lastHeard = watched;
      lastHeardSteady = performance.now();
      tries = 0;
      setLive("yes");
    }
    for (const take of takers.get(name) ?? []) take(/** @type {MessageEvent} */ (event));
  });
}

function connect() {
  if (!url) return;
  const first = lastTry === 0;
  lastTry = Date.now();
  source?.close();
  // What this page was made of (`seen`) it has only as long as nothing was told it after that.
  const opened = new EventSource(first ? url : url.replace(/&seen=[^&]*/, ""));
  source = opened;
  for (const name of takers.keys()) listen(opened, name);
  opened.addEventListener("error", () => {
    if (opened !== source) return;
    // The browser would try again by itself, at its own pace, and never after an answer like 401.
    opened.close();
    setLive("lost");
    if (document.visibilityState === "visible") void askWhetherKnown();
  });
}

document.addEventListener("stemning:came-in", () => {
  tries = 0;
  connect();
});

/** Tells a hub that is away from one that doesn't know this reader, or this store, any more. */
async function askWhetherKnown() {
  try {
    const store = new URL(url ?? "", location.href).searchParams.get("store") ?? "";
    const answer = await fetch(`/alive?store=${encodeURIComponent(store)}`, {
      cache: "no-store",
      // Asked like a part of a page, so that the answer is 401 and not the page to sign in on.
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(2000),
    });
    if (answer.status === 401) document.dispatchEvent(new CustomEvent("stemning:sign-in", { detail: { unasked: true } }));
    // Of a store that this reader is not of any more, or that is none any more: the new page says so.
    if ([403, 404].includes(answer.status) && !writing()) location.reload();
  } catch {
    // Nobody answers: the page says so already.
  }
}

function watch() {
  const now = Date.now();
  // A device that slept ran no timers: what it shows is from before.
  const woke = slept();
  watched = now;
  const closed = source?.readyState === EventSource.CLOSED;
  if (!woke && !closed && silentMs() < SILENCE_MS && navigator.onLine !== false) return;
  setLive("lost");
  // A hub that is slow to answer is not asked again before it could.
  const waits = source?.readyState === EventSource.CONNECTING ? SILENCE_MS : 0;
  const rest = woke ? 0 : Math.max(waits, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 2000);
  if (Math.abs(now - lastTry) < rest) return;
  tries += 1;
  connect();
}

hear("beat", () => document.dispatchEvent(new Event("stemning:changed")));

hear("bar", (event) => put("bar", event.data));
hear("guessed", (event) => put("guessed", event.data));

/** Whether somebody is in the middle of something that a new page would take from them. */
function writing() {
  if (document.querySelector("[data-dirty], dialog[open]")) return true;
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>} */
  const fields = document.querySelectorAll("main :is(input:not([type=hidden]), textarea, select)");
  return [...fields].some((field) => {
    if (field instanceof HTMLSelectElement) {
      // Where none is marked the first one is meant.
      const meant = [...field.options].findIndex((option) => option.defaultSelected);
      return !field.multiple && field.selectedIndex !== Math.max(meant, 0);
    }
    // What is chosen to look at it, and sliders that live events move, are nobody's draft.
    return !["radio", "checkbox", "range"].includes(field.type) && field.value !== field.defaultValue;
  });
}

// The hub was renewed under an open page: fetch the new page, now that somebody answers. What
// somebody is writing goes first: they are asked.
hear("build", (event) => {
  if (event.data === document.body.dataset.build) return;
  if (writing()) {
    const renewed = document.getElementById("renewed");
    if (renewed) renewed.hidden = false;
  } else {
    location.reload();
  }
});

// The page is somebody else's by now. What is being written stays, and whose tap it would be is said.
hear("reader", (event) => {
  if (event.data === document.body.dataset.reader) return;
  if (!writing()) location.reload();
  else void showReader(event.data).catch(() => undefined);
});

/** @param {string} reader */
async function showReader(reader) {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(2000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector(".top .who");
  if (!now) return;
  document.querySelector(".top .who")?.replaceWith(now);
  document.body.dataset.reader = reader;
}

// Nothing is asked of a hub that isn't heard, and nothing that waited behind another tap is sent
// long after its own.
for (const name of ["submit", "htmx:config:request", "htmx:before:request"]) {
  document.addEventListener(
    name,
    (event) => {
      // Coming in is asked of the hub itself: a page that isn't known any more hears nothing else.
      if (event.target instanceof HTMLFormElement && event.target.dataset.gate) return;
      const ctx = /** @type {CustomEvent} */ (event).detail?.ctx;
      if (ctx && name === "htmx:config:request") {
        ctx.askedAt = Date.now();
        ctx.request.headers["X-Asked-At"] = String(Math.round(hubNow()));
      }
      const old = ctx?.askedAt !== undefined && Date.now() - ctx.askedAt > TAP_IS_OLD_MS;
      if (!isLost() && navigator.onLine !== false && !old) return;
      event.preventDefault();
      event.stopPropagation();
      if (ctx && !byTap(event)) return;
      unsent = notice(notSent());
    },
    true,
  );
}

const rendered = Date.parse(document.body.dataset.now ?? "");
if (rendered && !root.dataset.skew) root.dataset.skew = String(rendered - Date.now());

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-reload]")) location.reload();
  if (event.target.closest("[data-dismiss]")) unsay();
});

if (url) {
  // Not before each script of the page takes what it is told: the hub tells a change but once.
  document.addEventListener("DOMContentLoaded", connect);
  setInterval(watch, WATCH_MS);
  // A tablet that wakes up must not show yesterday as now, not for a second.
  document.addEventListener("visibilitychange", watch);
  document.addEventListener("resume", watch);
  window.addEventListener("pageshow", watch);
  window.addEventListener("online", watch);
  window.addEventListener("offline", watch);
  window.addEventListener("pagehide", () => source?.close());
}
