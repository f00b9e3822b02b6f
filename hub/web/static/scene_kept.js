// Edits that were never saved: kept in this tab, offered again, and never sent by themselves.

import { merged } from "./scene_recipe.js";

/** @typedef {import("./scene_recipe.js").Document} Document */
/** @typedef {{ at: number, tag: string, base: Document, mine: Document }} Kept */

const PAUSE_MS = 200;

/** The unsaved edits of one scene in this tab. */
export class KeptEdits {
  /** @param {string} scene */
  constructor(scene) {
    this.key = `stemning:scene:${scene}`;
    /** Where edits are kept while earlier ones are offered that nobody has taken or left yet. */
    this.since = `${this.key}:since`;
    this.offering = false;
    /** @type {Kept | null} */
    this.waiting = null;
    this.timer = 0;
    // A tab that is put away may never wake up again.
    addEventListener("pagehide", () => this.write());
    addEventListener("beforeunload", (event) => {
      this.write();
      if (this.dirty) event.preventDefault();
    });
    this.dirty = false;
  }

  /**
   * What an earlier page kept, with what was moved on the next while that was offered.
   * @returns {Kept | null}
   */
  found() {
    const [first, since] = [read(this.key), read(this.since)];
    if (!first || !since) return first ?? since;
    return { ...first, at: since.at, mine: merged(since.base, first.mine, since.mine) };
  }

  /**
   * Until somebody answers, these stay as they are.
   * @param {Kept} edits
   */
  offer(edits) {
    store(this.key, edits);
    sessionStorage.removeItem(this.since);
    this.offering = true;
  }

  /** They were taken up or thrown away; what was moved on this page is kept from now on. */
  answered() {
    this.offering = false;
    sessionStorage.removeItem(this.key);
    sessionStorage.removeItem(this.since);
    this.write();
  }

  /** @param {Omit<Kept, "at">} edits */
  keep(edits) {
    this.dirty = true;
    this.waiting = { at: Date.now(), ...edits };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), PAUSE_MS);
  }

  write() {
    if (this.waiting) store(this.place, this.waiting);
  }

  get place() {
    return this.offering ? this.since : this.key;
  }

  /** The page is left on purpose: nobody is asked, and what is kept stays until it is taken up. */
  leave() {
    this.write();
    this.dirty = false;
  }

  /** Nothing is unsaved any more. */
  forget() {
    this.dirty = false;
    this.waiting = null;
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.place);
  }
}

/** @param {string} key @returns {Kept | null} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {Kept} edits */
function store(key, edits) {
  try {
    sessionStorage.setItem(key, JSON.stringify(edits));
  } catch {
    // Without storage (a private window that is full) leaving still asks.
  }
}
