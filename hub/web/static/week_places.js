// @ts-check
// Minutes of the calendar to pixels, and to the words of a clock.

/** Snaps of a drag, in minutes: the whole block and its edges, and the fine handles. */
export const STEP_MIN = 15;
export const FINE_MIN = 5;

/** How many pixels an hour is high. @param {Element} column */
export function hourPx(column) {
  const minutes = Number(/** @type {HTMLElement} */ (column.closest(".calendar")).dataset.height);
  return (column.getBoundingClientRect().height * 60) / minutes;
}

/**
 * Puts a block at minutes of the calendar.
 * @param {HTMLElement} block @param {number} top @param {number} end
 */
export function place(block, top, end) {
  block.style.setProperty("--h", "0");
  block.style.setProperty("--m", String(top));
  block.style.setProperty("--u", "0");
  block.style.setProperty("--v", String(end));
}

/** @param {number} minutes of a day */
export function clock(minutes) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** @param {number} minutes @param {number} step */
export function snapped(minutes, step) {
  return Math.round(minutes / step) * step;
}
