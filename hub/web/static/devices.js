// The devices page: an agent's log over the page, and its copy button.

import { say } from "./words.js";

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("log-dialog"));
/** @type {HTMLElement | null} */
let opener = null;

document.addEventListener("submit", (event) => {
  const button = /** @type {SubmitEvent} */ (event).submitter;
  if (button?.matches("[data-shows-log]")) opener = button;
});

document.addEventListener("htmx:after:swap", () => {
  // What was swapped has new ages, which the page's clock takes up at once.
  document.dispatchEvent(new Event("stemning:changed"));
  if (!opener || !dialog || !document.getElementById("log")?.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  const lines = document.getElementById("log-lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
});

dialog?.addEventListener("close", () => {
  document.getElementById("log")?.replaceChildren();
  const id = opener?.id;
  opener = null;
  if (id) document.getElementById(id)?.focus();
});

document.addEventListener("click", async (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target === dialog || target.closest("[data-close]")) dialog?.close();
  const copy = target.closest("[data-copy]");
  const text = document.querySelector(copy?.getAttribute("data-copy") || "#log-lines")?.textContent;
  const word = copy?.querySelector("span");
  if (!copy || !text || !word) return;
  try {
    await navigator.clipboard.writeText(text);
    word.textContent = say("Copied");
  } catch {
    // Without TLS a browser gives no clipboard: the lines are marked, to be copied by hand.
    const lines = document.getElementById("log-lines");
    if (lines) getSelection()?.selectAllChildren(lines);
    word.textContent = say("Marked: copy it by hand");
  }
});
