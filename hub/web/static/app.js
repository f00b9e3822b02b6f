// The pages as an app: the shell is kept for when the hub does not answer, and the screen stays on
// while somebody looks at it. Where a browser can't do that (no https, an old one), nothing is lost.

const build = document.body.dataset.build ?? "";

/** @type {WakeLockSentinel | null} */
let awake = null;

async function stayAwake() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock || (awake && !awake.released)) return;
  try {
    awake = await navigator.wakeLock.request("screen");
  } catch {
    // A low battery says no; the next look asks again.
  }
}

document.addEventListener("visibilitychange", stayAwake);
window.addEventListener("pageshow", stayAwake);
void stayAwake();

// After the page is there: what it keeps must not stand in the way of what is looked at.
window.addEventListener("load", () => {
  navigator.serviceWorker?.register(`/service-worker.js?v=${build}`).catch(() => {
    // As with a certificate that the browser doesn't trust: all works, without an offline page.
  });
  navigator.serviceWorker?.controller?.postMessage({ language: document.documentElement.lang });
});

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  if (event.target.getAttribute("action") === "/sign-out") navigator.serviceWorker?.controller?.postMessage({ forget: true });
});

// A phone's menu of pages closes by a tap elsewhere, and by Escape.
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, (event) => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.stores[open], .more-pages details[open], .person details[open]")) {
      if (event instanceof KeyboardEvent || !(event.target instanceof Node && menu.contains(event.target))) {
        menu.removeAttribute("open");
      }
    }
  });
}
