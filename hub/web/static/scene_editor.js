// The editor of a scene: sliders to a recipe, its picture, the draft. Nothing here touches a lamp
// but an audition, and nothing is sent without a tap.

import { askHub, HubError } from "./ask_hub.js";
import { takeControls } from "./scene_controls.js";
import { KeptEdits } from "./scene_kept.js";
import { draw, picture } from "./scene_picture.js";
import { differences, documentOf, doseOf, merged, same, sheetOf } from "./scene_recipe.js";
import { takeAuditions } from "./scene_audition.js";
import { askSure, besideDialog, publishDialog } from "./scene_dialogs.js";
import { say, sayMany } from "./words.js";

/** @typedef {import("./scene_recipe.js").Document} Document */
/** @typedef {import("./scene_recipe.js").Sheet} Sheet */

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const editor = byId("editor");
const scene = editor.dataset.scene ?? "";
const store = editor.dataset.store ?? "";
const path = `/api/v1/scenes/${scene}`;

const controls = takeControls(byId("recipe"), changed);
const kept = new KeptEdits(scene);
const auditions = takeAuditions(byId("audition"), { store, scene, recipe });

let tag = editor.dataset.tag ?? "";
/** @type {Document} what the hub has, as this page writes it */
let base = take(JSON.parse(editor.dataset.document ?? "{}"));

/** @type {import("./scene_kept.js").Kept | null} what is offered to be taken up again */
let offered = null;

/** What the controls say now. */
function recipe() {
  return documentOf(controls.sheet());
}

/**
 * Puts a document into the controls.
 * @param {Document} found
 * @returns {Document} the same as this page writes it
 */
function take(found) {
  controls.show(sheetOf(found, controls.sheet()));
  return recipe();
}

/** A person moved something, or the hub said something new. */
function changed() {
  const now = recipe();
  const dirty = !same(base, now);
  if (dirty) kept.keep({ tag, base, mine: now });
  else kept.forget();
  show(now, dirty);
  auditions.follow();
}

/**
 * @param {Document} now
 * @param {boolean} dirty
 */
function show(now, dirty) {
  // So that nothing reloads the page over somebody's edits (truth.js).
  editor.toggleAttribute("data-dirty", dirty);
  draw(byId("live"), picture(now));
  byId("scene-name").textContent = now.name || say("Without a name");
  byId("dose").textContent = doseWords(now);
  const problem = problemOf(now);
  const count = differences(base, now);
  byId("unsaved").textContent =
    problem || (dirty ? sayMany("{n} unsaved change", "{n} unsaved changes", count) : say("Everything is saved."));
  byId("unsaved").dataset.level = problem ? "bad" : dirty ? "dirty" : "";
  button("save").disabled = !dirty || Boolean(problem);
  button("discard").disabled = !dirty;
  const waits = document.querySelector("[data-may-publish]") !== null;
  button("ask-publish").disabled = Boolean(problem) || !(dirty || waits);
}

/** @param {string} act */
function button(act) {
  return /** @type {HTMLButtonElement} */ (editor.querySelector(`.save-bar [data-do="${act}"]`));
}

/**
 * Why the hub would refuse it.
 * @param {Document} now
 */
function problemOf(now) {
  if (!now.name) return say("The scene needs a name.");
  if (now.music && /:$/.test(now.music.source)) return say("Say which music plays, or choose silence.");
  if (now.scent && !now.scent.fragrance) return say("Say which fragrance, or give no scent.");
  const { max_volume: volume, max_dose_s_per_h: dose } = now.limits ?? {};
  if (now.music && volume !== undefined && now.music.volume > volume) {
    return say("The volume is over the limit of {limit} %.", { limit: volume });
  }
  if (now.scent && dose !== undefined && doseOf(now.scent.intensity) > dose) {
    return say("The scent is over the limit of {limit} s an hour.", { limit: dose });
  }
  return "";
}

