// The figure page: the pictures follow what is chosen and written; a figure that is not saved is not lost by mistake.

import { guarded } from "./unsaved.js";

const form = document.querySelector("#figurskjema");
const PARTS = ["figurfeil", "type", "undertittel-vist", "merknad-vist", "uthev-felt", "flater"];
let asked = 0;
let timer;

function follow(fresh) {
  for (const id of PARTS) {
    const here = document.getElementById(id);
    const there = fresh.getElementById(id);
    if (!here || !there || here.innerHTML === there.innerHTML) continue;
    const focused = here.contains(document.activeElement) ? document.activeElement.id : "";
    here.replaceChildren(...there.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  }
  document.getElementById("uthev").hidden = fresh.getElementById("uthev").hidden;
}

async function refresh() {
  const turn = ++asked;
  const surfaces = document.getElementById("flater");
  surfaces.dataset.busy = "";
  let answer;
  try {
    answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) });
  } catch {
    return; // offline: what is chosen stays in the form, and the next change tries again
  }
  if (turn !== asked) return;
  delete surfaces.dataset.busy;
  if (answer.ok) follow(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

guarded(form, (control) => {
  clearTimeout(timer);
  timer = setTimeout(refresh, control?.matches("textarea, [type=text]") ? 600 : 0);
});

// With scripts the pictures follow by themselves.
document.documentElement.classList.add("has-scripts");
