// Draws a floor plan as SVG, with handles at what is chosen.

import { corners, box, HEIGHT, WIDTH } from "./floor_shapes.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * What is chosen: a zone, the outline, or a label by its number.
 * @typedef {{ kind: "zone", zone: string } | { kind: "outline" } | { kind: "label", number: number } | null} Chosen
 * @typedef {import("./floor_shapes.js").Drawing} Drawing
 * @typedef {import("./floor_shapes.js").Point} Point
 */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {(Element | string)[]} inside
 */
function element(name, attributes, inside = []) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...inside);
  return made;
}

/** @param {Point[]} points */
const listed = (points) => points.map((point) => point.join(",")).join(" ");

/**
 * @param {SVGSVGElement} plane
 * @param {Drawing} drawing
 * @param {Chosen} chosen
 * @param {number | null} corner the chosen corner
 * @param {{ names: Record<string, string>, drawn: Set<string> }} known
 */
export function paint(plane, drawing, chosen, corner, known) {
  const parts = [element("rect", { class: "ground", width: WIDTH, height: HEIGHT })];
  if (drawing.outline) parts.push(element("polygon", { class: "outline", points: listed(drawing.outline), "data-outline": "" }));
  for (const [zone, shape] of Object.entries(drawing.shapes)) {
    const name = known.names[zone] ?? zone;
    const points = corners(shape);
    const { x, y, width, height } = box(points);
    const words = say("{name}: {width} by {height} at {x}, {y}", { name, width, height, x, y });
    const here = chosen?.kind === "zone" && chosen.zone === zone;
    parts.push(
      element(
        "g",
        { class: "shape", "data-shape": zone, tabindex: 0, role: "button", "aria-label": words, "aria-pressed": String(here), "data-drawn": String(known.drawn.has(zone)) },
        [element("polygon", { points: listed(points) }), element("text", { x: x + 16, y: y + 34 }, [name])],
      ),
    );
  }
  drawing.labels.forEach((label, number) => {
    const here = chosen?.kind === "label" && chosen.number === number;
    const words = say("The word {text}", { text: label.text });
    const wide = Math.max(80, label.text.length * 15);
    parts.push(
      element(
        "g",
        { class: "label", "data-label": number, tabindex: 0, role: "button", "aria-label": words, "aria-pressed": String(here) },
        [
          element("rect", { x: label.x - wide / 2, y: label.y - 30, width: wide, height: 60, rx: 12 }),
          element("text", { x: label.x, y: label.y }, [label.text]),
        ],
      ),
    );
  });
  parts.push(...handles(drawing, chosen, corner));
  plane.replaceChildren(...parts);
}

/**
 * @param {Drawing} drawing
 * @param {Chosen} chosen
 * @param {number | null} corner
 */
function handles(drawing, chosen, corner) {
  let points = /** @type {Point[]} */ ([]);
  if (chosen?.kind === "outline") points = drawing.outline ?? [];
  const shape = chosen?.kind === "zone" ? drawing.shapes[chosen.zone] : undefined;
  if (shape) points = corners(shape);
  return points.map(([x, y], number) =>
    element(
      "g",
      {
        class: "handle",
        "data-corner": number,
        tabindex: 0,
        role: "button",
        "aria-label": say("Corner {number} at {x}, {y}", { number: number + 1, x, y }),
        "aria-pressed": String(corner === number),
      },
      [element("circle", { class: "reach", cx: x, cy: y, r: 32 }), element("circle", { cx: x, cy: y, r: 11 })],
    ),
  );
}
