// Opens the one question ("for how long?") over the page, and closes it when it is answered.

import { byTap, notice, unsay } from "./truth.js";
import { say } from "./words.js";

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("ask"));
const body = /** @type {HTMLElement} */ (document.getElementById("ask-body"));
/** @type {HTMLElement | null} */
let opener = null;

document.addEventListener("submit", (event) => {
  if (event.target instanceof Element && !dialog.contains(event.target)) opener = event.submitter;
});

document.addEventListener("htmx:after:swap", (event) => {
  // Live events swap too; only the answer to a tap on a tile opens the question, or asks it again.
  const target = event.target;
  if (!(target instanceof Element) || !target.matches(".choose, #ask-body") || !body.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  /** @type {HTMLElement | null} */ (body.querySelector("button[name=end]"))?.focus();
});

for (const answered of ["stemning:asked", "stemning:refused"]) {
  document.body.addEventListener(answered, () => dialog.close());
}

// What was said about the last tap is gone with the next one.
document.addEventListener("htmx:before:request", (event) => {
  if (byTap(event)) unsay();
});

dialog.addEventListener("close", () => {
  body.replaceChildren();
  if (opener?.isConnected) opener.focus();
});

dialog.addEventListener("click", (event) => {
  const away = event.target === dialog; // the backdrop
  if (away || (event.target instanceof Element && event.target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
  }
});

// A tap that the hub never answered is said to be lost, and is never sent again by itself.
document.addEventListener("htmx:error", (event) => {
  if (byTap(event)) notice(say("The hub does not answer. Look before you try again."));
});
