// @ts-check
// Somebody has to come in: asks who it is over the open page, which stays as it is. What was tapped
// is not sent again by itself: the person taps once more, now that they are known.

import { notice } from "./truth.js";
import { say } from "./words.js";

const PATIENCE_MS = 12000;

/** @type {HTMLElement | null} */
let opener = null;
/** Whether the gate stands before something that was tapped and not done. */
let refused = false;

/** @returns {HTMLMetaElement | null} */
function tokenPlace() {
  return document.querySelector("meta[name=csrf-token]");
}

/** Remembers the token that what is sent from now on has to carry. @param {string | null} token */
function keepToken(token) {
  if (token === null) return;
  tokenPlace()?.setAttribute("content", token);
  for (const field of document.querySelectorAll("input[name=csrf]")) {
    if (field instanceof HTMLInputElement) field.value = token;
  }
}

/** @returns {HTMLDialogElement} */
function dialog() {
  const there = document.getElementById("gate");
  if (there instanceof HTMLDialogElement) return there;
  const made = document.createElement("dialog");
  made.id = "gate";
  made.setAttribute("aria-labelledby", "gate-title");
  document.body.append(made);
  made.addEventListener("close", () => {
    made.replaceChildren();
    if (opener?.isConnected) opener.focus();
  });
  made.addEventListener("click", (event) => {
    const on = event.target;
    if (on === made || (on instanceof Element && on.closest("[data-gate-close]"))) made.close();
  });
  return made;
}

/** Opens the gate over the page. */
async function open() {
  const box = dialog();
  if (box.open) return;
  opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const answer = await fetch("/gate", { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (!answer?.ok) {
    notice(say("The hub does not answer. Look before you try again."));
    return;
  }
  box.innerHTML = await answer.text();
  const token = box.querySelector("input[name=csrf]");
  // Whoever was known before isn't any more: what the page sends is the gate's from now on.
  keepToken(token instanceof HTMLInputElement ? token.value : "");
  for (const close of box.querySelectorAll("[data-gate-close]")) close.removeAttribute("hidden");
  dress(box);
  if (!box.open) box.showModal();
  /** @type {HTMLElement | null} */ (box.querySelector("input:not([type=hidden])"))?.focus();
}

/** Shows the keypad, and lets its keys write the PIN. @param {ParentNode} root */
function dress(root) {
  const pad = root.querySelector("[data-keypad]");
  const pin = root.querySelector("input[name=pin]");
  if (!(pad instanceof HTMLElement) || !(pin instanceof HTMLInputElement)) return;
  pad.hidden = false;
  root.querySelector("[data-no-keypad]")?.setAttribute("hidden", "");
  pad.addEventListener("click", (event) => {
    const key = event.target instanceof Element ? event.target.closest("button") : null;
    if (!(key instanceof HTMLButtonElement)) return;
    if (key.dataset.digit !== undefined && pin.value.length < pin.maxLength) pin.value += key.dataset.digit;
    if (key.dataset.erase !== undefined) pin.value = pin.value.slice(0, -1);
  });
}

/** Sends the gate's form without leaving the page. @param {HTMLFormElement} form */
async function send(form) {
  const problem = form.querySelector("[data-problem]");
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  const token = tokenPlace()?.content ?? "";
  const answer = await fetch(form.action, {
    method: "POST",
    body: fields,
    headers: { "HX-Request": "true", ...(token ? { "X-CSRF-Token": token } : {}) },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => null);
  if (answer?.ok) {
    keepToken(answer.headers.get("X-CSRF-Token"));
    const person = decodeURIComponent(answer.headers.get("X-Person") ?? "");
    dialog().close();
    if (refused) notice(say("You are {person} now. Nothing was sent yet: tap once more.", { person }));
    document.dispatchEvent(new CustomEvent("stemning:came-in"));
    return;
  }
  const pin = form.querySelector("input[name=pin]");
  if (pin instanceof HTMLInputElement) pin.value = "";
  // The hub's own sentence, already written as HTML.
  const words = answer ? await answer.text() : "";
  if (problem) {
    if (words) problem.innerHTML = words;
    else problem.textContent = say("The hub does not answer. Look before you try again.");
  }
}

/** A token that is older than the session: takes the new one, and the person taps again. */
async function renew() {
  const answer = await fetch("/api/v1/me", { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (answer?.ok) {
    keepToken((await answer.json()).csrf ?? null);
    notice(say("Nothing was sent yet: tap once more."));
  }
}

for (const name of ["stemning:sign-in", "stemning:pin"]) {
  document.addEventListener(name, (event) => {
    refused = !(event instanceof CustomEvent && event.detail?.unasked);
    void open();
  });
}
document.addEventListener("stemning:old-token", () => void renew());

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.gate || !form.closest("#gate")) return;
  event.preventDefault();
  void send(form);
});

// What htmx sends carries the page's token, also from what live events brought.
document.addEventListener("htmx:config:request", (event) => {
  const token = tokenPlace()?.content;
  const request = /** @type {CustomEvent} */ (event).detail?.ctx?.request;
  if (token && request?.headers) request.headers["X-CSRF-Token"] = token;
});

dress(document);
