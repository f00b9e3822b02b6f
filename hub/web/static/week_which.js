// @ts-check
// The one question after a change that can mean two things.

import { say } from "./words.js";

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("week-which"));
const body = /** @type {HTMLElement} */ (document.getElementById("week-which-body"));

/**
 * Asks, and answers the value that was tapped; null when nobody chose.
 * @param {{ title: string, question: string, choices: { value: string, words: string }[] }} ask
 * @returns {Promise<string | null>}
 */
export function askWhich({ title, question, choices }) {
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "which-form";
  const heading = document.createElement("h2");
  heading.id = "which-title";
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = question;
  form.append(heading, words);
  for (const choice of choices) form.append(button(choice.words, choice.value, "choice"));
  form.append(button(say("Change nothing"), "", "button quiet"));
  body.replaceChildren(form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
  });
}

/** @param {string} words @param {string} value @param {string} look */
function button(words, value, look) {
  const made = document.createElement("button");
  made.type = "submit";
  made.value = value;
  made.className = look;
  made.textContent = words;
  return made;
}
