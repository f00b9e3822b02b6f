// @ts-check
// What is on the page stays true: it is drawn anew when somebody changed what is planned.

import { hear } from "./truth.js";

/** So often the line of the hour moves; what is planned is told live. */
const REFRESH_MS = 60_000;
/** Changes that come closer together than this are drawn as one. */
const REST_MS = 500;

/**
 * @param {(unless: () => boolean) => Promise<void>} refresh draws anew, unless the answer comes amiss
 * @param {() => boolean} inUse whether somebody is in the middle of something
 */
export function keepTrue(refresh, inUse) {
  /** Whether something changed that the page doesn't show yet. */
  let behind = false;
  let timer = setTimeout(catchUp, REFRESH_MS);

  async function catchUp() {
    clearTimeout(timer);
    timer = setTimeout(catchUp, REFRESH_MS);
    if (document.visibilityState !== "visible" || inUse()) return;
    behind = false;
    await refresh(inUse).catch(() => (behind = true));
    if (inUse()) behind = true;
  }

  function changed() {
    behind = true;
    clearTimeout(timer);
    timer = setTimeout(catchUp, REST_MS);
  }

  hear("plan", changed);
  // Whoever was in the middle of something has finished it, or has come back to the page.
  for (const name of ["close", "pointerup", "focusout", "visibilitychange"]) {
    document.addEventListener(name, () => behind && changed(), { capture: true });
  }
  // Behind a lost connection anything may have happened.
  document.addEventListener("stemning:live", (event) => {
    if (/** @type {CustomEvent} */ (event).detail === "yes") changed();
    else behind = true;
  });
}
