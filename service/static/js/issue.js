// Composing an issue: the mail and the readers follow what is written, items can be dragged, nothing unsaved is lost.

import { usedEarly } from "./early.js";

const form = document.querySelector("#utsendelse");
const say = document.querySelector("#lagret");
const list = form.querySelector("#items");
const live = document.querySelector("#live");
let unsaved = Boolean(form.querySelector(".ds-error-summary"));
let leaving = false;
let asked = 0;

const later = (work, wait) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
};

async function refreshReach() {
  const turn = ++asked;
  let answer;
  try {
    answer = await fetch(form.dataset.live, { method: "POST", body: new FormData(form), headers: { "Sec-Fetch-Mode": "cors" } });
  } catch {
    return; // offline: what is written stays in the form, and the next change tries again
  }
  if (!answer.ok || turn !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    document.getElementById(part.dataset.part)?.replaceChildren(...part.childNodes);
  }
}

function refreshMail() {
  const button = form.querySelector('button[formtarget="utsendelse-visning"]');
  if (button) form.requestSubmit(button);
}

const reach = later(refreshReach, 350);
const mail = later(refreshMail, 1200);

function changed() {
  unsaved = true;
  say.textContent = say.dataset.unsaved;
  reach();
  mail();
}

// How long the subject and the preheader are, in the words of the page.
for (const line of form.querySelectorAll("[data-length-of]")) {
  const field = form.elements[line.dataset.lengthOf];
  const count = () => {
    const length = [...field.value.trim()].length;
    const long = length > Number(field.dataset.most);
    const short = length > 0 && length < Number(field.dataset.least ?? 0);
    const words = long ? line.dataset.long : short ? line.dataset.short : line.dataset.say;
    line.textContent = words.replace("{length}", length);
    line.toggleAttribute("data-off", long || short);
    line.hidden = length === 0;
  };
  field.addEventListener("input", count);
  count();
}

// Dragging moves the item, and with it the hidden field that says its place. The buttons do the same without scripts.
// The document is listened to, for an element that is moved in the page loses its pointer.
let dragged = null;

const drag = (event) => {
  const other = [...list.children].find((one) => {
    const box = one.getBoundingClientRect();
    return one !== dragged && event.clientY >= box.top && event.clientY <= box.bottom;
  });
  if (!other) return;
  const box = other.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) {
    if (other.previousElementSibling !== dragged) other.before(dragged);
  } else if (other.nextElementSibling !== dragged) other.after(dragged);
};

const drop = () => {
  document.removeEventListener("pointermove", drag);
  dragged.removeAttribute("data-dragged");
  const items = [...list.children];
  items.forEach((one, place) => {
    one.querySelector('[name="opp"]').disabled = place === 0;
    one.querySelector('[name="ned"]').disabled = place === items.length - 1;
  });
  live.textContent = list.dataset.moved.replace("{place}", items.indexOf(dragged) + 1).replace("{total}", items.length);
  dragged = null;
  changed();
};

for (const item of list.querySelectorAll("[data-item]")) {
  item.querySelector(".item__grip").addEventListener("pointerdown", (event) => {
    if (dragged || event.button) return;
    event.preventDefault();
    dragged = item;
    item.setAttribute("data-dragged", "");
    document.addEventListener("pointermove", drag);
    const end = new AbortController();
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => (end.abort(), drop()), { signal: end.signal });
    }
  });
}

form.addEventListener("input", changed);
if (usedEarly(form)) changed();

form.addEventListener("submit", (event) => {
  leaving = !event.submitter?.formTarget;
});

addEventListener("beforeunload", (event) => {
  if (unsaved && !leaving) event.preventDefault();
});

// Ctrl+S (or Cmd+S) saves.
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]"));
  }
});

// With scripts the frame follows by itself.
document.documentElement.classList.add("has-scripts");
