// While a source is being fetched, its state on the page follows. Without this file, reloading the page does the same.

const place = document.querySelector("#framdriften");
const live = document.querySelector("#live");
const EVERY = 2000;

function finished() {
  return place.querySelector("[data-finished]")?.dataset.finished !== "no";
}

async function follow() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    place.innerHTML = await answer.text();
  } catch {
    // offline for a moment: the next round will tell
  }
  if (finished()) {
    live.textContent = place.querySelector(".source__state")?.textContent.trim() ?? "";
    location.reload();
  } else {
    setTimeout(follow, EVERY);
  }
}

if (place && !finished()) setTimeout(follow, EVERY);
