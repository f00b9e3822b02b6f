// Edits that were never saved: kept in this tab, offered again, and never sent by themselves.

/** @typedef {import("./scene_recipe.js").Document} Document */
/** @typedef {{ at: number, tag: string, base: Document, mine: Document }} Kept */

const PAUSE_MS = 200;

/** The unsaved edits of one scene in this tab. */
export class KeptEdits {
  /** @param {string} scene */
  constructor(scene) {
    this.key = `stemning:scene:${scene}`;
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

  /** @returns {Kept | null} */
  found() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {Omit<Kept, "at">} edits */
  keep(edits) {
    this.dirty = true;
    this.waiting = { at: Date.now(), ...edits };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), PAUSE_MS);
  }

  write() {
    if (!this.waiting) return;
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.waiting));
    } catch {
      // Without storage (a private window that is full) leaving still asks.
    }
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
    sessionStorage.removeItem(this.key);
  }
}
