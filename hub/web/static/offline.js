// Stands in for a page whose hub does not answer; fetches that page as soon as it does.

const RETRY_MS = 2000;

async function look() {
  try {
    const answer = await fetch("/alive", { cache: "no-store", signal: AbortSignal.timeout(RETRY_MS) });
    // A proxy that answers for a hub that is away is not the hub.
    if (answer.status < 500) location.reload();
  } catch {
    // Still nobody.
  }
}

// Opened by its own name there is nothing to go back to.
if (location.pathname !== "/offline") setInterval(look, RETRY_MS);
