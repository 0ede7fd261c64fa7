// While an issue is being sent, its numbers on the page follow. Without this file, reloading the page does the same.

const place = document.querySelector("#framdriften");
const live = document.querySelector("#live");
const EVERY = 4000;

const finished = () => place.querySelector("[data-finished]")?.dataset.finished !== "no";

async function follow() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "text/html" } });
    // Nobody loses their place: while somebody is on a link in there, the numbers wait for the next round.
    if (answer.ok && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
  } catch {
    // offline for a moment: the next round will tell
  }
  if (finished()) live.textContent = place.querySelector(".outcome__sum")?.textContent.trim() ?? "";
  else setTimeout(follow, EVERY);
}

if (place && !finished()) setTimeout(follow, EVERY);
