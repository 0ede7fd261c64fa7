// A list that follows what is typed: the same page the form would open, its list taken in place.

import { usedEarly } from "./early.js";

const form = document.querySelector("#finn");
let asked = 0;
let timer;

async function follow() {
  const turn = ++asked;
  const given = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...given]) if (!value) given.delete(name);
  const address = new URL(form.action.split("?")[0]);
  address.search = given;
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    return; // offline: the button still says so in the browser's own words
  }
  if (!answer.ok || answer.redirected || turn !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = fresh.querySelector("#treff");
  if (!list || turn !== asked) return;
  document.querySelector("#treff").replaceWith(list);
  history.replaceState(null, "", address);
  document.querySelector("#live").textContent = list.querySelector("[data-said]")?.firstChild.textContent.trim() ?? "";
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(follow, 120);
});
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  follow();
});
if (form && usedEarly(form)) follow();
document.documentElement.classList.add("has-scripts");
