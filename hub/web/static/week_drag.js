// @ts-check
// Blocks dragged to another time or day, their edges dragged, and new ones drawn on empty time.
// A mouse drags at once; a finger holds still first, so that it can still scroll.

import { clock, FINE_MIN, hourPx, minuteAt, place, rowsOf, shifted, snapped, STEP_MIN } from "./week_places.js";

/**
 * @typedef {object} Moved
 * @property {HTMLElement} block
 * @property {string} on the local day on which it begins
 * @property {string} to the local day to which it goes
 * @property {number} beginMin so much later it begins
 * @property {number} endMin so much later it ends
 * @property {string} words where it is now
 */

/**
 * @typedef {object} Does
 * @property {(moved: Moved) => unknown} move
 * @property {(block: HTMLElement) => void} putBack
 * @property {(on: string, from: string, until: string) => void} draw
 */

const HOLD_MS = 350;
const SLOP_PX = 6;

/** @type {{ end: (event: PointerEvent | null) => void, move: (event: PointerEvent) => void } | null} */
let dragging = null;
/** The one that carries it. */
let pointer = 0;
/** Whether somebody holds what they may be about to carry. */
let pressing = false;

/** What a finger lies on is not drawn anew under it. */
export const isPressed = () => pressing;

/** @param {HTMLElement} shown @param {Does} does */
export function listenForDrags(shown, does) {
  shown.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || dragging) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const block = /** @type {HTMLElement | null} */ (target.closest(".block"));
    const column = /** @type {HTMLElement | null} */ (target.closest(".column"));
    if (!column || (block && block.dataset.editable === undefined)) return;
    if (!block && column.dataset.past !== undefined) return;
    const lift = () => (block ? dragBlock(block, column, target, event, does) : drawNew(column, event, does));
    const edge = target.closest(".handle") !== null;
    if (edge) begin(event, lift);
    else wait(event, lift);
  });
  shown.addEventListener("pointerover", (event) => {
    const block = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.(".block"));
    if (block) giveHandles(block);
  });
  shown.addEventListener("focusin", (event) => {
    const block = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.(".block"));
    if (block) giveHandles(block);
  });
  // A second finger, or a palm on the glass, carries nothing.
  const carries = (/** @type {PointerEvent} */ event) => event.pointerId === pointer;
  document.addEventListener("pointermove", (event) => carries(event) && dragging?.move(event));
  document.addEventListener("pointerup", (event) => carries(event) && dragging?.end(event));
  document.addEventListener("pointercancel", (event) => carries(event) && dragging?.end(null));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dragging) dragging.end(null);
  });
  // A finger that carries something does not scroll.
  document.addEventListener("touchmove", (event) => dragging && event.preventDefault(), { passive: false });
  shown.addEventListener("contextmenu", (event) => dragging && event.preventDefault());
}

/**
 * @param {PointerEvent} down
 * @param {() => { end: (event: PointerEvent | null) => void, move: (event: PointerEvent) => void }} lift
 */
function begin(down, lift) {
  pointer = down.pointerId;
  dragging = lift();
}

/**
 * A finger has to stay, a mouse to go a little way, before anything is lifted.
 * @param {PointerEvent} down @param {Parameters<typeof begin>[1]} lift
 */
function wait(down, lift) {
  const touch = down.pointerType !== "mouse";
  const stop = new AbortController();
  stop.signal.addEventListener("abort", () => (pressing = false));
  pressing = true;
  const timer = touch ? setTimeout(() => (stop.abort(), begin(down, lift)), HOLD_MS) : 0;
  const cancel = () => (clearTimeout(timer), stop.abort());
  const options = { signal: stop.signal };
  document.addEventListener(
    "pointermove",
    (event) => {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLOP_PX) return;
      cancel();
      if (touch) return;
      begin(down, lift);
      dragging?.move(event);
    },
    options,
  );
  document.addEventListener("pointerup", cancel, options);
  document.addEventListener("pointercancel", cancel, options);
}

/** Gives a block its edges to take hold of, once. @param {HTMLElement} block */
function giveHandles(block) {
  if (block.dataset.editable === undefined || block.querySelector(".handle")) return;
  for (const edge of ["begin", "end"]) {
    if (block.dataset[edge === "begin" ? "starts" : "ends"] === undefined) continue;
    for (const fine of [false, true]) {
      const handle = document.createElement("span");
      handle.className = "handle";
      handle.dataset.edge = edge;
      if (fine) handle.dataset.fine = "";
      block.append(handle);
    }
  }
}

