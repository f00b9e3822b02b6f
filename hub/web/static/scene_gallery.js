// @ts-check
// The gallery says what is on now: it is drawn anew when the plan changes, and when time does.

import { askHub } from "./ask_hub.js";
import { hear, isLost, put } from "./truth.js";

/** By the plan a scene begins on a minute, and nobody says so. */
const MINUTE_MS = 60_000;

const store = document.getElementById("gallery")?.dataset.store ?? "";

async function refresh() {
  if (document.visibilityState !== "visible" || isLost()) return;
  const { body } = await askHub("GET", `/fragments/scenes?store=${store}`, undefined, { accept: "text/html" });
  put("shelves", String(body));
}

const anew = () => void refresh().catch(() => undefined);

hear("plan", anew);
setInterval(anew, MINUTE_MS);
document.addEventListener("visibilitychange", anew);
document.addEventListener("stemning:live", (event) => {
  if (/** @type {CustomEvent} */ (event).detail === "yes") anew();
});
