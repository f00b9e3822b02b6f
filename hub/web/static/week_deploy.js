// @ts-check
// The draft as a whole: deployed, discarded, put on top of another version; and the way back.

import { askHub, HubError } from "./ask_hub.js";
import { say, sayMany } from "./words.js";
import { askWhich } from "./week_which.js";

const LONG_MS = 30_000;

/**
 * @typedef {object} Page
 * @property {string} base of the store in the API
 * @property {HTMLDialogElement} sheet
 * @property {(doing: () => Promise<unknown>, done: string, list?: "/review" | "/versions") => Promise<boolean>} act
 * @property {() => Promise<void>} refresh
 * @property {(tail: "/review" | "/versions") => Promise<void>} reload shows the open sheet anew
 * @property {(error: unknown) => Promise<void>} refused shows what is there now, and says why not
 * @property {(words: string) => void} announce
 */

/** The tag of what the open sheet shows. @param {Page} page */
function shownTag({ sheet }) {
  return /** @type {HTMLElement | null} */ (sheet.querySelector("[data-tag]"))?.dataset.tag;
}

/** The tag of the draft on the page. */
function draftTag() {
  return document.getElementById("week-draft")?.dataset.tag;
}

/** @param {Page} page */
export async function discard({ base, act }) {
  const answer = await askWhich({
    title: say("Discard the draft?"),
    question: say("What is deployed stays as it is."),
    choices: [{ value: "yes", words: say("Discard it") }],
  });
  if (!answer) return;
  const ifMatch = draftTag();
  await act(() => askHub("DELETE", `${base}/draft`, undefined, { ifMatch }), say("The draft is discarded"));
}

/** @param {Page} page */
export async function deploy(page) {
  const options = { ifMatch: shownTag(page), patienceMs: LONG_MS };
  const asked = () => askHub("POST", `${page.base}/draft/deploy`, {}, options);
  await page.act(asked, say("Deployed"), "/review");
}

/** @param {Page} page @param {string} [prefer] whose part holds where both changed the same */
export async function rebase(page, prefer) {
  const ifMatch = draftTag();
  try {
    await askHub("POST", `${page.base}/draft/rebase`, prefer ? { prefer } : {}, { ifMatch });
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== "draft.conflicts") return page.refused(error);
    const answer = await askWhich({
      title: sayMany("{n} thing was changed by both", "{n} things were changed by both", error.problems.length),
      question: error.problems.join(" "),
      choices: [
        { value: "draft", words: say("The draft holds") },
        { value: "deployed", words: say("What is deployed holds") },
      ],
    });
    if (answer) await rebase(page, answer);
    return;
  }
  await page.refresh();
  await page.reload("/review");
  page.announce(say("The draft is on top of what is deployed"));
}

/** @param {Page} page @param {string} number */
export async function revert(page, number) {
  const ifMatch = shownTag(page);
  const answer = await askWhich({
    title: say("Go back to version {number}?", { number }),
    question: say("It is deployed at once, as the next version. A draft stays."),
    choices: [{ value: "yes", words: say("Deploy version {number} again", { number }) }],
  });
  if (!answer) return;
  const body = { version: Number(number) };
  const asked = () => askHub("POST", `${page.base}/schedule/revert`, body, { ifMatch, patienceMs: LONG_MS });
  await page.act(asked, say("Deployed"), "/versions");
}
