// @ts-check
// The calendar by keyboard: arrows move the block that has the focus, Shift and arrows its end.

import { say } from "./words.js";
import { clock, minuteAt, place, rowsOf, shifted, STEP_MIN } from "./week_places.js";
import { daysBetween, later, limited } from "./week_drag.js";

/** @typedef {{ block: HTMLElement, begin: number, end: number, to: string }} Pending */

/**
 * @param {HTMLElement} shown
 * @param {{ move: (moved: import("./week_drag.js").Moved) => unknown,
 *   putBack: (block: HTMLElement) => void, announce: (words: string) => void,
 *   dayWords: (day: string) => string }} does
 */
export function listenForKeys(shown, does) {
  /** @type {Pending | null} */
  let pending = null;

  const leave = () => {
    if (!pending) return;
    const { block } = pending;
    pending = null;
    does.putBack(block);
    does.announce(say("Left as it was"));
  };

  shown.addEventListener("keydown", (event) => {
    const block = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".block[data-editable]"));
    if (!block) return;
    if (event.key === "Escape" && pending) return leave();
    if (event.key === "Enter" && pending) {
      event.preventDefault();
      const { to } = pending;
      const [before, after] = [rows(block), pendingRows(pending)];
      pending = null;
      delete block.dataset.lifted;
      does.move({ block, on: block.dataset.on ?? "", to, ...shifted(block, before, after) });
      return;
    }
    if (!event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pending ??= { block, begin: 0, end: 0, to: block.dataset.on ?? "" };
    step(pending, event, does);
  });

  shown.addEventListener("focusout", (event) => {
    if (pending && event.target === pending.block) leave();
  });
}

/** @param {HTMLElement} block */
function rows(block) {
  return { top: Number(block.dataset.top), end: Number(block.dataset.end) };
}

/** @param {Pending} pending */
function pendingRows({ block, begin, end }) {
  const there = rows(block);
  return { top: there.top + begin, end: there.end + end };
}

/**
 * @param {Pending} pending @param {KeyboardEvent} event
 * @param {{ announce: (words: string) => void, dayWords: (day: string) => string }} does
 */
function step(pending, event, does) {
  const { block } = pending;
  const column = /** @type {HTMLElement} */ (block.closest(".column"));
  const most = rowsOf(block);
  const { top, end } = pendingRows(pending);
  const sign = event.key === "ArrowUp" || event.key === "ArrowLeft" ? -1 : 1;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const edge = event.shiftKey ? "end" : "both";
    const by = limited(sign * STEP_MIN, edge, top, end, most, STEP_MIN);
    if (!event.shiftKey) pending.begin += by;
    pending.end += by;
  } else {
    const to = later(pending.to, sign);
    if (document.querySelector(`.column[data-day="${to}"]:not([data-past])`)) pending.to = to;
  }
  block.dataset.lifted = "";
  const now = pendingRows(pending);
  place(block, now.top, now.end);
  const over = document.getElementById(`column-${later(column.dataset.day ?? "", daysBetween(block.dataset.on ?? "", pending.to))}`);
  if (over) {
    const shift = over.getBoundingClientRect().left - column.getBoundingClientRect().left;
    block.style.setProperty("translate", `${over.checkVisibility() ? shift : 0}px`);
  }
  does.announce(
    say("{day}, {from} to {until}. Enter keeps it, Escape leaves it.", {
      day: does.dayWords(pending.to),
      from: clock(minuteAt(block, now.top)),
      until: clock(minuteAt(block, now.end)),
    }),
  );
}
