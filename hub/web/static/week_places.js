// @ts-check
// Rows of the calendar to pixels, and to the clock. A row is a minute from the top; in a week with
// an hour that comes twice there are more rows than minutes of a day.

/** Snaps of a drag, in minutes: the whole block and its edges, and the fine handles. */
export const STEP_MIN = 15;
export const FINE_MIN = 5;

/** @param {Element} inside */
function calendarOf(inside) {
  return /** @type {HTMLElement} */ (inside.closest(".calendar"));
}

/** How many rows a day has. @param {Element} inside the calendar */
export function rowsOf(inside) {
  return Number(calendarOf(inside).dataset.height);
}

/** How many pixels an hour is high. @param {Element} column */
export function hourPx(column) {
  return (column.getBoundingClientRect().height * 60) / rowsOf(column);
}

/**
 * Puts a block at rows of the calendar.
 * @param {HTMLElement} block @param {number} top @param {number} end
 */
export function place(block, top, end) {
  block.style.setProperty("--h", "0");
  block.style.setProperty("--m", String(top));
  block.style.setProperty("--u", "0");
  block.style.setProperty("--v", String(end));
}

/**
 * The minute of the day that the clock shows at a row; the second coming of an hour shows the same
 * as the first.
 * @param {Element} inside the calendar @param {number} row
 */
export function minuteAt(inside, row) {
  const { twiceTop, twiceEnd } = calendarOf(inside).dataset;
  if (twiceTop === undefined || row < Number(twiceTop)) return row;
  return row - (Number(twiceEnd) - Number(twiceTop));
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

/**
 * How far a block of rows `top` to `end` goes by the clock when it stands at others.
 * @param {HTMLElement} block @param {{ top: number, end: number }} from @param {{ top: number, end: number }} to
 */
export function shifted(block, from, to) {
  const at = (/** @type {number} */ row) => minuteAt(block, row);
  const whole = from.end - from.top === to.end - to.top;
  const beginMin = at(to.top) - at(from.top);
  // Moved as a whole it lasts as long as before, also over an hour that comes twice.
  const endMin = whole ? beginMin : at(to.end) - at(from.end);
  return { beginMin, endMin, words: `${clock(at(from.top) + beginMin)}–${clock(at(from.end) + endMin)}` };
}
