// The steps of a drawing that can be undone, and a copy that outlives a reload (a session that ended).

/** @template T */
export class Steps {
  /**
   * @param {T} saved what the hub has
   * @param {string} key where the copy is kept
   * @param {string} tag the edition of what the hub has
   */
  constructor(saved, key, tag) {
    /** @type {T} */
    this.saved = saved;
    /** @type {T} */
    this.now = saved;
    /** @type {T[]} */
    this.before = [];
    this.key = key;
    this.tag = tag;
  }

  get changed() {
    return JSON.stringify(this.now) !== JSON.stringify(this.saved);
  }

  /** @param {T} next */
  take(next) {
    if (JSON.stringify(next) === JSON.stringify(this.now)) return;
    this.before.push(this.now);
    this.now = next;
    this.keep();
  }

  undo() {
    const last = this.before.pop();
    if (last === undefined) return;
    this.now = last;
    this.keep();
  }

  /**
   * @param {T} sent what the hub has now; more may have been drawn since it went
   * @param {string} tag its edition
   */
  save(sent, tag) {
    this.saved = sent;
    this.tag = tag;
    this.keep();
  }

  discard() {
    this.take(this.saved);
  }

  keep() {
    try {
      if (this.changed) sessionStorage.setItem(this.key, JSON.stringify({ tag: this.tag, drawing: this.now }));
      else sessionStorage.removeItem(this.key);
    } catch {
      // Without it a reload loses what was not saved, as in any browser that keeps nothing.
    }
  }

  /** What was drawn and never saved; its tag says over what. @returns {boolean} whether there was any */
  restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
      if (!kept) return false;
      this.tag = kept.tag;
      this.take(kept.drawing);
      return this.changed;
    } catch {
      return false;
    }
  }
}
