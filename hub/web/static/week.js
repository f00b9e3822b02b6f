// @ts-check
// The Week page: the draft is changed over the REST API, and the hub draws the page anew.

import { askHub, HubError } from "./ask_hub.js";
import { say } from "./words.js";
import { deploy, discard, rebase, revert } from "./week_deploy.js";
import { Draft } from "./week_draft.js";
import { isPressed, listenForDrags } from "./week_drag.js";
import { listenForKeys } from "./week_keys.js";
import { keepTrue } from "./week_live.js";
import { askWhich } from "./week_which.js";
import { begunIn, bodyOf, differsBeyondOneDay, readySheet } from "./week_sheet.js";
import { openRehearsal } from "./week_rehearsal.js";

/** @typedef {import("./week_drag.js").Moved} Moved */

const page = /** @type {HTMLElement} */ (document.getElementById("week-page"));
const shown = /** @type {HTMLElement} */ (document.getElementById("week"));
const sheet = /** @type {HTMLDialogElement} */ (document.getElementById("week-sheet"));
const sheetBody = /** @type {HTMLElement} */ (document.getElementById("week-sheet-body"));
const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
const store = page.dataset.store ?? "";
const mayPlan = page.dataset.mayPlan === "true";
const base = `/api/v1/stores/${store}`;
const draft = new Draft(`${base}/draft`);

/** @type {string | null} the day that was copied */
let copied = null;
let busy = false;
/** @type {string} what had the focus before a sheet, by id */
let opener = "";

/** What a screen reader is told. @param {string} words */
function announce(words) {
  const said = document.getElementById("week-said");
  if (said) said.textContent = words;
}

/** Why something was not done, over the sheet that is open or on the page. @param {string} words */
function tell(words) {
  const here = sheet.open ? document.getElementById("sheet-problem") : notice;
  if (here) here.textContent = words;
}

/** @param {string} tail of the address */
async function part(tail) {
  const { body } = await askHub("GET", `/fragments/week${tail}`, undefined, { accept: "text/html" });
  return String(body);
}

/** Puts the hub's HTML in place. @param {Element} target @param {string} html */
function put(target, html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  target.replaceChildren(parsed.content);
}

/**
 * Draws the page anew, where people look and what they chose left as it is.
 * @param {() => boolean} [unless] asked when the drawing has come: then nothing is drawn
 */
async function refresh(unless = () => false) {
  const query = new URLSearchParams(location.search);
  query.set("store", store);
  const html = await part(`?${query}`);
  if (unless()) return;
  const scroller = document.getElementById("week-scroller");
  const [top, left] = [scroller?.scrollTop ?? 0, scroller?.scrollLeft ?? 0];
  const focused = document.activeElement?.id ?? "";
  const ticks = [...shown.querySelectorAll(".layers input")].map((each) => /** @type {HTMLInputElement} */ (each).checked);
  const open = shown.querySelector(".layers")?.hasAttribute("open") ?? false;
  put(shown, html);
  shown.querySelector(".layers")?.toggleAttribute("open", open);
  shown.querySelectorAll(".layers input").forEach((each, at) => {
    /** @type {HTMLInputElement} */ (each).checked = ticks[at] ?? true;
  });
  document.getElementById("week-scroller")?.scrollTo({ top, left });
  if (focused && !document.activeElement?.id) document.getElementById(focused)?.focus({ preventScroll: true });
  showCopied();
  showUndo();
}

/** After what was done: that stays done where the new drawing doesn't come (week_live.js asks again). */
async function redraw() {
  await refresh().catch((error) => {
    if (!(error instanceof HubError)) throw error;
  });
}

/**
 * Changes the draft, then shows it; says why not, and what somebody else did meanwhile.
 * @param {"PUT" | "POST" | "DELETE"} method
 * @param {string} path below the draft
 * @param {unknown} body
 * @param {string} done what a screen reader is told
 * @returns {Promise<boolean>}
 */
async function change(method, path, body, done) {
  return act(() => draft.change(method, path, body, done), done);
}

/**
 * @param {() => Promise<unknown>} doing
 * @param {string} done
 * @param {"" | "/review" | "/versions"} [list] what the open sheet shows
 */
async function act(doing, done, list) {
  if (busy) return false;
  busy = true;
  shown.setAttribute("aria-busy", "true");
  notice.textContent = "";
  try {
    await doing();
    if (sheet.open) sheet.close();
    await redraw();
    announce(done);
    return true;
  } catch (error) {
    await refused(error, list);
    return false;
  } finally {
    busy = false;
    shown.removeAttribute("aria-busy");
  }
}

/**
 * Shows what is there now, and only then says why something was not done.
 * @param {unknown} error
 * @param {"" | "/review" | "/versions"} list what the open sheet shows
 */
async function refused(error, list = "") {
  const words = reason(error);
  // Where the hub is silent the page stays as it is.
  await refresh().catch(() => undefined);
  if (list && sheet.open) await reload(list);
  tell(words);
}

/** Why it was not done, in sentences. @param {unknown} error */
function reason(error) {
  if (!(error instanceof HubError)) throw error;
  if (error.status === 412) return error.overtaken;
  return [error.message, ...error.problems].join(" ");
}

