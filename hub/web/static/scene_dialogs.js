// The questions of the scene editor, in one dialog.

import { askHub, HubError } from "./ask_hub.js";

/** @typedef {import("./scene_recipe.js").Document} Document */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("scene-ask"));
const body = /** @type {HTMLElement} */ (dialog.firstElementChild);
/** @type {Element | null} */
let opener = null;

dialog.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target === dialog || target.closest("[data-close]")) dialog.close();
});

/** Opens the dialog over what stands in it. */
function open() {
  opener = document.activeElement;
  dialog.showModal();
}

/**
 * Until a person answers, or closes the dialog (null).
 * @param {(answer: (value: string) => void) => void} listen
 * @returns {Promise<string | null>}
 */
function answered(listen) {
  return new Promise((resolve) => {
    const closed = () => {
      dialog.removeEventListener("close", closed);
      body.replaceChildren();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      resolve(null);
    };
    dialog.addEventListener("close", closed);
    listen((value) => {
      resolve(value);
      dialog.close();
    });
  });
}

/** @param {string} id of a template of the page */
function fill(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  body.replaceChildren(template.content.cloneNode(true));
}

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (body.querySelector(selector));

/**
 * What they changed beside what I changed; which of them is to stand in the editor.
 * @param {{ scene: string, base: Document, theirs: Document, mine: Document }} versions
 * @returns {Promise<"both" | "mine" | "theirs" | null>}
 */
export async function besideDialog({ scene, base, theirs, mine }) {
  fill("beside");
  for (const [selector, after] of /** @type {[string, Document][]} */ ([
    ["[data-theirs]", theirs],
    ["[data-mine]", mine],
  ])) {
    const part = await askHub(
      "POST",
      `/fragments/scenes/${scene}/changes`,
      { before: base, after },
      { accept: "text/html" },
    );
    find(selector).innerHTML = part.body;
  }
  open();
  const choice = await answered((answer) => {
    for (const button of body.querySelectorAll("[data-choose]")) {
      button.addEventListener("click", () => answer(/** @type {HTMLElement} */ (button).dataset.choose ?? ""));
    }
  });
  return /** @type {"both" | "mine" | "theirs" | null} */ (choice);
}

/**
 * What publishing changes and where; whether it was done.
 * @param {string} scene
 * @param {() => Promise<unknown>} publish
 */
export async function publishDialog(scene, publish) {
  const part = await askHub("GET", `/fragments/scenes/${scene}/publish`, undefined, { accept: "text/html" });
  body.innerHTML = part.body;
  return doing(find("[data-do=publish]"), publish, (error) => {
    find("[data-problem]").textContent = [error.message, ...error.problems].join(" ");
  });
}

/**
 * One question before something that can't be undone by a tap; whether it was done.
 * @param {string} title
 * @param {string} words
 * @param {string} yes
 * @param {() => Promise<unknown>} [act]
 */
export async function askSure(title, words, yes, act = async () => undefined) {
  fill("sure");
  find("h2").textContent = title;
  find("[data-words]").textContent = words;
  find("[data-yes]").textContent = yes;
  return doing(find("[data-yes]"), act, (error) => {
    find("[data-words]").textContent = error.message;
    find("[data-problems]").hidden = error.problems.length === 0;
    find("[data-problems]").replaceChildren(
      ...error.problems.map((problem) => {
        const line = document.createElement("li");
        line.textContent = problem;
        return line;
      }),
    );
  });
}

/**
 * Opens the dialog; does `act` by a tap on `yes`, and stays open where the hub refuses. Throws
 * what was refused because somebody else was faster.
 * @param {HTMLElement} yes
 * @param {() => Promise<unknown>} act
 * @param {(error: HubError) => void} refused
 */
async function doing(yes, act, refused) {
  open();
  /** @type {HubError | null} what somebody else did meanwhile is told over what is there now */
  let overtaken = null;
  const choice = await answered((answer) => {
    yes.addEventListener("click", async () => {
      try {
        await act();
        answer("done");
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        if (error.status !== 412) return refused(error);
        overtaken = error;
        answer("overtaken");
      }
    });
  });
  if (overtaken) throw overtaken;
  return choice === "done";
}
