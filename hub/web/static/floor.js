// The editor of a floor plan: what a finger, a mouse or keys do to the drawing, and saving it.

import { askHub, HubError } from "./ask_hub.js";
import { Steps } from "./floor_history.js";
import { paint } from "./floor_paint.js";
import { asRectangle, between, corners, fits, HEIGHT, moved, movedPoints, oneMore, overlapping, pulled, resized, snap, STEP, WIDTH, withCorners } from "./floor_shapes.js";
import { say } from "./words.js";

/**
 * @typedef {import("./floor_shapes.js").Drawing} Drawing
 * @typedef {import("./floor_shapes.js").Point} Point
 * @typedef {import("./floor_shapes.js").Shape} Shape
 * @typedef {import("./floor_paint.js").Chosen} Chosen
 */

const page = /** @type {HTMLElement} */ (document.getElementById("floor"));
const plane = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById("floor-plane")));
const said = /** @type {HTMLElement} */ (document.getElementById("floor-said"));
const kept = /** @type {HTMLElement} */ (document.getElementById("floor-kept"));
const over = /** @type {HTMLElement} */ (document.getElementById("floor-over"));
const told = /** @type {HTMLElement} */ (document.getElementById("floor-told"));
const word = /** @type {HTMLInputElement} */ (document.getElementById("floor-word"));
const store = page.dataset.store ?? "";
/** @type {{ drawing: Drawing, drawn: string[], grid: Record<string, Shape>, names: Record<string, string>, least: number }} */
const given = JSON.parse(page.dataset.editing ?? "{}");
const drawn = new Set(given.drawn);

/** @type {Steps<Drawing>} */
const steps = new Steps(given.drawing, `stemning:floor:${store}`, page.dataset.tag ?? "*");
/** @type {Chosen} */
let chosen = null;
/** @type {number | null} */
let corner = null;
/** @type {{ from: Point, start: Drawing, fresh: boolean } | null} */
let drag = null;
/** @type {Drawing | null} what a drag shows before it ends */
let trying = null;
let theirs = "";
/** While the hub has not answered: a second drawing would come with the tag from before the first. */
let saving = false;
/** While focus is put back where it was: nobody chose anything by that. */
let painting = false;

/** @param {string} name @returns {HTMLButtonElement} */
const button = (name) => /** @type {HTMLButtonElement} */ (page.querySelector(`[data-do="${name}"]`));

/** Draws everything anew; focus stays where it was. */
function show() {
  const drawing = trying ?? steps.now;
  const at = document.activeElement instanceof SVGElement ? { ...document.activeElement.dataset } : null;
  paint(plane, drawing, chosen, corner, { names: given.names, drawn });
  painting = true;
  if (at) refocus(at);
  painting = false;
  for (const each of page.querySelectorAll("[data-zone]")) {
    const zone = /** @type {HTMLElement} */ (each).dataset.zone ?? "";
    each.setAttribute("aria-pressed", String(chosen?.kind === "zone" && chosen.zone === zone));
    const note = each.querySelector("[data-drawn]");
    if (note) note.textContent = drawn.has(zone) ? "" : say("in its row");
  }
  if (!trying) warn(drawing);
  const shape = chosen?.kind === "zone" ? drawing.shapes[chosen.zone] : undefined;
  /** @type {HTMLFieldSetElement} */ (document.getElementById("floor-shape")).disabled = !shape && chosen?.kind !== "outline";
  button("corners").disabled = shape?.kind !== "rectangle";
  button("corner").disabled = shape?.kind === "rectangle";
  button("rectangle").disabled = shape?.kind !== "polygon";
  button("grid").disabled = !shape;
  button("outline").setAttribute("aria-pressed", String(drawing.outline !== null));
  button("remove").disabled = !(chosen?.kind === "label" || (corner !== null && removable(drawing)));
  button("undo").disabled = steps.before.length === 0;
  button("discard").disabled = !steps.changed;
  button("save").disabled = saving || !steps.changed;
}

/** Says which zones hide each other. That can be saved: one may stand inside another.
 * @param {Drawing} drawing */
function warn(drawing) {
  const zones = overlapping(drawing.shapes).map((zone) => given.names[zone] ?? zone);
  const words = zones.length ? say("These zones lie over each other: {zones}", { zones: zones.join(", ") }) : "";
  if (over.textContent !== words) over.textContent = words;
}

/** @param {DOMStringMap} at */
function refocus(at) {
  for (const key of ["corner", "shape", "label"]) {
    const value = at[key];
    if (value === undefined) continue;
    const again = plane.querySelector(`[data-${key}="${CSS.escape(value)}"]`);
    if (again instanceof SVGElement) again.focus({ preventScroll: true });
    return;
  }
}