// ---- Moving, resizing, drawing ----

/** @param {Moved} moved */
async function move(moved) {
  const { block, on, to, beginMin, endMin } = moved;
  const partName = block.dataset.part ?? "";
  const item = block.dataset.item ?? "";
  const what = block.dataset.scene ?? "";
  let only = false;
  if (block.dataset.many !== undefined && partName !== "quiet-hours") {
    const answer = await askWhich({
      title: what,
      question: say("On all of its days, or only on this day?"),
      choices: [
        { value: "every", words: to === on ? say("On all of its days") : onAnotherDay(partName) },
        { value: "only", words: say("Only {day}", { day: dayWords(to) }) },
      ],
    });
    if (!answer) return putBack(block);
    only = answer === "only";
  }
  block.dataset.asked = "";
  const body = { on, to, begin_min: beginMin, end_min: endMin, only };
  const done = await change("POST", `/${partName}/${item}/move`, body, say("Moved: {times}", { times: moved.words }));
  if (!done) putBack(block);
  else if (!document.activeElement?.id) focusOn(to, Number(block.dataset.top) + beginMin, block.dataset.scene ?? "");
}

/** What a move to another day does to all of an item. @param {string} partName */
function onAnotherDay(partName) {
  // An exception has dates: one of them is changed, and the times on each.
  if (partName === "exceptions") return say("On that day instead, and the times on all of its days");
  return say("Every week, on that day instead");
}

/**
 * What was moved by keys to another day, or became an exception, goes on having the focus.
 * @param {string} day @param {number} top @param {string} scene
 */
function focusOn(day, top, scene) {
  const there = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`#column-${day} .block[data-top="${top}"]`)]);
  (there.find((each) => each.dataset.scene === scene) ?? there[0])?.focus({ preventScroll: true });
}

/** Lets a block stand where the hub drew it. @param {HTMLElement} block */
function putBack(block) {
  for (const name of ["--h", "--m", "--u", "--v"]) block.style.removeProperty(name);
  block.style.removeProperty("translate");
  delete block.dataset.asked;
  delete block.dataset.lifted;
}

/** @param {string} day */
function dayWords(day) {
  return document.getElementById(`column-${day}`)?.dataset.words ?? day;
}

if (mayPlan) {
  listenForDrags(shown, { move, putBack, draw });
  listenForKeys(shown, { move, putBack, announce, dayWords });
}

/** Something new was drawn on a day. @param {string} on @param {string} from @param {string} until */
function draw(on, from, until) {
  void openNew("rules", { on, from, until, zone: calendarZone() });
}

function calendarZone() {
  return document.getElementById("calendar")?.dataset.zone ?? "";
}

// ---- Sheets ----

/** @param {Promise<string>} html */
async function openSheet(html) {
  if (!sheet.open) opener = document.activeElement?.id ?? "";
  notice.textContent = "";
  try {
    put(sheetBody, await html);
  } catch (error) {
    tell(reason(error));
    return;
  }
  readySheet(sheetBody);
  if (!sheet.open) sheet.showModal();
}

/** @param {string} kind @param {Record<string, string>} begun */
function openNew(kind, begun) {
  const query = new URLSearchParams({ store, part: kind, ...begun });
  return openSheet(part(`/new?${query}`));
}

/** @param {string} partName @param {string} item @param {string} [on] */
function openItem(partName, item, on) {
  const query = new URLSearchParams({ store, part: partName, item, ...(on ? { on } : {}) });
  return openSheet(part(`/sheet?${query}`));
}

sheet.addEventListener("close", () => {
  sheetBody.replaceChildren();
  document.getElementById(opener)?.focus({ preventScroll: true });
});

sheet.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const submitter = /** @type {SubmitEvent} */ (event).submitter;
  const only = submitter instanceof HTMLButtonElement && submitter.value === "only";
  const { part: partName = "", item = "", on = "" } = form.dataset;
  const body = bodyOf(form);
  if (typeof body === "string") return tell(body);
  if (only && differsBeyondOneDay(form)) {
    tell(say("On one day, only the scene and the times can be different. Save the rest on all of its days."));
  } else if (only) {
    const { from, until, scene } = body;
    void change("PUT", `/${partName}/${item}/one-day`, { on, from, until, scene }, say("Saved in the draft"));
  } else {
    void change("PUT", item ? `/${partName}/${item}` : `/${partName}`, body, say("Saved in the draft"));
  }
});

// ---- Copy and paste of a day ----

function showCopied() {
  shown.toggleAttribute("data-pasting", copied !== null);
  for (const button of shown.querySelectorAll("[data-paste]")) {
    const day = /** @type {HTMLElement} */ (button).dataset.paste;
    /** @type {HTMLElement} */ (button).hidden = copied === null || day === copied;
  }
  for (const button of shown.querySelectorAll("[data-copy]")) {
    button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.copy === copied));
  }
}

/** @param {string} day */
function copy(day) {
  copied = copied === day ? null : day;
  showCopied();
  announce(copied ? say("{day} copied: choose where to paste it", { day: dayWords(day) }) : say("Nothing is copied"));
}

