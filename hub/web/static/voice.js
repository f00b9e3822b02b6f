// The page of voices: copies the address of a new screen.

import { say } from "./words.js";

const DONE_MS = 2000;

/** Without a clipboard (plain http) the address can be marked and copied by hand: no button. */
function offer() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (button instanceof HTMLElement) button.hidden = !navigator.clipboard;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  const address = document.querySelector("[data-address]");
  const word = button?.querySelector("span");
  if (!word || !(address instanceof HTMLInputElement)) return;
  const before = word.textContent;
  try {
    await navigator.clipboard.writeText(address.value);
    word.textContent = say("Copied");
  } catch {
    address.select();
    word.textContent = say("Marked: copy it by hand");
  }
  setTimeout(() => (word.textContent = before), DONE_MS);
});

document.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.matches("[data-address]")) event.target.select();
});
document.addEventListener("htmx:after:swap", offer);
offer();
