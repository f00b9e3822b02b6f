// What a floor plan's shapes can do: moved, resized, given corners, always on the grid and inside.

export const WIDTH = 1000;
export const HEIGHT = 700;
export const STEP = 20;
export const MOST_CORNERS = 24;

/**
 * @typedef {[number, number]} Point
 * @typedef {{ kind: "rectangle", x: number, y: number, width: number, height: number }} Rectangle
 * @typedef {{ kind: "polygon", points: Point[] }} Polygon
 * @typedef {Rectangle | Polygon} Shape
 * @typedef {{ text: string, x: number, y: number }} Label
 * @typedef {{ outline: Point[] | null, shapes: Record<string, Shape>, labels: Label[] }} Drawing
 */

/** @param {number} value @param {number} least @param {number} most */
const within = (value, least, most) => Math.min(Math.max(value, least), most);

/** @param {number} value */
export const snap = (value) => Math.round(value / STEP) * STEP;

/** @param {Shape} shape @returns {Point[]} its corners, clockwise from the top left */
export function corners(shape) {
  if (shape.kind === "polygon") return shape.points;
  const { x, y, width, height } = shape;
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** @param {Point[]} points */
export function box(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/**
 * The points moved by so much, as far as the plan goes.
 * @param {Point[]} points
 * @param {number} dx
 * @param {number} dy
 * @returns {Point[]}
 */
export function movedPoints(points, dx, dy) {
  const { x, y, width, height } = box(points);
  const right = within(snap(x + dx), 0, WIDTH - width) - x;
  const down = within(snap(y + dy), 0, HEIGHT - height) - y;
  return points.map(([px, py]) => [px + right, py + down]);
}

/** @param {Shape} shape @param {number} dx @param {number} dy @returns {Shape} */
export function moved(shape, dx, dy) {
  const points = movedPoints(corners(shape), dx, dy);
  if (shape.kind === "polygon") return { kind: "polygon", points };
  const { x, y } = box(points);
  return { ...shape, x, y };
}

/**
 * The shape with one of its corners somewhere else; a rectangle stays one.
 * @param {Shape} shape
 * @param {number} corner
 * @param {Point} to
 * @param {number} least
 * @returns {Shape}
 */
export function pulled(shape, corner, to, least) {
  /** @type {Point} */
  const at = [within(snap(to[0]), 0, WIDTH), within(snap(to[1]), 0, HEIGHT)];
  if (shape.kind === "polygon") {
    const points = shape.points.map((point, number) => (number === corner ? at : point));
    return fits(points, least) ? { kind: "polygon", points } : shape;
  }
  const opposite = corners(shape)[(corner + 2) % 4] ?? at;
  const left = corner === 0 || corner === 3;
  const top = corner < 2;
  const x = left ? Math.min(at[0], opposite[0] - least) : Math.max(at[0], opposite[0] + least);
  const y = top ? Math.min(at[1], opposite[1] - least) : Math.max(at[1], opposite[1] + least);
  return between([x, y], opposite);
}

/** @param {Shape} shape @param {number} dx @param {number} dy @param {number} least @returns {Shape} */
export function resized(shape, dx, dy, least) {
  if (shape.kind === "rectangle") {
    return pulled(shape, 2, [shape.x + shape.width + dx, shape.y + shape.height + dy], least);
  }
  const { x, y, width, height } = box(shape.points);
  const wide = within(width + dx, least, WIDTH - x);
  const high = within(height + dy, least, HEIGHT - y);
  /** @type {Point[]} */
  const points = shape.points.map(([px, py]) => [
    Math.round(x + ((px - x) * wide) / width),
    Math.round(y + ((py - y) * high) / height),
  ]);
  return fits(points, least) ? { kind: "polygon", points } : shape;
}

/** @param {Point} one @param {Point} other @returns {Rectangle} */
export function between(one, other) {
  const { x, y, width, height } = box([one, other]);
  return { kind: "rectangle", x, y, width, height };
}

/** @param {Shape} shape @returns {Polygon} */
export const withCorners = (shape) => ({ kind: "polygon", points: corners(shape) });

/** @param {Shape} shape @param {number} least @returns {Rectangle} */
export function asRectangle(shape, least) {
  const { x, y, width, height } = box(corners(shape));
  return { kind: "rectangle", x, y, width: Math.max(width, least), height: Math.max(height, least) };
}

/**
 * One more corner, in the middle of the longest side.
 * @param {Point[]} points
 * @returns {Point[]}
 */
export function oneMore(points) {
  if (points.length >= MOST_CORNERS) return points;
  const length = (/** @type {number} */ at) => {
    const [from, to] = side(points, at);
    return Math.hypot(to[0] - from[0], to[1] - from[1]);
  };
  let longest = 0;
  for (let at = 1; at < points.length; at += 1) if (length(at) > length(longest)) longest = at;
  const [from, to] = side(points, longest);
  /** @type {Point} */
  const middle = [snap((from[0] + to[0]) / 2), snap((from[1] + to[1]) / 2)];
  return [...points.slice(0, longest + 1), middle, ...points.slice(longest + 1)];
}

/** @param {Point[]} points @param {number} at @returns {[Point, Point]} */
function side(points, at) {
  const from = points[at] ?? [0, 0];
  return [from, points[(at + 1) % points.length] ?? from];
}

/** Whether the hub would take such a shape. @param {Point[]} points @param {number} least */
export function fits(points, least) {
  const { width, height } = box(points);
  let area = 0;
  for (let at = 0; at < points.length; at += 1) {
    const [[x, y], [toX, toY]] = side(points, at);
    area += x * toY - toX * y;
  }
  return width >= least && height >= least && Math.abs(area / 2) >= (least * least) / 2;
}

/** @param {Point[]} points @param {number} x @param {number} y whether that lies inside of them */
function holds(points, x, y) {
  let inside = false;
  points.forEach(([ax, ay], number) => {
    const [bx, by] = /** @type {Point} */ (points.at(number - 1));
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/**
 * The names of what lies over something else: both have the middle of a field of the grid.
 * @param {Record<string, Shape>} shapes
 * @returns {string[]}
 */
export function overlapping(shapes) {
  const all = Object.entries(shapes).map(([name, shape]) => ({ name, points: corners(shape) }));
  /** @type {Set<string>} */
  const found = new Set();
  for (let x = STEP / 2; x < WIDTH; x += STEP) {
    for (let y = STEP / 2; y < HEIGHT; y += STEP) {
      const here = all.filter(({ points }) => holds(points, x, y));
      if (here.length > 1) for (const { name } of here) found.add(name);
    }
  }
  return Object.keys(shapes).filter((name) => found.has(name));
}
