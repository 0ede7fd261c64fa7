// What every desk page does when scripts run. Every action works without this file.

// A notice named in the address is shown once: reloading the page should not repeat it.
const address = new URL(location.href);
if (address.searchParams.has("melding")) {
  address.searchParams.delete("melding");
  history.replaceState(null, "", address);
}

// On a narrow screen the menu scrolls sideways; where we are should be in sight.
for (const place of document.querySelectorAll(".desk-nav [aria-current], .desk-subnav [aria-current]")) {
  place.scrollIntoView({ block: "nearest", inline: "center" });
}

// A link to something folded opens it; browsers open only what lies inside, and not all of them do.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  const place = link && document.getElementById(link.hash.slice(1));
  place?.closest("details")?.setAttribute("open", "");
});

// The error summary takes focus, so that a screen reader starts there.
document.querySelector("[data-autofocus]")?.focus();

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.formTarget || form.target) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Before the session ends, the person is asked; the answer keeps it.
const farewell = document.querySelector("#utlogging");
if (farewell) {
  const after = Number(farewell.dataset.after) * 1000;
  let timer = setTimeout(() => farewell.showModal(), after);
  farewell.addEventListener("close", async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(farewell.dataset.ask);
      if (answer.status !== 204) location.reload();
    } catch {
      // offline: the next request will say whether the session is still there
    }
    timer = setTimeout(() => farewell.showModal(), after);
  });
  farewell.querySelector("button").addEventListener("click", () => farewell.close());
}
