// Lets ages, countdowns, the clock and the now-line move without asking the hub.

const root = document.documentElement;

/** The hub's time, whatever this device believes. */
const now = () => Date.now() + Number(root.dataset.skew || 0);

/** The same words as hub/web/words.py. */
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  const days = Math.floor(s / 86400);
  return days === 1 ? "1 day" : `${days} days`;
}

/** Time left, to the second when it is less than an hour. */
export function left(seconds) {
  const s = Math.max(0, Math.ceil(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  const instant = now();
  for (const element of document.querySelectorAll("time[data-age]")) {
    write(element, age((instant - Date.parse(element.dateTime)) / 1000));
  }
  for (const element of document.querySelectorAll("time[data-left]")) {
    write(element, left((Date.parse(element.dateTime) - instant) / 1000));
  }
  for (const zone of document.querySelectorAll("[data-reported-at]")) {
    const at = Date.parse(zone.dataset.reportedAt);
    // Of an agent that is gone a young report is the past, too.
    const stale = zone.dataset.gone === "true" || !(instant - at <= Number(zone.dataset.staleAfter) * 1000);
    zone.dataset.stale = String(stale);
    if (!stale) for (const since of zone.querySelectorAll("[data-last-report]")) write(since, clock(at));
  }
  for (const line of document.querySelectorAll("line.now")) {
    const from = Date.parse(line.dataset.from);
    const share = (instant - from) / (Date.parse(line.dataset.until) - from);
    const x = String(Math.round(Math.min(1, Math.max(0, share)) * 1440));
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
  }
  for (const element of document.querySelectorAll("[data-shop-time]")) write(element, clock(instant));
}

/** Wall time in the store's own zone, HH:MM. */
function clock(instant) {
  const timeZone = document.body.dataset.timeZone;
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

const rendered = Date.parse(document.body.dataset.now);
if (rendered) root.dataset.skew = String(rendered - Date.now());
document.addEventListener("stemning:changed", tick);
tick();
setInterval(tick, 1000);