/**
 * @param {HTMLElement} block @param {HTMLElement} column @param {HTMLElement} target
 * @param {PointerEvent} down @param {Does} does
 */
function dragBlock(block, column, target, down, does) {
  const handle = /** @type {HTMLElement | null} */ (target.closest(".handle"));
  const edge = handle?.dataset.edge ?? "both";
  const step = handle?.dataset.fine !== undefined ? FINE_MIN : STEP_MIN;
  const top = Number(block.dataset.top);
  const end = Number(block.dataset.end);
  const most = rowsOf(column);
  const perMinute = hourPx(column) / 60;
  let by = 0;
  let over = column;
  block.dataset.lifted = "";
  block.dataset.dragged = "";
  const times = block.querySelector(".times");
  const before = times?.textContent ?? "";
  const at = () => ({
    top: edge === "end" ? top : top + by,
    end: edge === "begin" ? end : end + by,
  });
  const way = () => shifted(block, { top, end }, at());
  return {
    /** @param {PointerEvent} event */
    move(event) {
      by = limited(snapped((event.clientY - down.clientY) / perMinute, step), edge, top, end, most, step);
      if (edge === "both") over = columnAt(event.clientX, column) ?? over;
      place(block, at().top, at().end);
      const shift = over.getBoundingClientRect().left - column.getBoundingClientRect().left;
      block.style.setProperty("translate", `${shift}px`);
      if (times) times.textContent = way().words;
    },
    /** @param {PointerEvent | null} event */
    end(event) {
      dragging = null;
      delete block.dataset.lifted;
      setTimeout(() => delete block.dataset.dragged);
      if (event && (by || over !== column)) {
        const days = daysBetween(column.dataset.day ?? "", over.dataset.day ?? "");
        const on = block.dataset.on ?? "";
        does.move({ block, on, to: later(on, days), ...way() });
      } else {
        does.putBack(block);
        if (times) times.textContent = before;
      }
    },
  };
}

/**
 * How far a drag may go: nothing leaves its day, and nothing is shorter than one step.
 * @param {number} by @param {string} edge @param {number} top @param {number} end
 * @param {number} most @param {number} step
 */
export function limited(by, edge, top, end, most, step) {
  const least = edge === "end" ? step - (end - top) : -top;
  const largest = edge === "begin" ? end - top - step : most - end;
  return Math.min(Math.max(by, least), Math.max(largest, 0));
}

/** @param {HTMLElement} column @param {PointerEvent} down @param {Does} does */
function drawNew(column, down, does) {
  const perMinute = hourPx(column) / 60;
  const most = rowsOf(column);
  const y = (/** @type {number} */ clientY) => (clientY - column.getBoundingClientRect().top) / perMinute;
  const from = Math.floor(y(down.clientY) / STEP_MIN) * STEP_MIN;
  const drawn = document.createElement("div");
  drawn.className = "drawn";
  column.append(drawn);
  let range = [from, Math.min(from + 60, most)];
  const times = () => range.map((row) => clock(minuteAt(column, row)));
  const show = () => {
    place(drawn, range[0], range[1]);
    drawn.textContent = times().join("–");
  };
  show();
  return {
    /** @param {PointerEvent} event */
    move(event) {
      const at = Math.min(Math.max(snapped(y(event.clientY), STEP_MIN), 0), most);
      range = at > from ? [from, Math.max(at, from + STEP_MIN)] : [at, from + STEP_MIN];
      show();
    },
    /** @param {PointerEvent | null} event */
    end(event) {
      dragging = null;
      drawn.remove();
      const [start = "", end = ""] = times();
      // Nothing is drawn in the second coming of an hour: a plan knows the first alone.
      if (event && end > start) does.draw(column.dataset.day ?? "", start, end);
    },
  };
}

/** The day under a pointer, unless it is over. @param {number} x @param {HTMLElement} column */
function columnAt(x, column) {
  for (const each of column.parentElement?.querySelectorAll(".column:not([data-past])") ?? []) {
    const box = each.getBoundingClientRect();
    if (box.width && box.left <= x && x < box.right) return /** @type {HTMLElement} */ (each);
  }
  return null;
}

/** @param {string} from @param {string} to */
export function daysBetween(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** A date so many days later. @param {string} day @param {number} days */
export function later(day, days) {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
