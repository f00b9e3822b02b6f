// Keeps the zones of the page true: takes over what the hub sends of them.

import { hear, put } from "./truth.js";

const DONE_MS = 5000;
/** When the word goes again, by what says it.
 * @type {Map<string, number>} */
const until = new Map();

/**
 * Replaces a zone's panel or its spot; says "Done" for a moment when its agent does what was asked.
 * @param {string} id
 * @param {string} html
 */
export function putZone(id, html) {
  const { status = "", choice = "" } = document.getElementById(id)?.dataset ?? {};
  put(id, html);
  const zone = document.getElementById(id);
  // An agent that took the scene over has done what was asked; a fade is the scene's own way.
  if (!zone || !["playing", "fading"].includes(zone.dataset.status ?? "")) return;
  // A quick agent has done it by the time that the hub first tells of the choice; one that waits
  // for a quiet hour to end has no name here, since nobody does it yet.
  const told = zone.dataset.choice ?? "";
  if (!["asked", "late"].includes(status) && (told === "" || told === choice)) return;
  zone.dataset.done = "";
  clearTimeout(until.get(id));
  until.set(id, setTimeout(() => delete document.getElementById(id)?.dataset.done, DONE_MS));
}

hear("zones", (event) => put("zones", event.data));
hear("zone", (event) => putZone(event.lastEventId, event.data));

/** The instants of the latest reports. */
hear("beat", (event) => {
  /** @type {Record<string, string>} */
  const reports = JSON.parse(event.data).reports;
  for (const [id, at] of Object.entries(reports)) {
    const zone = document.getElementById(id);
    if (!zone) continue;
    zone.dataset.reportedAt = at;
    for (const age of zone.querySelectorAll("time[data-age=report]")) {
      if (age instanceof HTMLTimeElement) age.dateTime = at;
    }
  }
  document.dispatchEvent(new Event("stemning:changed"));
});