/** @param {string} day */
async function paste(day) {
  if (!copied) return;
  const like = copied;
  const answer = await askWhich({
    title: say("Paste onto {day}", { day: dayWords(day) }),
    question: say("As what?"),
    choices: [
      { value: "date", words: say("Only {day}, as exceptions", { day: dayWords(day) }) },
      { value: "weekday", words: say("Every week, as rules of that weekday") },
    ],
  });
  if (!answer) return;
  const body = { like, every_week: answer === "weekday" };
  if (await change("PUT", `/days/${day}`, body, say("Pasted"))) {
    copied = null;
    showCopied();
  }
}

// ---- The draft as a whole ----

/** Shows the open sheet anew and keeps what it was told. @param {string} tail */
async function reload(tail) {
  const words = document.getElementById("sheet-problem")?.textContent ?? "";
  try {
    put(sheetBody, await part(`${tail}?${new URLSearchParams({ store })}`));
    tell(words);
  } catch {
    // What was said stays.
  }
}

const whole = { base, sheet, act, refresh: redraw, reload, refused, announce };

function showUndo() {
  const step = draft.last;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (shown.querySelectorAll("[data-undo]"))) {
    button.hidden = step === null;
    if (step) button.setAttribute("aria-label", say("Undo: {what}", { what: step.words }));
  }
}

async function undo() {
  const what = draft.last?.words;
  if (what) await act(() => draft.undo(), say("Taken back: {what}", { what }));
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
  // In a field it is what was typed that is taken back.
  if (document.querySelector("dialog[open]") || /** @type {HTMLElement} */ (event.target).closest("input, textarea, select")) return;
  event.preventDefault();
  void undo();
});

/** @param {HTMLFormElement} form @param {boolean} day */
async function remove(form, day) {
  const { part: partName = "", item = "", on = "" } = form.dataset;
  if (day) await change("PUT", `/${partName}/${item}/one-day`, { on, gone: true }, say("Gone on that day"));
  else await change("DELETE", `/${partName}/${item}`, undefined, say("Deleted in the draft"));
}

// ---- Taps ----

/** @type {Record<string, (value: string, element: HTMLElement) => unknown>} */
const TAPS = {
  new: (kind, { dataset }) => openNew(kind, { on: dataset.on ?? "", zone: calendarZone() }),
  edit: (partName, { dataset }) => openItem(partName, dataset.item ?? ""),
  copy,
  paste,
  review: () => openSheet(part(`/review?${new URLSearchParams({ store })}`)),
  versions: () => openSheet(part(`/versions?${new URLSearchParams({ store })}`)),
  hours: () => openSheet(part(`/hours?${new URLSearchParams({ store })}`)),
  undo,
  discard: () => discard(whole),
  deploy: () => deploy(whole),
  rebase: () => rebase(whole),
  revert: (number) => revert(whole, number),
  rehearse: (day, { dataset }) => openRehearsal(store, day, dataset.draft === "true"),
  delete: (_, element) => remove(/** @type {HTMLFormElement} */ (element.closest("form")), false),
  deleteDay: (_, element) => remove(/** @type {HTMLFormElement} */ (element.closest("form")), true),
  kind: (kind, element) => {
    const form = /** @type {HTMLFormElement} */ (element.closest("form"));
    return openNew(kind, { zone: calendarZone(), ...begunIn(form) });
  },
  close: (_, element) => element.closest("dialog")?.close(),
};

page.parentElement?.addEventListener("click", (event) => {
  const element = /** @type {HTMLElement} */ (event.target);
  if (element instanceof HTMLDialogElement) return element.close(); // the backdrop
  const button = /** @type {HTMLElement | null} */ (element.closest("button"));
  if (!button) return;
  for (const [name, tap] of Object.entries(TAPS)) {
    const value = button.dataset[name];
    if (value !== undefined) return void tap(value, button);
  }
  if (button.matches(".block[data-editable]") && button.dataset.dragged === undefined) {
    void openItem(button.dataset.part ?? "", button.dataset.item ?? "", button.dataset.on);
  } else if (button.matches(".block:not([data-editable])")) {
    announce(button.getAttribute("aria-label") ?? "");
  }
});

page.addEventListener("change", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("form[data-submits]");
  if (form instanceof HTMLFormElement && form.checkValidity()) form.submit();
});

// ---- What is on the page stays true ----

/** Whether somebody is in the middle of something that a new drawing would take from them. */
function inUse() {
  return busy || isPressed() || document.querySelector("dialog[open], [data-lifted], .drawn") !== null;
}

keepTrue(refresh, inUse);

// Who typed a PIN over an open sheet goes on with it; who only looked gets the page to plan with.
document.addEventListener("stemning:came-in", () => {
  if (!mayPlan) location.reload();
  else if (!inUse()) refresh().catch(() => undefined);
});

const calendar = document.getElementById("calendar");
const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
document.getElementById("week-scroller")?.scrollTo({ top: (Number(calendar?.dataset.scroll) / 60) * 3.5 * rem });
shown.dataset.ready = "";