/** @param {Drawing} drawing */
function removable(drawing) {
  if (chosen?.kind === "outline") return (drawing.outline?.length ?? 0) > 3;
  const shape = chosen?.kind === "zone" ? drawing.shapes[chosen.zone] : undefined;
  return shape?.kind === "polygon" && shape.points.length > 3;
}

/** @param {Drawing} drawing @param {Partial<Drawing>} change @returns {Drawing} */
const having = (drawing, change) => ({ ...drawing, ...change });

/** @param {Drawing} drawing @param {string} zone @param {Shape} shape */
const shaped = (drawing, zone, shape) => having(drawing, { shapes: { ...drawing.shapes, [zone]: shape } });

/**
 * What is chosen, or its chosen corner, moved by so much from how it was.
 * @param {Drawing} start
 * @param {number} dx
 * @param {number} dy
 * @returns {Drawing}
 */
function movedBy(start, dx, dy) {
  if (chosen?.kind === "label") {
    const number = chosen.number;
    const labels = start.labels.map((label, at) => {
      if (at !== number) return label;
      const x = Math.min(Math.max(snap(label.x + dx), 0), WIDTH);
      return { ...label, x, y: Math.min(Math.max(snap(label.y + dy), 0), HEIGHT) };
    });
    return having(start, { labels });
  }
  if (chosen?.kind === "outline" && start.outline) {
    if (corner === null) return having(start, { outline: movedPoints(start.outline, dx, dy) });
    const to = added(start.outline[corner], dx, dy);
    const after = pulled({ kind: "polygon", points: start.outline }, corner, to, given.least);
    return having(start, { outline: corners(after) });
  }
  const shape = chosen?.kind === "zone" ? start.shapes[chosen.zone] : undefined;
  if (chosen?.kind !== "zone" || !shape) return start;
  const after = corner === null ? moved(shape, dx, dy) : pulled(shape, corner, added(corners(shape)[corner], dx, dy), given.least);
  return shaped(start, chosen.zone, after);
}

/** @param {Point | undefined} point @param {number} dx @param {number} dy @returns {Point} */
const added = (point, dx, dy) => [(point?.[0] ?? 0) + dx, (point?.[1] ?? 0) + dy];

/** @param {Drawing} next */
function take(next) {
  const before = steps.now;
  steps.take(next);
  for (const [zone, shape] of Object.entries(next.shapes)) {
    if (JSON.stringify(shape) !== JSON.stringify(before.shapes[zone])) drawn.add(zone);
  }
  show();
}

/** @param {Chosen} next @param {number | null} at */
function choose(next, at = null) {
  chosen = next;
  corner = at;
  show();
}

/** Where a pointer is on the plane. @param {PointerEvent} event @returns {Point} */
function where(event) {
  const matrix = plane.getScreenCTM();
  if (!matrix) return [0, 0];
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  return [x, y];
}

/** What lies under a pointer or has focus. @param {EventTarget | null} target */
function pick(target) {
  const part = target instanceof Element ? target.closest("[data-corner], [data-shape], [data-label], [data-outline]") : null;
  if (!(part instanceof SVGElement)) return false;
  const { corner: at, shape, label } = part.dataset;
  if (at !== undefined) choose(chosen, Number(at));
  else if (shape !== undefined) choose({ kind: "zone", zone: shape });
  else if (label !== undefined) choose({ kind: "label", number: Number(label) });
  else choose({ kind: "outline" });
  return true;
}

plane.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  const from = where(event);
  const fresh = !pick(event.target);
  if (fresh && chosen?.kind !== "zone") return choose(null);
  drag = { from, start: steps.now, fresh };
  plane.setPointerCapture(event.pointerId);
  const key = corner === null ? (chosen?.kind === "zone" ? `[data-shape="${CSS.escape(chosen.zone)}"]` : null) : `[data-corner="${corner}"]`;
  const part = key && plane.querySelector(key);
  if (part instanceof SVGElement) part.focus({ preventScroll: true });
});

plane.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = where(event);
  if (drag.fresh && chosen?.kind === "zone") {
    const to = /** @type {Point} */ ([Math.min(Math.max(snap(x), 0), WIDTH), Math.min(Math.max(snap(y), 0), HEIGHT)]);
    const made = between([snap(drag.from[0]), snap(drag.from[1])], to);
    trying = fits(corners(made), given.least) ? shaped(drag.start, chosen.zone, made) : null;
  } else {
    trying = movedBy(drag.start, x - drag.from[0], y - drag.from[1]);
  }
  show();
});

for (const end of ["pointerup", "pointercancel"]) {
  plane.addEventListener(end, () => {
    const next = trying;
    drag = trying = null;
    if (next && end === "pointerup") take(next);
    else show();
    tell();
  });
}

