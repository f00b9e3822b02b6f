// Colour as the eye sees it: the same as scenes/colour.py, and hue and saturation for the pad.

/** @typedef {[number, number, number]} Rgb */

/** @type {Rgb[]} From linear sRGB to cone responses and from their cube roots to Oklab. */
const TO_CONES = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
/** @type {Rgb[]} */
const TO_LAB = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
/** @type {Rgb[]} */
const FROM_LAB = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
/** @type {Rgb[]} */
const FROM_CONES = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.7076147010],
];

/**
 * The colour that is `share` (0 to 1) of the way between two, evenly to the eye.
 * @param {string} origin
 * @param {string} target
 * @param {number} share
 */
export function blendColours(origin, target, share) {
  if (origin === target) return target;
  const [one, other] = [oklab(origin), oklab(target)];
  const cones = times(FROM_LAB, /** @type {Rgb} */ (one.map((part, at) => part + (other[at] - part) * share)));
  const cubed = /** @type {Rgb} */ (cones.map((cone) => cone ** 3));
  return hex(times(FROM_CONES, cubed));
}

/**
 * How white light of a temperature (kelvin) looks beside other colours, as #rrggbb.
 * @param {number} temperatureK
 */
export function whiteColour(temperatureK) {
  return hex(blackBody(temperatureK));
}

/**
 * @param {number} temperatureK
 * @returns {Rgb}
 */
function blackBody(temperatureK) {
  const t = Math.min(Math.max(temperatureK, 1000), 15000);
  const u =
    (0.860117757 + t * (1.54118254e-4 + t * 1.28641212e-7)) / (1 + t * (8.42420235e-4 + t * 7.08145163e-7));
  const v =
    (0.317398726 + t * (4.22806245e-5 + t * 4.20481691e-8)) / (1 + t * (-2.89741816e-5 + t * 1.61456053e-7));
  const [x, y, z] = [3 * u, 2 * v, 4 - u - 10 * v];
  const parts = [
    3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * y + 0.041556 * z,
    0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
  ].map((part) => Math.max(part, 0));
  const strongest = Math.max(...parts);
  return /** @type {Rgb} */ (parts.map((part) => part / strongest));
}

/**
 * Hue (0 to 360) and saturation (0 to 100) of #rrggbb; grey has hue 0.
 * @param {string} colour
 */
export function hueAndSaturation(colour) {
  const parts = encoded(colour);
  const [most, least] = [Math.max(...parts), Math.min(...parts)];
  const span = most - least;
  if (span === 0) return { hue: 0, saturation: 0 };
  const [red, green, blue] = parts;
  let sixth = (red - green) / span + 4;
  if (most === red) sixth = ((green - blue) / span + 6) % 6;
  else if (most === green) sixth = (blue - red) / span + 2;
  return { hue: Math.round(sixth * 60) % 360, saturation: Math.round((span / most) * 100) };
}

/**
 * The brightest #rrggbb of a hue and saturation: how bright a light is, its level says.
 * @param {number} hue
 * @param {number} saturation
 */
export function colourOf(hue, saturation) {
  const parts = [5, 3, 1].map((offset) => {
    const k = (offset + hue / 60) % 6;
    return 1 - (saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1));
  });
  return written(parts);
}

/**
 * @param {string} colour
 * @returns {Rgb}
 */
function oklab(colour) {
  const linear = /** @type {Rgb} */ (encoded(colour).map(decode));
  const cones = /** @type {Rgb} */ (times(TO_CONES, linear).map(Math.cbrt));
  return times(TO_LAB, cones);
}

/**
 * @param {Rgb[]} matrix
 * @param {Rgb} vector
 * @returns {Rgb}
 */
function times(matrix, [one, two, three]) {
  return /** @type {Rgb} */ (matrix.map(([a, b, c]) => a * one + b * two + c * three));
}

/**
 * The sRGB values (0 to 1) of #rrggbb.
 * @param {string} colour
 * @returns {Rgb}
 */
function encoded(colour) {
  return /** @type {Rgb} */ ([1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255));
}

/** @param {number} value */
function decode(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** @param {Rgb} linear */
function hex(linear) {
  return written(
    linear.map((part) => {
      const light = Math.min(Math.max(part, 0), 1);
      return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
    }),
  );
}

/** @param {number[]} parts */
function written(parts) {
  return "#" + parts.map((part) => Math.round(255 * part).toString(16).padStart(2, "0")).join("");
}
