// @ts-check
// The draft over the REST API, and the steps that this page can take back.

import { askHub } from "./ask_hub.js";

/**
 * @typedef {object} Step
 * @property {unknown} before what the draft said; null where there was none
 * @property {string | null} tag of the draft after it
 * @property {string} words what was done
 */

/** Of who goes back so many steps nobody knows any more what they meant. */
const MOST_STEPS = 50;

/** A store's draft, as the page shows it. */
export class Draft {
  /** @param {string} path of the draft in the API */
  constructor(path) {
    this.path = path;
    /** @type {Step[]} */
    this.steps = [];
    /** @type {{ tag: string | null, schedule: unknown } | null} what the hub said last */
    this.known = null;
  }

  /** The tag of the draft that is on the page, if there is one. */
  get tag() {
    return document.getElementById("week-draft")?.dataset.tag || null;
  }

  /** The step that can be taken back: nobody has changed the draft after it. */
  get last() {
    const step = this.steps.at(-1);
    return step && step.tag === this.tag ? step : null;
  }

  /**
   * Changes the draft; begins one where there is none.
   * @param {"PUT" | "POST" | "DELETE"} method
   * @param {string} path below the draft
   * @param {unknown} body
   * @param {string} words what is done
   */
  async change(method, path, body, words) {
    const begun = this.tag ? null : await askHub("POST", this.path, {});
    const tag = begun ? begun.etag : this.tag;
    const before = begun ? null : await this.says();
    try {
      const after = await askHub(method, this.path + path, body, { ifMatch: tag });
      this.took(after, { before, tag: after.etag, words }, after.etag !== tag);
    } catch (error) {
      // Nobody needs a draft that says nothing else than what is deployed.
      if (begun) await askHub("DELETE", this.path, undefined, { ifMatch: tag }).catch(() => undefined);
      throw error;
    }
  }

  /** Takes the last step back, unless somebody has changed the draft since; what it was. */
  async undo() {
    const step = this.last;
    if (!step) return null;
    if (step.before === null) {
      await askHub("DELETE", this.path, undefined, { ifMatch: step.tag });
      this.steps = [];
      return step;
    }
    const { etag, body } = await askHub("PUT", this.path, { schedule: step.before }, { ifMatch: step.tag });
    this.steps.pop();
    const earlier = this.steps.at(-1);
    if (earlier) earlier.tag = etag;
    this.known = { tag: etag, schedule: body.schedule };
    return step;
  }

  /** What the draft of the page says; the change that follows tells where another one is there. */
  async says() {
    if (!this.known || this.known.tag !== this.tag) {
      const found = await askHub("GET", this.path).catch(() => null);
      this.known = found && { tag: found.etag, schedule: found.body.schedule };
    }
    return this.known?.schedule;
  }

  /**
   * @param {{ etag: string | null, body: any }} after @param {Step} step @param {boolean} differs
   */
  took(after, step, differs) {
    // Steps before somebody else's change can't be taken back any more.
    if (this.steps.length && !this.last) this.steps = [];
    if (differs && step.before !== undefined) this.steps.push(step);
    this.steps.splice(0, this.steps.length - MOST_STEPS);
    this.known = { tag: after.etag, schedule: after.body.schedule };
  }
}
