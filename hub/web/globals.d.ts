// What scripts find on the page that no module of ours brings.

interface Window {
  /** htmx, where npm brought it (static/vendor/htmx.js). */
  htmx?: {
    swap(ctx: { text: string; target: Element; sourceElement: Element; swap: string }): Promise<void>;
    process(element: Element): void;
    ajax(verb: string, path: string, context: object): Promise<void>;
  };
  SwaggerUIBundle?: (options: object) => void;
}

/** The page's language, by message; a list where the number decides (hub/web/script_words.py). */
declare var stemningWords: Record<string, string | string[]> | undefined;
