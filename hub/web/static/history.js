// The history page: a tap on a ribbon asks about that very moment; a filter is taken up at once.

document.addEventListener("click", (event) => {
  const ribbon = /** @type {Element} */ (event.target).closest?.("svg[data-explains]");
  if (!(ribbon instanceof SVGElement)) return;
  const { left, width } = ribbon.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
  const start = Date.parse(ribbon.dataset.dayStart ?? "");
  const end = Date.parse(ribbon.dataset.dayEnd ?? "");
  const minute = Math.floor((start + share * (end - start)) / 60000) * 60000;
  location.assign(`${ribbon.dataset.explains}${encodeURIComponent(new Date(minute).toISOString())}`);
});

const filters = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-submits-itself]"));
filters?.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  // A date that is being typed is not one yet.
  if (field.type !== "date" || field.value) filters.requestSubmit();
});
