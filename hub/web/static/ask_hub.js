// Asks the hub for something from a script: with the page's token, never behind a lost connection,
// never a second time by itself.

import { hubNow, isLost, unsay } from "./truth.js";
import { say } from "./words.js";

const PATIENCE_MS = 8000;

/** Why the hub did not do it, in a sentence for people. */
export class HubError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0 when the hub did not answer at all
   * @param {string} code what went wrong, for programs: "zone.unknown"
   * @param {string[]} changed with 412: what happened meanwhile, in sentences
   * @param {string[]} problems with 409: each thing that is in the way
   * @param {string | null} etag with 412: the tag of what is there now
   */
  constructor(message, status, code, changed = [], problems = [], etag = null) {
    super(message);
    this.name = "HubError";
    this.status = status;
    this.code = code;
    this.changed = changed;
    this.problems = problems;
    this.etag = etag;
  }

  /** What somebody else did meanwhile, for a page that shows it by now. */
  get overtaken() {
    const happened = this.changed.map((each) => each.replace(/[.!?]?$/, "."));
    return [...happened, say("The page shows that now. Do it again if you still want to.")].join(" ");
  }
}

/**
 * Asks the hub and answers what it said; throws a HubError with its sentence.
 *
 * A page that lost the hub sends nothing: what is tapped then is refused at once.
 * @param {"GET" | "PUT" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path such as "/api/v1/stores/oslo/draft"
 * @param {unknown} [body] sent as JSON; nothing when left out
 * @param {{ ifMatch?: string | null, accept?: string, patienceMs?: number }} [options]
 *   ifMatch: the tag of what the person saw; accept: "text/html" for a part of a page
 * @returns {Promise<{ status: number, etag: string | null, body: any }>} body: JSON, else text
 */
export async function askHub(method, path, body, options = {}) {
  const { ifMatch, accept = "application/json", patienceMs = PATIENCE_MS } = options;
  if (isLost() || navigator.onLine === false) {
    throw new HubError(say("No connection to the hub. Nothing was sent."), 0, "page.offline");
  }
  /** @type {Record<string, string>} */
  const headers = { Accept: accept, "X-Language": document.documentElement.lang };
  const token = document.querySelector("meta[name=csrf-token]")?.getAttribute("content");
  if (token && method !== "GET") headers["X-CSRF-Token"] = token;
  if (ifMatch) headers["If-Match"] = ifMatch;
  if (method !== "GET") headers["X-Asked-At"] = String(Math.round(hubNow()));
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (accept === "text/html") headers["HX-Request"] = "true";
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(patienceMs),
    });
    text = await answer.text();
  } catch {
    throw new HubError(say("The hub does not answer. Look before you try again."), 0, "page.no-answer");
  }
  const said = parsed(answer, text);
  const etag = answer.headers.get("ETag");
  if (answer.ok) {
    if (method !== "GET") unsay();
    return { status: answer.status, etag, body: said };
  }
  if (said?.code === "people.csrf") document.dispatchEvent(new CustomEvent("stemning:old-token"));
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("stemning:sign-in", { detail: said }));
  throw new HubError(
    sentence(said?.message ?? (typeof said === "string" ? said : "")),
    answer.status,
    said?.code ?? `http.${answer.status}`,
    said?.changed ?? [],
    said?.problems ?? [],
    etag,
  );
}

/**
 * @param {Response} answer
 * @param {string} text
 * @returns {any}
 */
function parsed(answer, text) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * An error's text as a sentence.
 * @param {string} text
 */
function sentence(text) {
  const words = text.trim() || say("The hub refused it.");
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}