plane.addEventListener("focusin", (event) => {
  const part = event.target instanceof SVGElement ? event.target.dataset : {};
  if (drag || painting) return;
  if (part.shape !== undefined && !(chosen?.kind === "zone" && chosen.zone === part.shape && corner === null)) pick(event.target);
  else if (part.corner !== undefined && corner !== Number(part.corner)) pick(event.target);
  else if (part.label !== undefined && !(chosen?.kind === "label" && chosen.number === Number(part.label))) pick(event.target);
});

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

plane.addEventListener("keydown", (event) => {
  const by = ARROWS[event.key];
  if (by && chosen) {
    event.preventDefault();
    const shape = chosen.kind === "zone" ? steps.now.shapes[chosen.zone] : undefined;
    if (event.shiftKey && shape && chosen.kind === "zone" && corner === null) {
      take(shaped(steps.now, chosen.zone, resized(shape, by[0], by[1], given.least)));
    } else {
      take(movedBy(steps.now, by[0], by[1]));
    }
    tell();
  } else if (event.key === "Escape") {
    choose(null);
  } else if (event.key === "Delete" && !button("remove").disabled) {
    DOES.remove?.();
  }
});

/** Says to who cannot see it where the chosen zone is now. */
function tell() {
  if (chosen?.kind !== "zone") return;
  told.textContent = plane.querySelector(`[data-shape="${CSS.escape(chosen.zone)}"]`)?.getAttribute("aria-label") ?? "";
}

/** @param {(shape: Shape) => Shape} change */
function reshape(change) {
  const shape = chosen?.kind === "zone" ? steps.now.shapes[chosen.zone] : undefined;
  if (chosen?.kind !== "zone" || !shape) return;
  corner = null;
  take(shaped(steps.now, chosen.zone, change(shape)));
}

/** @type {Record<string, () => void>} */
const DOES = {
  corners: () => reshape(withCorners),
  rectangle: () => reshape((shape) => asRectangle(shape, given.least)),
  corner: () => {
    if (chosen?.kind === "outline" && steps.now.outline) take(having(steps.now, { outline: oneMore(steps.now.outline) }));
    else reshape((shape) => ({ kind: "polygon", points: oneMore(corners(shape)) }));
  },
  grid: () => reshape((shape) => (chosen?.kind === "zone" && given.grid[chosen.zone]) || shape),
  outline: () => {
    const outline = /** @type {Point[]} */ ([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]);
    const begins = steps.now.outline === null;
    chosen = begins ? { kind: "outline" } : null;
    corner = null;
    take(having(steps.now, { outline: begins ? outline : null }));
  },
  label: () => {
    const text = word.value.trim();
    if (!text) return word.focus();
    word.value = "";
    chosen = { kind: "label", number: steps.now.labels.length };
    take(having(steps.now, { labels: [...steps.now.labels, { text, x: WIDTH / 2, y: HEIGHT / 2 }] }));
  },
  remove: () => {
    if (chosen?.kind === "label") {
      const number = chosen.number;
      chosen = null;
      take(having(steps.now, { labels: steps.now.labels.filter((_label, at) => at !== number) }));
    } else if (corner !== null && removable(steps.now)) {
      const gone = corner;
      corner = null;
      const without = (/** @type {Point[]} */ points) => points.filter((_point, at) => at !== gone);
      if (chosen?.kind === "outline") take(having(steps.now, { outline: without(steps.now.outline ?? []) }));
      else reshape((shape) => ({ kind: "polygon", points: without(corners(shape)) }));
    }
  },
  undo: () => {
    steps.undo();
    show();
  },
  discard: () => {
    steps.discard();
    said.textContent = kept.textContent = "";
    button("over").hidden = true;
    show();
  },
  save: () => void save(steps.tag),
  over: () => void save(theirs),
};

/** @param {string} tag what was seen when the drawing began, or what it is to lie over */
async function save(tag) {
  said.textContent = kept.textContent = "";
  saving = button("save").disabled = button("over").disabled = true;
  const sent = steps.now;
  try {
    const answer = await askHub("PUT", `/api/v1/stores/${encodeURIComponent(store)}/floor`, sent, { ifMatch: tag });
    steps.save(sent, answer.etag ?? "*");
    button("over").hidden = true;
    kept.textContent = say("Saved.");
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    said.textContent = [error.message, ...error.changed].join(" ");
    theirs = error.etag ?? "";
    button("over").hidden = error.status !== 412 || !theirs;
  } finally {
    saving = button("over").disabled = false;
    show();
  }
}

page.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("button") : null;
  if (!pressed) return;
  const { zone, do: what } = pressed.dataset;
  if (zone !== undefined) choose({ kind: "zone", zone });
  else if (what) DOES[what]?.();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target !== word) {
    event.preventDefault();
    DOES.undo?.();
  }
});

if (steps.restore()) kept.textContent = say("What you drew before and did not save is here again.");
show();
