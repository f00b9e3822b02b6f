// A recipe as the editor holds it (a sheet of plain values by path) and as the hub takes it.
// Pure: no page, no hub.

/** @typedef {import("./scene_picture.js").LightCue} LightCue */
/**
 * @typedef {import("./scene_picture.js").Recipe & {
 *   name: string, description?: string, mood: string, experience: string,
 *   limits?: { max_volume?: number, max_dose_s_per_h?: number },
 * }} Document
 */
/** @typedef {Record<string, string | number | boolean>} Sheet */

const OTHERS = "light-others"; // the light of groups that have no controls, as JSON
const DOSE_S_PER_H = 900; // of an intensity of 100 % (scenes/dosing.py)

/**
 * The document that a sheet stands for. Values of a part that is switched off are left out, so that
 * two sheets that mean the same make the same document.
 * @param {Sheet} sheet
 * @returns {Document}
 */
export function documentOf(sheet) {
  /** @type {Document} */
  const document = {
    name: String(sheet.name).trim(),
    mood: String(sheet.mood),
    experience: String(sheet.experience),
  };
  if (String(sheet.description).trim()) document.description = String(sheet.description);
  const light = lightOf(sheet);
  if (Object.keys(light).length) document.light = light;
  const kind = String(sheet["music.kind"]);
  if (kind !== "silence") {
    document.music = {
      source: `${kind}:${String(sheet[`music.${kind}`]).trim()}`,
      volume: Number(sheet["music.volume"]),
      crossfade_s: Number(sheet["music.crossfade_s"]),
      change: String(sheet["music.change"]),
    };
  }
  if (sheet["scent.on"]) {
    document.scent = {
      fragrance: slug(String(sheet["scent.fragrance"])),
      intensity: Number(sheet["scent.intensity"]),
    };
  }
  /** @type {{ max_volume?: number, max_dose_s_per_h?: number }} */
  const limits = {};
  if (sheet["limits.volume_on"]) limits.max_volume = Number(sheet["limits.max_volume"]);
  if (sheet["limits.dose_on"]) limits.max_dose_s_per_h = Number(sheet["limits.max_dose_s_per_h"]);
  if (Object.keys(limits).length) document.limits = limits;
  return document;
}

/**
 * What a sheet says with a document taken up; what the document doesn't name is switched off and
 * keeps its value, to begin with when somebody switches it on.
 * @param {Document} document
 * @param {Sheet} before
 * @returns {Sheet}
 */
export function sheetOf(document, before) {
  const sheet = { ...before };
  sheet.name = document.name;
  sheet.description = document.description ?? "";
  sheet.mood = document.mood;
  sheet.experience = document.experience;
  const groups = groupsOf(before);
  for (const group of groups) takeCue(sheet, group, document.light?.[group]);
  // What this page has no controls for stays as it is.
  const others = Object.entries(document.light ?? {}).filter(([group]) => !groups.includes(group));
  sheet[OTHERS] = JSON.stringify(Object.fromEntries(others));
  const [kind, ...rest] = document.music?.source.split(":") ?? ["silence"];
  sheet["music.kind"] = kind;
  if (document.music) {
    sheet[`music.${kind}`] = rest.join(":");
    sheet["music.volume"] = document.music.volume;
    sheet["music.crossfade_s"] = document.music.crossfade_s ?? 5;
    sheet["music.change"] = document.music.change ?? "now";
  }
  sheet["scent.on"] = Boolean(document.scent);
  if (document.scent) {
    sheet["scent.fragrance"] = document.scent.fragrance;
    sheet["scent.intensity"] = document.scent.intensity;
  }
  const { max_volume: volume, max_dose_s_per_h: dose } = document.limits ?? {};
  sheet["limits.volume_on"] = volume !== undefined && volume !== null;
  sheet["limits.dose_on"] = dose !== undefined && dose !== null;
  if (sheet["limits.volume_on"]) sheet["limits.max_volume"] = Number(volume);
  if (sheet["limits.dose_on"]) sheet["limits.max_dose_s_per_h"] = Number(dose);
  return sheet;
}

/**
 * The fixture groups that a sheet has room for.
 * @param {Sheet} sheet
 */
export function groupsOf(sheet) {
  return Object.keys(sheet).filter((path) => /^light\..*\.own$/.test(path)).map((path) => path.split(".")[1]);
}

/**
 * Theirs, with what I changed since `base` put in; where both changed the same, it is mine.
 * @template {Record<string, any>} T
 * @param {T} base
 * @param {T} theirs
 * @param {T} mine
 * @returns {T}
 */
export function merged(base, theirs, mine) {
  /** @type {Record<string, any>} */
  const found = { ...theirs };
  for (const key of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    const [was, is, other] = [base[key], mine[key], theirs[key]];
    if (same(was, is)) continue;
    if (is === undefined) delete found[key];
    else found[key] = [was, is, other].every(isTable) ? merged(was, other, is) : is;
  }
  return /** @type {T} */ (found);
}

/**
 * Whether two plain values say the same, in whatever order.
 * @param {any} one
 * @param {any} other
 */
export function same(one, other) {
  return differences(one, other) === 0;
}

/**
 * Seconds of scent bursts in an hour.
 * @param {number} intensity per cent
 */
export function doseOf(intensity) {
  return (DOSE_S_PER_H * intensity) / 100;
}

/**
 * A fragrance's id from what people type: "Green tea" is green-tea.
 * @param {string} text
 */
export function slug(text) {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/**
 * How many values differ.
 * @param {any} one
 * @param {any} other
 * @returns {number}
 */
export function differences(one, other) {
  if (!isTable(one) || !isTable(other)) return one === other ? 0 : 1;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].reduce((count, key) => count + differences(one[key], other[key]), 0);
}

/** @param {any} value */
function isTable(value) {
  return typeof value === "object" && value !== null;
}

/**
 * @param {Sheet} sheet
 * @returns {Record<string, LightCue>}
 */
function lightOf(sheet) {
  /** @type {Record<string, LightCue>} */
  const light = JSON.parse(String(sheet[OTHERS] ?? "{}"));
  for (const group of groupsOf(sheet)) {
    const at = `light.${group}`;
    if (!sheet[`${at}.own`]) continue;
    /** @type {LightCue} */
    const cue = { level: Number(sheet[`${at}.level`]), fade_s: Number(sheet[`${at}.fade_s`]) };
    if (sheet[`${at}.kind`] === "white") cue.temperature_k = Math.round(Number(sheet[`${at}.temperature_k`]));
    if (sheet[`${at}.kind`] === "colour") cue.colour = String(sheet[`${at}.colour`]);
    light[group] = cue;
  }
  return light;
}

/**
 * @param {Sheet} sheet
 * @param {string} group
 * @param {LightCue | undefined} cue
 */
function takeCue(sheet, group, cue) {
  const at = `light.${group}`;
  sheet[`${at}.own`] = Boolean(cue);
  if (!cue) return;
  sheet[`${at}.level`] = cue.level;
  sheet[`${at}.fade_s`] = cue.fade_s ?? 3;
  sheet[`${at}.kind`] = cue.colour ? "colour" : cue.temperature_k ? "white" : "plain";
  if (cue.temperature_k) sheet[`${at}.temperature_k`] = cue.temperature_k;
  if (cue.colour) sheet[`${at}.colour`] = cue.colour;
}
