// The editor's sliders, switches and fields: they and the sheet of values always say the same.

import { adapted, lightColour } from "./scene_picture.js";
import { colourPads } from "./colour_pad.js";

/** @typedef {import("./scene_recipe.js").Sheet} Sheet */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Control */

const WARMTH_STOPS = 8;
const DARK = "#1a100a";

/**
 * Takes over the controls of a form; `changed` is called after each change by a person.
 * @param {HTMLElement} form
 * @param {(path: string) => void} changed
 * @returns {{ sheet: () => Sheet, show: (sheet: Sheet) => void, set: (path: string, value: string | number) => void }}
 */
export function takeControls(form, changed) {
  const controls = /** @type {Control[]} */ ([...form.querySelectorAll("[data-path]")]);
  /** @type {Sheet} */
  let sheet = {};
  for (const control of controls) {
    const value = valueOf(control);
    if (value !== undefined) sheet[pathOf(control)] = value;
  }
  const pads = colourPads(form, (path, value) => set(path, value));

  /**
   * @param {string} path
   * @param {string | number | boolean} value
   */
  function set(path, value) {
    sheet[path] = value;
    showAll();
    changed(path);
  }

  function showAll() {
    for (const control of controls) showValue(control, sheet[pathOf(control)]);
    for (const element of form.querySelectorAll("[data-if]")) hide(element, !holds(sheet, element, "if"));
    for (const element of form.querySelectorAll("[data-unless]")) hide(element, holds(sheet, element, "unless"));
    for (const pick of form.querySelectorAll("[data-pick]")) {
      const { pick: path = "", value } = /** @type {HTMLElement} */ (pick).dataset;
      pick.setAttribute("aria-pressed", String(sheet[path] === value));
    }
    for (const cue of form.querySelectorAll("[data-group]")) paintCue(cue, sheet);
    pads.show(sheet);
  }

  form.addEventListener("input", (event) => {
    const control = /** @type {Control} */ (event.target);
    if (!control.dataset?.path) return;
    const value = valueOf(control);
    if (value !== undefined && isFit(control)) set(pathOf(control), value);
  });
  // What was not taken while it was being typed gives way to what holds.
  form.addEventListener("change", (event) => {
    const control = /** @type {Control} */ (event.target);
    if (control.dataset?.path) showValue(control, sheet[pathOf(control)], true);
  });
  form.addEventListener("click", (event) => {
    const pick = /** @type {HTMLElement} */ (event.target).closest("[data-pick]");
    if (pick instanceof HTMLElement) set(pick.dataset.pick ?? "", pick.dataset.value ?? "");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  paintWarmth(form);

  return {
    sheet: () => ({ ...sheet }),
    show: (next) => {
      sheet = { ...next };
      showAll();
    },
    set,
  };
}

/** @param {Control} control */
const pathOf = (control) => control.dataset.path ?? "";

/**
 * @param {Control} control
 * @returns {string | number | boolean | undefined} undefined of a radio button that isn't chosen
 */
function valueOf(control) {
  if (!(control instanceof HTMLInputElement)) return control.value;
  if (control.type === "checkbox") return control.checked;
  if (control.type === "radio") return control.checked ? control.value : undefined;
  if (control.type === "range" || control.type === "number") return control.valueAsNumber;
  return isHex(control) ? control.value.toLowerCase() : control.value;
}

/** @param {Control} control */
const isHex = (control) => pathOf(control).endsWith(".colour");

/** @param {Control} control */
function isFit(control) {
  if (isHex(control)) return /^#[0-9a-f]{6}$/i.test(control.value);
  return control.type !== "number" || (control.value !== "" && control.checkValidity());
}

/**
 * @param {Control} control
 * @param {string | number | boolean | undefined} value
 * @param {boolean} [whole] also into the field that a person types in
 */
function showValue(control, value, whole = false) {
  if (value === undefined) return;
  if (!(control instanceof HTMLInputElement) || control.type === "text") {
    if (whole || control !== document.activeElement) control.value = String(value);
    return;
  }
  if (control.type === "checkbox") control.checked = Boolean(value);
  else if (control.type === "radio") control.checked = control.value === value;
  else if (control.type === "number") {
    if (whole || control !== document.activeElement) control.value = String(rounded(Number(value)));
  } else {
    control.value = String(value);
    control.setAttribute("aria-valuetext", `${rounded(Number(value))} ${control.dataset.spoken ?? ""}`.trim());
    const [low, high] = [Number(control.min), Number(control.max)];
    const share = high > low ? (Number(value) - low) / (high - low) : 0;
    control.style.setProperty("--share", String(Math.min(1, Math.max(0, share))));
  }
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 10) / 10;

/**
 * @param {Sheet} sheet
 * @param {Element} element
 * @param {"if" | "unless"} key
 */
function holds(sheet, element, key) {
  const [path, value] = (/** @type {HTMLElement} */ (element).dataset[key] ?? "").split("=");
  return value === undefined ? Boolean(sheet[path]) : sheet[path] === value;
}

/**
 * @param {Element} element
 * @param {boolean} hidden
 */
function hide(element, hidden) {
  /** @type {HTMLElement} */ (element).hidden = hidden;
}

/**
 * The group's own colour on its level slider and on its dot.
 * @param {Element} cue
 * @param {Sheet} sheet
 */
function paintCue(cue, sheet) {
  const group = /** @type {HTMLElement} */ (cue).dataset.group ?? "";
  const lamp = sheet[`light.${group}.own`] ? group : "all";
  const at = `light.${lamp}`;
  const kind = sheet[`${at}.kind`];
  const colour = lightColour({
    level: 100,
    ...(kind === "colour" ? { colour: String(sheet[`${at}.colour`]) } : {}),
    ...(kind === "white" ? { temperature_k: Number(sheet[`${at}.temperature_k`]) } : {}),
  });
  const on = sheet[`${at}.own`] && Number(sheet[`${at}.level`]) > 0;
  const track = /** @type {HTMLElement | null} */ (cue.querySelector(".level-track"));
  track?.style.setProperty("--track", `linear-gradient(to right, ${DARK}, ${colour})`);
  for (const dot of document.querySelectorAll("[data-dot]")) {
    if (/** @type {HTMLElement} */ (dot).dataset.dot === group) dot.setAttribute("fill", on ? colour : DARK);
  }
}

/**
 * What each warmth looks like, on the slider that sets it.
 * @param {HTMLElement} form
 */
function paintWarmth(form) {
  for (const slider of form.querySelectorAll(".warmth-track")) {
    const range = /** @type {HTMLInputElement} */ (slider.querySelector("input[type=range]"));
    const [low, high] = [Number(range.min), Number(range.max)];
    const stops = Array.from({ length: WARMTH_STOPS }, (_each, at) =>
      adapted(low + ((high - low) * at) / (WARMTH_STOPS - 1)),
    );
    /** @type {HTMLElement} */ (slider).style.setProperty("--track", `linear-gradient(to right, ${stops.join(", ")})`);
  }
}
