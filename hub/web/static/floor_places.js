// Puts what stands on a floor plan at its place, for the style sheet to use where there is room.

/**
 * @param {HTMLElement} spot
 * @param {string} box left, top, width and height in per cent of the plan
 * @param {string} [corners] in per cent of the box; a rectangle has none
 */
export function putAt(spot, box, corners) {
  const [x, y, width, height] = box.split(" ");
  for (const [name, value] of Object.entries({ x, y, width, height })) {
    spot.style.setProperty(`--${name}`, `${value}%`);
  }
  if (corners) spot.style.setProperty("--corners", `polygon(${corners})`);
  else spot.style.removeProperty("--corners");
}
