// The second screen: one tap, "thank you", ready again. All its words stand in the page, in every
// language that it speaks, so that nothing needs to be fetched to say that the hub is away.

const THANKS_MS = 3000;
const IDLE_MS = 30_000;
const LOOK_MS = 2500; // so that a lost hub is noticed within 5 s
const PATIENCE_MS = 2000;
const ANSWER_PATIENCE_MS = 4000; // the hub counts nothing that it reads later than that (late_taps.py)

const root = document.documentElement;
const { body } = document;
const path = body.dataset.path ?? "";
const said = document.getElementById("said");
let rest = 0;
let idle = 0;
/** The hub's clock before this device's, in milliseconds, as soon as the hub told it.
 * @type {number | null} */
let skew = null;

/** What is shown of every language: ready, sending, thanks, wait or failed. */
const state = () => body.dataset.state ?? "ready";

/**
 * @param {string} next
 */
function show(next) {
  body.dataset.state = next;
  const shown = next === "sending" ? "ready" : next;
  for (const part of document.querySelectorAll("[data-in]")) {
    if (part instanceof HTMLElement) part.hidden = part.dataset.in !== shown;
  }
  const told = document.querySelector(`main:not([hidden]) [data-in="${next}"]:not(form)`);
  if (said) said.textContent = told?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  clearTimeout(rest);
  if (told) rest = setTimeout(ready, next === "thanks" ? THANKS_MS : 2 * THANKS_MS);
}

/** For the next one: nothing of the last one is left, and keys begin at the question. */
function ready() {
  show("ready");
  const question = document.querySelector("main:not([hidden]) h1");
  if (question instanceof HTMLElement) question.focus();
}

/**
 * Whether the hub is there. What is tapped without it is refused and never sent later.
 * @param {boolean} lost
 */
function setLost(lost) {
  if (lost === (root.dataset.live === "lost")) return;
  root.dataset.live = lost ? "lost" : "yes";
  for (const line of document.querySelectorAll(".lost")) {
    if (line instanceof HTMLElement) line.hidden = !lost;
  }
  for (const button of document.querySelectorAll(".answers button")) {
    button.setAttribute("aria-disabled", String(lost));
  }
  const line = document.querySelector("main:not([hidden]) .lost");
  if (said) said.textContent = lost ? (line?.textContent?.trim() ?? "") : "";
}

/**
 * @param {string} address
 * @param {RequestInit} [options]
 */
const ask = (address, options = {}) =>
  fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...options });

async function look() {
  const asked = Date.now();
  try {
    const answer = await ask(`${path}/here`);
    const took = Date.now() - asked;
    if (answer.status === 404) location.reload(); // revoked: the page says so
    if (!answer.ok) throw new Error(String(answer.status));
    const { build, css, now } = await answer.json();
    skew = Date.parse(now) - asked - took / 2;
    setLost(false);
    body.className = `say ${css}`;
    // The hub was renewed: fetch the new page, now that somebody answers and nobody is at it.
    if (build !== body.dataset.build && state() === "ready" && !idle) location.reload();
  } catch {
    setLost(true);
  }
  setTimeout(look, LOOK_MS);
}

document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  if (!(target instanceof HTMLFormElement)) return;
  event.preventDefault();
  if (state() !== "ready" || root.dataset.live === "lost") return;
  const sent = new FormData(target, submitter);
  show("sending");
  submitter?.setAttribute("data-pressed", "");
  try {
    const answer = await ask(path, {
      method: "POST",
      signal: AbortSignal.timeout(ANSWER_PATIENCE_MS),
      headers: {
        Accept: "application/json",
        ...(skew === null ? {} : { "X-Asked-At": String(Math.round(Date.now() + skew)) }),
      },
      body: new URLSearchParams([...sent].map(([name, value]) => [name, String(value)])),
    });
    show(answer.status === 204 ? "thanks" : answer.status === 429 ? "wait" : "failed");
  } catch {
    show("failed");
  }
  submitter?.removeAttribute("data-pressed");
});

/**
 * @param {string} language
 */
function speak(language) {
  root.lang = language;
  for (const part of document.querySelectorAll("main")) {
    part.hidden = part.dataset.language !== language;
  }
  for (const link of document.querySelectorAll(".languages a")) {
    if (!(link instanceof HTMLElement)) continue;
    if (link.dataset.to === language) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  document.title = document.querySelector("main:not([hidden]) h1")?.textContent ?? "";
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".languages a") : null;
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  speak(link.dataset.to ?? "en");
});

function busy() {
  clearTimeout(idle);
  idle = setTimeout(() => {
    idle = 0;
    speak(body.dataset.first ?? "en");
  }, IDLE_MS);
}

/** A second screen that goes dark asks nobody. */
async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  // Not every browser can, and none does on low battery: then the screen just goes dark.
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}

for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, busy);
window.addEventListener("offline", () => setLost(true));
if (state() !== "ready") show(state());
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
look();
