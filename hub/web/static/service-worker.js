// Keeps the shell of the pages (style, scripts, font, icons) and one page that says that the hub
// does not answer. Never a page of the shop, never an answer of the API, never a request for later:
// what is shown is from the hub, or it is said that it is not.

/** @typedef {Event & { waitUntil(done: Promise<unknown>): void }} Lasting */
/** @typedef {Lasting & { request: Request, respondWith(answer: Promise<Response>): void }} Fetching */
/** @typedef {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} Scope */

const worker = /** @type {Scope & typeof globalThis} */ (/** @type {unknown} */ (globalThis));
const build = new URL(location.href).searchParams.get("v") ?? "";
const NAME = `shell-${build}`;
const OFFLINE = "/offline";

async function keepShell() {
  const cache = await caches.open(NAME);
  const page = await fetch(OFFLINE, { cache: "no-store" });
  if (!page.ok) throw new Error(`the offline page was answered with ${page.status}`);
  const html = await page.clone().text();
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+\?v=[^"]+)"/g)].map((found) => found[1] ?? "");
  await cache.addAll([...new Set(parts)]);
  // Last, so that a page that is kept has all its parts.
  await cache.put(OFFLINE, page);
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
}

/** @param {Request} request */
async function fromHub(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(NAME)).match(OFFLINE);
    if (kept) return kept;
    throw error;
  }
}

/** @param {Request} request */
async function fromShell(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}

worker.addEventListener("install", (event) => {
  /** @type {Lasting} */ (event).waitUntil(keepShell().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  /** @type {Lasting} */ (event).waitUntil(forgetOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const fetching = /** @type {Fetching} */ (event);
  const { request } = fetching;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") fetching.respondWith(fromHub(request));
  else if (address.pathname.startsWith("/static/") && address.searchParams.get("v") === build) {
    fetching.respondWith(fromShell(request));
  }
});

/** Keeps the shell again where it is another reader's: in another language, or forgotten. @param {string} language */
async function keepFor(language) {
  const kept = await (await caches.open(NAME)).match(OFFLINE);
  const html = kept ? await kept.text() : "";
  if (!html.includes(`<html lang="${language}"`)) await keepShell();
}

// Each page says in which language it is read; and that somebody signs out.
worker.addEventListener("message", (event) => {
  const told = /** @type {Lasting & { data: { language?: string, forget?: boolean } }} */ (/** @type {Event} */ (event));
  if (told.data.forget) told.waitUntil(caches.delete(NAME));
  else if (told.data.language) told.waitUntil(keepFor(told.data.language).catch(() => undefined));
});