/** @param {Document} now */
function doseWords(now) {
  const intensity = now.scent?.intensity ?? 0;
  if (intensity <= 0) return say("No burst at all.");
  const burst = (Number(editor.dataset.burstS) * intensity) / 100;
  return say("A burst of {burst} s every {period} s: {dose} s an hour.", {
    burst: Math.round(burst * 10) / 10,
    period: Number(editor.dataset.periodS),
    dose: Math.round(doseOf(intensity)),
  });
}

/**
 * Says something beside the buttons.
 * @param {string} words
 * @param {"" | "bad" | "good"} [level]
 */
function tell(words, level = "") {
  byId("unsaved").textContent = words;
  byId("unsaved").dataset.level = level;
}

/**
 * The hub has this now, and the page goes on from there; edits that it was not told of stand on it.
 * @param {{ body: any, etag: string | null }} answer
 * @param {Document} [told] what the hub was told
 */
async function took(answer, told = base) {
  const mine = recipe();
  tag = answer.etag ?? tag;
  base = take(answer.body.draft ?? answer.body);
  if (same(told, mine)) {
    kept.forget();
  } else {
    take(mine);
    changed();
  }
  await showNow();
}

/** Where the scene stands, drawn anew if the hub says; whatever was done before is done. */
async function showNow() {
  await showStanding().catch((error) => {
    if (!(error instanceof HubError)) throw error;
  });
  const now = recipe();
  show(now, !same(base, now));
}

async function showStanding() {
  const part = await askHub("GET", `/fragments/scenes/${scene}/standing?store=${store}`, undefined, {
    accept: "text/html",
  });
  byId("standing").innerHTML = part.body;
}

/** @returns {Promise<boolean>} whether the hub has the edits */
async function save() {
  try {
    const mine = recipe();
    const answer = await askHub("PUT", path, { scene: mine }, { ifMatch: tag });
    await took(answer, mine);
    // Unless a slider moved while the draft was on its way.
    if (same(base, recipe())) tell(say("Saved as a draft. Nothing plays it before it is published."), "good");
    return true;
  } catch (error) {
    await refused(error);
    return false;
  }
}

/** @param {unknown} error */
async function refused(error) {
  if (!(error instanceof HubError)) throw error;
  // Where what they did can't be read, that is said.
  if (error.status === 412) await beside(error).catch(refused);
  else if (error.status === 401) tell(say("Sign in, then tap again. Your edits are kept."), "bad");
  else tell([error.message, ...error.problems].join(" "), "bad");
}

/**
 * Somebody else was faster: shows what they changed beside what I did, and lets me choose.
 * @param {HubError} error
 */
async function beside(error) {
  const mine = recipe();
  const { body, etag } = await askHub("GET", path);
  const newTag = etag ?? error.etag ?? "";
  if (same(base, mine)) {
    await took({ body, etag: newTag });
    tell(error.overtaken, "bad");
    return;
  }
  const defaults = controls.sheet();
  const theirs = documentOf(sheetOf(body.draft ?? body, defaults));
  const choice = await besideDialog({ scene, base, theirs, mine });
  if (choice === null) return;
  const wanted = { both: merged(base, theirs, mine), mine, theirs }[choice];
  [base, tag] = [theirs, newTag];
  take(wanted);
  changed();
  await showNow();
}

