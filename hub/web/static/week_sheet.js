// @ts-check
// A sheet's form to what the REST API hears.

import { say } from "./words.js";

/** Lets a sheet's fields fit each other. @param {HTMLElement} body */
export function readySheet(body) {
  for (const time of body.querySelectorAll(".time")) {
    const anchor = /** @type {HTMLSelectElement | null} */ (time.querySelector("select[name$=-anchor]"));
    const show = () => time.toggleAttribute("data-anchored", anchor !== null && anchor.value !== "midnight");
    anchor?.addEventListener("change", show);
    show();
  }
  for (const input of body.querySelectorAll("input[name=first]")) {
    input.addEventListener("change", () => {
      const last = /** @type {HTMLInputElement | null} */ (input.closest(".span")?.querySelector("[name=last]"));
      const first = /** @type {HTMLInputElement} */ (input).value;
      if (last && (!last.value || last.value < first)) last.value = first;
    });
  }
  const all = /** @type {HTMLInputElement | null} */ (body.querySelector("[name=zones][value=all]"));
  for (const zone of body.querySelectorAll("[name=zones]")) {
    zone.addEventListener("change", () => {
      const chosen = /** @type {HTMLInputElement} */ (zone);
      if (!chosen.checked || !all) return;
      if (chosen === all) untick(body, "[name=zones]:not([value=all])");
      else all.checked = false;
    });
  }
}

/**
 * What was begun in a form of something new, to go on with as another kind of thing.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export function begunIn(form) {
  const data = new FormData(form);
  /** @type {Record<string, string>} */
  const begun = { on: form.dataset.on ?? "" };
  for (const [name, field] of [["from", "from-clock"], ["until", "until-clock"], ["scene", "scene"]]) {
    const value = String(data.get(field) ?? "");
    // The end of a day is 24:00, which no field can show.
    if (value) begun[name] = name === "until" && value === "00:00" ? "24:00" : value;
  }
  return begun;
}

/**
 * Whether a form says more than one day alone can have otherwise: its scene and its times.
 * @param {HTMLFormElement} form
 */
export function differsBeyondOneDay(form) {
  const others = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input:not([name=scene]):not(.time input)"));
  return [...others].some((field) =>
    field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue,
  );
}

/** @param {HTMLElement} body @param {string} selector */
function untick(body, selector) {
  for (const each of body.querySelectorAll(selector)) /** @type {HTMLInputElement} */ (each).checked = false;
}

/**
 * What a form says; a sentence where something is missing.
 * @param {HTMLFormElement} form
 * @returns {Record<string, any> | string}
 */
export function bodyOf(form) {
  const data = new FormData(form);
  const kind = form.dataset.part;
  if (kind === "hours") return hoursOf(form, data);
  const text = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  /** @type {Record<string, any>} */
  const body = { name: text("name"), note: text("note") };
  const days = form.querySelector("[name=first]") ? daysOf(form, data) : null;
  if (typeof days === "string") return days;
  if (days) body.days = days;
  if (kind === "special-hours") {
    if (data.has("closed")) return body;
    body.hours = { from: text("from-clock"), until: text("until-clock") };
    if (!body.hours.from || !body.hours.until) return say("Say from when and until when.");
    return body;
  }
  if (!data.has("zones")) return say("Choose at least one zone.");
  body.zones = data.getAll("zones");
  body.scene = text("scene");
  body.priority = Number(text("priority") || 0);
  body.from = timeOf(form, "from", data);
  body.until = timeOf(form, "until", data);
  if (!body.from || !body.until) return say("Say from when and until when.");
  if (form.querySelector("[name=weekdays]")) {
    if (!data.has("weekdays")) return say("Choose at least one weekday.");
    body.weekdays = data.getAll("weekdays");
    for (const name of ["valid_from", "valid_to"]) if (text(name)) body[name] = text(name);
  }
  return body;
}

/**
 * A time of day as the API writes it: 09:00, closing-00:30.
 * @param {HTMLFormElement} form @param {"from" | "until"} name @param {FormData} data
 */
function timeOf(form, name, data) {
  const anchor = String(data.get(`${name}-anchor`) ?? "midnight");
  if (anchor === "midnight") {
    const clock = String(data.get(`${name}-clock`) ?? "");
    return name === "until" && clock === "00:00" ? "24:00" : clock;
  }
  const amount = String(data.get(`${name}-amount`) ?? "");
  return amount && amount !== "00:00" ? `${anchor}${data.get(`${name}-side`)}${amount}` : anchor;
}

/** The hours of an ordinary week. @param {HTMLFormElement} form @param {FormData} data */
function hoursOf(form, data) {
  /** @type {Record<string, { from: string, until: string }>} */
  const hours = {};
  for (const weekday of data.getAll("open").map(String)) {
    const [from, until] = ["from", "until"].map((name) => String(data.get(`${weekday}-${name}`) ?? ""));
    if (!from || !until) return say("Say from when and until when.");
    hours[weekday] = { from, until: until === "00:00" ? "24:00" : until };
  }
  return { hours };
}

/** @param {HTMLFormElement} form @param {FormData} data */
function daysOf(form, data) {
  const firsts = data.getAll("first").map(String);
  const lasts = data.getAll("last").map(String);
  const dates = firsts.flatMap((first, at) => (first ? [{ first, last: lasts[at] || first }] : []));
  if (dates.some(({ first, last }) => last < first)) return say("The last day is before the first.");
  const holidays = data.getAll("holidays");
  if (!dates.length && !holidays.length) return say("Choose at least one day.");
  return { ...(dates.length ? { dates } : {}), ...(holidays.length ? { holidays } : {}) };
}
