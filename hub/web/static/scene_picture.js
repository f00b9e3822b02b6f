// A scene's picture, drawn anew while its recipe is edited: the same as hub/web/scene_picture.py.

import { blendColours, whiteColour } from "./colour.js";
import { say } from "./words.js";

/** @typedef {{ level: number, temperature_k?: number, colour?: string, fade_s?: number }} LightCue */
/** @typedef {{ source: string, volume: number, crossfade_s?: number, change?: string }} MusicCue */
/** @typedef {{ fragrance: string, intensity: number }} ScentCue */
/** @typedef {{ light?: Record<string, LightCue>, music?: MusicCue, scent?: ScentCue }} Recipe */

const NIGHT = "#1a100a";
const [WALL, FLOOR, THING] = ["#f6ecdc", "#c79a6b", "#7d5c43"];
const ADAPTED = 1.3;
const BAR_SHAPE = [0.45, 0.8, 1.0, 0.7, 0.4];
const [BAR_LEAST, BAR_MOST] = [3, 26];
const [DARK_INK, LIGHT_INK] = ["#2b221a", "#fff6ea"];
const LIT = 45;
const WISPS = 3;
const FADE_S = 3;
const DARK = { level: 0 };

/**
 * What is to be seen of a recipe.
 * @param {Recipe} recipe
 */
export function picture(recipe) {
  const cues = recipe.light ?? {};
  const room = cues.all ?? DARK;
  const accent = accentOf(cues);
  const light = lightColour(room);
  const share = brightness(room.level);
  const scent = recipe.scent?.intensity ?? 0;
  return {
    wall: lit(WALL, light, share),
    ceiling: lit(WALL, light, share * 0.8),
    floor: lit(FLOOR, light, share * 0.92),
    near: lit(FLOOR, light, share * 0.7),
    thing: lit(THING, light, share * 0.8),
    accent: { colour: lightColour(accent), share: twoDigits(brightness(accent.level)) },
    ink: room.level >= LIT ? DARK_INK : LIGHT_INK,
    bars: recipe.music ? bars(recipe.music.volume) : [],
    wisps: scent > 0 ? Math.min(WISPS, 1 + Math.floor((scent / 100) * WISPS)) : 0,
    wisp_share: twoDigits(0.45 + (0.5 * scent) / 100),
    words: words(recipe, room, accent),
  };
}

/**
 * Draws it into an SVG that has all parts.
 * @param {Element} svg
 * @param {ReturnType<typeof picture>} shown
 */
export function draw(svg, shown) {
  stops(svg, "wall", [shown.ceiling, shown.wall]);
  stops(svg, "floor", [shown.floor, shown.near]);
  for (const name of ["beam", "pool"]) {
    stops(svg, name, [shown.accent.colour, shown.accent.colour]);
    part(svg, `[id$="--${name}"] stop`)[0]?.setAttribute("stop-opacity", String(shown.accent.share));
  }
  for (const each of part(svg, "[data-part=thing]")) each.setAttribute("fill", shown.thing);
  for (const each of part(svg, "[data-part=beams]")) display(each, shown.accent.share > 0);
  for (const each of part(svg, "[data-part=bulb]")) {
    each.setAttribute("fill", shown.accent.colour);
    each.setAttribute("opacity", String(shown.accent.share));
  }
  for (const each of part(svg, "[data-part=wisps]")) {
    each.setAttribute("stroke", shown.ink);
    each.setAttribute("opacity", String(shown.wisp_share));
  }
  part(svg, "[data-part=wisps] path").forEach((path, at) => display(path, at < shown.wisps));
  for (const each of part(svg, "[data-part=bars]")) each.setAttribute("fill", shown.ink);
  part(svg, "[data-part=bars] rect").forEach((bar, at) => {
    const height = shown.bars[at] ?? 0;
    bar.setAttribute("y", String(94 - height));
    bar.setAttribute("height", String(height));
  });
  svg.setAttribute("aria-label", shown.words);
}

/**
 * How the light of a cue looks to somebody who stands in it.
 * @param {LightCue} cue
 */
export function lightColour(cue) {
  return cue.colour ?? adapted(cue.temperature_k ?? 3500);
}

/**
 * White light of a temperature as it looks to eyes that are used to it.
 * @param {number} temperatureK
 */
export function adapted(temperatureK) {
  return whiteColour(temperatureK * ADAPTED);
}

/** @param {number} level per cent */
export function brightness(level) {
  return (Math.max(0, level) / 100) ** 0.55;
}

/**
 * A material in a light of which there is `share` (0 is night, 1 is all).
 * @param {string} material
 * @param {string} light
 * @param {number} share
 */
export function lit(material, light, share) {
  return blendColours(NIGHT, blendColours(material, light, 0.7), 0.08 + 0.92 * Math.min(1, share));
}

/**
 * @param {Record<string, LightCue>} cues
 * @returns {LightCue}
 */
function accentOf(cues) {
  const others = Object.keys(cues).filter((group) => group !== "all").sort();
  const group = cues.accent ? "accent" : (others[0] ?? "all");
  return cues[group] ?? DARK;
}

/** @param {number} volume */
function bars(volume) {
  if (volume <= 0) return [];
  const tallest = BAR_LEAST + ((BAR_MOST - BAR_LEAST) * volume) / 100;
  return BAR_SHAPE.map((share) => Math.max(BAR_LEAST, even(tallest * share)));
}

/**
 * The recipe in one line.
 * @param {Recipe} recipe
 * @param {LightCue} room
 * @param {LightCue} accent
 */
function words(recipe, room, accent) {
  const parts = [say("Light {light}", { light: lightWords(room) })];
  if (!sameCue(room, accent)) parts.push(say("accents {light}", { light: lightWords(accent) }));
  const volume = recipe.music?.volume.toFixed(0);
  parts.push(volume === undefined ? say("no music") : say("music at {volume} %", { volume }));
  const scent = recipe.scent;
  parts.push(
    scent
      ? say("{fragrance} scent at {intensity} %", {
          fragrance: scent.fragrance,
          intensity: scent.intensity.toFixed(0),
        })
      : say("no scent"),
  );
  return parts.join(", ");
}

/**
 * @param {LightCue} one
 * @param {LightCue} other
 */
function sameCue(one, other) {
  const said = (/** @type {LightCue} */ cue) => [cue.level, cue.temperature_k, cue.colour, cue.fade_s ?? FADE_S];
  return said(one).every((value, at) => value === said(other)[at]);
}

/** @param {LightCue} cue */
function lightWords(cue) {
  if (cue.level <= 0) return say("off");
  const level = `${cue.level.toFixed(0)} %`;
  if (cue.colour) return say("{level} in colour", { level });
  return cue.temperature_k ? `${level}, ${cue.temperature_k.toFixed(0)} K` : level;
}

/** @param {number} value */
const twoDigits = (value) => even(value * 100) / 100;

/**
 * The nearest whole number; of two that are as near, the even one, as Python has it.
 * @param {number} value
 */
function even(value) {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

/**
 * @param {Element} svg
 * @param {string} selector
 */
function part(svg, selector) {
  return [...svg.querySelectorAll(selector)];
}

/**
 * @param {Element} svg
 * @param {string} name
 * @param {string[]} colours
 */
function stops(svg, name, colours) {
  part(svg, `[id$="--${name}"] stop`).forEach((stop, at) => stop.setAttribute("stop-color", colours[at]));
}

/**
 * @param {Element} element
 * @param {boolean} shown
 */
function display(element, shown) {
  if (shown) element.removeAttribute("display");
  else element.setAttribute("display", "none");
}