/** @type {Record<string, (tapped: HTMLElement) => unknown>} */
const acts = {
  save,
  discard: async () => {
    const words = say("What you changed since the last draft is forgotten.");
    if (!(await askSure(say("Discard your edits?"), words, say("Discard")))) return;
    take(base);
    changed();
  },
  "ask-publish": async () => {
    if (!same(base, recipe()) && !(await save())) return;
    const go = () => askHub("POST", `${path}/publish`, {}, { ifMatch: tag }).then((answer) => took(answer));
    if (!(await publishDialog(scene, go))) return;
    tell(say("Published."), "good");
  },
  revert: async (tapped) => {
    if (!same(base, recipe())) {
      const words = say("Your unsaved edits give way to the earlier revision.");
      if (!(await askSure(say("Bring it back?"), words, say("Bring back")))) return;
    }
    const revision = Number(tapped.dataset.revision);
    const given = recipe();
    await took(await askHub("POST", `${path}/revert`, { revision }, { ifMatch: tag }), given);
    tell(say("Brought back as a draft. Nothing plays it before it is published."), "good");
  },
  retire: async () => {
    const words = say("Nobody can choose it any more. It can be published again.");
    const go = () => askHub("POST", `${path}/retire`, {}, { ifMatch: tag }).then((answer) => took(answer));
    if (await askSure(say("Retire this scene?"), words, say("Retire"), go)) tell(say("Retired."), "good");
  },
  delete: async () => {
    const words = say("Its revisions stay on record for what was played.");
    const go = () => askHub("DELETE", path, undefined, { ifMatch: tag });
    if (!(await askSure(say("Delete this scene?"), words, say("Delete"), go))) return;
    kept.answered();
    kept.forget();
    location.assign(`/scenes?store=${store}`);
  },
  "take-up": () => {
    byId("kept").hidden = true;
    if (!offered) return;
    // What was moved on this page stands on them.
    const mine = merged(base, offered.mine, recipe());
    // Saved over meanwhile: the next save says so, and lets me choose.
    if (offered.tag !== tag) [base, tag] = [offered.base, offered.tag];
    take(mine);
    changed();
    kept.answered();
  },
  "type-pin": () => document.dispatchEvent(new CustomEvent("stemning:pin", { detail: { unasked: true } })),
  "throw-away": () => {
    byId("kept").hidden = true;
    kept.answered();
  },
};

editor.addEventListener("click", async (event) => {
  const tapped = /** @type {HTMLElement} */ (event.target).closest("[data-do]");
  const act = tapped instanceof HTMLElement ? acts[tapped.dataset.do ?? ""] : undefined;
  if (!act || !(tapped instanceof HTMLElement)) return;
  try {
    await act(tapped);
  } catch (error) {
    await refused(error);
  }
});

for (const radio of document.querySelectorAll("input[name=group]")) {
  radio.addEventListener("change", () => {
    const chosen = /** @type {HTMLInputElement} */ (radio).value;
    for (const cue of editor.querySelectorAll(".cue")) {
      /** @type {HTMLElement} */ (cue).hidden = /** @type {HTMLElement} */ (cue).dataset.group !== chosen;
    }
  });
}

// A file is sent by choosing it: there is no second button to tap.
editor.addEventListener("change", async (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.dataset?.submits === undefined || !field.value) return;
  if (!same(base, recipe())) {
    const words = say("Your unsaved edits give way to what the file says.");
    if (!(await askSure(say("Take the draft from a file?"), words, say("Take it from the file")))) {
      field.value = "";
      return;
    }
  }
  // A file that the hub refuses takes nothing: the edits are offered again on the way back.
  kept.leave();
  field.form?.requestSubmit();
});

/** Offers what was never saved in this tab. */
async function offerKept() {
  const edits = kept.found();
  if (!edits || same(edits.mine, base)) return;
  offered = edits;
  kept.offer(edits);
  byId("kept").hidden = false;
  const at = byId("kept").querySelector("[data-kept-at]");
  const time = new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit" });
  if (at) at.textContent = say("From {time}.", { time: time.format(edits.at) });
  const part = await askHub(
    "POST",
    `/fragments/scenes/${scene}/changes`,
    { before: base, after: edits.mine },
    { accept: "text/html" },
  ).catch(() => null);
  const list = byId("kept").querySelector("[data-kept-changes]");
  if (part && list) list.innerHTML = part.body;
}

/** Somebody came in over the open editor: whether they may save, and publish, is another matter now. */
async function cameIn() {
  const { body } = await askHub("GET", "/api/v1/me");
  const note = document.getElementById("who-saves");
  const words = note?.querySelector("[data-words]");
  if (note) note.hidden = body.rights.includes("scenes");
  if (words) words.textContent = say("{person} may not save scenes; a manager may.", { person: body.name });
  await showNow();
}

document.addEventListener("stemning:came-in", () => void cameIn().catch(() => undefined));

show(recipe(), false);
editor.dataset.ready = "";
void offerKept();
