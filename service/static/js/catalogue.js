// The counts beside the choices follow what is chosen, and a long list what is searched for: both are asked of the
// page itself, so that they are reckoned in one place.

import { usedEarly } from "./early.js";

const form = document.querySelector("[data-counting]");
let asked = 0;
let timer;

async function reckon(search) {
  const turn = ++asked;
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    return; // offline: «Videre» says so in the browser's own words
  }
  if (!answer.ok || answer.redirected || turn !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asked) return;
  for (const place of form.querySelectorAll("[data-count]")) {
    const found = fresh.querySelector(`[data-count="${place.dataset.count}"]`);
    if (found) place.textContent = found.textContent;
  }
  const list = search && fresh.getElementById(search.dataset.filters);
  if (list) {
    const here = document.getElementById(search.dataset.filters);
    here.closest(".ds-field").replaceWith(list.closest(".ds-field"));
    const more = search.closest("fieldset")?.querySelector(".axis__codes");
    const others = more && fresh.getElementById(form.id)?.querySelector(`#felt-${search.dataset.filters} .axis__codes`);
    if (others) more.replaceWith(others);
    document.querySelector("#live").textContent = list.options.length;
  }
}

form?.addEventListener("input", (event) => {
  clearTimeout(timer);
  const search = event.target.closest("[data-filters]");
  timer = setTimeout(() => reckon(search), 150);
});
if (form && usedEarly(form)) {
  reckon([...form.querySelectorAll("[data-filters]")].find((search) => search.value !== search.defaultValue));
}
document.documentElement.classList.add("has-scripts");
