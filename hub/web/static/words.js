// The words of scripts, in the page's language. Messages are English in the code; what they are
// in another language comes from the hub's catalogues (hub/web/script_words.py), which find every
// say("…") and sayMany("…", "…", n) in these files by themselves: write literals, list nothing.

/** @type {Record<string, string | string[]>} */
const said = globalThis.stemningWords ?? {};

/**
 * A message in the page's language, with its values filled in: say("Moved to {time}", { time }).
 * @param {string} message
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(message, values = {}) {
  const known = said[message];
  return fill(typeof known === "string" ? known : message, values);
}

/**
 * The form that fits n: sayMany("{n} lamp", "{n} lamps", 3). `{n}` is filled in by itself.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function sayMany(one, many, n, values = {}) {
  const forms = said[one];
  const form = Array.isArray(forms) ? forms[plural(n, forms.length)] : undefined;
  return fill(form ?? (n === 1 ? one : many), { n, ...values });
}

const rules = new Intl.PluralRules(document.documentElement.lang || "en");

/**
 * Which of a language's forms fits n: catalogues keep them in the order one, (few,) many.
 * @param {number} n
 * @param {number} forms
 */
function plural(n, forms) {
  const kind = rules.select(n);
  if (kind === "one") return 0;
  return kind === "few" && forms > 2 ? 1 : forms - 1;
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
