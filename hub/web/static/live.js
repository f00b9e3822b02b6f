// Keeps the page true: takes over what the hub sends, and says so when the hub falls silent.

const SILENCE_MS = 8000; // the hub speaks at least every 5 s
const RETRY_MS = 2000;
const DONE_MS = 5000;

const root = document.documentElement;
const banner = document.getElementById("lost");
let source = null;
let lastHeard = Date.now();

/** Shows whether the page still hears the hub. */
function setLive(live) {
  if (root.dataset.live === live) return;
  root.dataset.live = live;
  banner.hidden = live !== "lost";
}

/** Replaces one part of the page without losing focus or an open menu. */
function put(id, html) {
  const target = document.getElementById(id);
  if (!target) return;
  if (window.htmx) {
    window.htmx.swap({ text: html, target, sourceElement: target, swap: "outerMorph ignoreTitle:true" });
  } else {
    target.outerHTML = html;
  }
  document.dispatchEvent(new Event("stemning:changed"));
}

/** Replaces a zone's card; says "Done" for a moment when it begins to do what was asked. */
function putZone(id, html) {
  const before = document.getElementById(id)?.dataset.status;
  put(id, html);
  const zone = document.getElementById(id);
  if (zone?.dataset.status !== "playing" || !["asked", "late", "fading"].includes(before)) return;
  zone.dataset.done = "";
  setTimeout(() => delete document.getElementById(id)?.dataset.done, DONE_MS);
}

/** Takes the hub's clock and the instants of the latest reports. */
function beat(event) {
  const { now, reports } = JSON.parse(event.data);
  root.dataset.skew = String(Date.parse(now) - Date.now());
  for (const [id, at] of Object.entries(reports)) {
    const zone = document.getElementById(id);
    if (!zone) continue;
    zone.dataset.reportedAt = at;
    for (const age of zone.querySelectorAll("[data-age=report]")) age.dateTime = at;
  }
  document.dispatchEvent(new Event("stemning:changed"));
}

function connect() {
  source?.close();
  source = new EventSource(document.body.dataset.liveUrl);
  const listen = (name, take) =>
    source.addEventListener(name, (event) => {
      lastHeard = Date.now();
      setLive("yes");
      take(event);
    });
  listen("build", (event) => {
    // The hub was renewed under an open page: fetch the new page, now that somebody answers.
    if (event.data !== document.body.dataset.build) location.reload();
  });
  listen("zones", (event) => put("zones", event.data));
  listen("zone", (event) => putZone(event.lastEventId, event.data));
  listen("bar", (event) => put("bar", event.data));
  listen("beat", beat);
  source.addEventListener("error", () => {
    // A refused connection is tried again by the browser, an answer other than 200 is not.
    if (source.readyState === EventSource.CLOSED) lastHeard = Math.min(lastHeard, Date.now() - SILENCE_MS);
    setLive("lost");
  });
}

let lastTry = Date.now();
function watch() {
  const now = Date.now();
  if (now - lastHeard < SILENCE_MS) return;
  setLive("lost");
  if (now - lastTry < RETRY_MS) return;
  lastTry = now;
  connect();
}

if (document.body.dataset.liveUrl) {
  connect();
  setInterval(watch, 1000);
  // A tablet that wakes up must not show yesterday as now, not for a second.
  document.addEventListener("visibilitychange", watch);
  window.addEventListener("pageshow", watch);
}
