// While an issue is sent, or a list is taken in, its numbers on the page follow. Without this file, reloading does the
// same. On a slow network it asks less often, and never again before it has been answered.

let place = document.querySelector("#framdriften");
let lost = document.querySelector("#uten-kontakt");
const live = document.querySelector("#live");
const EVERY = 4_000;
const SELDOM = 60_000;
const SAID_EVERY = 30_000; // to those who listen

let wait = EVERY;
let saidAt = performance.now();
let asking = false;
let timer;

const finished = () => place.querySelector("[data-finished]")?.dataset.finished !== "no";
const standing = () => place.querySelector("[data-standing]")?.dataset.standing;
let drawnFor = place && standing();

const say = () => {
  saidAt = performance.now();
  live.textContent = place.querySelector("[data-said]")?.textContent.trim() ?? "";
};

const ask = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.status === 401) location.reload(); // signed out meanwhile: the page itself will say so
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
};

// The rest of the page speaks of how it stood when it was drawn: under way, on a pause, or stopped by a colleague.
// Nobody's work is taken from them: then the numbers must do.
async function drawAnew() {
  const main = document.querySelector("main");
  const atWork = main !== document.activeElement && main.contains(document.activeElement);
  if (atWork || main.querySelector("details[open]")) return;
  try {
    const fresh = new DOMParser().parseFromString(await ask(location.href), "text/html");
    main.replaceChildren(...fresh.querySelector("main").childNodes);
    document.querySelector(".banners")?.remove();
    const banners = fresh.querySelector(".banners");
    if (banners) main.before(banners);
    place = document.querySelector("#framdriften") ?? place;
    lost = document.querySelector("#uten-kontakt") ?? lost;
    drawnFor = standing();
  } catch {
    // what is told of the numbers stands there already
  }
}

async function follow() {
  if (asking) return;
  clearTimeout(timer);
  asking = true;
  const askedAt = performance.now();
  try {
    const told = await ask(place.dataset.address);
    // Nobody loses their place: while somebody is on a link in there, the numbers wait for the next round.
    if (!place.contains(document.activeElement)) place.innerHTML = told;
    wait = Math.min(Math.max(EVERY, performance.now() - askedAt), SELDOM);
    lost.hidden = true;
  } catch {
    wait = Math.min(wait * 2, SELDOM);
    lost.hidden = false;
  }
  asking = false;
  if (finished()) {
    say();
    await drawAnew();
    return;
  }
  if (standing() !== drawnFor) await drawAnew();
  if (performance.now() - saidAt >= SAID_EVERY) say();
  timer = setTimeout(follow, wait);
}

if (place && !finished()) {
  timer = setTimeout(follow, EVERY);
  addEventListener("online", () => finished() || follow());
}
