// Opens the one question ("for how long?") over the page, and closes it when it is answered.

const dialog = document.getElementById("ask");
const body = document.getElementById("ask-body");
const notice = document.getElementById("notice");
let opener = null;

document.addEventListener("submit", (event) => {
  if (event.target.closest(".zone, #bar")) opener = event.submitter;
});

document.addEventListener("htmx:after:swap", (event) => {
  // Live events swap too; only the answer to a tap on a tile opens the question, or asks it again.
  if (!event.target.matches(".choose, #ask-body") || !body.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  body.querySelector("button[name=end]")?.focus();
});

for (const answered of ["stemning:asked", "stemning:refused"]) {
  document.body.addEventListener(answered, () => dialog.close());
}

// What was said about the last tap is gone with the next one.
document.addEventListener("htmx:before:request", () => notice.replaceChildren());

dialog.addEventListener("close", () => {
  body.replaceChildren();
  if (opener?.isConnected) opener.focus();
});

dialog.addEventListener("click", (event) => {
  const away = event.target === dialog; // the backdrop
  if (away || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});

// A tap that the hub never answered is said to be lost, and is never sent again by itself.
document.addEventListener("htmx:error", () => {
  const text = "The hub does not answer. Look at the zone before you try again.";
  (dialog.open ? document.getElementById("ask-problem") : notice).textContent = text;
});

// Without the hub nothing can be asked: refuse at once instead of sending it later.
for (const name of ["submit", "htmx:before:request"]) {
  document.addEventListener(
    name,
    (event) => {
      if (document.documentElement.dataset.live !== "lost") return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}
