// The devices page: an agent's log over the page, its copy button, and no tap behind a lost hub.

import { say } from "./words.js";

const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("log-dialog"));
const notice = document.getElementById("notice");
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

// A tap that the hub never answered is said to be lost, and is never sent again by itself.
document.addEventListener("htmx:error", (event) => {
  const form = /** @type {Element} */ (event.target).closest?.("form");
  if (form && notice) notice.textContent = say("The hub does not answer. Look at the device before you try again.");
});

// Without the hub nothing can be asked: refuse at once instead of sending it later.
for (const name of ["submit", "htmx:before:request"]) {
  document.addEventListener(
    name,
    (event) => {
      if (document.documentElement.dataset.live !== "lost") return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}
