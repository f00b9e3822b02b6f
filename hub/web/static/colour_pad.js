// The pad of hues and saturations: by finger, and by the arrow keys on two sliders that nobody sees.

import { colourOf, hueAndSaturation } from "./colour.js";
import { say } from "./words.js";

/** @typedef {import("./scene_recipe.js").Sheet} Sheet */

const [STEP, BIG_STEP] = [2, 10];
const MOST_HUE = 359;
/** @type {Record<string, [axis: "hue" | "saturation", direction: number]>} */
const KEYS = {
  ArrowLeft: ["hue", -1],
  ArrowRight: ["hue", 1],
  ArrowDown: ["saturation", -1],
  ArrowUp: ["saturation", 1],
};

/**
 * Takes over every pad of a form; `pick` is called with the path and the #rrggbb that was chosen.
 * @param {HTMLElement} form
 * @param {(path: string, colour: string) => void} pick
 */
export function colourPads(form, pick) {
  const pads = [...form.querySelectorAll("[data-pad]")].map((element) =>
    takePad(/** @type {HTMLElement} */ (element), pick),
  );
  return {
    /** @param {Sheet} sheet */
    show: (sheet) => pads.forEach((show) => show(sheet)),
  };
}

/**
 * @param {HTMLElement} pad
 * @param {(path: string, colour: string) => void} pick
 * @returns {(sheet: Sheet) => void}
 */
function takePad(pad, pick) {
  const path = pad.dataset.pad ?? "";
  const [hue, saturation] = /** @type {HTMLInputElement[]} */ ([...pad.querySelectorAll("input")]);
  let shown = "";

  const choose = () => {
    // The hue of a colour that is almost white can't be read from it: what was chosen stands.
    shown = colourOf(hue.valueAsNumber, saturation.valueAsNumber);
    place();
    pick(path, shown);
  };
  const place = () => {
    pad.style.setProperty("--x", String(hue.valueAsNumber / MOST_HUE));
    pad.style.setProperty("--y", String(1 - saturation.valueAsNumber / 100));
    pad.style.setProperty("--knob", colourOf(hue.valueAsNumber, saturation.valueAsNumber));
    hue.setAttribute("aria-valuetext", `${hueWord(hue.valueAsNumber)}, ${hue.value}°`);
    saturation.setAttribute("aria-valuetext", `${saturation.value} %`);
  };

  const follow = (/** @type {PointerEvent} */ event) => {
    const box = pad.getBoundingClientRect();
    const share = (/** @type {number} */ at) => Math.min(1, Math.max(0, at));
    hue.value = String(share((event.clientX - box.left) / box.width) * MOST_HUE);
    saturation.value = String((1 - share((event.clientY - box.top) / box.height)) * 100);
    choose();
  };
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    hue.focus({ preventScroll: true });
    follow(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (pad.hasPointerCapture(event.pointerId)) follow(event);
  });
  pad.addEventListener("keydown", (event) => {
    const [axis, direction] = KEYS[event.key] ?? [];
    if (!axis || !direction) return;
    event.preventDefault();
    const input = axis === "hue" ? hue : saturation;
    input.value = String(input.valueAsNumber + direction * (event.shiftKey ? BIG_STEP : STEP));
    choose();
  });
  pad.addEventListener("input", (event) => {
    event.stopPropagation();
    choose();
  });

  return (sheet) => {
    const colour = String(sheet[path]);
    if (colour === shown) return;
    shown = colour;
    const found = hueAndSaturation(colour);
    hue.value = String(found.hue);
    saturation.value = String(found.saturation);
    place();
  };
}

/** @param {number} hue */
function hueWord(hue) {
  const words = [
    say("red"),
    say("orange"),
    say("yellow"),
    say("green"),
    say("green"),
    say("turquoise"),
    say("turquoise"),
    say("blue"),
    say("blue"),
    say("violet"),
    say("pink"),
    say("pink"),
  ];
  return words[Math.round(hue / 30) % words.length];
}
